"""The second factor: one-time codes of a telephone, and recovery codes for the day it is lost."""

import secrets
from datetime import datetime

from sqlalchemy import select

from association import policy
from association.accounts import failures, letters, passwords, rules
from association.accounts.models import Account, SecondFactor
from association.accounts.service import invalid
from association.kernel import config
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger

ISSUER = "技防产品登记与核验平台"


def of(account: Account) -> SecondFactor | None:
    """The second factor of an account, perhaps one that was only begun."""
    return db.session.scalar(select(SecondFactor).where(SecondFactor.account_id == account.id))


def in_use(account: Account) -> SecondFactor | None:
    """The second factor that signing in asks for."""
    found = of(account)
    return found if found is not None and found.confirmed_at is not None else None


def obligatory(account: Account) -> bool:
    """Whether the setting wants one of this account: of the staff."""
    return bool(config.setting("STAFF_NEEDS_SECOND_FACTOR")) and Actor(roles=account.role_set).is_staff


def begin(account: Account, *, actor: Actor) -> SecondFactor:
    """A new secret to be taken to a telephone; nothing is asked for until a code of it was shown once.

    Raises Conflict when one is in use.
    """
    _insist_on_own(account, actor)
    found = of(account)
    if found is not None and found.confirmed_at is not None:
        raise Conflict(_("第二重验证已启用。更换手机的，请先停用再重新设置。"))
    with transaction():
        if found is None:
            found = SecondFactor(account_id=account.id, confirmed_at=None, last_step=0, recovery_hashes=[])
            db.session.add(found)
        found.salt = secrets.token_urlsafe(24)
        db.session.flush()
    return found


def secret_of(factor: SecondFactor) -> bytes:
    """What the telephone keeps."""
    return rules.factor_secret(str(config.setting("SECRET_KEY")), factor.account_id, factor.salt)


def address_for_telephone(account: Account, factor: SecondFactor) -> str:
    """The ``otpauth:`` address in the QR code."""
    return rules.address_for_telephone(secret_of(factor), name=account.email, issuer=ISSUER)


def confirm(account: Account, *, code: str, actor: Actor, now: datetime) -> list[str]:
    """From now on signing in asks for a code; returns the recovery codes, which are shown this once."""
    _insist_on_own(account, actor)
    found = of(account)
    if found is None or found.confirmed_at is not None:
        raise Conflict(_("请先开始设置第二重验证。"))
    mark = failures.of_code(account.id)
    failures.insist(mark, now=now)
    step = rules.step_of(code, secret_of(found), now=now, after=found.last_step)
    if step is None:
        failures.count(mark, now=now)
        raise invalid(_wrong_code())
    codes = _recovery_codes()
    with transaction():
        found.confirmed_at, found.last_step = now, step
        found.recovery_hashes = [rules.digest(rules.plain_code(one)) for one in codes]
        ledger.record("account.second_factor_on", f"account:{account.id}", actor=actor, at=now)
        body = _("登录时除密码外还须输入手机上的验证码。如非本人操作，请立即联系协会。")
        letters.tell(account, "second-factor-on", _("第二重验证已启用"), body, now=now)
    return codes


def check(account: Account, *, code: str, now: datetime, remote: str = "") -> None:
    """Whether ``code`` is of the telephone, now, or an unused recovery code; either is taken once.

    Raises Invalid; TooMany after several failures in a row.
    """
    found = in_use(account)
    mark = failures.of_code(account.id)
    failures.insist(mark, now=now, remote=remote)
    if found is None:
        return
    step = rules.step_of(code, secret_of(found), now=now, after=found.last_step)
    recovery = rules.digest(rules.plain_code(code))
    if step is None and recovery not in found.recovery_hashes:
        failures.count(mark, now=now, remote=remote)
        raise invalid(_wrong_code())
    with transaction():
        # Two browsers with the same code at once: the version lets one of them in.
        if step is not None:
            found.last_step = step
        else:
            found.recovery_hashes = [one for one in found.recovery_hashes if one != recovery]
            left = len(found.recovery_hashes)
            body = _("刚刚有人用恢复码登录，还剩{left}个。如非本人操作，请立即修改密码。", left=left)
            letters.tell(account, f"recovery:{left}", _("已使用一个恢复码"), body, now=now)
        db.session.flush()
    failures.forget(mark)


def renew_recovery_codes(account: Account, *, code: str, actor: Actor, now: datetime) -> list[str]:
    """Other recovery codes, shown this once; the old ones open nothing any more."""
    _insist_on_own(account, actor)
    if in_use(account) is None:
        raise Conflict(_("尚未启用第二重验证。"))
    check(account, code=code, now=now)
    found, codes = of(account), _recovery_codes()
    assert found is not None
    with transaction():
        found.recovery_hashes = [rules.digest(rules.plain_code(one)) for one in codes]
        ledger.record("account.recovery_codes_made", f"account:{account.id}", actor=actor, at=now)
    return codes


def end(account: Account, *, password: str, code: str, actor: Actor, now: datetime) -> None:
    """Signing in asks for the password only. Where it is obligatory a new one has to be set up at once."""
    _insist_on_own(account, actor)
    found = in_use(account)
    if found is None:
        raise Conflict(_("尚未启用第二重验证。"))
    mark = failures.of_address(account.email)
    failures.insist(mark, now=now)
    if not passwords.matches(password, account.password_hash):
        failures.count(mark, now=now)
        raise invalid(Shortfall("password", "password_wrong", _("当前密码不正确")))
    check(account, code=code, now=now)
    _remove(account, found, "account.second_factor_off", actor=actor, now=now)


def reset(account: Account, *, reason: str, actor: Actor, now: datetime) -> None:
    """The telephone is lost and the recovery codes too: the security administrator removes it, knowing who asks."""
    require(policy.secure_account, actor, account)
    found = of(account)
    if found is None:
        raise Conflict(_("尚未启用第二重验证。"))
    if not reason.strip():
        raise invalid(Shortfall("reason", "blank", _("请填写此项")))
    with transaction():
        account.session_stamp = secrets.token_urlsafe(24)
        failures.forget(failures.of_code(account.id))
        _remove(account, found, "account.second_factor_reset", actor=actor, now=now, reason=reason.strip())


def _remove(account: Account, factor: SecondFactor, action: str, *, actor: Actor, now: datetime, **facts: str) -> None:
    with transaction():
        db.session.delete(factor)
        ledger.record(action, f"account:{account.id}", actor=actor, at=now, **facts)
        body = _("您账号的第二重验证已停用。如非本人操作，请立即联系协会。")
        letters.tell(account, action, _("第二重验证已停用"), body, now=now)


def _insist_on_own(account: Account, actor: Actor) -> None:
    require(lambda who: who.account_id == account.id and who.via == "page", actor)


def _recovery_codes() -> list[str]:
    # Eighty bits each: a plain hash is enough.
    return ["-".join(secrets.token_hex(2) for _place in range(5)) for _code in range(rules.RECOVERY_CODES)]


def _wrong_code() -> Shortfall:
    return Shortfall(
        "code", "code_wrong", _("验证码不正确或已用过。请输入手机上当前显示的6位数字，或一个未用过的恢复码。")
    )
