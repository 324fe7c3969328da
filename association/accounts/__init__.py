"""Accounts: sign-in, roles, keys for programs, the dashboard (``/accounts/…``)."""
