"""Sessions: somebody signed in at a browser. They end one by one, all at once, or by themselves."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from association import policy
from association.accounts import rules
from association.accounts.models import Account, SessionRecord
from association.kernel import config
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction, writing
from association.kernel.errors import NotFound, RegistryError
from association.kernel.i18n import language
from association.ledger import service as ledger

NOTE_SEEN_EVERY = timedelta(minutes=5)
REMEMBER_ENDED = timedelta(days=30)


def begin(account: Account, *, device: str, actor: Actor, now: datetime) -> str:
    """A new session of ``account``; its token goes to the browser and is kept nowhere.

    Letters are written in the language of the pages that its holder signs in from, or chooses afterwards.
    """
    token = secrets.token_urlsafe(32)
    with transaction():
        if account.language != language():
            account.language = language()
        db.session.execute(delete(SessionRecord).where(SessionRecord.begun_at < now - REMEMBER_ENDED))
        record = SessionRecord(
            account_id=account.id,
            token_hash=rules.digest(token),
            stamp=account.session_stamp,
            device=device[:80],
            begun_at=now,
            seen_at=now,
        )
        db.session.add(record)
        db.session.flush()
        ledger.record("session.begun", f"account:{account.id}", actor=actor, at=now, session=record.id)
    return token


def note_seen(session_id: int, *, now: datetime) -> None:
    """Remember that a session is in use. It comes first in a request, and never fails it."""
    if db.session().in_transaction():
        return  # somebody else's transaction is not ours to commit
    try:
        with writing(), transaction():
            seen = update(SessionRecord).where(SessionRecord.id == session_id, SessionRecord.seen_at < now)
            db.session.execute(seen.values(seen_at=now))
    except RegistryError:
        return


def note_language(account_id: int, code: str) -> None:
    """Letters follow the language that somebody chose. It comes before a page is shown, and never keeps it from that."""
    if db.session().in_transaction():
        return  # somebody else's transaction is not ours to commit
    try:
        with writing(), transaction():
            other = update(Account).where(Account.id == account_id, Account.language != code)
            db.session.execute(other.values(language=code))
    except RegistryError:
        return


def open_sessions(account: Account, *, now: datetime) -> Sequence[SessionRecord]:
    """The sessions that still open something, the one used last first."""
    idle = now - timedelta(minutes=config.setting("SESSION_IDLE_MINUTES"))
    longest = now - timedelta(hours=config.setting("SESSION_HOURS"))
    found = select(SessionRecord).where(
        SessionRecord.account_id == account.id,
        SessionRecord.stamp == account.session_stamp,
        SessionRecord.ended_at.is_(None),
        SessionRecord.seen_at > idle,
        SessionRecord.begun_at > longest,
    )
    return db.session.scalars(found.order_by(SessionRecord.seen_at.desc(), SessionRecord.id.desc())).all()


def session_for(actor: Actor, session_id: int) -> SessionRecord:
    """One of one's own sessions. Raises NotFound."""
    found = db.session.get(SessionRecord, session_id)
    if found is None or actor.account_id is None or found.account_id != actor.account_id:
        raise NotFound
    return found


def end(record: SessionRecord, *, actor: Actor, now: datetime) -> None:
    """That browser is signed out from its next request on; ending it twice is no fault."""
    require(policy.end_session, actor, record)
    if record.ended_at is not None:
        return
    with transaction():
        record.ended_at = now
        ledger.record("session.ended", f"account:{record.account_id}", actor=actor, at=now, session=record.id)


def end_all(account: Account, *, actor: Actor, now: datetime, but: int | None = None) -> None:
    """All sessions of ``account`` end, except the one with id ``but``."""
    require(policy.end_sessions, actor, account)
    with transaction():
        ended = update(SessionRecord).where(SessionRecord.account_id == account.id, SessionRecord.ended_at.is_(None))
        if but is not None:
            ended = ended.where(SessionRecord.id != but)
        db.session.execute(ended.values(ended_at=now))
        ledger.record("session.all_ended", f"account:{account.id}", actor=actor, at=now)
