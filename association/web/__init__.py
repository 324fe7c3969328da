"""How the world gets in: doors, identity, forms, the JSON API, errors and pages. No feature."""
