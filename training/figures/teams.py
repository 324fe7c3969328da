"""An enterprise's people and their certificates on a day, for one or for all of them. Six statements for any number."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select

from association.enterprises.models import Enterprise
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.i18n import N_, _
from association.persons import queries as persons
from association.persons.models import Consent, Employment, Person
from association.vocabulary import ConsentPurpose
from training.certificates import events
from training.certificates import queries as certificates
from training.certificates.issuers import issuer_doubt, issuer_named
from training.certificates.models import Certificate, CertificateEvent, OutsideCertificate
from training.figures import queries
from training.figures.queries import Audience
from training.figures.staffing import OUTSIDE, OWN, Against, Ask, Grade, Proof, Way, against, cover, grades_on
from training.vocabulary import CertificateStanding, OutsideState

DATA = Path(__file__).parent.parent / "data" / "figures.json"
REFUSED = {
    "unchecked": N_("还没有核对原件"),
    "doubtful": N_("存疑"),
    "issuer": N_("发证单位不在名录中，或名称不一致"),
    "not_good": N_("当天无效"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked, how far one looks ahead, from which version of the notice outside certificates may be shown."""

    grades: tuple[Grade, ...]
    soon_days: int
    outside_from_notice: int


@cache
def settings() -> Settings:
    """The rows of ``training/data/figures.json``."""
    read = json.loads(DATA.read_text(encoding="utf-8"))
    ways = {
        name: Way(
            row["kind"],
            frozenset(row["issuers"]),
            frozenset(row["levels"]),
            tuple(row["level_has"]),
            row["basis_zh"],
            row["basis_en"],
        )
        for name, row in read["ways"].items()
    }
    grades = tuple(_grade(row, ways) for row in read["grades"])
    return Settings(grades, read["soon_days"], read["outside_from_notice"])


def _grade(row: Mapping[str, Any], ways: Mapping[str, Way]) -> Grade:
    asks = tuple(Ask(**{**one, "ways": tuple(ways[name] for name in one["ways"])}) for one in row["asks"])
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("begins", "ends")}
    return Grade(**{**row, **days, "asks": asks})


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate in somebody's hand, as a page shows it; ``proof`` says whether it counts."""

    proof: Proof
    title: str
    number: str
    issuer: str
    level: str

    @property
    def why(self) -> str:
        """Why it counts for nothing; empty when it may count."""
        return _(REFUSED[self.proof.refused]) if self.proof.refused else ""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an enterprise, with every certificate known of them."""

    person_id: int
    name: str
    held: list[Held] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Team:
    """An enterprise's people on a day."""

    enterprise_id: int
    name: str
    uscc: str
    members: Sequence[Member]
    on: date

    @property
    def proofs(self) -> list[Proof]:
        return [one.proof for member in self.members for one in member.held]

    def standing(self) -> list[tuple[Grade, list[Against]]]:
        """Each grade with what there is of what it asks."""
        days, proofs = settings().soon_days, self.proofs
        return [
            (grade, [against(ask, proofs, self.on, days=days) for ask in grade.asks])
            for grade in grades_on(settings().grades, self.on)
        ]

    def counting(self, *, outside_only: bool = False) -> dict[int, date | None]:
        """Who counts towards anything that is asked, and until when."""
        ways = [way for way in bases(self.on) if way.kind == OUTSIDE or not outside_only]
        return cover(self.proofs, ways, self.on)


def grades(on: date) -> list[Grade]:
    """What is asked on that day, grade by grade."""
    return grades_on(settings().grades, on)


def bases(on: date) -> list[Way]:
    """Every way to be counted towards anything asked on that day, each once."""
    return list(dict.fromkeys(way for grade in grades(on) for ask in grade.asks for way in ask.ways))


def team(who: Audience, enterprise_id: int, on: date, today: date) -> Team:
    """One enterprise's people. Raises NotFound for another's (Art. 14)."""
    if who.enterprise_id not in (None, enterprise_id):
        raise NotFound
    firm = db.session.get(Enterprise, enterprise_id)
    if firm is None:
        raise NotFound
    found = _teams(who, on, today, Employment.enterprise_id == enterprise_id)
    return found[0] if found else Team(firm.id, firm.name, firm.uscc, [], on)


def teams(actor: Actor, on: date, today: date) -> list[Team]:
    """Every enterprise for which somebody is recorded as working on that day, by name. Raises NotFound."""
    who = queries.audience(actor)
    if who.enterprise_id is not None:
        raise NotFound
    return _teams(who, on, today)


def _teams(who: Audience, on: date, today: date, *only: ColumnElement[bool]) -> list[Team]:
    """Six statements, however many enterprises, people and certificates."""
    where = [queries.employed(on), Person.erased_at.is_(None), Person.merged_into_id.is_(None), *only]
    if who.enterprise_id is not None:
        where.append(Person.id.in_(persons.shared_ids(who.enterprise_id, today)))
    people = db.session.execute(
        select(Person.id, Person.name, Enterprise.id, Enterprise.name, Enterprise.uscc)
        .join(Employment, Employment.person_id == Person.id)
        .join(Enterprise, Enterprise.id == Employment.enterprise_id)
        .where(*where)
        .order_by(Enterprise.name, Enterprise.id, Person.name, Person.id)
    ).all()
    there = select(Employment.person_id).join(Person, Person.id == Employment.person_id).where(*where)
    held = _own_certificates(there, on)
    for person_id, one in _outside_certificates(there, who, on):
        held.setdefault(person_id, []).append(one)
    found: dict[int, Team] = {}
    for person_id, name, firm_id, firm, uscc in people:
        mine = found.setdefault(firm_id, Team(firm_id, firm, uscc, [], on))
        assert isinstance(mine.members, list)
        mine.members.append(Member(person_id, name, held.get(person_id, [])))
    return list(found.values())


def _own_certificates(there: Any, on: date) -> dict[int, list[Held]]:
    those = db.session.scalars(
        select(Certificate)
        .where(Certificate.person_id.in_(there), Certificate.erased_at.is_(None))
        .order_by(Certificate.id)
    ).all()
    history: dict[str, list[events.Event]] = {}
    rows = db.session.scalars(
        select(CertificateEvent)
        .join(Certificate, Certificate.number == CertificateEvent.number)
        .where(Certificate.person_id.in_(there))
        .order_by(CertificateEvent.position)
    )
    for row in rows:
        history.setdefault(row.number, []).append(row.as_event())
    found: dict[int, list[Held]] = {}
    for one in those:
        found.setdefault(one.person_id, []).append(_held(one, history.get(one.number, []), on))
    return found


def _held(one: Certificate, history: Sequence[events.Event], on: date) -> Held:
    stands = events.standing_at(history, on)
    good = stands is not None and stands.standing in (CertificateStanding.VALID, CertificateStanding.NOT_YET_VALID)
    ended = [event.effective_from - timedelta(days=1) for event in history if event.kind in events.ENDS]
    ends = min([*ended, *([one.valid_until] if one.valid_until else [])], default=None)
    proof = Proof(one.person_id, OWN, "", one.level.value, one.valid_from, ends, "" if good else "not_good")
    return Held(proof, one.title, one.number, "", one.level.label)


def _outside_certificates(there: Any, who: Audience, on: date) -> list[tuple[int, Held]]:
    statement = select(OutsideCertificate).where(OutsideCertificate.person_id.in_(there))
    if who.enterprise_id is not None:
        # Only who agreed to the notice that speaks of outside certificates (PIPL Art. 23).
        agreed = select(Consent.person_id).where(
            Consent.purpose == ConsentPurpose.EMPLOYER,
            Consent.withdrawn_at.is_(None),
            Consent.notice_version >= settings().outside_from_notice,
        )
        statement = statement.where(OutsideCertificate.person_id.in_(agreed))
    rows = db.session.scalars(statement.order_by(OutsideCertificate.issued_on, OutsideCertificate.id))
    return [(one.person_id, _held_outside(one, on)) for one in rows]


def _held_outside(one: OutsideCertificate, on: date) -> Held:
    issuers = certificates.issuers()
    known = issuer_named(issuers, one.issuer, on=one.issued_on)
    if one.state is OutsideState.RECORDED:
        refused = "unchecked"
    elif one.state is OutsideState.DOUBTFUL:
        refused = "doubtful"
    elif known is None or issuer_doubt(issuers, one.issuer, on=one.issued_on) is not None:
        refused = "issuer"
    else:
        good = one.issued_on > on or one.valid_until is None or on <= one.valid_until
        refused = "" if good else "not_good"
    issuer = known.code if known is not None else ""
    proof = Proof(one.person_id, OUTSIDE, issuer, one.level, one.issued_on, one.valid_until, refused)
    return Held(proof, one.title, one.number, one.issuer, one.level)
