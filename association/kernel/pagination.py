"""One page of a longer list, for SQL and search alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PER_PAGE = 20
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page:
    """``items`` are those of page ``number`` (from 1); ``total`` counts all."""

    items: Sequence[Any]
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one, which is empty."""
        return max(1, -(-self.total // self.per_page))

    def of(self, items: Sequence[Any]) -> "Page":
        """The same page with other ``items`` in the places of these."""
        return Page(items, self.number, self.per_page, self.total)

    def as_json(self) -> dict[str, Any]:
        """The list as programs get it: items, page, pages, per_page, total."""
        return {
            "items": list(self.items),
            "page": self.number,
            "pages": self.pages,
            "per_page": self.per_page,
            "total": self.total,
        }
