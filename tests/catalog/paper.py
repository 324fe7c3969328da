"""Reading printed files in tests."""

import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def text_of(response: Any) -> str:
    """The text of a PDF that was answered, without white space: where lines end is not what is tested."""
    assert response.status_code == 200, response.status_code
    assert response.mimetype == "application/pdf"
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(response.data)).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def title_of(response: Any) -> str:
    return str(PdfReader(BytesIO(response.data)).metadata.title)  # type: ignore[union-attr]
