"""A receipt as programs get it: as given, and as it stands now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from association.kernel.dates import show_utc
from association.kernel.i18n import _
from association.web.render import absolute
from association.workbooks.cells import letters
from association.workbooks.reading import Said
from catalog.verifications import receipts, words
from catalog.verifications.kept import KeptLine
from catalog.verifications.models import Verification, VerificationSettlement
from catalog.verifications.queries import Answer
from catalog.verifications.shapes import line_json
from catalog.verifications.workbooks import Opened


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


def kept_json(
    verification: Verification, lines: Sequence[KeptLine], answers: Sequence[Answer], *, now: datetime
) -> dict[str, Any]:
    """A receipt read again: as given, and as it stands now."""
    newest = answers[0].head
    return {
        **receipt_json(verification),
        "questions": [line.question for line in lines],
        "lines": [line.answer for line in lines],
        "now": [now_json(line, answer) for line, answer in zip(lines, answers, strict=True)],
        "now_head": {"entry": newest.entry, "hash": newest.hash},
        "now_at": show_utc(now),
    }


def now_json(line: KeptLine, answer: Answer) -> dict[str, Any]:
    """How a line stands now beside how it was answered."""
    now = line_json(answer)
    differs = receipts.differing(line.answer, now)
    return {
        **now,
        "position": line.position,
        "changed": bool(differs),
        "differs": differs,
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


def workbook_json(opened: Opened) -> dict[str, Any]:
    """How a workbook was read."""
    reading, layout = opened.reading, opened.layout
    return {
        "sheet": layout.sheet.name,
        "heading_row": layout.heading_row,
        "columns": {letters(one.column): one.key or None for one in layout.headings},
        "rows": reading.counts.rows,
        "good": reading.counts.good,
        "faulty": reading.counts.faulty,
        "left_out": reading.counts.left_out,
        "line_rows": [line.row for line in reading.good],
        "faults": [_cell_json(one) for line in reading.faulty for one in line.faults],
        "remarks": [_cell_json(one) for line in reading.good for one in line.remarks],
        "rows_left_out": [{"row": row, "code": why.value} for row, why in reading.left_out],
        "notices": [sentence for _code, sentence in reading.notices],
    }


def _cell_json(one: Said) -> dict[str, str]:
    return {"cell": one.cell, "column": one.key, "code": one.code, "detail": one.detail}
