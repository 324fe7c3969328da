"""What a decision must say (Art. 18 item 7; published grounds only). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from association.kernel.errors import Shortfall
from association.kernel.i18n import _
from catalog.vocabulary import CaseState, DecisionKind

# In which state of a case which decisions can be made.
POSSIBLE: Mapping[CaseState, frozenset[DecisionKind]] = {
    CaseState.SUBMITTED: frozenset({DecisionKind.RETURNED, DecisionKind.APPROVED, DecisionKind.REFUSAL_PROPOSED}),
    CaseState.REFUSAL_PROPOSED: frozenset({DecisionKind.REFUSAL_CONFIRMED, DecisionKind.REFUSAL_REJECTED}),
}

OUTCOME: Mapping[DecisionKind, CaseState] = {
    DecisionKind.RETURNED: CaseState.RETURNED,
    DecisionKind.APPROVED: CaseState.REGISTERED,
    DecisionKind.REFUSAL_PROPOSED: CaseState.REFUSAL_PROPOSED,
    DecisionKind.REFUSAL_CONFIRMED: CaseState.REFUSED,
    DecisionKind.REFUSAL_REJECTED: CaseState.SUBMITTED,
}

# Of these the applicant is told by letter; what the desk says to itself before is not for outside.
LETTERS = frozenset({DecisionKind.RETURNED, DecisionKind.REFUSAL_CONFIRMED})

SECOND_PERSON = frozenset({DecisionKind.REFUSAL_CONFIRMED, DecisionKind.REFUSAL_REJECTED})


def possible(state: CaseState) -> frozenset[DecisionKind]:
    """The decisions that a case in ``state`` is open for."""
    return POSSIBLE.get(state, frozenset())


def shortfalls(
    kind: DecisionKind, *, ground: str | None, reason: str, remarks: Mapping[str, str], published: Collection[str]
) -> list[Shortfall]:
    """What a decision lacks: a return says what to put right, a refusal names a published ground and says why."""
    found: list[Shortfall] = []
    if kind is DecisionKind.RETURNED and not reason and not any(remarks.values()):
        found.append(Shortfall("reason", "missing", _("请写明需要补正的内容：在相应字段旁填写，或在此填写总的意见")))
    if kind is DecisionKind.REFUSAL_PROPOSED:
        if not ground or ground not in published:
            found.append(Shortfall("ground", "choice", _("不予登记须选择一项已公布的事由")))
        if not reason:
            found.append(Shortfall("reason", "missing", _("请写明理由，申请人将看到这段文字")))
    if kind is DecisionKind.REFUSAL_REJECTED and not reason:
        found.append(Shortfall("reason", "missing", _("请写明退回重新审查的理由")))
    return found


@dataclass(frozen=True, slots=True)
class PaperBeside:
    """A paper of a frozen copy beside the copy before it: new, as it was, or gone."""

    paper: Mapping[str, Any]
    new: bool = False
    gone: bool = False


def papers_beside(before: Sequence[Mapping[str, Any]] | None, after: Sequence[Mapping[str, Any]]) -> list[PaperBeside]:
    """The papers under review, then those that are no longer there; nothing is new where nothing was before."""

    def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        keys = ("kind", "number", "issuer", "valid_from", "valid_until", "document")
        return all(one.get(key) == other.get(key) for key in keys)

    old = before or ()
    shown = [PaperBeside(one, new=before is not None and not any(same(one, was) for was in old)) for one in after]
    return shown + [PaperBeside(was, gone=True) for was in old if not any(same(was, one) for one in after)]
