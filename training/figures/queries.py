"""Who looks, and at whom; certificates that end; who was certified on a day. A handful of statements for any number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from association.enterprises.models import Enterprise
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import LARGEST_PAGE, PER_PAGE, Page
from association.persons import queries as persons
from association.persons.models import Employment, Person
from training import policy
from training.certificates.events import ENDS
from training.certificates.models import Certificate, CertificateEvent
from training.courses.models import Course
from training.figures import rules
from training.figures.rules import Ending, Held
from training.vocabulary import CertificateEventKind, Level

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose people somebody may look at (``None``: everybody's), and whether by name."""

    names: bool
    enterprise_id: int | None = None


def audience(actor: Actor) -> Audience:
    """The desk sees everybody by name, the supervising office and the auditor numbers, an enterprise its own people who
    agreed to it (Art. 14; PIPL Art. 23). Raises NotFound for everybody else."""
    if policy.see_names_in_figures(actor):
        return Audience(True)
    if policy.see_figures(actor):
        return Audience(False)
    if policy.see_own_figures(actor) and actor.enterprise_id is not None:
        return Audience(True, actor.enterprise_id)
    raise NotFound


@dataclass(frozen=True, slots=True)
class Filters:
    """Only a course, a level, an enterprise."""

    course: int | None = None
    level: Level | None = None
    enterprise: int | None = None


def courses() -> Sequence[Course]:
    """Courses of which there is a certificate, by code."""
    given = select(Certificate.course_id).distinct()
    return db.session.scalars(select(Course).where(Course.id.in_(given)).order_by(Course.code)).all()


def enterprises(who: Audience) -> Sequence[tuple[int, str]]:
    """Enterprises somebody with a certificate works or worked for, by name; for whoever sees more than their own."""
    if who.enterprise_id is not None:
        return []
    at = select(Employment.enterprise_id).join(Certificate, Certificate.person_id == Employment.person_id)
    rows = db.session.execute(
        select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_(at)).order_by(Enterprise.name, Enterprise.id)
    )
    return [(row[0], row[1]) for row in rows]


def employed(day: date) -> ColumnElement[bool]:
    """The employment of that day."""
    return and_(Employment.begins <= day, or_(Employment.ends.is_(None), Employment.ends >= day))


def _only(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.course is not None:
        found.append(Certificate.course_id == filters.course)
    if filters.level is not None:
        found.append(Certificate.level == filters.level)
    if filters.enterprise is not None:
        found.append(Employment.enterprise_id == filters.enterprise)
    return found


def _own(who: Audience, today: date) -> list[ColumnElement[bool]]:
    """An enterprise sees those employed today who agreed."""
    if who.enterprise_id is None:
        return []
    shared = persons.shared_ids(who.enterprise_id, today)
    return [Certificate.person_id.in_(shared), Employment.enterprise_id == who.enterprise_id]


# -- what ends -----------------------------------------------------------------------------------------------


def _held(who: Audience, filters: Filters, today: date) -> list[Held]:
    rows = db.session.execute(
        select(
            Certificate.id,
            Certificate.person_id,
            Certificate.course_id,
            Certificate.valid_until,
            Employment.enterprise_id,
        )
        .outerjoin(Employment, and_(Employment.person_id == Certificate.person_id, employed(today)))
        .where(Certificate.ended_on.is_(None), Certificate.erased_at.is_(None), *_own(who, today), *_only(filters))
    )
    return [Held(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class EndingRow:
    """What ends for the people of one enterprise (``None``: of none that is known)."""

    enterprise_id: int | None
    name: str
    ending: Ending


def ending(who: Audience, filters: Filters, today: date) -> list[EndingRow]:
    """What ends, enterprise by enterprise in the order of their names, those without one last. Two statements."""
    found = rules.ending(_held(who, filters, today), today)
    names = persons.enterprise_names(one for one in found if one is not None)
    rows = [EndingRow(key, names.get(key, "") if key is not None else "", one) for key, one in found.items()]
    return sorted(rows, key=lambda row: (row.enterprise_id is None, row.name, row.enterprise_id or 0))


@dataclass(frozen=True, slots=True)
class Soon:
    """A certificate that ends or has ended, and is not renewed."""

    certificate: Certificate
    person: Person
    enterprise: str

    def over(self, today: date) -> bool:
        """Whether its last good day is past."""
        return self.certificate.valid_until is not None and self.certificate.valid_until < today


def soon(who: Audience, filters: Filters, today: date, until: date, *, since: date | None = None) -> list[Soon]:
    """Those that end from ``since`` (today) to ``until``, by name, the first to end first. Three statements a thousand.

    Raises NotFound for whoever sees no names.
    """
    if not who.names:
        raise NotFound
    first = since or today
    last = [
        one
        for one in rules.last_of_each(_held(who, filters, today))
        if one.valid_until is not None and first <= one.valid_until <= until
    ]
    names = persons.enterprise_names(one.enterprise_id for one in last if one.enterprise_id is not None)
    loaded = _loaded(one.id for one in last)
    found = [Soon(*loaded[one.id], names.get(one.enterprise_id or 0, "")) for one in last if one.id in loaded]
    return sorted(found, key=lambda one: (one.certificate.valid_until or date.max, one.person.name, one.certificate.id))


def _loaded(ids: Iterable[int]) -> dict[int, tuple[Certificate, Person]]:
    wanted, found = list(ids), dict[int, tuple[Certificate, Person]]()
    for begin in range(0, len(wanted), AT_A_TIME):
        rows = db.session.execute(
            select(Certificate, Person)
            .join(Person, Person.id == Certificate.person_id)
            .where(Certificate.id.in_(wanted[begin : begin + AT_A_TIME]))
        )
        found |= {one.id: (one, person) for one, person in rows}
    return found


# -- certified on a day ----------------------------------------------------------------------------------------


def good_on(day: date) -> ColumnElement[bool]:
    """Certificates that stand as valid on that day, by their events: ``certificates.events.standing_at`` as a condition."""
    until_then = (CertificateEvent.number == Certificate.number, CertificateEvent.effective_from <= day)
    ended = select(CertificateEvent.id).where(*until_then, CertificateEvent.kind.in_(ENDS)).exists()
    pauses = (CertificateEventKind.SUSPENDED, CertificateEventKind.REINSTATED)
    latest = (
        select(CertificateEvent.kind)
        .where(*until_then, CertificateEvent.kind.in_(pauses))
        .order_by(CertificateEvent.position.desc())
        .limit(1)
        .correlate(Certificate)
        .scalar_subquery()
    )
    return and_(
        Certificate.valid_from <= day,
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= day),
        ~ended,
        func.coalesce(latest, CertificateEventKind.REINSTATED.value) != CertificateEventKind.SUSPENDED.value,
    )


def _certified(statement: Select[*tuple[Any, ...]], who: Audience, filters: Filters, on: date, today: date) -> Any:
    return (
        statement.join(Person, Person.id == Certificate.person_id)
        .join(Course, Course.id == Certificate.course_id)
        .outerjoin(Employment, and_(Employment.person_id == Certificate.person_id, employed(on)))
        .outerjoin(Enterprise, Enterprise.id == Employment.enterprise_id)
        .where(good_on(on), Certificate.erased_at.is_(None), *_own(who, today), *_only(filters))
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """So many people, so many certificates."""

    people: int
    certificates: int


_COUNTS = (func.count(func.distinct(Certificate.person_id)), func.count(func.distinct(Certificate.id)))


def certified_total(who: Audience, filters: Filters, on: date, today: date) -> Counted:
    """How many people held how many certificates on that day. One statement."""
    found = _certified(select(*_COUNTS).select_from(Certificate), who, filters, on, today)
    return Counted(*db.session.execute(found).one())


def certified_by_course(who: Audience, filters: Filters, on: date, today: date) -> list[tuple[Course, Counted]]:
    """The same course by course, by code. One statement."""
    found = _certified(select(Course, *_COUNTS).select_from(Certificate), who, filters, on, today)
    rows = db.session.execute(found.group_by(Course.id).order_by(Course.code))
    return [(course, Counted(people, those)) for course, people, those in rows]


def certified_by_enterprise(
    who: Audience, filters: Filters, on: date, today: date
) -> list[tuple[int | None, str, Counted]]:
    """The same enterprise by enterprise, as people were employed that day; none known comes last. One statement."""
    statement = select(Enterprise.id, Enterprise.name, *_COUNTS).select_from(Certificate)
    rows = db.session.execute(
        _certified(statement, who, filters, on, today)
        .group_by(Enterprise.id, Enterprise.name)
        .order_by(Enterprise.name.is_(None), Enterprise.name, Enterprise.id)
    )
    return [(key, name or "", Counted(people, those)) for key, name, people, those in rows]


def certified(
    who: Audience, filters: Filters, on: date, today: date, *, number: int = 1, per_page: int = PER_PAGE
) -> Page:
    """By name: (certificate, person, enterprise's name). Two statements. Raises NotFound for whoever sees no names."""
    if not who.names:
        raise NotFound
    number, per_page = max(1, number), min(max(1, per_page), LARGEST_PAGE)
    total = certified_total(who, filters, on, today).certificates
    found = _by_name(who, filters, on, today).limit(per_page).offset((number - 1) * per_page)
    rows = [(one, person, name or "") for one, person, name in db.session.execute(found)]
    return Page(rows, number, per_page, total)


def every_certified(
    who: Audience, filters: Filters, on: date, today: date
) -> Iterator[tuple[Certificate, Person, str]]:
    """The same without pages, for a workbook. Raises NotFound for whoever sees no names."""
    if not who.names:
        raise NotFound
    found = _by_name(who, filters, on, today).execution_options(yield_per=AT_A_TIME)
    return ((one, person, name or "") for one, person, name in db.session.execute(found))


def _by_name(who: Audience, filters: Filters, on: date, today: date) -> Any:
    found = _certified(select(Certificate, Person, Enterprise.name).select_from(Certificate), who, filters, on, today)
    return found.order_by(Person.name, Person.id, Certificate.id)


def levels_of(those: Sequence[Course]) -> list[Level]:
    """The levels of these courses, the lowest first."""
    found = {one.level for one in those}
    return [level for level in Level if level in found]


def by_month(total: Ending, today: date) -> Mapping[date, int]:
    """Twelve months, those without any too."""
    return {month: total.months.get(month, 0) for month in rules.months_from(today)}
