"""Long work with progress, cancel and resume: ``/association/jobs`` (docs/workbooks.md)."""
