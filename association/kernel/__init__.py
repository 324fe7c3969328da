"""What every room stands on: words, errors, dates, actors, settings, the database. No HTTP, no feature."""
