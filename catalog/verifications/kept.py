"""Questions about what is kept: a receipt by its code, its lines, how they stand now, who relied on a registration."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.kernel.pagination import PER_PAGE, Page
from catalog.categories import queries as categories
from catalog.register import many as registered
from catalog.register.rules import StandingAt
from catalog.verifications import many, receipts
from catalog.verifications.models import (
    Verification,
    VerificationLine,
    VerificationPart,
    VerificationSettlement,
)
from catalog.verifications.queries import Answer
from catalog.verifications.rules import NamedProof, Question
from catalog.verifications.shapes import line_json
from catalog.vocabulary import EvidenceKind, Verdict


def receipt(text: str) -> Verification:
    """The receipt whose code is ``text``. Raises NotFound; how long that takes says nothing about other codes."""
    code = receipts.read_code(text)
    found = db.session.scalar(select(Verification).where(Verification.receipt_hash == receipts.code_hash(code)))
    if found is None or not hmac.compare_digest(found.receipt, code):
        raise NotFound(_("没有这张核验回执。请核对回执编号，或打开收到的完整地址。"), code="unknown_receipt")
    return found


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line as it was asked and answered, its place in the list, and the settlements added since, oldest first."""

    position: int
    question: dict[str, Any]
    answer: dict[str, Any]
    settlements: tuple[VerificationSettlement, ...] = ()

    @property
    def settled(self) -> VerificationSettlement | None:
        """What counts of them: the last."""
        return self.settlements[-1] if self.settlements else None


def lines_of(
    verification: Verification, *, first: int = 1, last: int = receipts.MOST_LINES, verdict: Verdict | None = None
) -> list[KeptLine]:
    """The lines from position ``first`` to ``last``, or those of them with ``verdict``, in order. Two or three statements."""
    return list(each_line(verification, first=first, last=last, verdict=verdict))


def each_line(
    verification: Verification, *, first: int = 1, last: int = receipts.MOST_LINES, verdict: Verdict | None = None
) -> Iterator[KeptLine]:
    """The same one after the other: of a long list only a part is unpacked at a time."""
    part = VerificationPart.__table__.c
    begin = (first - 1) // receipts.PART * receipts.PART + 1
    wanted = None
    conditions = [part.verification_id == verification.id, part.first >= begin, part.first <= last]
    if verdict is not None:
        line = VerificationLine.__table__.c
        wanted = set(
            db.session.scalars(
                select(line.position).where(
                    line.verification_id == verification.id,
                    line.verdict == verdict,
                    line.position.between(first, last),
                )
            )
        )
    settled = settlements_of(verification)
    # The bodies are deflated: together they are small, and the statement is over before the first line is used.
    bodies = db.session.execute(select(part.first, part.body).where(*conditions).order_by(part.first)).all()
    for begins, body in bodies:
        for position, said in enumerate(receipts.unpacked(body), begins):
            if first <= position <= last and (wanted is None or position in wanted):
                yield KeptLine(position, said["question"], said["answer"], tuple(settled.get(position, ())))


def entries_of(verification: Verification) -> set[int]:
    """The register entries that the answers rely on. One statement."""
    line = VerificationLine.__table__.c
    mine = select(line.entry).distinct().where(line.verification_id == verification.id, line.entry.is_not(None))
    return set(db.session.scalars(mine))


def page_of_lines(
    verification: Verification, *, verdict: Verdict | None = None, number: int = 1, per_page: int = receipts.PART
) -> Page:
    """One page of the list, or of its lines with ``verdict``."""
    if verdict is None:
        first = (number - 1) * per_page + 1
        found = lines_of(verification, first=first, last=first + per_page - 1) if first <= verification.lines else []
        return Page(found, number, per_page, verification.lines)
    line = VerificationLine.__table__.c
    mine = (line.verification_id == verification.id, line.verdict == verdict)
    total = db.session.scalar(select(func.count()).select_from(VerificationLine).where(*mine)) or 0
    positions = db.session.scalars(
        select(line.position).where(*mine).order_by(line.position).limit(per_page).offset((number - 1) * per_page)
    ).all()
    if not positions:
        return Page([], number, per_page, total)
    found = lines_of(verification, first=positions[0], last=positions[-1], verdict=verdict)
    return Page(found, number, per_page, total)


def line_of(verification: Verification, position: int) -> KeptLine:
    """One line. Raises NotFound."""
    found = lines_of(verification, first=position, last=position) if 1 <= position <= verification.lines else []
    if not found:
        raise NotFound(_("清单中没有这一行。"))
    return found[0]


def settlements_of(verification: Verification) -> dict[int, list[VerificationSettlement]]:
    """What people settled, by position, oldest first. One statement."""
    found: dict[int, list[VerificationSettlement]] = {}
    statement = select(VerificationSettlement).where(VerificationSettlement.verification_id == verification.id)
    for one in db.session.scalars(statement.order_by(VerificationSettlement.id)):
        found.setdefault(one.position, []).append(one)
    return found


def asked_of(line: KeptLine) -> many.Asked:
    """The question of a kept line on its own days; of a settled one the registration that was chosen."""
    said = line.question
    question = receipts.question_of(said)
    if (proof := said.get("proof")) is not None:
        question = Question(
            **{name: getattr(question, name) for name in Question.__slots__ if name != "proof"},
            proof=NamedProof(EvidenceKind(proof["kind"]) if "kind" in proof else None, proof["number"]),
        )
    if (settled := line.settled) is not None and settled.number is not None:
        question = Question(number=settled.number, ref=question.ref, proof=question.proof)
    return many.Asked(question, date.fromisoformat(said["on"]), date.fromisoformat(said["made_on"]))


@dataclass(frozen=True, slots=True)
class Now:
    """How a line stands now: the same question answered again on its own days, and the standing today of the registration
    that it means, where that is another than on the line's day. ``differs`` names what is no longer as when it was asked."""

    answer: Answer
    today: StandingAt | None
    since_then: StandingAt | None
    differs: list[str]


def standing_now(verification: Verification, lines: Sequence[KeptLine], *, now: datetime) -> list[Now]:
    """How each of its lines stands now."""
    answers, head = many.answers([asked_of(line) for line in lines], categories.known_at(now), known=now)
    meant = {one.judgement.number for one in answers if one.judgement.number}
    then = verification.asked_at
    moments = ((civil_date(now), now), (civil_date(then), then))
    standings = registered.standings(meant, moments=moments, head=head)
    found = []
    for line, answer in zip(lines, answers, strict=True):
        said, (today, before) = line_json(answer), standings.get(answer.judgement.number or "", [None, None])
        differs = receipts.differing(line.answer, said)
        # The goods came on another day; what has become of the registration is worth knowing all the same.
        other = today if today and said["registration"]["standing"] != today.standing.value else None
        if other is not None and (before is None or before.standing is not other.standing):
            differs.append("standing_now")
        found.append(Now(answer, today, other, differs))
    return found


# -- who asked, and who relied -------------------------------------------------------------------------------------


def of_actor(actor: Actor, *, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """The receipts of ``actor``, newest first: a person's own, and those of the enterprise acted for."""
    mine = [Verification.account_id == actor.account_id]
    if actor.enterprise_id is not None:
        mine.append(Verification.enterprise_id == actor.enterprise_id)
    whose = or_(*mine)
    total = db.session.scalar(select(func.count()).select_from(Verification).where(whose)) or 0
    found = select(Verification).where(whose).order_by(Verification.id.desc())
    found = found.limit(per_page).offset((number - 1) * per_page)
    return Page(db.session.scalars(found).all(), number, per_page, total)


@dataclass(frozen=True, slots=True)
class Relied:
    """A receipt that somebody may rely on for a registration: who asked, and the positions of its compliant lines."""

    verification_id: int
    receipt: str
    asked_at: datetime
    account_id: int | None
    enterprise_id: int | None
    positions: tuple[int, ...]


def relied_on(number: str) -> list[Relied]:
    """Every receipt with a line found compliant by ``number``, or settled so (the last time it was), in order. Two statements, by index."""
    asked = Verification.__table__.c
    whose: dict[int, tuple[str, datetime, int | None, int | None]] = {}
    positions: dict[int, set[int]] = {}
    for table in (VerificationLine, VerificationSettlement):
        column = table.__table__.c
        found = (
            select(
                column.verification_id,
                column.position,
                asked.receipt,
                asked.asked_at,
                asked.account_id,
                asked.enterprise_id,
            )
            .join_from(table, Verification, asked.id == column.verification_id)
            .where(column.number == number, column.verdict == Verdict.COMPLIANT, *_counts(table))
        )
        for verification_id, position, code, asked_at, account_id, enterprise_id in db.session.execute(found):
            if verification_id not in whose:
                whose[verification_id] = (code, asked_at, account_id, enterprise_id)
                positions[verification_id] = set()
            positions[verification_id].add(position)
    return [Relied(one, *whose[one], tuple(sorted(positions[one]))) for one in sorted(whose)]


def _counts(table: type[VerificationLine | VerificationSettlement]) -> tuple[ColumnElement[bool], ...]:
    """Of a line that was settled several times only the last counts."""
    if table is VerificationLine:
        return ()
    one, later = VerificationSettlement.__table__.c, VerificationSettlement.__table__.alias("later").c
    same_line = (later.verification_id == one.verification_id, later.position == one.position)
    return (~exists().where(*same_line, later.id > one.id),)


def numbers_of(verification: Verification) -> list[str]:
    """The registrations that a receipt relied on."""
    found: set[str] = set()
    for table in (VerificationLine, VerificationSettlement):
        column = table.__table__.c
        mine = (column.verification_id == verification.id, column.verdict == Verdict.COMPLIANT, *_counts(table))
        found.update(db.session.scalars(select(column.number).where(*mine, column.number.is_not(None)).distinct()))
    return sorted(found)


def relying_on(number: str) -> Select[int]:
    """The same receipts' ids, to be asked within another statement."""
    line, settled = VerificationLine.__table__.c, VerificationSettlement.__table__.c
    lines = select(line.verification_id).where(line.number == number, line.verdict == Verdict.COMPLIANT)
    others = select(settled.verification_id).where(
        settled.number == number, settled.verdict == Verdict.COMPLIANT, *_counts(VerificationSettlement)
    )
    both = lines.union(others).subquery()
    return select(both.c.verification_id)
