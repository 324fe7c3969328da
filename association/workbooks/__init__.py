"""Excel and csv in and out: one mechanism for product imports, equipment lists and training rosters (docs/workbooks.md)."""
