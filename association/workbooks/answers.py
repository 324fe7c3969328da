"""Workbooks as answers of a door."""

import unicodedata
from urllib.parse import quote

from flask import Response

from association.workbooks.writing import XLSX


def saved(content: bytes, name: str, *, cache: str = "private, no-cache") -> Response:
    """A workbook to be saved under ``name``, which need not be ASCII (RFC 6266, RFC 8187)."""
    response = Response(content, mimetype=XLSX)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lstrip("-_ ")
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Cache-Control"] = cache
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
