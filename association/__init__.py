"""Ground floor: the institution, its people and mandates, its ledger, its way of answering."""
