"""Making accounts, checking passwords, making and ending keys."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, update

from association import policy
from association.accounts import failures, passwords, queries, rules
from association.accounts.models import Account, ApiKey
from association.kernel.actors import Actor, Role, require
from association.kernel.dates import civil_date, end_of_day
from association.kernel.db import db, transaction, writing
from association.kernel.errors import Conflict, Invalid, RegistryError, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.vocabulary import Scope

NOTE_USE_EVERY = timedelta(hours=1)


def invalid(*found: Shortfall) -> Invalid:
    """What a form of these pages answers."""
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)


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
        raise invalid(*found)
    account = Account(
        email=email,
        name=name.strip(),
        password_hash=passwords.hashed(password),
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


def sign_in_check(email: str, password: str, *, now: datetime, remote: str = "") -> Account:
    """The account whose address and password these are.

    Raises Invalid, with one sentence and after the same work for every cause; TooMany after several failures in a row
    for this address, whether or not anybody has it, or from the ``remote`` address.
    """
    email = rules.normal_address(email)
    mark = failures.of_address(email)
    failures.insist(mark, now=now, remote=remote)
    # Read, and let go: checking a password takes long, and nobody else could write meanwhile.
    with transaction():
        account = queries.account_by_email(email)
    right = passwords.matches(password, account.password_hash if account is not None else None)
    if account is None or not right or not account.active:
        failures.count(mark, now=now, remote=remote)
        raise Invalid(_("邮箱或密码不正确，或账号已停用。"))
    if passwords.is_stale(account.password_hash):
        with transaction():
            account.password_hash = passwords.hashed(password)
    failures.forget(mark)
    return account


def change_password(account: Account, *, old: str, new: str, actor: Actor, now: datetime) -> None:
    """A new password, for oneself; all sessions end. Raises Invalid."""
    require(lambda who: who.account_id == account.id and who.via == "page", actor)
    mark = failures.of_address(account.email)
    failures.insist(mark, now=now)
    if not passwords.matches(old, account.password_hash):
        # A browser left open is no place to guess either.
        failures.count(mark, now=now)
        raise invalid(Shortfall("old", "password_wrong", _("当前密码不正确")))
    if found := rules.password_shortfalls(new, account.email, "new"):
        raise invalid(*found)
    hashed = passwords.hashed(new)
    with transaction():
        account.password_hash = hashed
        account.session_stamp = secrets.token_urlsafe(24)
        ledger.record("account.password_changed", f"account:{account.id}", actor=actor, at=now)


def close_account(account: Account, *, reason: str, actor: Actor, now: datetime) -> None:
    """Nobody signs in with it any more, its keys open nothing; its enterprise and its work stay.

    Raises Conflict when it is closed already, or the last of its office.
    """
    require(policy.close_account, actor, account)
    if not account.active:
        raise Conflict(_("账号已停用。"))
    if not reason.strip():
        raise invalid(Shortfall("reason", "blank", _("请填写此项")))
    if found := queries.left_empty(account, frozenset()):
        raise Conflict(
            _("这是最后一个{office}，停用后无人能够接任。请先为他人建立账号并授予该角色。", office=found.label)
        )
    with transaction():
        account.active = False
        account.session_stamp = secrets.token_urlsafe(24)
        ledger.record("account.closed", f"account:{account.id}", actor=actor, at=now, reason=reason.strip())


def open_account(account: Account, *, reason: str, actor: Actor, now: datetime) -> None:
    """A closed account may be used again. Raises Conflict when it is open."""
    require(policy.close_account, actor, account)
    if account.active:
        raise Conflict(_("账号没有停用。"))
    if not reason.strip():
        raise invalid(Shortfall("reason", "blank", _("请填写此项")))
    with transaction():
        account.active = True
        ledger.record("account.opened", f"account:{account.id}", actor=actor, at=now, reason=reason.strip())


def give_roles(account: Account, roles: Iterable[Role], *, reason: str, actor: Actor, now: datetime) -> None:
    """These roles and no others from now on; all sessions end, so that nobody goes on with what is no longer theirs.

    Raises Invalid for a second office of administration (three offices, three people), Conflict for the last holder.
    """
    require(policy.secure_account, actor, account)
    wanted = frozenset(roles)
    found = []
    held = wanted & policy.OFFICES
    if len(held) > 1 and not held <= account.role_set:
        sentence = _("系统、安全、审计三类管理员须由不同的人担任，一人只能选一项。")
        found.append(Shortfall("roles", "offices_apart", sentence))
    if not reason.strip():
        found.append(Shortfall("reason", "blank", _("请填写此项")))
    if found:
        raise invalid(*found)
    if (last := queries.left_empty(account, wanted)) is not None:
        raise Conflict(_("这是最后一个{office}，不能收回该角色。请先授予他人。", office=last.label))
    with transaction():
        before, account.roles = account.roles, sorted(role.value for role in wanted)
        account.session_stamp = secrets.token_urlsafe(24)
        facts = {"before": before, "after": account.roles, "reason": reason.strip()}
        ledger.record("account.roles_given", f"account:{account.id}", actor=actor, at=now, **facts)


def lift_lock(account: Account, *, actor: Actor, now: datetime) -> None:
    """Failures are forgotten: the holder may try at once."""
    require(policy.secure_account, actor, account)
    with transaction():
        failures.forget(failures.of_address(account.email), failures.of_code(account.id))
        ledger.record("account.lock_lifted", f"account:{account.id}", actor=actor, at=now)


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
        raise invalid(Shortfall("scopes", "required", _("请至少选择一项用途")))
    if expires_at is not None and expires_at <= now:
        raise invalid(Shortfall("expires_on", "past", _("有效期须晚于今天")))
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


def replace_key(key: ApiKey, *, overlap_days: int, actor: Actor, now: datetime) -> tuple[ApiKey, str]:
    """A new key for the same purpose; the old one opens for ``overlap_days`` more, so that programs change over in
    peace. Raises Conflict for a key that is over, and for one that is being replaced already."""
    require(policy.end_key, actor, key)
    require(policy.make_key, actor, key.enterprise_id, frozenset(Scope(scope) for scope in key.scopes))
    if key.ended_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise Conflict(_("密钥已停用或过期，请新建。"))
    if queries.successor_of(key) is not None:
        raise Conflict(_("此密钥已有替换它的新密钥。"))
    lasts = key.expires_at - key.created_at if key.expires_at is not None else None
    with transaction():
        made, text = make_key(
            key.name,
            [Scope(scope) for scope in key.scopes],
            enterprise_id=key.enterprise_id,
            expires_at=end_of_day(civil_date(now + lasts)) if lasts is not None else None,
            actor=actor,
            now=now,
        )
        made.replaces_id = key.id
        until = now + timedelta(days=overlap_days)
        key.expires_at = until if key.expires_at is None else min(until, key.expires_at)
        ledger.record("key.replaced", f"key:{key.id}", actor=actor, at=now, by=made.id, days=overlap_days)
    return made, text


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
