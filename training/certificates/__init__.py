"""Training certificates: who may have one, issuing, standing on a day, the public check (``/training/certificates``; Art. 18 item 5)."""
