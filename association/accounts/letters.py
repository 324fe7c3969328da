"""Letters with a link: registration, a forgotten password, another address.

Nothing a page says depends on whether somebody has an account; the letter tells it to whoever reads that mailbox. So
each of these does the same work in both cases: one row, one letter.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from association import policy
from association.accounts import failures, passwords, queries, rules
from association.accounts.models import Account, AccountLetter
from association.accounts.service import enter_account, invalid
from association.kernel.actors import Actor, Role, require
from association.kernel.db import db, transaction
from association.kernel.errors import NotFound, Shortfall
from association.kernel.i18n import _, language
from association.ledger import service as ledger
from association.outbox import service as outbox
from association.vocabulary import LetterPurpose


def ask_registration(
    email: str, name: str, password: str, role: Role, *, site: str, actor: Actor, now: datetime
) -> None:
    """Send the link that makes the account; where there is one already, a letter that says so.

    ``site`` is the address the link begins with. Raises Invalid (shape of address, password, name) and Forbidden
    (a role that is given, not chosen).
    """
    require(policy.create_account, actor, frozenset({role}))
    email = rules.normal_address(email)
    found = rules.address_shortfalls(email) + rules.password_shortfalls(password, email)
    if not name.strip():
        found.append(Shortfall("name", "blank", _("请填写此项")))
    if found:
        raise invalid(*found)
    facts = {"name": name.strip(), "password_hash": passwords.hashed(password), "role": role.value}
    with transaction():
        account = queries.account_by_email(email)
        if account is None:
            subject, path = _("请确认您的邮箱"), "/accounts/confirm/{token}"
            body = _(
                "有人用此邮箱在技防产品登记与核验平台申请建立账号。如是您本人，请在24小时内打开下面的链接，输入申请时设置的密码，即可启用账号："
            )
            ending = _("如非本人操作，请不必理会：不打开链接，账号就不会建立。")
            purpose = LetterPurpose.REGISTER
        else:
            subject, path = _("您已有账号"), "/accounts/reset/{token}"
            body = _(
                "有人用此邮箱在技防产品登记与核验平台申请建立账号，而您已有账号，请直接登录。忘记密码的，可在24小时内打开下面的链接重设："
            )
            ending = _("如非本人操作，请不必理会，您的账号没有变化。")
            purpose, facts = LetterPurpose.RESET, {}
        send(purpose, email, account, subject, f"{body}\n\n{site}{path}\n\n{ending}", facts, now=now)


def confirm_registration(token: str, *, password: str, actor: Actor, now: datetime) -> Account:
    """Make the account that the link stands for.

    The password is asked for once more: else somebody could choose it for an address that is another's, and wait
    until that other person confirms. Raises NotFound, Invalid.
    """
    letter = find(token, LetterPurpose.REGISTER, now=now)
    mark = rules.digest(f"letter:{letter.token_hash}")
    failures.insist(mark, now=now)
    if not passwords.matches(password, letter.facts["password_hash"]):
        failures.count(mark, now=now)
        raise invalid(
            Shortfall("password", "password_wrong", _("与申请时设置的密码不一致。如不是您本人申请的，请勿启用。"))
        )
    role = Role(letter.facts["role"])
    require(policy.create_account, actor, frozenset({role}))
    with transaction():
        account = enter_account(letter.email, letter.facts["name"], password, [role], actor=actor, now=now)
        used(letter)
    return account


def ask_reset(email: str, *, site: str, now: datetime) -> None:
    """Send the link that sets a new password; to an address without an account, a letter that says so.

    Raises Invalid for what is no address.
    """
    email = rules.normal_address(email)
    if found := rules.address_shortfalls(email):
        raise invalid(*found)
    with transaction():
        account = queries.account_by_email(email)
        if account is not None and account.active:
            body = _("有人请求重设您在技防产品登记与核验平台的密码。如是您本人，请在24小时内打开下面的链接设置新密码：")
            ending = _("如非本人操作，请不必理会，您的密码没有变化。")
            text = f"{body}\n\n{site}/accounts/reset/{{token}}\n\n{ending}"
        else:
            account = None
            body = _(
                "有人请求重设此邮箱在技防产品登记与核验平台的密码，但此邮箱没有可用的账号。您可能用其他邮箱建立过账号，也可以在这里新建："
            )
            text = f"{body}\n\n{site}/accounts/register"
        send(LetterPurpose.RESET, email, account, _("重设密码"), text, {}, now=now)


def invite(account: Account, *, site: str, now: datetime) -> None:
    """Tell somebody whose account was made by others how to choose a password. Joins the caller's transaction."""
    body = _("协会已为您建立技防产品登记与核验平台的账号，登录名是此邮箱。请在24小时内打开下面的链接设置密码：")
    ending = _("逾期的，可在登录页面选择“忘记密码”。")
    text = f"{body}\n\n{site}/accounts/reset/{{token}}\n\n{ending}"
    with transaction():
        send(LetterPurpose.RESET, account.email, account, _("您的账号已建立"), text, {}, now=now)


def reset_password(token: str, *, new: str, actor: Actor, now: datetime) -> Account:
    """Set a new password; sessions end, a lock is lifted, and the holder is told. Raises NotFound, Invalid."""
    letter = find(token, LetterPurpose.RESET, now=now)
    account = db.session.get(Account, letter.account_id) if letter.account_id is not None else None
    if account is None or not account.active or account.email != letter.email:
        raise unusable()
    if found := rules.password_shortfalls(new, account.email, "new"):
        raise invalid(*found)
    hashed = passwords.hashed(new)
    with transaction():
        account.password_hash, account.session_stamp = hashed, secrets.token_urlsafe(24)
        used(letter)
        failures.forget(failures.of_address(account.email))
        ledger.record("account.password_reset", f"account:{account.id}", actor=actor, at=now)
        body = _("您的密码已通过邮件链接重设，各设备上的登录均已失效。如非本人操作，请立即联系协会。")
        tell(account, "password", _("密码已重设"), body, now=now)
    return account


def ask_address(account: Account, *, email: str, password: str, site: str, actor: Actor, now: datetime) -> None:
    """Send a link to the new address, and word of it to the old one. Raises Invalid."""
    require(lambda who: who.account_id == account.id and who.via == "page", actor)
    email = rules.normal_address(email)
    found = rules.address_shortfalls(email)
    if not found and email == account.email:
        found.append(Shortfall("email", "email_same", _("这就是您现在的邮箱。")))
    failures.insist(failures.of_address(account.email), now=now)
    if not passwords.matches(password, account.password_hash):
        failures.count(failures.of_address(account.email), now=now)
        found.append(Shortfall("password", "password_wrong", _("当前密码不正确")))
    if found:
        raise invalid(*found)
    with transaction():
        if queries.account_by_email(email) is None:
            body = _("您申请把技防产品登记与核验平台账号的邮箱改为此邮箱。请在24小时内登录后打开下面的链接完成更换：")
            text = f"{body}\n\n{site}/accounts/address/{{token}}"
        else:
            text = _("有人申请把账号的邮箱改为此邮箱，但此邮箱已有账号，不能更换。如非本人操作，请不必理会。")
        send(LetterPurpose.ADDRESS, email, account, _("更换邮箱"), text, {}, now=now)
        told = _("有人申请把您的账号改用另一个邮箱，待新邮箱确认后生效。如非本人操作，请立即修改密码。")
        tell(account, f"address-asked:{secrets.token_hex(4)}", _("有人申请更换邮箱"), told, now=now)


def change_address(token: str, *, actor: Actor, now: datetime) -> None:
    """The address that was written to is the account's from now on; the old one is told. Raises NotFound, Invalid."""
    letter = letter_of_address(token, actor=actor, now=now)
    account = queries.own_account(actor)
    if queries.account_by_email(letter.email) is not None:
        raise unusable()
    with transaction():
        body = _("您账号的邮箱已更换，今后请用新邮箱登录。如非本人操作，请立即联系协会。")
        tell(account, f"address:{account.version}", _("邮箱已更换"), body, now=now)
        account.email = letter.email
        used(letter)
        # Links that went to the old address open nothing any more.
        db.session.execute(delete(AccountLetter).where(AccountLetter.account_id == account.id))
        ledger.record("account.address_changed", f"account:{account.id}", actor=actor, at=now)


def letter_of_address(token: str, *, actor: Actor, now: datetime) -> AccountLetter:
    """The letter about another address, if it is about one's own account. Raises NotFound."""
    letter = find(token, LetterPurpose.ADDRESS, now=now)
    if actor.account_id is None or letter.account_id != actor.account_id:
        raise unusable()
    return letter


def find(token: str, purpose: LetterPurpose, *, now: datetime) -> AccountLetter:
    """The letter of this link. Raises NotFound, with one sentence for every cause."""
    found = db.session.scalar(
        select(AccountLetter).where(
            AccountLetter.token_hash == rules.digest(token),
            AccountLetter.purpose == purpose,
            AccountLetter.expires_at > now,
        )
    )
    if found is None:
        raise unusable()
    return found


def tell(account: Account, about: str, subject: str, body: str, *, now: datetime) -> None:
    """A plain message to an account's holder, inbox and mail. Joins the caller's transaction."""
    outbox.enqueue(
        f"account:{account.id}:{about}:{now:%Y%m%d%H%M%S}",
        to_account_id=account.id,
        to_address=account.email,
        subject=subject,
        body=body,
        url="/accounts/",
        spoken=language(),
        now=now,
    )


def send(
    purpose: LetterPurpose,
    email: str,
    account: Account | None,
    subject: str,
    text: str,
    facts: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Owe a letter whose ``{token}`` is a new link; ``facts`` are kept until it is used.

    Joins the caller's transaction.
    """
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(AccountLetter).where(AccountLetter.expires_at < now))
    lately = select(func.count()).where(
        AccountLetter.email == email, AccountLetter.created_at > now - timedelta(hours=1)
    )
    sent = db.session.scalar(lately) or 0
    if sent >= rules.LETTERS_AN_HOUR:
        # Nobody's mailbox is flooded from here; the page says the same as always.
        return
    letter = AccountLetter(
        purpose=purpose,
        email=email,
        account_id=account.id if account is not None else None,
        token_hash=rules.digest(token),
        facts=facts,
        created_at=now,
        expires_at=now + rules.LINK_LASTS,
    )
    db.session.add(letter)
    db.session.flush()
    outbox.enqueue(
        f"letter:{letter.token_hash[:32]}",
        # Not the inbox: the link is for whoever reads that mailbox.
        to_account_id=None,
        to_address=email,
        subject=subject,
        body=text.replace("{token}", token),
        url="",
        spoken=language(),
        now=now,
    )


def used(letter: AccountLetter) -> None:
    """This link and its sisters open nothing any more."""
    same = (AccountLetter.email == letter.email, AccountLetter.purpose == letter.purpose)
    db.session.execute(delete(AccountLetter).where(*same))


def unusable() -> NotFound:
    """One sentence for every cause."""
    return NotFound(_("链接不正确、已经用过或已过期（24小时内有效，只能用一次）。请重新申请。"))
