"""Suspension, revocation, cancellation, lapse, reinstatement, and who has been told (/catalog/revocations)."""
