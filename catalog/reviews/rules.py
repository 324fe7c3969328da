"""What a decision must say (Art. 18 item 7; published grounds only). Pure."""

from collections.abc import Collection, Mapping

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
