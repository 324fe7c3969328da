"""The fixture of the house's own tests: a register with the demo data."""

from tests.house.showroom import showroom

__all__ = ["showroom"]
