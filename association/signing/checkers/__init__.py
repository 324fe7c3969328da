"""What is offered for download to check signatures without us: one Python file, one page."""
