"""The fixture of the contract's examples: a register with the demo data."""

from tests.house.showroom import showroom

__all__ = ["showroom"]
