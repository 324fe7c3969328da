"""What is done with a list: judge it and keep the receipt; settle a line that could not be decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert

from association.kernel.actors import Actor, require
from association.kernel.bulk import at_once
from association.kernel.dates import civil_date
from association.kernel.db import db, let_go, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _, language
from association.ledger import service as ledger
from association.signing.rules import Unsigned, canonical_plain
from association.vocabulary import MessageChannel
from catalog import policy
from catalog.categories import queries as categories
from catalog.categories.rules import CatalogView
from catalog.register import many as many_registered
from catalog.register import queries as register
from catalog.register.queries import Head
from catalog.subscriptions import queries as subscriptions_known
from catalog.subscriptions import service as subscriptions
from catalog.subscriptions.models import Subscription
from catalog.verifications import kept, many, proofs, receipts
from catalog.verifications.models import (
    Verification,
    VerificationLine,
    VerificationPart,
    VerificationSettlement,
)
from catalog.verifications.queries import Answer
from catalog.verifications.rules import Question
from catalog.verifications.shapes import line_json
from catalog.vocabulary import ReasonCode, Verdict

# Lines that are judged together: as many statements for each slice, as many answers in memory. A multiple of a part.
SLICE = 1_000


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line of a list; days that it leaves open are the list's."""

    question: Question
    on: date | None = None
    made_on: date | None = None


@dataclass(frozen=True, slots=True)
class AskedList:
    """A list to be judged. ``known`` is a moment not later than now; without ``on`` it is today."""

    lines: Sequence[AskedLine]
    known: datetime
    on: date | None = None
    made_on: date | None = None
    purpose: str = ""
    project: str = ""
    notify_email: str = ""
    notify_webhook: str = ""
    asker: str = ""  # a mark of who asks, where an address is left


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt just written, and its answers as JSON in order."""

    verification: Verification
    answers: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Notified:
    """What became of an address that came with a list: left, or else why not."""

    channel: MessageChannel
    left: Subscription | None
    why_not: str


class Outcome(NamedTuple):
    """What a line of a list came to: all of its answer that is kept beside the answer's text."""

    verdict: Verdict
    reason: ReasonCode | None
    number: str | None
    entry: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A list with its answers, ready to be kept: nothing of it is written yet."""

    asked: AskedList
    on: date
    current: bool  # asked for what is known now, not for what was known before
    outcomes: Sequence[Outcome]
    head: Head
    texts: Sequence[bytes]  # the answers as JSON, where they were wanted
    parts: Sequence[tuple[int, bytes]]


def verify(asked: AskedList, *, issuer: str = "", actor: Actor, now: datetime) -> Kept:
    """Judge every line and keep the receipt: all of it or nothing."""
    require(policy.verify_list, actor)
    return keep(judge(asked, now=now), issuer=issuer, actor=actor, now=now)


def judge(asked: AskedList, *, now: datetime, texts_too: bool = True) -> Judged:
    """Judge every line; without ``texts_too`` the answers are in the parts only. Writes nothing, and holds up nobody who does. Reads what is committed: what the caller has written
    and not committed stays as it is, and does not count."""
    view = categories.known_at(asked.known)
    # Judging only reads: whoever wants to write meanwhile need not wait for a long list.
    let_go()
    return _judge(asked, view, asked.on or civil_date(now), current=asked.known >= now, texts_too=texts_too)


def _judge(asked: AskedList, view: CatalogView, on: date, *, current: bool, texts_too: bool) -> Judged:
    head = None
    outcomes: list[Outcome] = []
    texts: list[bytes] = []
    parts: list[tuple[int, bytes]] = []
    # The answers themselves hold what the register knows of every line: of no use once they are written down, so of a
    # long list there are never more than those of a slice.
    for first in range(0, len(asked.lines), SLICE):
        with at_once():
            lines = [_days(line, on, asked.made_on) for line in asked.lines[first : first + SLICE]]
            answers, head = many.answers(lines, view, known=asked.known, head=head)
            # Texts and whole numbers under our own names (a test looks): written as they will be signed.
            said = [canonical_plain(line_json(one)) for one in answers]
            parts += receipts.packed([canonical_plain(receipts.asked_json(one)) for one in lines], said, first=first)
            outcomes += [_outcome(one) for one in answers]
            texts += said if texts_too else ()
    return Judged(asked, on, current, outcomes, head or many_registered.head(), texts, parts)


def _overtaken(judged: Judged) -> datetime | None:
    """Whether, while the list was judged, something was recorded about a registration that it calls compliant: the moment
    of the newest such entry. Of what was asked as known in the past nothing is overtaken. One statement."""
    relied = {one.number for one in judged.outcomes if one.verdict is Verdict.COMPLIANT}
    since = register.entered_after(judged.head.entry) if judged.current and relied else {}
    return max((at for number, at in since.items() if number in relied), default=None)


def _outcome(answer: Answer) -> Outcome:
    judged = answer.judgement
    return Outcome(judged.verdict, judged.reasons[0].code if judged.reasons else None, judged.number, judged.entry)


def keep(judged: Judged, *, issuer: str = "", actor: Actor, now: datetime) -> Kept:
    """Keep the receipt of a list that was judged: all of it or nothing.

    With ``issuer``, our address, it is signed at once; else when its signed form is first asked for.
    """
    require(policy.verify_list, actor)
    verification, content = _to_keep(judged, issuer=issuer, actor=actor, now=now)
    with transaction():
        # Who takes a registration away writes the register too: either they come later and find this receipt, or they
        # were first, and what they entered counts for it.
        ledger.advance("register")
        if (since := _overtaken(judged)) is not None:
            asked = replace(judged.asked, known=max(judged.asked.known, since))
            view = categories.known_at(asked.known)
            judged = _judge(asked, view, judged.on, current=True, texts_too=bool(judged.texts))
            verification, content = _to_keep(judged, issuer=issuer, actor=actor, now=now)
        outcomes = judged.outcomes
        db.session.add(verification)
        db.session.flush()
        db.session.execute(
            # The tables themselves: ten thousand rows need nothing of what is done for an object.
            insert(VerificationLine.__table__),
            [
                {
                    "verification_id": verification.id,
                    "position": position,
                    **one._asdict(),
                }
                for position, one in enumerate(outcomes, 1)
            ],
        )
        db.session.execute(
            insert(VerificationPart.__table__),
            [{"verification_id": verification.id, "first": first, "body": body} for first, body in judged.parts],
        )
        if content is not None:
            proofs.keep(verification, content, issuer=issuer, now=now)
        _leave(verification, judged.asked, actor=actor, now=now)
        # The code opens the receipt, so the ledger, which many may read, names it by its place.
        ledger.record("verification.kept", f"verification:{verification.id}", actor=actor, at=now, lines=len(outcomes))
    return Kept(verification, judged.texts)


def _to_keep(judged: Judged, *, issuer: str, actor: Actor, now: datetime) -> tuple[Verification, Unsigned | None]:
    """The receipt, and what of it is signed at once: all that takes long is done before the writer's place is taken."""
    asked, outcomes, code = judged.asked, judged.outcomes, receipts.new_code()
    verification = Verification(
        receipt=code,
        receipt_hash=receipts.code_hash(code),
        asked_at=now,
        known=asked.known,
        on=judged.on,
        made_on=asked.made_on,
        purpose=asked.purpose,
        project=asked.project,
        language=language(),
        head_entry=judged.head.entry,
        head_hash=judged.head.hash,
        account_id=actor.account_id,
        enterprise_id=actor.enterprise_id,
        lines=len(outcomes),
        summary=receipts.summary(one.verdict for one in outcomes),
    )
    if not issuer:
        return verification, None
    with at_once():
        lines = (receipts.as_signed(body) for _at, body in judged.parts)
        relied = {one.entry for one in outcomes if one.entry is not None}
        return verification, proofs.content_of(verification, lines, relied)


def _leave(verification: Verification, asked: AskedList, *, actor: Actor, now: datetime) -> None:
    """The addresses that came with the list: where to tell of what happens later to a registration relied on. One that has
    had enough is not added (``notified`` says so), and no list is lost for it."""
    for channel, address in _given(asked):
        if subscriptions.refusal(channel, address, asker=asked.asker, now=now) is None:
            subscriptions.leave(
                channel,
                address,
                verification_id=verification.id,
                asker=asked.asker,
                actor=actor,
                now=now,
                field="notify.email" if channel is MessageChannel.MAIL else "notify.webhook",
            )


def _given(asked: AskedList) -> list[tuple[MessageChannel, str]]:
    both = ((MessageChannel.MAIL, asked.notify_email), (MessageChannel.WEBHOOK, asked.notify_webhook))
    return [(channel, address) for channel, address in both if address]


def notified(verification: Verification, asked: AskedList, *, now: datetime) -> list[Notified]:
    """What became of the addresses that came with the list of a receipt just kept."""
    given, found = _given(asked), list[Notified]()
    left = subscriptions_known.of_receipt(verification.id, today=civil_date(now)) if given else ()
    for channel, address in given:
        one = next((one for one in left if one.channel is channel), None)
        found.append(Notified(channel, one, "" if one else _why_not(channel, address, asked, now)))
    return found


def not_left(verification: Verification, asked: AskedList, *, now: datetime) -> str:
    """In words, where an address was not taken down; else nothing."""
    return " ".join(one.why_not for one in notified(verification, asked, now=now) if one.left is None)


def _why_not(channel: MessageChannel, address: str, asked: AskedList, now: datetime) -> str:
    refused = subscriptions.refusal(channel, address, asker=asked.asker, now=now)
    return _("清单已核验，回执已保存，但没有记下通知地址。{why}", why=refused.detail if refused else "")


def _days(line: AskedLine, on: date, made_on: date | None) -> many.Asked:
    day = line.on or on
    return many.Asked(line.question, day, line.made_on or made_on or day)


def may_be_settled(answer: dict[str, Any]) -> bool:
    """Whether a line, as answered, is for a person to settle: it was not decided, and something was suggested."""
    return answer["registration"] is None and bool(answer["suggestions"])


def settle(
    verification: Verification,
    position: int,
    *,
    number: str | None,
    reason: str,
    by_name: str,
    actor: Actor,
    now: datetime,
) -> VerificationSettlement:
    """Say which of a line's suggestions is meant (``number``), or none of them (``None``), and why.

    The answer as given stays; this is added to it, with the verdict on the chosen registration as known now on the
    line's own days. Raises Invalid, and Conflict when the line was decided.
    """
    require(policy.settle_line, actor, verification)
    line = kept.line_of(verification, position)
    if not may_be_settled(line.answer):
        raise Conflict(_("这一行已有判定，或没有可供选择的登记，无须人工确认。"))
    found = []
    offered = {one["number"] for one in line.answer["suggestions"]}
    if number is not None and number not in offered:
        found.append(Shortfall("number", "choice", _("请从这一行的备选登记中选择。")))
    if not reason:
        found.append(Shortfall("reason", "required", _("请写明依据，例如“对照铭牌核对”。")))
    who = actor.name if actor.signed_in else by_name
    if not who:
        found.append(Shortfall("by_name", "required", _("请写明确认人的姓名。")))
    if found:
        raise Invalid(_("填写内容有误，请按各项提示改正。"), found)
    answer = None
    with transaction():
        # As with a list: judged by a register that nobody changes meanwhile, and by all that stands in it.
        ledger.advance("register")
        if number is not None:
            said = kept.asked_of(line)
            question = Question(number=number, ref=said.question.ref, proof=said.question.proof)
            asked = many.Asked(question, said.on, said.made_on)
            known = register.all_known(number, now=now)
            [answer], _head = many.answers([asked], categories.known_at(known), known=known)
        settlement = VerificationSettlement(
            verification_id=verification.id,
            position=position,
            number=number,
            verdict=answer.judgement.verdict if answer else None,
            entry=answer.judgement.entry if answer else None,
            answer=line_json(answer) if answer else {},
            reason=reason,
            settled_at=now,
            account_id=actor.account_id,
            by_name=who,
        )
        db.session.add(settlement)
        db.session.flush()
        ledger.record(
            "verification.settled",
            f"verification:{verification.id}",
            actor=actor,
            at=now,
            position=position,
            number=number,
            by_name=who,
            reason=reason,
        )
    return settlement
