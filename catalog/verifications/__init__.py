"""Questions asked of the register and their verdicts (Art. 12). ``/catalog/verifications``."""
