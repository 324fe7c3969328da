"""Enterprises and who acts for them (``/association/enterprises/…``); here an account becomes an actor."""
