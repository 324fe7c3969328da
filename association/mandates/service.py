"""Recording and ending entrustments."""

from collections.abc import Iterable
from datetime import date, datetime

from association import policy
from association.documents.models import Filing
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _, show_date, speaking
from association.ledger import service as ledger
from association.mandates import queries, rules
from association.mandates.models import Mandate
from association.outbox import queries as outbox
from association.outbox import service as outbox_service
from association.vocabulary import MandateItem


def record_mandate(
    number: str,
    item: MandateItem,
    *,
    issuer: str,
    begins: date,
    ends: date | None = None,
    document_id: int | None = None,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Mandate:
    """Write down an entrustment from the office's letter. Raises Invalid."""
    require(policy.record_mandate, actor)
    found = [
        Shortfall(field, "blank", _("请填写此项"))
        for field, value in (("number", number), ("issuer", issuer))
        if not value.strip()
    ]
    if ends is not None and ends < begins:
        found.append(Shortfall("ends", "before_begin", _("截止日期不能早于开始日期")))
    if found:
        raise Invalid(_("填写内容有误，请按各项提示改正。"), found)
    mandate = Mandate(
        number=number.strip(),
        item=item,
        issuer=issuer.strip(),
        begins=begins,
        ends=ends,
        document_id=document_id,
        note=note.strip(),
        recorded_at=now,
    )
    with transaction():
        db.session.add(mandate)
        db.session.flush()
        ledger.record(
            "mandate.recorded",
            f"mandate:{mandate.id}",
            actor=actor,
            at=now,
            number=mandate.number,
            item=item.value,
            begins=begins.isoformat(),
            ends=ends.isoformat() if ends else None,
        )
    return mandate


def attach_scan(mandate: Mandate, scan: Filing, *, actor: Actor, now: datetime) -> None:
    """Put the letter to a mandate that has none; what is there is never replaced. Raises Conflict."""
    require(policy.record_mandate, actor)
    if mandate.document_id is not None:
        raise Conflict(_("委托文件已经上传，不能替换；有误的，请提前终止后重新登记。"))
    with transaction():
        mandate.document_id = scan.document_id
        ledger.record(
            "mandate.scan_filed", f"mandate:{mandate.id}", actor=actor, at=now, filing=scan.id, sha256=scan.sha256
        )


def remind(today: date, now: datetime, *, to: Iterable[tuple[int, str]]) -> int:
    """Owe ``to`` (accounts and addresses) a message on each mandate that is about to end; how many are new.

    Each reminder has a key of its own: doing it twice owes nothing twice.
    """
    owed: list[tuple[str, Mandate, int, str]] = []
    addressees = list(to)
    for mandate in queries.ending_within(max(rules.REMIND_DAYS), today):
        days = rules.due_reminder(mandate.last_day, today)
        for account_id, address in addressees:
            key = f"mandate:{mandate.id}:end:{mandate.last_day}:{days}:account:{account_id}"
            owed.append((key, mandate, account_id, address))
    known = outbox.known_keys([key for key, *_rest in owed])
    new = [one for one in owed if one[0] not in known]
    with transaction(), speaking("zh"):
        for key, mandate, account_id, address in new:
            words = {"item": mandate.item.label, "number": mandate.number, "day": show_date(mandate.last_day)}
            outbox_service.enqueue(
                key,
                to_account_id=account_id,
                to_address=address,
                subject=_("委托将于{day}到期：{item}", **words),
                body=_(
                    "“{item}”的委托（{number}）最后有效日为{day}，此后没有新的委托即不能办理。请及时办理续期，并在平台登记新的委托文件。",
                    **words,
                ),
                url=f"/association/mandates/{mandate.id}",
                spoken="zh",
                now=now,
            )
    return len(new)


def end_mandate(mandate: Mandate, *, last_day: date, note: str = "", actor: Actor, now: datetime) -> None:
    """It ends early, after ``last_day``; what was done under it stands. Raises Conflict, Invalid."""
    require(policy.end_mandate, actor)
    if mandate.ended_on is not None:
        raise Conflict(_("此项委托已登记提前终止。"))
    if last_day < mandate.begins or (mandate.ends is not None and last_day > mandate.ends):
        sentence = _("终止日期须在委托期间内")
        raise Invalid(_("填写内容有误，请按各项提示改正。"), [Shortfall("last_day", "outside", sentence)])
    with transaction():
        mandate.ended_on = last_day
        mandate.ended_note = note.strip()
        ledger.record(
            "mandate.ended",
            f"mandate:{mandate.id}",
            actor=actor,
            at=now,
            last_day=last_day.isoformat(),
            note=note,
        )
