"""Natural persons: identity, consents, employments, erasure (``/association/persons``; PIPL, Art. 14)."""
