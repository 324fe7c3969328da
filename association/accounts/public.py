"""Signing in and making an account of one's own: ``/accounts/login``, ``/accounts/register``, ``/accounts/forgotten``.

What these pages say, and when, does not depend on whether somebody has an account; letters tell it to their readers.
"""

from datetime import datetime
from typing import Any

from flask import current_app, request, session, url_for
from flask.typing import ResponseReturnValue

from association.accounts import factors, letters, queries, rules, service, sessions
from association.accounts.models import Account
from association.accounts.schemas import CodeIn, ConfirmationIn, ForgottenIn, RegistrationIn, ResetIn, SignInIn
from association.kernel import clock
from association.kernel.actors import Actor, Role
from association.kernel.i18n import _
from association.vocabulary import LetterPurpose
from association.web import identity, menu
from association.web.doors import public_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.limits import limited
from association.web.origin import local_target
from association.web.problems import shown_again_by
from association.web.render import for_letters, outcome, page, typed

bp = public_door(__name__, prefix="/accounts")

DEMO_PASSWORD = "Jifang-demo-2026"  # noqa: S105 - published in README; such accounts exist in demo data only
CHOICES = (Role.REGISTRANT, Role.INSTALLER, Role.PRACTITIONER)
HALF = "half_signed_in"


@bp.get("/login")
def sign_in() -> ResponseReturnValue:
    target = local_target(typed("next", request.args.get("next")))
    if current_actor().signed_in and request.method == "GET":
        return outcome(to=target or url_for("accounts.dashboard"))
    demo = menu.is_demo()
    return page(
        "accounts/sign_in.html",
        target=target or "",
        demo_accounts=queries.demo_accounts() if demo else (),
        demo_password=DEMO_PASSWORD if demo else "",
    )


@bp.post("/login")
@limited("sign_in", refund=True)
@shown_again_by(".sign_in")
def sign_in_submit() -> ResponseReturnValue:
    now, target = clock.now(), local_target(request.form.get("next")) or ""
    account = service.sign_in_check(**read_form(SignInIn), now=now, remote=request.remote_addr or "")
    if factors.in_use(account) is None:
        return _begin(account, target, now=now)
    identity.sign_out()
    session[HALF] = {"account": account.id, "stamp": account.session_stamp, "at": now.timestamp(), "next": target}
    return outcome(to=url_for(".code"))


@bp.get("/login/code")
def code() -> ResponseReturnValue:
    if _half_signed_in(clock.now()) is None:
        return outcome(to=url_for(".sign_in"))
    return page("accounts/code.html")


@bp.post("/login/code")
@limited("sign_in", refund=True)
@shown_again_by(".code")
def code_submit() -> ResponseReturnValue:
    now = clock.now()
    account = _half_signed_in(now)
    if account is None:
        return outcome(to=url_for(".sign_in"), said=_("等待时间过长，请重新登录。"))
    target = session[HALF]["next"]
    factors.check(account, **read_form(CodeIn), now=now, remote=request.remote_addr or "")
    return _begin(account, target, now=now)


@bp.get("/register")
def register() -> ResponseReturnValue:
    return page("accounts/register.html", choices=CHOICES)


@bp.post("/register")
@limited("sign_in")
@shown_again_by(".register")
def register_submit() -> ResponseReturnValue:
    form = read_form(RegistrationIn)
    actor = Actor(name=form["name"]) if not current_actor().signed_in else current_actor()
    letters.ask_registration(**form, site=for_letters(), actor=actor, now=clock.now())
    return _letter_sent(_("请查看邮箱"), _("邮件里有一个链接，24小时内打开即可启用账号。"))


@bp.get("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    return page("accounts/confirm.html", letter=letters.find(token, LetterPurpose.REGISTER, now=clock.now()))


@bp.post("/confirm/<token>")
@limited("sign_in")
@shown_again_by(".confirm")
def confirm_submit(token: str) -> ResponseReturnValue:
    now = clock.now()
    account = letters.confirm_registration(token, **read_form(ConfirmationIn), actor=Actor(), now=now)
    of_trade = not account.role_set.isdisjoint({Role.REGISTRANT, Role.INSTALLER})
    return _begin(account, url_for("enterprises.mine") if of_trade else "", now=now, said=_("账号已启用。"))


@bp.get("/forgotten")
def forgotten() -> ResponseReturnValue:
    return page("accounts/forgotten.html")


@bp.post("/forgotten")
@limited("sign_in")
@shown_again_by(".forgotten")
def forgotten_submit() -> ResponseReturnValue:
    letters.ask_reset(**read_form(ForgottenIn), site=for_letters(), now=clock.now())
    return _letter_sent(_("请查看邮箱"), _("如果此邮箱有账号，邮件里有一个链接，24小时内打开即可设置新密码。"))


@bp.get("/reset/<token>")
def reset(token: str) -> ResponseReturnValue:
    return page("accounts/reset.html", letter=letters.find(token, LetterPurpose.RESET, now=clock.now()))


@bp.post("/reset/<token>")
@limited("sign_in")
@shown_again_by(".reset")
def reset_submit(token: str) -> ResponseReturnValue:
    letters.reset_password(token, **read_form(ResetIn), actor=Actor(), now=clock.now())
    return outcome(to=url_for(".sign_in"), said=_("密码已重设，请用新密码登录。"))


def _begin(account: Account, target: str, *, now: datetime, said: str = "") -> ResponseReturnValue:
    actor = Actor(account_id=account.id, name=account.name, roles=account.role_set)
    device = rules.device_words(request.user_agent.string)
    token = sessions.begin(account, device=device, actor=actor, now=now)
    session.pop("_flashes", None)
    identity.sign_in(actor, token)
    return outcome(to=local_target(target) or url_for("accounts.dashboard"), said=said)


def _half_signed_in(now: datetime) -> Account | None:
    """Whoever has shown the password and not yet the code, in the last few minutes."""
    half: dict[str, Any] | None = session.get(HALF)
    if half is None or now.timestamp() - half["at"] > rules.HALF_SIGNED_IN_LASTS.total_seconds():
        return None
    return queries.half_signed_in(half["account"], half["stamp"])


def _letter_sent(title: str, text: str) -> ResponseReturnValue:
    # One page for every case: whoever has an account, and whoever has none, reads the same.
    in_files = not current_app.config["MAIL_SERVER"] and not current_app.config["PRODUCTION"]
    return page("accounts/letter_sent.html", title=title, text=text, in_files=in_files)
