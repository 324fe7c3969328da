"""Posting what is owed to programs: claimed one by one, signed, posted some at a time, every try written down."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import format_datetime

from sqlalchemy import delete

from association.kernel import config, site
from association.kernel.actors import CALENDAR
from association.kernel.db import db, transaction, writing
from association.kernel.errors import Conflict
from association.outbox import queries as owed
from association.outbox import service as outbox
from association.outbox.models import Message
from association.signing import rules as forms
from association.signing import service as signing
from association.vocabulary import MessageChannel
from association.webhooks import posting, rules
from association.webhooks.models import WebhookTry
from association.webhooks.posting import Outcome
from association.webhooks.rules import Fault

log = logging.getLogger(__name__)

AT_A_TIME = 16
MOST_IN_A_ROUND = 64

Job = Callable[[], Outcome]

# Called when a receiver says that it wants no more (410): upper floors hand in who remembers its address.
GONE: list[Callable[[str, datetime], None]] = []


def deliver(now: datetime, *, limit: int = MOST_IN_A_ROUND, resolve: posting.Resolve = posting.resolve) -> int:
    """Try every message to a program that is due; how many were accepted.

    A receiver may get a message twice (when a worker is killed between the post and writing it down), always under the
    same name. Back-off and giving up are the outbox's.
    """
    accepted = 0
    with writing():
        jobs = []
        for message_id in owed.due(now, channel=MessageChannel.WEBHOOK, limit=limit):
            message = outbox.claim(message_id, now=now)
            if message is not None:
                jobs.append((message_id, _job(message, now=now, resolve=resolve)))
        # No lock and no transaction while others think.
        db.session.rollback()
        with ThreadPoolExecutor(max_workers=AT_A_TIME, thread_name_prefix="webhook") as pool:
            running = [(message_id, pool.submit(job)) for message_id, job in jobs]
            for message_id, under_way in running:
                accepted += _write_down(message_id, under_way.result(), now=now)
    return accepted


def _job(message: Message, *, now: datetime, resolve: posting.Resolve) -> Job:
    anywhere = bool(config.setting("WEBHOOKS_ANYWHERE"))
    target = rules.read_address(message.to_url, anywhere=anywhere)
    if target is None:
        return lambda: Outcome(None, Fault.ADDRESS, 0)
    body = message.body.encode()
    signature = signature_of(body, now=now)
    if signature is None:
        return lambda: Outcome(None, Fault.NO_KEY, 0)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "jifang-registry webhooks",
        "Date": format_datetime(now, usegmt=True),
        rules.ID_HEADER: rules.message_id(message.key),
        rules.SIGNATURE_HEADER: signature,
    }
    return lambda: posting.post(target, body, headers, anywhere=anywhere, resolve=resolve)


def signature_of(body: bytes, *, now: datetime) -> str | None:
    """The detached JWS (RFC 7515, appendix F) of a body that is canonical JSON; ``None`` when no key opens now."""
    issuer = site.address() or "http://localhost"
    try:
        signing.ensure(actor=CALENDAR, now=now)
        jws = signing.sign_bytes(body, kind=rules.KIND, issuer=issuer, now=now)
    except Conflict:
        # Somebody changes keys at this moment: the next try finds the new one.
        return None
    return None if jws is None else forms.detached(jws)


def _write_down(message_id: int, outcome: Outcome, *, now: datetime) -> bool:
    fault = outcome.fault
    with transaction():
        # While it was posted its address may have been ended: then there is nothing left of it to write to.
        message = db.session.get(Message, message_id, populate_existing=True, with_for_update=True)
        if message is None:
            return False
        db.session.add(
            WebhookTry(
                message_key=message.key,
                at=now,
                attempt=message.attempts,
                status=outcome.status,
                fault=fault.value if fault else "",
                milliseconds=outcome.milliseconds,
            )
        )
        if fault is None:
            outbox.settle(message, now=now)
            return True
        log.warning("webhook message %s, attempt %s: %s", message.id, message.attempts, fault.value)
        address, gone = message.to_url, outcome.status is not None and rules.gone(outcome.status)
        reason = f"{fault.value} {outcome.status or ''}".strip()
        # Also a name that leads into a house for an hour: it is looked up anew each time, and nothing is posted there.
        outbox.failed(message, reason, for_good=gone)
        if gone:
            for told in GONE:
                told(address, now)
    return False


def clear(now: datetime) -> int:
    """Delete what was written down of old tries."""
    with transaction():
        old = delete(WebhookTry).where(WebhookTry.at < now - rules.KEPT_FOR)
        return len(db.session.scalars(old.returning(WebhookTry.id)).all())
