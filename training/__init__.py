"""Training floor (Art. 18 item 5): education and training of practitioners."""
