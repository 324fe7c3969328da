"""Owing a message, inside the caller's transaction; delivering what is owed."""

import logging
import os
import smtplib
import ssl
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from association import policy
from association.kernel import config, site
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction, writing
from association.kernel.errors import Conflict
from association.kernel.i18n import Language, _, language_named, speaking
from association.ledger import service as ledger
from association.outbox import queries, rules
from association.outbox.models import Message
from association.vocabulary import MessageChannel, MessageState

log = logging.getLogger(__name__)

SMTP_TIMEOUT = 20
_AT_A_TIME = 200  # both databases bound the parameters of a statement
Send = Callable[[str, EmailMessage], None]  # what its file is called, and the letter


@dataclass(frozen=True, slots=True)
class Owed:
    """A message to be owed. Without an address it stands in the inbox only; with ``to_url`` it goes to a program, and
    ``body`` is canonical JSON. ``url`` and ``unsubscribe`` are paths of this site; ``spoken`` is the language in which it
    is written, and so ends."""

    key: str
    to_account_id: int | None
    to_address: str
    subject: str
    body: str
    url: str
    to_url: str = ""
    unsubscribe: str = ""
    spoken: Language = field(kw_only=True)


def enqueue(
    key: str,
    *,
    to_account_id: int | None,
    to_address: str,
    subject: str,
    body: str,
    url: str,
    spoken: Language,
    now: datetime,
    unsubscribe: str = "",
) -> None:
    """Owe a letter; one whose key is owed already is skipped silently. Commits nothing."""
    owed = Owed(key, to_account_id, to_address, subject, body, url, unsubscribe=unsubscribe, spoken=spoken)
    enqueue_many([owed], now=now)


def enqueue_many(owed: Sequence[Owed], *, now: datetime) -> None:
    """The same for many at once."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    for begins in range(0, len(owed), _AT_A_TIME):
        rows = [_values(one, now) for one in owed[begins : begins + _AT_A_TIME]]
        db.session.execute(dialect.insert(Message).values(rows).on_conflict_do_nothing(index_elements=["key"]))


def _values(one: Owed, now: datetime) -> dict[str, Any]:
    waits = bool(one.to_address or one.to_url)
    return {
        "key": one.key,
        "to_account_id": one.to_account_id,
        "channel": MessageChannel.WEBHOOK if one.to_url else MessageChannel.MAIL,
        "to_address": one.to_address,
        "to_url": one.to_url,
        # A line break would end the header it stands in.
        "subject": " ".join(one.subject.split())[:200],
        "body": one.body,
        "url": one.url,
        "unsubscribe": one.unsubscribe,
        "language": one.spoken,
        "created_at": now,
        "state": MessageState.OWED if waits else MessageState.DELIVERED,
        "attempts": 0,
        "next_try_at": now,
        "delivered_at": None if waits else now,
    }


def deliver(now: datetime, *, limit: int = 500) -> int:
    """Try every letter that is due, each in its own transaction; how many were delivered.

    By SMTP where MAIL_SERVER is set, else into a file of ``mail/`` in the data folder. Handing a letter to a mail
    server and writing that down cannot be one step: a worker killed between the two sends again (with the same
    Message-ID, so that a mailbox can show it once). A file is named by the message's key: there is one.
    """
    delivered = 0
    with writing(), _post() as send:
        for message_id in queries.due(now, limit=limit):
            message = claim(message_id, now=now)
            if message is not None:
                delivered += _send(message, send, now=now)
    return delivered


def _send(message: Message, send: Send, *, now: datetime) -> bool:
    message_id, attempt = message.id, message.attempts
    name = rules.file_name(message_id, message.key)
    failure = ""
    try:
        letter = _letter(message)
        # No lock and no transaction while a mail server thinks.
        db.session.rollback()
        send(name, letter)
    except Exception as why:
        # What a mail server says repeats addresses: that is for the staff's page, not for the log.
        log.warning("message %s, attempt %s: %s", message_id, attempt, type(why).__name__)
        failure = rules.reason(why)
    with transaction():
        # While it was under way its addressee may have left, or been erased: then nothing is left of it, its file neither.
        still = db.session.get(Message, message_id, populate_existing=True, with_for_update=True)
        if still is None:
            _unlink(name)
        elif failure:
            failed(still, failure)
        else:
            settle(still, now=now)
    return still is not None and not failure


def mark_read(message: Message, *, actor: Actor, now: datetime) -> None:
    """Its addressee has seen it."""
    require(lambda who: who.account_id is not None and who.account_id == message.to_account_id, actor)
    if message.read_at is None:
        with transaction():
            message.read_at = now


def mark_all_read(*, actor: Actor, now: datetime) -> None:
    """The addressee has seen them all."""
    require(lambda who: who.signed_in, actor)
    with transaction():
        unread = update(Message).where(Message.to_account_id == actor.account_id, Message.read_at.is_(None))
        db.session.execute(unread.values(read_at=now))


def settle(message: Message, *, now: datetime) -> None:
    """It was delivered."""
    with transaction():
        message.state, message.delivered_at, message.failure = MessageState.DELIVERED, now, ""


def failed(message: Message, reason: str, *, for_good: bool = False) -> None:
    """A try failed: the next one is set already, unless it was the last, or there is no use in another."""
    with transaction():
        message.failure = reason
        if for_good or message.attempts >= rules.MOST_ATTEMPTS:
            message.state = MessageState.DEAD


def claim(message_id: int, *, now: datetime) -> Message | None:
    """Count the attempt and set the next before sending: no lock is held while a mail server thinks.

    ``None`` when another worker was faster.
    """
    message = db.session.get(Message, message_id, populate_existing=True)
    if message is None or message.state != MessageState.OWED or message.next_try_at > now:
        db.session.rollback()
        return None
    attempts = message.attempts
    mine = update(Message).where(Message.id == message_id, Message.attempts == attempts)
    try:
        with transaction():
            claimed = mine.values(attempts=attempts + 1, next_try_at=now + rules.wait_after(attempts + 1))
            found = db.session.scalars(claimed.returning(Message.id)).all()
    except Conflict:
        return None
    if not found:
        return None
    return db.session.get(Message, message_id, populate_existing=True)


def resend(message: Message, *, actor: Actor, now: datetime) -> None:
    """Owe a message anew that was given up, from the first attempt on. Raises Conflict when it is not given up."""
    require(policy.see_dead_letters, actor)
    if message.state != MessageState.DEAD:
        raise Conflict(_("这封信已在发送，或已经送达。"))
    with transaction():
        _owe_anew(message, actor=actor, now=now)


def resend_all(*, actor: Actor, now: datetime) -> int:
    """The same for all that were given up (the mail server was away); how many."""
    require(policy.see_dead_letters, actor)
    with transaction():
        dead = queries.all_dead()
        for message in dead:
            _owe_anew(message, actor=actor, now=now)
    return len(dead)


def forget(account_id: int, address: str) -> None:
    """Delete every message to somebody who was erased, and the files they were written into. Commits nothing.

    What is still to go to a program is others' too: an address is forgotten with the last who left it
    (``forget_address``), so of such a message only the account is taken off.
    """
    mine = or_(Message.to_account_id == account_id, Message.to_address == address)
    # Locked, so that a letter under way at this moment finds out before it is written down.
    for message in db.session.scalars(select(Message).where(mine).with_for_update()).all():
        if message.to_url:
            message.to_account_id = None
            continue
        _unlink(rules.file_name(message.id, message.key))
        db.session.delete(message)
    db.session.flush()


def forget_address(*, to_address: str = "", to_url: str = "") -> None:
    """Whoever left this address (a program's, or one of no account) wants to hear no more: what is still owed to it is not sent, and of
    what was sent only stays that it was. Commits nothing."""
    letter = Message.to_account_id.is_(None) & (func.lower(Message.to_address) == to_address.lower())
    place = Message.to_url == to_url if to_url else letter
    for message in db.session.scalars(select(Message).where(place).with_for_update()).all():
        _unlink(rules.file_name(message.id, message.key))
        if message.state == MessageState.OWED:
            db.session.delete(message)
        else:
            message.to_address = message.to_url = message.body = message.unsubscribe = message.failure = ""
    db.session.flush()


def _unlink(name: str) -> None:
    (config.data_dir() / "mail" / name).unlink(missing_ok=True)


def _owe_anew(message: Message, *, actor: Actor, now: datetime) -> None:
    message.state, message.attempts, message.next_try_at = MessageState.OWED, 0, now
    ledger.record("message.resent", f"message:{message.id}", actor=actor, at=now, key=message.key)


class _AsItIs(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """A header that holds an address: longer than a line it would come out encoded, and no mail program would know it."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _AsItIs)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def _letter(message: Message) -> EmailMessage:
    base = site.address()
    sender = config.setting("MAIL_FROM") or "registry@localhost.localdomain"
    letter = EmailMessage(policy=_POLICY)
    letter["Subject"] = message.subject
    letter["From"] = sender
    letter["To"] = Address(addr_spec=message.to_address)
    letter["Date"] = message.created_at
    letter["Message-ID"] = f"<message-{message.id}.{message.created_at:%Y%m%d%H%M%S}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe and base:
        # RFC 2369, RFC 8058: the reader's program offers a button, and one click ends it.
        letter["List-Unsubscribe"] = f"<{base}{message.unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with speaking(language_named(message.language)):
        link = _("在平台上查看：{url}", url=f"{base}{message.url}") if message.url and base else ""
    letter.set_content(f"{message.body}\n\n{link}\n" if link else f"{message.body}\n", charset="utf-8")
    return letter


@contextmanager
def _post() -> Iterator[Send]:
    """How letters leave: one connection for all, or files."""
    server = config.setting("MAIL_SERVER")
    if not server:
        yield _write_file
        return
    connection: list[smtplib.SMTP] = []

    def send(_name: str, letter: EmailMessage) -> None:
        if not connection:
            connection.append(_connect(server))
        try:
            connection[0].send_message(letter)
        except smtplib.SMTPServerDisconnected:
            connection.clear()
            raise

    try:
        yield send
    finally:
        for one in connection:
            one.close()


def _connect(server: str) -> smtplib.SMTP:
    connection = smtplib.SMTP(server, config.setting("MAIL_PORT"), timeout=SMTP_TIMEOUT)
    try:
        if config.setting("MAIL_STARTTLS"):
            connection.starttls(context=ssl.create_default_context())
        if config.setting("MAIL_USERNAME"):
            connection.login(config.setting("MAIL_USERNAME"), config.setting("MAIL_PASSWORD"))
    except BaseException:
        connection.close()
        raise
    return connection


def _write_file(name: str, letter: EmailMessage) -> None:
    """One file for each key, whoever is killed when: the name follows from the key, and a second try puts the same
    letter into the same place."""
    folder = config.data_dir() / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".part", delete=False) as target:
        target.write(letter.as_bytes())
        target.flush()
        os.fsync(target.fileno())
    Path(target.name).replace(folder / name)
    _settle(folder)


def _settle(folder: Path) -> None:
    """Names in a folder survive a power cut only once the folder itself is written."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
