"""Making accounts, checking passwords, making and ending keys."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, or_, select, update

from association import policy
from association.accounts import queries, rules
from association.accounts.models import Account, ApiKey, SignInFailure
from association.kernel import config
from association.kernel.actors import Actor, Role, require
from association.kernel.db import db, transaction, writing
from association.kernel.errors import Conflict, Invalid, RegistryError, Shortfall, TooMany
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.vocabulary import Scope

REMEMBER_FAILURES = timedelta(days=1)
NOTE_USE_EVERY = timedelta(hours=1)


@cache
def _hasher(cheap: bool) -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()


@cache
def _dummy_hash(cheap: bool) -> str:
    return _hasher(cheap).hash("nobody has this password")


def _cheap() -> bool:
    # Tests only: no environment variable sets it.
    return bool(config.current.get().get("ARGON2_CHEAP"))


def _invalid(*found: Shortfall) -> Invalid:
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)


def _matches(password: str, kept: str) -> bool:
    try:
        return _hasher(_cheap()).verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def enter_account(
    email: str, name: str, password: str, roles: Iterable[Role], *, actor: Actor, now: datetime
) -> Account:
    """Add an account inside the caller's transaction, whose permission the caller has checked.

    Raises Invalid for a bad or taken address, a missing name or a weak password.
    """
    email, wanted = rules.normal_address(email), sorted(set(roles))
    found = rules.address_shortfalls(email) + rules.password_shortfalls(password, email)
    if not name.strip():
        found.append(Shortfall("name", "blank", _("请填写此项")))
    if not found and queries.account_by_email(email) is not None:
        found.append(Shortfall("email", "email_taken", _("此邮箱已有账号，请直接登录或换用其他邮箱。")))
    if found:
        raise _invalid(*found)
    account = Account(
        email=email,
        name=name.strip(),
        password_hash=_hasher(_cheap()).hash(password),
        roles=[role.value for role in wanted],
        session_stamp=secrets.token_urlsafe(24),
        active=True,
        created_at=now,
    )
    db.session.add(account)
    db.session.flush()
    ledger.record("account.created", f"account:{account.id}", actor=actor, at=now, roles=account.roles)
    return account


def create_account(
    email: str, name: str, password: str, roles: Iterable[Role], *, actor: Actor, now: datetime
) -> Account:
    """A new account. Raises Invalid (address, password, name), Forbidden (roles the actor may not give)."""
    wanted = frozenset(roles)
    require(policy.create_account, actor, wanted)
    with transaction():
        return enter_account(email, name, password, wanted, actor=actor, now=now)


def sign_in_check(email: str, password: str, *, now: datetime) -> Account:
    """The account whose address and password these are.

    Raises Invalid, with one sentence and after the same work for every cause; TooMany after several failures
    in a row for this address, whether or not anybody has it.
    """
    email = rules.normal_address(email)
    mark = rules.digest(email)
    # Read, and let go: checking a password takes long, and nobody else could write meanwhile.
    with transaction():
        failures = db.session.scalar(select(SignInFailure).where(SignInFailure.address_hash == mark))
        account = queries.account_by_email(email)
    if failures is not None and now < (until := rules.waits_until(failures.count, failures.failed_at)):
        wait = int((until - now).total_seconds()) + 1
        raise TooMany(_("登录失败次数较多，请{wait}秒后再试。", wait=wait), retry_after=wait)
    kept = account.password_hash if account is not None else _dummy_hash(_cheap())
    right = _matches(password[: rules.LONGEST_PASSWORD + 1], kept)
    if account is None or not right or not account.active:
        _count_failure(failures, mark, now=now)
        raise Invalid(_("邮箱或密码不正确，或账号已停用。"))
    stale = _hasher(_cheap()).check_needs_rehash(account.password_hash)
    if stale or failures:
        with transaction():
            if stale:
                account.password_hash = _hasher(_cheap()).hash(password)
            db.session.execute(delete(SignInFailure).where(SignInFailure.address_hash == mark))
    return account


def _count_failure(failures: SignInFailure | None, mark: str, *, now: datetime) -> None:
    try:
        with transaction():
            # Whoever tries many addresses leaves many rows; they are forgotten after a day.
            db.session.execute(delete(SignInFailure).where(SignInFailure.failed_at < now - REMEMBER_FAILURES))
            db.session.flush()
            if failures is not None and failures.failed_at >= now - REMEMBER_FAILURES:
                counted = update(SignInFailure).where(SignInFailure.id == failures.id)
                db.session.execute(counted.values(count=SignInFailure.count + 1, failed_at=now))
            else:
                db.session.add(SignInFailure(address_hash=mark, count=1, failed_at=now))
    except Conflict:
        # Two first failures at once: one is counted, and the answer is the same.
        return


def change_password(account: Account, *, old: str, new: str, actor: Actor, now: datetime) -> None:
    """A new password, for oneself; all sessions end. Raises Invalid."""
    require(lambda who: who.account_id == account.id and who.via == "page", actor)
    if not _matches(old, account.password_hash):
        raise _invalid(Shortfall("old", "password_wrong", _("当前密码不正确")))
    if found := rules.password_shortfalls(new, account.email, "new"):
        raise _invalid(*found)
    with transaction():
        account.password_hash = _hasher(_cheap()).hash(new)
        account.session_stamp = secrets.token_urlsafe(24)
        ledger.record("account.password_changed", f"account:{account.id}", actor=actor, at=now)


def close_account(account: Account, *, reason: str, actor: Actor, now: datetime) -> None:
    """Nobody signs in with it any more, its keys open nothing. Raises Conflict when it is closed already."""
    require(policy.administer_accounts, actor)
    if not account.active:
        raise Conflict(_("账号已停用。"))
    with transaction():
        account.active = False
        account.session_stamp = secrets.token_urlsafe(24)
        ledger.record("account.closed", f"account:{account.id}", actor=actor, at=now, reason=reason)


def make_key(
    name: str,
    scopes: Iterable[Scope],
    *,
    enterprise_id: int | None,
    expires_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once."""
    wanted = frozenset(scopes)
    require(policy.make_key, actor, enterprise_id, wanted)
    if not wanted:
        raise _invalid(Shortfall("scopes", "required", _("请至少选择一项用途")))
    if expires_at is not None and expires_at <= now:
        raise _invalid(Shortfall("expires_on", "past", _("有效期须晚于今天")))
    text = rules.KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        account_id=actor.account_id,
        enterprise_id=enterprise_id,
        name=name,
        prefix=text[:9],
        key_hash=rules.digest(text),
        scopes=sorted(scope.value for scope in wanted),
        created_at=now,
        expires_at=expires_at,
    )
    with transaction():
        db.session.add(key)
        db.session.flush()
        ledger.record("key.made", f"key:{key.id}", actor=actor, at=now, scopes=key.scopes)
    return key, text


def end_key(key: ApiKey, *, actor: Actor, now: datetime) -> None:
    """The key opens nothing from now on."""
    require(policy.end_key, actor, key)
    if key.ended_at is not None:
        raise Conflict(_("密钥已停用。"))
    with transaction():
        key.ended_at = now
        ledger.record("key.ended", f"key:{key.id}", actor=actor, at=now)


def note_use(key_id: int, *, now: datetime) -> None:
    """Remember that a key was used, to the hour. It comes first in a request, and never fails it."""
    if db.session().in_transaction():
        return  # somebody else's transaction is not ours to commit
    stale = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= now - NOTE_USE_EVERY)
    try:
        with writing(), transaction():
            db.session.execute(update(ApiKey).where(ApiKey.id == key_id, stale).values(last_used_at=now))
    except RegistryError:
        return
