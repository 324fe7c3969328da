"""Continuing hours: earned, asked, missing and by when; evidence from outside (``/training/hours``)."""
