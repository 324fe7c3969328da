"""Backup while the register is at work, and restoring it into an empty folder (``flask backup``, ``flask restore``)."""
