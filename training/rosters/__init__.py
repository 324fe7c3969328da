"""Classes, lessons and who takes part (``/training/rosters``; Art. 18 item 5)."""
