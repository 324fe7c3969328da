"""Evidence: what a report or certificate proves, and when (Art. 12)."""
