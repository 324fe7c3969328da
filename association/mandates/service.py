"""Recording and ending entrustments."""

from datetime import date, datetime

from association import policy
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.mandates.models import Mandate
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
        mandate.note = note.strip() or mandate.note
        ledger.record(
            "mandate.ended",
            f"mandate:{mandate.id}",
            actor=actor,
            at=now,
            last_day=last_day.isoformat(),
            note=note,
        )
