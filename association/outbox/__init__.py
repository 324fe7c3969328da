"""Messages owed to people: written with what they tell of, delivered later (``/association/outbox/``)."""
