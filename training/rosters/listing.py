"""A roster as the desk reads it: filtered, sorted, page by page, and as a workbook. The same few statements however long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from association.enterprises.models import Enterprise
from association.kernel.db import db
from association.kernel.i18n import N_, _, show_moment
from association.kernel.pagination import Page
from association.persons import queries as persons
from association.persons import rules as persons_rules
from association.persons.models import Person
from association.vocabulary import ConsentPurpose
from association.workbooks import writing
from training.rosters.models import Enrolment, TrainingClass
from training.vocabulary import EnrolmentState

PER_PAGE = 100
# What the states follow one another by, and what is meant when none is asked for: who is in the class or waits.
STATES = (EnrolmentState.ENROLLED, EnrolmentState.WAITING, EnrolmentState.WITHDRAWN)
PRESENT = (EnrolmentState.ENROLLED, EnrolmentState.WAITING)
SORTS = {"arrival": N_("报名次序"), "name": N_("姓名"), "enterprise": N_("工作单位"), "state": N_("状态")}
LACKS = {"consent": N_("尚未同意培训告知"), "card": N_("身份证尚未核对")}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for: parts of names, one state, what is lacking (``LACKS``); sorted by one of ``SORTS``."""

    name: str = ""
    enterprise: str = ""
    state: EnrolmentState | None = None
    lacks: str = ""
    sort: str = "arrival"
    down: bool = False

    @property
    def narrow(self) -> bool:
        """Whether anything but the order was asked for."""
        return bool(self.name or self.enterprise or self.state or self.lacks)


def filters(asked: Mapping[str, Any], *, files: bool) -> Filters:
    """What was asked, without what nobody knows; without ``files`` nothing is found by what the files say."""
    known = {"sort": (SORTS, "arrival"), "lacks": (LACKS if files else {}, "")}
    words = {name: asked[name] if asked[name] in codes else other for name, (codes, other) in known.items()}
    return Filters(**(dict(asked) | words))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: ``number`` is the place in which somebody enrolled, the same whatever is filtered."""

    row: Enrolment
    person: Person
    enterprise: str
    number: int
    agrees: bool


def _agrees() -> ColumnElement[bool]:
    return persons.has_agreed(ConsentPurpose.TRAINING)


def _entries(class_id: int, filters: Filters) -> Select[Enrolment, Person, str, int, bool]:
    arrival = func.row_number().over(order_by=(Enrolment.queued_at, Enrolment.id)).label("number")
    came = select(Enrolment.id.label("id"), arrival).where(Enrolment.class_id == class_id).subquery()
    rows = (
        select(Enrolment, Person, Enterprise.name, came.c.number, _agrees().label("agrees"))
        .join(came, came.c.id == Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Enterprise, Enterprise.id == Enrolment.enterprise_id)
        .where(Person.erased_at.is_(None), Enrolment.state.in_((filters.state,) if filters.state else PRESENT))
    )
    if filters.name:
        rows = rows.where(Person.name.contains(persons_rules.normal_name(filters.name), autoescape=True))
    if filters.enterprise:
        rows = rows.where(Enterprise.name.contains(filters.enterprise.strip(), autoescape=True))
    if filters.lacks == "consent":
        rows = rows.where(~_agrees())
    elif filters.lacks == "card":
        rows = rows.where(Person.checked_at.is_(None))
    return rows.order_by(*_order(filters, came.c.number))


def lacking(class_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """For each class of how many who take part or wait something is lacking, by ``LACKS``. One statement."""
    lacks = {"consent": ~_agrees(), "card": Person.checked_at.is_(None)}
    counted = (
        select(Enrolment.class_id, *(func.sum(case((lack, 1), else_=0)) for lack in lacks.values()))
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_id.in_(list(class_ids)), Enrolment.state.in_(PRESENT), Person.erased_at.is_(None))
        .group_by(Enrolment.class_id)
    )
    return {
        class_id: {code: int(number) for code, number in zip(lacks, numbers, strict=True) if number}
        for class_id, *numbers in db.session.execute(counted)
    }


def _order(filters: Filters, number: ColumnElement[int]) -> Sequence[Any]:
    by: dict[str, Any] = {
        "name": Person.name,
        "enterprise": func.coalesce(Enterprise.name, ""),
        "state": case({state: place for place, state in enumerate(STATES)}, value=Enrolment.state),
    }
    first = by.get(filters.sort, number)
    return (first.desc() if filters.down else first, number)


def _shown(rows: Any) -> list[Entry]:
    return [Entry(row, person, firm or "", number, bool(agrees)) for row, person, firm, number, agrees in rows]


def entries(class_id: int, filters: Filters, *, number: int = 1) -> Page:
    """A page of the roster. Two statements."""
    rows, number = _entries(class_id, filters), max(1, number)
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    shown = db.session.execute(rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page(_shown(shown), number, PER_PAGE, total)


def chosen(of: TrainingClass, ids: Sequence[int]) -> list[Entry]:
    """The lines with these ids that are still in the class or wait; others of them are left out. One statement."""
    rows = _entries(of.id, Filters()).where(Enrolment.id.in_(list(ids)))
    return _shown(db.session.execute(rows))


def whole(of: TrainingClass, filters: Filters) -> list[Entry]:
    """All that the filters leave, in their order. One statement."""
    return _shown(db.session.execute(_entries(of.id, filters)))


def workbook(of: TrainingClass, filters: Filters, *, files: bool) -> bytes:
    """All that the filters leave, as xlsx. ``files``: with what only those who keep the persons' files may know.

    Of identity numbers only the last four characters go out; names are text cells, whatever they look like.
    """
    headings = [(_("次序"), 8), (_("姓名"), 18), (_("工作单位"), 36), (_("状态"), 10), (_("报名时间"), 20)]
    if files:
        headings += [(_("身份证号码末四位"), 18), (_("培训告知"), 12), (_("身份证核对"), 12)]
    return writing.workbook(_("学员名单"), headings, (_row(one, files) for one in whole(of, filters)))


def _row(one: Entry, files: bool) -> list[writing.Value]:
    row: list[writing.Value] = [
        one.number, one.person.name, one.enterprise, one.row.state.label, show_moment(one.row.queued_at)
    ]  # fmt: skip
    if files:
        agreed = _("已同意") if one.agrees else _("未同意")
        row += [one.person.identity_tail, agreed, _("已核对") if one.person.checked_at else _("未核对")]
    return row
