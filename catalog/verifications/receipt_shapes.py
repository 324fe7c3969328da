"""A receipt as programs get it: as given, and as it stands now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from association.kernel.dates import show_utc
from association.kernel.i18n import _
from association.vocabulary import MessageChannel
from association.web.render import absolute
from catalog.verifications import words
from catalog.verifications.kept import KeptLine, Now
from catalog.verifications.models import Verification, VerificationSettlement, VerificationWorkbook
from catalog.verifications.service import Notified
from catalog.verifications.shapes import line_json


def receipt_json(verification: Verification) -> dict[str, Any]:
    """A receipt without its lines."""
    return {
        "receipt": verification.receipt,
        "url": absolute(url_for("verifications_public.receipt", receipt=verification.receipt)),
        "asked_at": show_utc(verification.asked_at),
        "known": show_utc(verification.known),
        "on": verification.on.isoformat(),
        "made_on": verification.made_on.isoformat() if verification.made_on else None,
        "purpose": verification.purpose,
        "project": verification.project,
        "language": verification.language,
        "head": {"entry": verification.head_entry, "hash": verification.head_hash},
        "summary": verification.summary,
        "disclaimer": _(words.DISCLAIMER),
    }


def notify_json(told: Sequence[Notified]) -> dict[str, Any]:
    """What became of the addresses that came with a list."""
    return {one.channel.value if one.channel is MessageChannel.WEBHOOK else "email": _left_json(one) for one in told}


def _left_json(one: Notified) -> dict[str, Any]:
    if one.left is None:
        return {"left": False, "detail": one.why_not}
    if one.channel is not MessageChannel.WEBHOOK:
        # What opens its page says yes for the address: it is for the reader of the letter alone.
        return {"left": True}
    page = absolute(url_for("subscriptions_public.show", code=one.left.code))
    return {"left": True, "until": one.left.until.isoformat(), "subscription": page}


def kept_json(
    verification: Verification,
    lines: Sequence[KeptLine],
    answers: Sequence[Now],
    *,
    workbook: VerificationWorkbook | None,
    now: datetime,
) -> dict[str, Any]:
    """A receipt read again: as given, and as it stands now."""
    newest = answers[0].answer.head
    return {
        **receipt_json(verification),
        **({"workbook": workbook_json(workbook)} if workbook is not None else {}),
        "questions": [line.question for line in lines],
        "lines": [line.answer for line in lines],
        "now": [now_json(line, answer) for line, answer in zip(lines, answers, strict=True)],
        "now_head": {"entry": newest.entry, "hash": newest.hash},
        "now_at": show_utc(now),
    }


def now_json(line: KeptLine, now: Now) -> dict[str, Any]:
    """How a line stands now beside how it was answered."""
    today = now.today
    return {
        **line_json(now.answer),
        "position": line.position,
        "changed": bool(now.differs),
        "differs": now.differs,
        "standing_now": {"standing": today.standing.value, "since": today.since.isoformat() if today.since else None}
        if today
        else None,
        "settled": [settled_json(one) for one in line.settlements],
    }


def settled_json(one: VerificationSettlement) -> dict[str, Any]:
    """One settlement: which registration, who, why, when."""
    return {
        "number": one.number,
        "verdict": one.verdict.value if one.verdict else None,
        "reason": one.reason,
        "by": one.by_name,
        "at": show_utc(one.settled_at),
    }


def workbook_json(workbook: VerificationWorkbook) -> dict[str, Any]:
    """How a workbook was read, as it is kept. Of older receipts only the sentences were kept."""
    said = workbook.said
    read = said.get("read") or {
        "columns": {},
        "faults": [{"cell": "", "column": "", "code": "", "detail": sentence} for sentence in said["faults"]],
        "remarks": [],
        "rows_left_out": [],
    }
    return {
        "sheet": workbook.sheet,
        "heading_row": workbook.heading_row,
        "rows": workbook.good + workbook.faulty + workbook.left_out,
        "good": workbook.good,
        "faulty": workbook.faulty,
        "left_out": workbook.left_out,
        "line_rows": workbook.rows,
        "notices": said["notices"],
        **read,
    }
