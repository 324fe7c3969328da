"""Questions about enterprises, and who an account or a key is: the actor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from association import policy
from association.accounts import queries as accounts
from association.accounts.models import Account, AccountLetter, ApiKey, SecondFactor, SessionRecord
from association.accounts.rules import KEY_SHAPE, digest
from association.enterprises.models import Enterprise, Membership
from association.enterprises.rules import normal_uscc
from association.kernel import config
from association.kernel.actors import STAFF, Actor, Role
from association.kernel.dates import civil_date, holds
from association.kernel.db import db, transaction
from association.kernel.errors import NotFound
from association.kernel.i18n import Language, _
from association.kernel.pagination import LARGEST_PAGE, PER_PAGE, Page
from association.vocabulary import EnterpriseState

_ACTOR_COLUMNS = (
    Account.id.label("account_id"),
    Account.name.label("account_name"),
    Account.roles,
    Account.person_id,
    Membership.begins,
    Membership.ends,
    Membership.administrator,
    Enterprise.id.label("enterprise_id"),
    Enterprise.name.label("enterprise_name"),
)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who a key stands for, and whether its use should be noted."""

    actor: Actor
    key_id: int
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionHolder:
    """Who holds a session. ``bare``: the office wants a second factor and there is none yet."""

    actor: Actor
    session_id: int
    seen_at: datetime
    bare: bool


def _joined(statement: Any) -> Any:
    return (
        statement.select_from(Account)
        .outerjoin(Membership, Membership.account_id == Account.id)
        .outerjoin(Enterprise, Enterprise.id == Membership.enterprise_id)
        .where(Account.active)
        .order_by(Membership.id)
    )


def _rows(statement: Any) -> Sequence[Any]:
    """The rows, and no transaction left open for them.

    Who asks is known before a request's body is read, which may take minutes: a request that will write must not
    hold SQLite's only writer's place meanwhile.
    """
    if db.session().in_transaction():
        return db.session.execute(statement).all()
    with transaction():
        return db.session.execute(statement).all()


def _actor(rows: Sequence[Any], today: date, **more: Any) -> Actor:
    """The actor that these rows, one per membership, describe; ``for_enterprise`` chooses among several."""
    chosen = more.pop("for_enterprise", None)
    current = [row for row in rows if row.enterprise_id is not None and holds(row.begins, row.ends, today)]
    acting = next((row for row in current if chosen in (None, row.enterprise_id)), None)
    return Actor(
        account_id=rows[0].account_id,
        name=rows[0].account_name,
        roles=frozenset(Role(code) for code in rows[0].roles),
        enterprise_id=acting.enterprise_id if acting else None,
        enterprise_ids=frozenset(row.enterprise_id for row in current),
        enterprise_name=acting.enterprise_name if acting else "",
        administers_enterprise=bool(acting and acting.administrator),
        person_id=rows[0].person_id,
        **more,
    )


def actor_of(account_id: int, now: datetime) -> Actor | None:
    """Whoever has this account, at a page. One statement."""
    rows = _rows(_joined(select(*_ACTOR_COLUMNS)).where(Account.id == account_id))
    return _actor(rows, civil_date(now)) if rows else None


def holder_of_session(token: str, now: datetime) -> SessionHolder | None:
    """Who holds the session of this token; ``None`` when it is unknown, ended, or too old. One statement."""
    idle = timedelta(minutes=config.setting("SESSION_IDLE_MINUTES"))
    longest = timedelta(hours=config.setting("SESSION_HOURS"))
    columns = (SessionRecord.id.label("session_id"), SessionRecord.seen_at, SecondFactor.confirmed_at)
    statement = (
        _joined(select(*_ACTOR_COLUMNS, *columns))
        .join(SessionRecord, and_(SessionRecord.account_id == Account.id, SessionRecord.stamp == Account.session_stamp))
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .where(
            SessionRecord.token_hash == digest(token),
            SessionRecord.ended_at.is_(None),
            SessionRecord.seen_at > now - idle,
            SessionRecord.begun_at > now - longest,
        )
    )
    rows = _rows(statement)
    if not rows:
        return None
    actor, first = _actor(rows, civil_date(now)), rows[0]
    needed = config.setting("STAFF_NEEDS_SECOND_FACTOR") and not actor.roles.isdisjoint(STAFF)
    return SessionHolder(actor, first.session_id, first.seen_at, bool(needed and first.confirmed_at is None))


def holder_of_key(key: str, now: datetime) -> KeyHolder | None:
    """Who a key stands for; ``None`` when it is unknown, over, or its holder left. One statement."""
    if not KEY_SHAPE.fullmatch(key):
        return None
    columns = (ApiKey.id.label("key_id"), ApiKey.enterprise_id.label("key_enterprise"), ApiKey.scopes)
    statement = _joined(select(*_ACTOR_COLUMNS, *columns, ApiKey.last_used_at)).join(
        ApiKey, ApiKey.account_id == Account.id
    )
    open_key = and_(ApiKey.ended_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))
    rows = _rows(statement.where(ApiKey.key_hash == digest(key), open_key))
    if not rows:
        return None
    first = rows[0]
    actor = _actor(
        rows,
        civil_date(now),
        via="api",
        scopes=frozenset(first.scopes),
        # A staff member's own key acts for no enterprise.
        for_enterprise=first.key_enterprise or -1,
    )
    if first.key_enterprise is not None and actor.enterprise_id is None:
        return None
    return KeyHolder(actor, first.key_id, first.last_used_at)


def is_known(email: str) -> bool:
    """Whether somebody has an account with this address; for who holds a link that went there."""
    return accounts.account_by_email(email) is not None


def enterprise_by_uscc(uscc: str) -> Enterprise | None:
    return db.session.scalar(select(Enterprise).where(Enterprise.uscc == normal_uscc(uscc)))


def published(uscc: str) -> Enterprise:
    """An enterprise the public may read of: it has been confirmed once. Raises NotFound."""
    found = enterprise_by_uscc(uscc)
    if found is None or found.confirmed_at is None:
        raise NotFound(_("平台上没有这个统一社会信用代码的已确认企业。"))
    return found


def enterprise_for(actor: Actor, enterprise_id: int | None) -> Enterprise:
    """The enterprise, if ``actor`` may know of it. Raises NotFound."""
    found = None if enterprise_id is None else db.session.get(Enterprise, enterprise_id)
    if found is None or not policy.see_enterprise(actor, found):
        raise NotFound
    return found


def own_enterprise(actor: Actor) -> Enterprise | None:
    """The enterprise ``actor`` acts for."""
    return None if actor.enterprise_id is None else db.session.get(Enterprise, actor.enterprise_id)


def is_confirmed(enterprise_id: int) -> bool:
    """Whether the enterprise may submit now."""
    state = db.session.scalar(select(Enterprise.state).where(Enterprise.id == enterprise_id))
    return state == EnterpriseState.CONFIRMED


def _page(statement: Select[Any], number: int, per_page: int) -> Page:
    number, per_page = max(1, number), min(max(1, per_page), LARGEST_PAGE)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    items = db.session.scalars(statement.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(items, number, per_page, total)


def public_list(*, q: str = "", number: int = 1, per_page: int = PER_PAGE) -> Page:
    """Confirmed enterprises by name (Art. 13: no other order), perhaps those whose name or code has ``q``."""
    statement = select(Enterprise).where(Enterprise.state == EnterpriseState.CONFIRMED)
    if q:
        named = Enterprise.name.contains(q, autoescape=True)
        statement = statement.where(or_(named, Enterprise.uscc == normal_uscc(q)))
    return _page(statement.order_by(Enterprise.name, Enterprise.id), number, per_page)


def desk(actor: Actor, *, state: EnterpriseState | None = None, number: int = 1) -> Page:
    """Enterprises in ``state`` (all: ``None``), the longest waiting first. Raises NotFound without a desk."""
    if not policy.see_enterprise_desk(actor):
        raise NotFound
    statement = select(Enterprise)
    if state is not None:
        statement = statement.where(Enterprise.state == state)
    return _page(statement.order_by(Enterprise.created_at, Enterprise.id), number, PER_PAGE)


def count_unconfirmed() -> int:
    waiting = select(func.count()).where(Enterprise.state == EnterpriseState.UNCONFIRMED)
    return db.session.scalar(waiting) or 0


def members(enterprise: Enterprise) -> list[tuple[Membership, Account]]:
    """Everybody who acts or acted for ``enterprise``, by name."""
    statement = (
        select(Membership, Account)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.enterprise_id == enterprise.id)
        .order_by(Account.name, Membership.id)
    )
    return [(membership, account) for membership, account in db.session.execute(statement)]


def membership_of(enterprise: Enterprise, account_id: int) -> Membership:
    """How an account belongs to ``enterprise``. Raises NotFound."""
    found = any_membership(enterprise, account_id)
    if found is None:
        raise NotFound
    return found


def any_membership(enterprise: Enterprise, account_id: int) -> Membership | None:
    """How an account belongs or belonged to ``enterprise``, if it did."""
    theirs = (Membership.enterprise_id == enterprise.id, Membership.account_id == account_id)
    return db.session.scalar(select(Membership).where(*theirs))


def inviting(letter: AccountLetter, *, now: datetime) -> Enterprise:
    """The enterprise an invitation is to, while who sent it may still add people. Raises NotFound."""
    enterprise = db.session.get(Enterprise, letter.facts["enterprise"])
    sender = actor_of(letter.facts["by"], now)
    if enterprise is None or sender is None or not policy.add_member(sender, enterprise):
        raise NotFound(_("邀请已失效，请联系该企业的管理员。"))
    return enterprise


def addresses(enterprise_id: int, on: date) -> list[tuple[int, str]]:
    """Account and address of everybody who acts for the enterprise that day: whom a message goes to."""
    statement = (
        select(Account.id, Account.email, Membership.begins, Membership.ends)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.enterprise_id == enterprise_id, Account.active)
        .order_by(Account.id)
    )
    return [(row.id, row.email) for row in db.session.execute(statement) if holds(row.begins, row.ends, on)]


def addresses_of(enterprise_ids: Iterable[int], on: date) -> dict[int, list[tuple[int, str, Language]]]:
    """The same for many, with the language each is written to in. One statement a thousand enterprises."""
    ids, found = sorted(set(enterprise_ids)), dict[int, list[tuple[int, str, Language]]]()
    for first in range(0, len(ids), 1000):
        rows = db.session.execute(
            select(Membership.enterprise_id, Account.id, Account.email, Account.language)
            .join(Account, Membership.account_id == Account.id)
            .where(Membership.enterprise_id.in_(ids[first : first + 1000]), *acting(on))
            .order_by(Account.id)
        )
        for enterprise_id, account_id, address, code in rows:
            found.setdefault(enterprise_id, []).append((account_id, address, "en" if code == "en" else "zh"))
    return found


def acting(on: date | ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """For statements of upper rooms: an account may act through its membership on that day (of both joined)."""
    return (
        Account.active.is_(True),
        or_(Membership.begins.is_(None), Membership.begins <= on),
        or_(Membership.ends.is_(None), Membership.ends >= on),
    )
