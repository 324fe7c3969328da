"""Addresses left without an account, to hear what becomes of a registration (``/catalog/subscriptions``)."""
