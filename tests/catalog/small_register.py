"""A small register for the tests of its pages: one registration of every standing, on a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.dates import noon
from association.kernel.db import db as database
from association.kernel.db import transaction
from association.kernel.numbers import check_character
from association.mandates.models import Mandate
from catalog.categories import catalogfile, queries
from catalog.categories import service as categories
from catalog.evidence.rules import Change, EvidenceLine
from catalog.register import service as register
from catalog.vocabulary import EntryKind, EvidenceKind
from tests.builders import a_mandate
from tests.kept import begin_with

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MAKER = "河北样例安防技术有限公司"
CODE = "91130105PDY000036K"
LONG_MODEL = ("LONG-0O1Il/" * 11)[:120]


def mistyped(number: str) -> str:
    """The same number with a check character that does not hold."""
    return number[:-1] + ("A" if number[-1] != "A" else "B")


def never_given(prefix: str = "SJZ01199900001") -> str:
    """A well-formed number that nobody has."""
    return f"{prefix[:3]}-{prefix[3:5]}-{prefix[5:9]}-{prefix[9:]}-{check_character(prefix)}"


class SmallRegister:
    """Numbers by standing; ``add`` registers one more."""

    mandate: Mandate

    @classmethod
    def begun(cls) -> "SmallRegister":
        """The register and the national catalog, in an empty database."""

        def build() -> tuple[dict[str, Any], int]:
            categories.load(catalogfile.OWN_COPY, actor=OPERATOR, now=datetime(2020, 1, 1, tzinfo=UTC))
            made = vars(cls())
            return made, made.pop("mandate").id

        register = cls.__new__(cls)
        numbers, mandate = begin_with("small register", build)
        register.__dict__.update(numbers, mandate=database.session.get_one(Mandate, mandate))
        return register

    def __init__(self) -> None:
        self.mandate = a_mandate()
        self.in_force = self.add("SL-PIR-010", evidence=True)
        self.without_evidence = self.add("SL-PIR-777")
        self.revoked = self.add("SL-MW-200")
        self.then(self.revoked, EntryKind.REVOKED, date(2026, 2, 1), note="登记事项与证明材料不一致")
        self.suspended = self.add("SL-MW-300")
        self.then(self.suspended, EntryKind.SUSPENDED, date(2026, 2, 3), note="证明材料待核实")
        self.cancelled = self.add("SL-MW-400")
        self.then(self.cancelled, EntryKind.CANCELLED, date(2026, 2, 4), note="停产")
        self.lapsed = self.add("SL-MW-500", first=date(2020, 1, 1), last=date(2022, 12, 31))
        self.not_yet_valid = self.add("SL-MW-600", first=date(2026, 4, 1), last=date(2029, 3, 31), on=date(2026, 2, 5))
        self.door = self.add("DOOR-1", category="08", subtype="anti_theft_door", name="防盗安全门", brand="样例门业")
        self.foreign = self.add(
            LONG_MODEL,
            name="超长名称" * 45,
            brand="㛃𬀩",
            manufacturer={"name": "Beispiel Sicherheit GmbH（㛃𬀩）", "uscc": None, "country": "DE"},
        )

    def add(
        self,
        model: str,
        *,
        first: date = date(2026, 1, 5),
        last: date = date(2029, 1, 4),
        on: date | None = None,
        evidence: bool = False,
        **facts: Any,
    ) -> str:
        at = noon(on or first)
        papers = [
            EvidenceLine(
                EvidenceKind.VOLUNTARY_CERTIFICATE, "CSP-EX2026", "cspta", Change.RECORDED, date(2025, 12, 1), at,
                date(2025, 12, 1), date(2030, 11, 30),
            )
        ] if evidence else []  # fmt: skip
        with transaction():
            return register.enter(
                {
                    "category": "01",
                    "subtype": "passive_infrared",
                    "name": "被动红外入侵探测器",
                    "name_en": "Passive infrared detector",
                    "brand": "样例安防",
                    "model": model,
                    "manufacturer": {"name": MAKER, "uscc": CODE, "country": "CN"},
                    "registrant": {"name": MAKER, "uscc": CODE},
                    "standards": ["GB 10408.5-2000"],
                    "attributes": {"detection_range_m": 12},
                    "valid_from": first.isoformat(),
                    "valid_until": last.isoformat(),
                    "note": "首次登记",
                    **facts,
                },
                effective_from=first,
                evidence=papers,
                mandate=self.mandate,
                actor=OPERATOR,
                now=at,
            )

    def then(self, number: str, kind: EntryKind, on: date, **facts: Any) -> int:
        """One more entry; its position."""
        with transaction():
            return register.append(
                number, kind, facts, effective_from=on, mandate=self.mandate, actor=OPERATOR, now=noon(on)
            ).entry


@pytest.fixture
def small(db: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallRegister]:
    """The register, the national catalog, and a clock that stands at ``NOW``."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield SmallRegister.begun()
    queries.forget()


def read(client: Any, path: str, status: int = 200, language: str = "zh") -> str:
    """The text of a page, as a browser asks for it."""
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == status, f"{answer.status_code} {path}"
    return str(answer.text)
