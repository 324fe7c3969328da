"""Clashes of lessons, places and the waiting list. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _, show_moment
from training.vocabulary import ClassState, EnrolmentState

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,29}", re.ASCII)
LARGEST_CLASS = 2000
LARGEST_FEE = 1_000_000
LONGEST_LESSON_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True)
class Slot:
    """A lesson as far as clashes go: who and what it occupies, from when to when (end not included)."""

    starts_at: datetime
    ends_at: datetime
    title: str
    class_code: str
    lesson_id: int | None = None
    room_id: int | None = None
    trainer_id: int | None = None


def meets(one: Slot, other: Slot) -> bool:
    """Whether two lessons share time; one may begin when the other ends."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


CLASHES = {
    "room": N_("场地已被占用：{code}《{title}》{when}"),
    "trainer": N_("教员另有课：{code}《{title}》{when}"),
    "starts_at": N_("本班同一时间另有课：《{title}》{when}"),
    "class": N_("与已报名的班级时间冲突：{code}《{title}》{when}"),
}


def clashes(planned: Slot, known: Iterable[Slot]) -> list[Shortfall]:
    """What a lesson would clash with: its room, its trainer, or another lesson of its class; each is named."""
    found: dict[str, Shortfall] = {}
    for one in known:
        if (one.lesson_id is not None and one.lesson_id == planned.lesson_id) or not meets(planned, one):
            continue
        if one.class_code == planned.class_code:
            found.setdefault("starts_at", clash("starts_at", one))
        if planned.room_id is not None and one.room_id == planned.room_id:
            found.setdefault("room", clash("room", one))
        if planned.trainer_id is not None and one.trainer_id == planned.trainer_id:
            found.setdefault("trainer", clash("trainer", one))
    return [found[name] for name in ("starts_at", "room", "trainer") if name in found]


def seats_short(room: str, seats: int, *, enrolled: int, capacity: int) -> str:
    """What is said of a room with fewer seats than people or places, empty when it has enough.

    A warning and no refusal: chairs are brought, and practice is done in groups.
    """
    if seats >= max(enrolled, capacity):
        return ""
    if seats < enrolled:
        return _("场地“{room}”只有{seats}个座位，本班已报{count}人。", room=room, seats=seats, count=enrolled)
    return _("场地“{room}”只有{seats}个座位，本班名额{count}人。", room=room, seats=seats, count=capacity)


def learner_clash(planned: Sequence[Slot], own: Sequence[Slot]) -> Shortfall | None:
    """The first lesson of somebody's other classes that meets one of ``planned``."""
    mine = sorted(own, key=lambda one: one.starts_at)
    for one in sorted(planned, key=lambda each: each.starts_at):
        for other in mine:
            if meets(one, other):
                return clash("class", other)
    return None


def clash(field: str, other: Slot) -> Shortfall:
    """What ``other`` stands in the way of, in words."""
    detail = _(CLASHES[field], code=other.class_code, title=other.title, when=show_moment(other.starts_at))
    return Shortfall(field, f"clash_{field}", detail)


def may_enrol(state: ClassState, enrol_until: date, begins: date, *, today: date, by_desk: bool) -> str:
    """Why nobody can enrol now, in words; empty when they can. The desk may enrol until the class begins."""
    if state is ClassState.CANCELLED:
        return _("这个班级已取消。")
    if by_desk:
        return ""
    if state is not ClassState.OPEN:
        return _("这个班级现在不接受报名（{state}）。", state=state.label)
    if today > enrol_until or today > begins:
        return _("报名已截止。")
    return ""


def place_of(taken: int, capacity: int, waiting: int) -> EnrolmentState:
    """What whoever comes next gets: a place while there are any and nobody waits for one, else a place in the line."""
    return EnrolmentState.ENROLLED if taken < capacity and waiting == 0 else EnrolmentState.WAITING
