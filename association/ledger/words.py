"""What each action and each kind of subject is called. Every floor hands in its own words, through its wiring."""

from collections.abc import Mapping

from association.kernel.i18n import N_, _

ACTIONS: dict[str, str] = {}
# Kind of subject → its word, and the address of its page where it has one.
SUBJECTS: dict[str, tuple[str, str]] = {}
VIA = {
    "page": N_("网页"),
    "api": N_("接口"),
    "calendar": N_("日历"),
    "command": N_("运维命令"),
}
NOT_PEOPLE = {"calendar": N_("日历"), "operator": N_("运维人员"), "practitioner": N_("从业人员（本人）")}


def publish(actions: Mapping[str, str], subjects: Mapping[str, tuple[str, str]]) -> None:
    """Add a floor's words."""
    ACTIONS.update(actions)
    SUBJECTS.update(subjects)


def action_word(action: str) -> str:
    """The action in the reader's language; its code where nobody handed in a word."""
    return _(ACTIONS[action]) if action in ACTIONS else action


def subject_word(subject: str) -> str:
    """``product:17`` in the reader's language."""
    kind, _colon, which = subject.partition(":")
    return f"{_(SUBJECTS[kind][0])} {which}" if kind in SUBJECTS else subject


def subject_url(subject: str) -> str:
    """Where the subject is shown; empty when it has no page of its own."""
    kind, _colon, which = subject.partition(":")
    return SUBJECTS[kind][1].format(which) if kind in SUBJECTS and SUBJECTS[kind][1] else ""


def via_word(via: str) -> str:
    """The way by which it was done."""
    return _(VIA[via]) if via in VIA else via


def actor_word(name: str) -> str:
    """Who did it: people by their names, the calendar and the operator by their words."""
    return _(NOT_PEOPLE[name]) if name in NOT_PEOPLE else name
