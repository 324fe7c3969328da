"""Registering, confirming and suspending enterprises; who acts for them; finding the actor of a session or a key."""

from datetime import date, datetime, timedelta
from typing import Any

from association import policy
from association.accounts import letters, sessions
from association.accounts import queries as accounts_known
from association.accounts import service as accounts
from association.accounts.models import Account
from association.accounts.rules import address_shortfalls, normal_address, password_shortfalls
from association.enterprises import queries, rules
from association.enterprises.models import Enterprise, Membership
from association.kernel.actors import Actor, Role, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, NotSignedIn, Shortfall
from association.kernel.i18n import _, language
from association.ledger import service as ledger
from association.outbox import service as outbox
from association.vocabulary import EnterpriseKind, EnterpriseState, LetterPurpose


def actor_by_key(key: str, now: datetime) -> Actor | None:
    """Whoever a program's key stands for; its last use is remembered, to the hour."""
    holder = queries.holder_of_key(key, now)
    if holder is None:
        return None
    if holder.last_used_at is None or holder.last_used_at <= now - accounts.NOTE_USE_EVERY:
        accounts.note_use(holder.key_id, now=now)
    return holder.actor


def actor_by_session(token: str, now: datetime) -> queries.SessionHolder | None:
    """Whoever holds the session of this token; that it is in use is remembered, to a few minutes."""
    holder = queries.holder_of_session(token, now)
    if holder is not None and holder.seen_at <= now - sessions.NOTE_SEEN_EVERY:
        sessions.note_seen(holder.session_id, now=now)
    return holder


def register_enterprise(
    uscc: str,
    name: str,
    *,
    kind: EnterpriseKind | None = None,
    region: str = "",
    address: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    actor: Actor,
    now: datetime,
) -> Enterprise:
    """A new enterprise, to be confirmed by the secretariat; who registers it from outside administers it.

    Raises Invalid for a code that is not well formed or already here, and for a missing name.
    """
    require(policy.register_enterprise, actor)
    code = rules.normal_uscc(uscc)
    found = rules.uscc_shortfalls(code)
    if not name.strip():
        found.append(Shortfall("name", "blank", _("请填写此项")))
    if not found and queries.enterprise_by_uscc(code) is not None:
        sentence = _("此企业已在平台上。请联系本企业的管理员把您加为用户，或联系秘书处。")
        found.append(Shortfall("uscc", "uscc_taken", sentence))
    if found:
        raise _invalid(*found)
    enterprise = Enterprise(
        uscc=code,
        name=name.strip(),
        kind=kind,
        region=region,
        address=address,
        contact_name=contact_name,
        contact_phone=contact_phone,
        state=EnterpriseState.UNCONFIRMED,
        created_at=now,
    )
    with transaction():
        db.session.add(enterprise)
        db.session.flush()
        if actor.account_id is not None and not actor.is_staff:
            db.session.add(
                Membership(
                    account_id=actor.account_id,
                    enterprise_id=enterprise.id,
                    administrator=True,
                    begins=civil_date(now),
                )
            )
        ledger.record(
            "enterprise.registered",
            _subject(enterprise),
            actor=actor,
            at=now,
            uscc=code,
            name=enterprise.name,
        )
    return enterprise


def confirm(enterprise: Enterprise, *, actor: Actor, now: datetime) -> None:
    """It is the firm it says it is and may submit; also ends a suspension. Raises Conflict."""
    require(policy.confirm_enterprise, actor, enterprise)
    if enterprise.state == EnterpriseState.CONFIRMED:
        raise Conflict(_("企业{state}。", state=enterprise.state.label))
    with transaction():
        enterprise.state = EnterpriseState.CONFIRMED
        enterprise.confirmed_at = enterprise.confirmed_at or now
        enterprise.confirmed_by = actor.account_id
        db.session.flush()
        ledger.record("enterprise.confirmed", _subject(enterprise), actor=actor, at=now)
        _tell(
            enterprise,
            "confirmed",
            _("企业已确认：{name}", name=enterprise.name),
            _("协会已确认贵企业的信息，现在可以提交产品登记申请。"),
            now=now,
        )


def suspend(enterprise: Enterprise, *, reason: str, actor: Actor, now: datetime) -> None:
    """It may submit nothing until confirmed again; its registrations stand. Raises Conflict."""
    require(policy.suspend_enterprise, actor, enterprise)
    if enterprise.state != EnterpriseState.CONFIRMED:
        raise Conflict(_("企业{state}。", state=enterprise.state.label))
    if not reason.strip():
        raise _invalid(Shortfall("reason", "blank", _("请填写此项")))
    with transaction():
        enterprise.state = EnterpriseState.SUSPENDED
        db.session.flush()
        ledger.record("enterprise.suspended", _subject(enterprise), actor=actor, at=now, reason=reason.strip())
        _tell(enterprise, "suspended", _("企业已停用：{name}", name=enterprise.name), reason.strip(), now=now)


def change_details(enterprise: Enterprise, *, actor: Actor, now: datetime, **details: Any) -> None:
    """Change ``name``, ``kind``, ``region``, ``address``, ``contact_name``, ``contact_phone``; or some.

    A confirmed name is changed by the secretariat only: what was confirmed would no longer be so.
    """
    require(policy.change_enterprise, actor, enterprise)
    fields = ("name", "kind", "region", "address", "contact_name", "contact_phone")
    if unknown := details.keys() - set(fields):
        raise TypeError(f"no detail of an enterprise: {', '.join(sorted(unknown))}")
    changed = {name: value for name, value in details.items() if getattr(enterprise, name) != value}
    if "name" in changed:
        if not changed["name"].strip():
            raise _invalid(Shortfall("name", "blank", _("请填写此项")))
        confirmed = enterprise.state != EnterpriseState.UNCONFIRMED
        if confirmed and not policy.rename_enterprise(actor, enterprise):
            sentence = _("企业名称已经确认。名称有变更的，请联系秘书处。")
            raise _invalid(Shortfall("name", "name_confirmed", sentence))
    with transaction():
        for field, value in changed.items():
            setattr(enterprise, field, value)
        if changed:
            # Contact data may be personal: the ledger, which is never erased, names the fields only.
            ledger.record("enterprise.changed", _subject(enterprise), actor=actor, at=now, fields=sorted(changed))


def add_member(
    enterprise: Enterprise,
    account: Account,
    *,
    administrator: bool = False,
    begins: date | None = None,
    ends: date | None = None,
    actor: Actor,
    now: datetime,
) -> Membership:
    """``account`` acts for ``enterprise``. By secretariat or operator: it binds somebody else's account."""
    require(policy.add_member, actor, enterprise)
    require(lambda who: who.via == "command" or who.has(Role.SECRETARIAT), actor)
    with transaction():
        return _join(enterprise, account, administrator, begins, ends, actor=actor, now=now)


def invite_user(
    enterprise: Enterprise,
    *,
    email: str,
    name: str,
    administrator: bool = False,
    site: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Send somebody a link to act for ``enterprise``; whether they have an account already shows in the letter only.

    Raises Invalid for what is no address.
    """
    require(policy.add_member, actor, enterprise)
    email = normal_address(email)
    if found := address_shortfalls(email):
        raise _invalid(*found)
    roles = (actor.roles & policy.ENTERPRISE_ROLES) or _roles_of(enterprise)
    facts = {
        "enterprise": enterprise.id,
        "name": name,
        "administrator": administrator,
        "roles": sorted(role.value for role in roles),
        "by": actor.account_id,
    }
    with transaction():
        account = accounts_known.account_by_email(email)
        body = _(
            "{who}邀请您在技防产品登记与核验平台代表{firm}办理登记。请在24小时内打开下面的链接接受：",
            who=actor.name,
            firm=enterprise.name,
        )
        how = _("打开后设置密码即可。") if account is None else _("您已有账号，请先登录。")
        ending = _("如与您无关，请不必理会。")
        text = f"{body}\n\n{site}/association/enterprises/invited/{{token}}\n\n{how}{ending}"
        subject = _("邀请您代表{firm}", firm=enterprise.name)
        letters.send(LetterPurpose.INVITE, email, account, subject, text, facts, now=now)
        # The address is personal: the ledger, which is never erased, does not name it.
        ledger.record("enterprise.user_invited", _subject(enterprise), actor=actor, at=now, administrator=administrator)


def accept_invitation(token: str, *, password: str, actor: Actor, now: datetime) -> Account:
    """Act for the enterprise that invites: with a new account and this password, or with the one signed in.

    Raises NotFound, Invalid (password), NotSignedIn (there is an account: its holder signs in first), Conflict.
    """
    letter = letters.find(token, LetterPurpose.INVITE, now=now)
    enterprise = queries.inviting(letter, now=now)
    account = accounts_known.account_by_email(letter.email)
    if account is not None and account.id != actor.account_id:
        raise NotSignedIn(_("此邮箱已有账号，请用它登录后再打开链接。"))
    if account is None and (found := password_shortfalls(password, letter.email)):
        raise _invalid(*found)
    if account is not None and (actor.enterprise_id is not None or actor.is_staff):
        raise Conflict(_("您的账号已代表其他企业，或属于工作人员，不能再代表本企业。请换用其他邮箱。"))
    facts, roles = letter.facts, [Role(code) for code in letter.facts["roles"]]
    with transaction():
        letters.used(letter)
        if account is None:
            account = accounts.enter_account(letter.email, facts["name"], password, roles, actor=actor, now=now)
        else:
            account.roles = sorted({*account.roles, *facts["roles"]})
        _join(enterprise, account, facts["administrator"], civil_date(now), None, actor=actor, now=now)
    return account


def end_member(enterprise: Enterprise, account_id: int, *, actor: Actor, now: datetime) -> None:
    """The account no longer acts for ``enterprise``, at once. Raises NotFound, and Conflict for oneself."""
    require(policy.add_member, actor, enterprise)
    membership = queries.membership_of(enterprise, account_id)
    if account_id == actor.account_id:
        raise Conflict(_("不能移除自己，请由本企业其他管理员或秘书处办理。"))
    if not membership.holds(civil_date(now)):
        raise Conflict(_("该用户已不代表本企业。"))
    with transaction():
        membership.ends = civil_date(now) - timedelta(days=1)
        ledger.record("enterprise.member_ended", _subject(enterprise), actor=actor, at=now, account=account_id)


def _join(
    enterprise: Enterprise,
    account: Account,
    administrator: bool,
    begins: date | None,
    ends: date | None,
    *,
    actor: Actor,
    now: datetime,
) -> Membership:
    membership = queries.any_membership(enterprise, account.id)
    if membership is not None and membership.holds(civil_date(now)):
        raise Conflict(_("该账号已代表本企业。"))
    if membership is None:
        membership = Membership(account_id=account.id, enterprise_id=enterprise.id)
        db.session.add(membership)
    # Who left and comes back has the same row again; the ledger tells both.
    membership.administrator, membership.begins, membership.ends = administrator, begins, ends
    db.session.flush()
    ledger.record(
        "enterprise.member_added",
        _subject(enterprise),
        actor=actor,
        at=now,
        account=account.id,
        administrator=administrator,
    )
    return membership


def _roles_of(enterprise: Enterprise) -> frozenset[Role]:
    return frozenset({Role.INSTALLER if enterprise.kind == EnterpriseKind.INSTALLER else Role.REGISTRANT})


def _tell(enterprise: Enterprise, what: str, subject: str, body: str, *, now: datetime) -> None:
    for account_id, address in queries.addresses(enterprise.id, civil_date(now)):
        outbox.enqueue(
            f"enterprise:{enterprise.id}:{what}:{enterprise.version}:{account_id}",
            to_account_id=account_id,
            to_address=address,
            subject=subject,
            body=body,
            url="/association/enterprises/mine",
            spoken=language(),
            now=now,
        )


def _invalid(*found: Shortfall) -> Invalid:
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)


def _subject(enterprise: Enterprise) -> str:
    return f"enterprise:{enterprise.id}"
