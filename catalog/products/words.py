"""The ledger's lines on an application in plain words, for its people and for the desk. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from association.kernel.dates import civil_date
from association.kernel.i18n import N_, _, pick, show_moment
from catalog.categories.rules import CatalogView
from catalog.vocabulary import EvidenceKind


class Line(Protocol):
    """A line of the ledger, by what is told of it."""

    @property
    def at(self) -> datetime: ...
    @property
    def action(self) -> str: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, ready for a timeline."""

    when: str
    title: str
    text: str = ""
    by: str = ""
    tone: str = ""
    sign: str = "dot"


# action: (title, tone, sign)
_WORDS: Mapping[str, tuple[str, str, str]] = {
    "product.drafted": (N_("建立草稿"), "out", "pencil"),
    "product.saved": (N_("保存修改"), "out", "pencil"),
    "product.paper_added": (N_("附上证明材料"), "out", "file"),
    "product.paper_removed": (N_("移除证明材料"), "out", "file"),
    "product.submitted": (N_("提交申请"), "info", "tray"),
    "product.withdrawn": (N_("撤回申请"), "out", "slash-circle"),
    "case.returned": (N_("退回补正"), "warn", "return"),
    "case.approved": (N_("予以登记"), "good", "ledger"),
    "case.refusal_proposed": (N_("拟不予登记，等待第二人复核"), "warn", "two-people"),
    "case.refusal_confirmed": (N_("不予登记"), "bad", "minus-octagon"),
    "case.refusal_rejected": (N_("复核未同意不予登记，继续审查"), "info", "return"),
}
# What the desk says to itself before a decision is final.
_INTERNAL = frozenset({"case.refusal_proposed", "case.refusal_rejected"})
_KINDS = {kind.value: kind for kind in EvidenceKind}


def ground_name(view: CatalogView, code: str | None, on: datetime) -> str:
    """A published ground by name; its code where it is no longer published."""
    if not code:
        return ""
    found = next((one for one in view.grounds(civil_date(on)) if one.code == code), None)
    return pick(found) if found is not None else code


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that the desk sent: of which round, whether the application was returned (else refused), and when."""

    round: int
    returned: bool
    on: date


def letters(lines: Iterable[Line]) -> list[Letter]:
    """Every letter of the case, newest first."""
    sent = [
        Letter(int(line.facts["round"]), line.action == "case.returned", civil_date(line.at))
        for line in lines
        if line.action in ("case.returned", "case.refusal_confirmed")
    ]
    return sorted(sent, key=lambda letter: letter.round, reverse=True)


def history(lines: Iterable[Line], view: CatalogView, *, desk: bool) -> list[Event]:
    """What happened, newest first; savings in a row are told once.

    To the applicant (``desk`` false) the association speaks as one, and only of what is decided.
    """
    events: list[Event] = []
    before = ""
    for line in lines:
        title, tone, sign = _WORDS.get(line.action, (line.action, "out", "dot"))
        of_desk = line.action.startswith("case.")
        text = "" if of_desk and not desk and line.action in _INTERNAL else _text(line, view)
        by = _("协会") if of_desk and not desk else line.actor_name
        event = Event(show_moment(line.at), _(title), text, by, tone, sign)
        if line.action == before == "product.saved":
            events.pop()
        events.append(event)
        before = line.action
    return events[::-1]


def _text(line: Line, view: CatalogView) -> str:
    facts = line.facts
    if line.action in ("product.paper_added", "product.paper_removed"):
        kind = _KINDS.get(str(facts.get("kind")))
        return f"{kind.label if kind else facts.get('kind')} {facts.get('number')}"
    if line.action == "product.submitted":
        return _("第{round}次提交", round=facts.get("round"))
    if line.action == "case.approved":
        return _("登记编号 {number}", number=facts.get("number"))
    parts = [ground_name(view, facts.get("ground"), line.at), str(facts.get("reason") or "")]
    said = _("：").join(part for part in parts if part)
    remarks = facts.get("remarks") or {}
    return said or (_("{count}处意见", count=len(remarks)) if remarks else "")


def last_of(lines: Sequence[Line], action: str) -> Line | None:
    """The last line of that action."""
    return next((line for line in reversed(lines) if line.action == action), None)
