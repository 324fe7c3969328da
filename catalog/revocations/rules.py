"""What may be proposed about a registration, and what a proposal must say (Art. 12; Art. 18 item 7). Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from association.kernel.errors import Shortfall
from association.kernel.i18n import _, show_date
from association.outbox.rules import shown_address
from association.vocabulary import MessageChannel
from catalog.register.rules import Entry, may_follow, standing_at
from catalog.vocabulary import EntryKind, RevocationKind, Standing

ENTRY_OF = {
    RevocationKind.SUSPENSION: EntryKind.SUSPENDED,
    RevocationKind.REVOCATION: EntryKind.REVOKED,
    RevocationKind.REINSTATEMENT: EntryKind.REINSTATED,
    RevocationKind.CANCELLATION: EntryKind.CANCELLED,
}

# The desk proposes these; a cancellation is the registrant's own wish and needs no second person.
BY_THE_DESK = (RevocationKind.SUSPENSION, RevocationKind.REVOCATION, RevocationKind.REINSTATEMENT)


def possible(entries: Sequence[Entry], *, today: date) -> list[RevocationKind]:
    """What may happen next to a registration whose ``entries`` (in effect) these are."""
    standing = standing_at(entries, today).standing
    found = []
    if standing in (Standing.IN_FORCE, Standing.NOT_YET_VALID):
        found.append(RevocationKind.SUSPENSION)
    if may_follow(entries, EntryKind.REVOKED):
        found.append(RevocationKind.REVOCATION)
    if standing is Standing.SUSPENDED or revoked_by(entries) is not None:
        found.append(RevocationKind.REINSTATEMENT)
    if standing in (Standing.IN_FORCE, Standing.NOT_YET_VALID, Standing.SUSPENDED):
        found.append(RevocationKind.CANCELLATION)
    return found


def revoked_by(entries: Sequence[Entry]) -> Entry | None:
    """The revocation among ``entries`` (in effect): taken back, it is corrected as if it had not been made."""
    return next((one for one in entries if one.kind is EntryKind.REVOKED), None)


def still_stands(entries: Sequence[Entry], kind: RevocationKind, entry: int | None) -> bool:
    """Whether what ``entry`` did is not undone in ``entries`` (in effect): a revocation by a correction, a suspension by
    one or by a reinstatement after it."""
    if all(one.entry != entry for one in entries):
        return False
    lifted = (one for one in entries if one.kind is EntryKind.REINSTATED and entry is not None and one.entry > entry)
    return kind is not RevocationKind.SUSPENSION or next(lifted, None) is None


def last_day_to_object(decided_on: date, days: int) -> date:
    return decided_on + timedelta(days=days)


def grounds_hold(kind: RevocationKind, ground: str | None, published: Collection[str]) -> bool:
    """Whether ``ground`` is among those ``published`` for this kind: only such a one takes a registration away."""
    return kind is RevocationKind.REINSTATEMENT or (ground is not None and ground in published)


def shortfalls(
    kind: RevocationKind,
    *,
    ground: str | None,
    reason: str,
    effective_from: date,
    first_day: date,
    published: Collection[str],
    today: date,
) -> list[Shortfall]:
    """What a proposal lacks. Suspension and revocation may reach back, but not before the first day of registration; of
    one that is yet to begin they are from that day. A reinstatement counts from the day on which it is confirmed."""
    found: list[Shortfall] = []
    if kind not in BY_THE_DESK:
        found.append(Shortfall("kind", "choice", _("注销由登记人自行办理；请选择暂停、撤销或恢复。")))
        return found
    if not grounds_hold(kind, ground, published):
        found.append(Shortfall("ground", "choice", _("请选择一项已公布、可用于{kind}的事由。", kind=kind.label)))
    if not reason:
        found.append(Shortfall("reason", "missing", _("请写明理由；确认后将在登记簿公开。")))
    if kind is RevocationKind.REINSTATEMENT:
        if effective_from != today:
            found.append(Shortfall("effective_from", "not_today", _("恢复自确认之日起生效，请填今天。")))
    elif effective_from > max(today, first_day):
        found.append(Shortfall("effective_from", "too_late", _("生效日期不能晚于今天。")))
    elif effective_from < first_day:
        found.append(
            Shortfall(
                "effective_from",
                "too_early",
                _("生效日期不能早于首次登记之日（{day}）。", day=show_date(first_day)),
            )
        )
    return found


def shown(channel: MessageChannel, address: str) -> str:
    """An address that was left, as it may be shown to whoever holds the receipt: enough to know it again."""
    if channel is MessageChannel.WEBHOOK:
        return shown_address(address)
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"


def takes_effect(kind: RevocationKind, wanted: date, *, revoked_from: date | None, today: date) -> date:
    """The day of the entry: suspension and revocation may lie before the day on which it is recorded. A revocation that
    is taken back (``revoked_from``: its first day) never counted; any other reinstatement counts from today."""
    if kind is RevocationKind.REINSTATEMENT:
        return revoked_from or today
    return wanted if kind in (RevocationKind.SUSPENSION, RevocationKind.REVOCATION) else max(wanted, today)
