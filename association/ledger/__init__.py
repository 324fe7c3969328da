"""The ledger: what was done, by whom, when, why; each line seals the one before (Art. 15, 16)."""
