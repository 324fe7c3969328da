"""Term, the base of every vocabulary: a stored code together with the exact word of the field."""

from enum import StrEnum
from typing import Self

from association.kernel.i18n import translate


class Term(StrEnum):
    """A word with a fixed code (stored, sent to programs) and a Chinese label (shown, translated).

    Members are written ``NAME = "code", N_("标签")``.
    """

    _zh: str

    def __new__(cls, code: str, zh: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member._zh = zh or code
        return member

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return translate(self._zh)

    @property
    def zh(self) -> str:
        """The exact Chinese term."""
        return self._zh
