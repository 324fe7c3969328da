"""The public register: numbers, entries (append-only, two time axes), standing. ``/catalog/register``."""
