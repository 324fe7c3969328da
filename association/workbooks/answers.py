"""Workbooks as answers of a door."""

from flask import Response

from association.workbooks.writing import XLSX


def saved(content: bytes, name: str) -> Response:
    """A workbook to be saved under ``name``."""
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
