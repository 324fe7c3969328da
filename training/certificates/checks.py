"""What anybody is told about a certificate: by its code, or by number and name.

Whatever the answer, the same statements are put and the same comparisons made, and what is not there, not right, not
agreed to or not known yet is answered alike: nobody learns whose numbers exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.i18n import N_
from association.kernel.pagination import LARGEST_PAGE, PER_PAGE, Page
from association.mandates.models import Mandate
from association.persons import queries as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose
from training import policy
from training.certificates import events, queries, rules
from training.certificates.events import StandingAt
from training.certificates.models import Certificate
from training.courses.models import Course
from training.vocabulary import Level

# No certificate has it: what is looked for when nothing was found, so that as much is looked for.
NO_NUMBER = "-"
# One sentence for everything that is not shown.
UNKNOWN = N_("没有可以显示的证书。请核对编号（或二维码）和姓名；本人没有同意公开核验的证书，请由本人出示。")


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as it is shown: ``name`` masked unless the holder shows it. ``renews`` and ``renewed_by`` are numbers."""

    number: str
    code: str
    name: str
    course: str
    title: str
    occupation: str
    level: Level
    hours: int
    issued_on: date
    valid_from: date
    valid_until: date | None
    mandate: str
    stands: StandingAt
    on: date
    known: datetime
    renews: str = ""
    renewed_by: str = ""
    replaces: str = ""
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """A certificate whose holder was erased at their wish: that it was one, and nothing more."""

    number: str
    erased_at: datetime


def by_code(code: str, *, on: date, known: datetime) -> Shown | Erased | None:
    """The certificate of this code as it stood ``on`` a day; ``None``: nothing that may be shown."""
    found = _look(Certificate.code == (rules.read_code(code) or NO_NUMBER), on=on, known=known)
    if isinstance(found, Shown):
        return found
    return found if isinstance(found, Erased) and found.erased_at <= known else None


def by_number(number: str, name: str, *, on: date, known: datetime) -> Shown | None:
    """The same by number and the holder's whole name."""
    found = _look(Certificate.number == (rules.read_number(number) or NO_NUMBER), on=on, known=known, name=name)
    return found if isinstance(found, Shown) else None


def _look(where: ColumnElement[bool], *, on: date, known: datetime, name: str | None = None) -> Shown | Erased | None:
    row = db.session.execute(
        select(Certificate, persons.has_agreed(ConsentPurpose.CERTIFICATE_CHECK), Mandate.number, Course.code)
        .join(Person, Person.id == Certificate.person_id)
        .join(Mandate, Mandate.id == Certificate.mandate_id)
        .join(Course, Course.id == Certificate.course_id)
        .where(where)
    ).one_or_none()
    one, agreed, mandate, course = row if row is not None else (None, False, "", "")
    number = one.number if one is not None else NO_NUMBER
    stands = events.standing_at(queries.events_of([number]).get(number, ()), on, known=known)
    beside = neighbours(one)
    right = name is None or rules.same_name(name, one.name if one is not None else NO_NUMBER)
    if one is not None and one.erased_at is not None:
        return Erased(one.number, one.erased_at)
    if one is None or stands is None or not agreed or not right:
        return None
    return shown(one, stands, beside, mandate=mandate, course=course, on=on, known=known)


def neighbours(one: Certificate | None) -> list[Certificate]:
    """The certificates before and after one in its chain. One statement."""
    own = one.id if one is not None else 0
    before = [one.renews_id or 0, one.replaces_id or 0] if one is not None else [0, 0]
    found = select(Certificate).where(
        or_(Certificate.id.in_(before), Certificate.renews_id == own, Certificate.replaces_id == own)
    )
    return list(db.session.scalars(found.order_by(Certificate.id)))


def shown(
    one: Certificate,
    stands: StandingAt,
    beside: list[Certificate],
    *,
    mandate: str,
    course: str,
    on: date,
    known: datetime,
    whole_name: bool = False,
) -> Shown:
    """A certificate as it is shown, with its neighbours' numbers as far as they were known."""
    numbers = {other.id: other.number for other in beside if other.issued_at <= known}

    def after(link: str) -> str:
        return next((other.number for other in beside if getattr(other, link) == one.id and other.id in numbers), "")

    return Shown(
        number=one.number,
        code=one.code,
        name=one.name if whole_name else rules.masked(one.name),
        course=course,
        title=one.title,
        occupation=one.occupation,
        level=one.level,
        hours=one.hours,
        issued_on=one.issued_on,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        mandate=mandate,
        stands=stands,
        on=on,
        known=known,
        renews=numbers.get(one.renews_id or 0, ""),
        renewed_by=after("renews_id"),
        replaces=numbers.get(one.replaces_id or 0, ""),
        replaced_by=after("replaces_id"),
    )


def shown_of(
    certificates: Iterable[Certificate], *, on: date, known: datetime, whole_name: bool = True
) -> dict[int, Shown]:
    """Certificates as their holder shows them, by id, however many in four statements; those not known then are left out."""
    those = list(certificates)
    stands = queries.standings(those, on, known=known)
    ids = {one.id for one in those}
    linked = {one for each in those for one in (each.renews_id, each.replaces_id) if one is not None}
    found = select(Certificate).where(
        or_(Certificate.id.in_(linked), Certificate.renews_id.in_(ids), Certificate.replaces_id.in_(ids))
    )
    beside = list(db.session.scalars(found.order_by(Certificate.id)))
    mandates = _names(select(Mandate.id, Mandate.number).where(Mandate.id.in_({one.mandate_id for one in those})))
    courses = _names(select(Course.id, Course.code).where(Course.id.in_({one.course_id for one in those})))
    return {
        one.id: shown(
            one,
            at,
            beside,
            mandate=mandates[one.mandate_id],
            course=courses[one.course_id],
            on=on,
            known=known,
            whole_name=whole_name,
        )
        for one in those
        if (at := stands[one.id]) is not None
    }


def _names(statement: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(statement)}


def of_own_people(actor: Actor, *, now: datetime, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """The certificates of an enterprise's own people who agreed to it, by name: (shown, person). Five statements.

    Raises NotFound for whoever acts for no enterprise.
    """
    if not policy.read_own_people(actor):
        raise NotFound
    today, number, per_page = civil_date(now), max(1, number), min(max(1, per_page), LARGEST_PAGE)
    found = (
        select(Certificate, Person)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.person_id.in_(persons.shared_ids(actor.enterprise_id or 0, today)))
        .order_by(Person.name, Person.id, Certificate.id)
    )
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = db.session.execute(found.limit(per_page).offset((number - 1) * per_page)).all()
    told = shown_of([one for one, _person in rows], on=today, known=now)
    return Page([(told[one.id], person) for one, person in rows if one.id in told], number, per_page, total)
