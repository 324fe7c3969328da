"""Keys, signatures and the published key list; what verifies them without us (docs/proofs.md)."""
