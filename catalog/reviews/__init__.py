"""The desk: queue, case, return, approval, refusal with a second person. ``/catalog/reviews``."""
