"""One's own desk: ``/accounts/``, ``…/password``, ``…/address``, ``…/sessions``, ``…/second-factor``, ``…/keys``."""

import segno
from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from association import policy
from association.accounts import factors, letters, queries, service, sessions
from association.accounts.rules import as_base32, device_words
from association.accounts.schemas import AddressIn, CodeIn, FactorEndIn, KeyIn, PasswordIn, ReplacementIn
from association.kernel import clock
from association.kernel.actors import Actor, require
from association.kernel.dates import add_years, end_of_day
from association.kernel.i18n import _
from association.web import identity, menu
from association.web.doors import member_door
from association.web.forms import read_form
from association.web.identity import current_actor, open_to_bare
from association.web.limits import limited
from association.web.problems import shown_again_by
from association.web.render import for_letters, outcome, page

bp = member_door(__name__, prefix="/accounts")


@bp.get("/")
def dashboard() -> ResponseReturnValue:
    return page("accounts/dashboard.html", panels=menu.panels(current_actor()))


@bp.post("/logout")
@open_to_bare
def sign_out() -> ResponseReturnValue:
    held = identity.this_session()
    if held is not None:
        record = sessions.session_for(held.actor, held.session_id)
        sessions.end(record, actor=held.actor, now=clock.now())
    identity.sign_out()
    return outcome(to="/", said=_("您已退出。"))


@bp.get("/password")
def password() -> ResponseReturnValue:
    return page("accounts/password.html", person=queries.own_account(current_actor()))


@bp.post("/password")
@shown_again_by(".password")
def password_submit() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    account = queries.own_account(actor)
    service.change_password(account, **read_form(PasswordIn), actor=actor, now=now)
    # All sessions have ended with the old password, this one too: it begins anew.
    token = sessions.begin(account, device=device_words(request.user_agent.string), actor=actor, now=now)
    identity.sign_in(actor, token)
    return outcome(to=url_for(".dashboard"), said=_("密码已修改，其他设备上的登录已失效。"))


@bp.get("/address")
def address() -> ResponseReturnValue:
    return page("accounts/address.html", person=queries.own_account(current_actor()))


@bp.post("/address")
@limited("sign_in")
@shown_again_by(".address")
def address_submit() -> ResponseReturnValue:
    actor = current_actor()
    account = queries.own_account(actor)
    letters.ask_address(account, **read_form(AddressIn), site=for_letters(), actor=actor, now=clock.now())
    return outcome(to=url_for(".address"), said=_("已向新邮箱发送邮件，打开其中的链接后生效；现邮箱也会收到通知。"))


@bp.get("/address/<token>")
def address_confirm(token: str) -> ResponseReturnValue:
    actor = current_actor()
    letter = letters.letter_of_address(token, actor=actor, now=clock.now())
    return page("accounts/address_confirm.html", letter=letter, person=queries.own_account(actor))


@bp.post("/address/<token>")
def address_confirm_submit(token: str) -> ResponseReturnValue:
    letters.change_address(token, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".dashboard"), said=_("邮箱已更换，今后请用新邮箱登录。"))


@bp.get("/sessions")
def own_sessions() -> ResponseReturnValue:
    account, held = queries.own_account(current_actor()), identity.this_session()
    found = sessions.open_sessions(account, now=clock.now())
    return page("accounts/sessions.html", sessions=found, this=held.session_id if held else None)


@bp.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    actor = current_actor()
    sessions.end(sessions.session_for(actor, session_id), actor=actor, now=clock.now())
    return outcome(to=url_for(".own_sessions"), said=_("该设备上的登录已结束。"))


@bp.post("/sessions/end")
def end_sessions() -> ResponseReturnValue:
    actor, held = current_actor(), identity.this_session()
    account = queries.own_account(actor)
    sessions.end_all(account, actor=actor, now=clock.now(), but=held.session_id if held else None)
    return outcome(to=url_for(".own_sessions"), said=_("其他设备上的登录已全部结束。"))


@bp.get("/second-factor")
@open_to_bare
def second_factor() -> ResponseReturnValue:
    return _factor_page(current_actor())


@bp.post("/second-factor/begin")
@open_to_bare
def second_factor_begin() -> ResponseReturnValue:
    actor = current_actor()
    factors.begin(queries.own_account(actor), actor=actor)
    return outcome(to=url_for(".second_factor"))


@bp.post("/second-factor/confirm")
@open_to_bare
@shown_again_by(".second_factor")
def second_factor_confirm() -> ResponseReturnValue:
    actor = current_actor()
    account = queries.own_account(actor)
    codes = factors.confirm(account, **read_form(CodeIn), actor=actor, now=clock.now())
    return _shown_once(_factor_page(actor, codes=codes))


@bp.post("/second-factor/recovery")
@shown_again_by(".second_factor")
def second_factor_recovery() -> ResponseReturnValue:
    actor = current_actor()
    account = queries.own_account(actor)
    codes = factors.renew_recovery_codes(account, **read_form(CodeIn), actor=actor, now=clock.now())
    return _shown_once(_factor_page(actor, codes=codes))


@bp.post("/second-factor/end")
@shown_again_by(".second_factor")
def second_factor_end() -> ResponseReturnValue:
    actor = current_actor()
    factors.end(queries.own_account(actor), **read_form(FactorEndIn), actor=actor, now=clock.now())
    return outcome(to=url_for(".second_factor"), said=_("第二重验证已停用。"))


@bp.get("/keys")
def keys() -> ResponseReturnValue:
    return _keys_page(current_actor())


@bp.post("/keys")
@shown_again_by(".keys")
def make_key() -> ResponseReturnValue:
    actor = current_actor()
    form = read_form(KeyIn)
    expires_on = form.pop("expires_on")
    key, text = service.make_key(
        **form,
        enterprise_id=actor.enterprise_id if actor.administers_enterprise else None,
        expires_at=end_of_day(expires_on) if expires_on else None,
        actor=actor,
        now=clock.now(),
    )
    return _shown_once(_keys_page(actor, made=text, made_key=key))


@bp.post("/keys/<int:key_id>/replace")
def replace_key(key_id: int) -> ResponseReturnValue:
    actor = current_actor()
    key, text = service.replace_key(
        queries.key_for(actor, key_id), **read_form(ReplacementIn), actor=actor, now=clock.now()
    )
    return _shown_once(_keys_page(actor, made=text, made_key=key))


@bp.post("/keys/<int:key_id>/end")
def end_key(key_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.end_key(queries.key_for(actor, key_id), actor=actor, now=clock.now())
    return outcome(to=url_for(".keys"), said=_("密钥已停用。"))


def _factor_page(actor: Actor, **more: object) -> str:
    account = queries.own_account(actor)
    factor = factors.of(account)
    begun = factor if factor is not None and factor.confirmed_at is None else None
    return page(
        "accounts/second_factor.html",
        factor=factor if begun is None else None,
        secret=as_base32(factors.secret_of(begun)) if begun else "",
        picture=_picture(factors.address_for_telephone(account, begun)) if begun else "",
        obligatory=factors.obligatory(account),
        **more,
    )


def _picture(text: str) -> str:
    """A QR code as an address that an ``img`` takes."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=4))


def _shown_once(text: str) -> ResponseReturnValue:
    # No redirect: what is shown in this one answer is kept nowhere.
    response = make_response(text, 201)
    response.headers["Cache-Control"] = "no-store"
    return response


def _keys_page(actor: Actor, **more: object) -> str:
    require(policy.hold_keys, actor)
    keys = queries.keys_for(actor)
    scopes = policy.ENTERPRISE_SCOPES if actor.administers_enterprise else policy.STAFF_SCOPES
    return page(
        "accounts/keys.html",
        keys=keys,
        may_replace={key.id for key in keys if policy.make_key(actor, key.enterprise_id, ())},
        scopes=sorted(scopes),
        replaced={key.replaces_id for key in keys},
        now=clock.now(),
        in_a_year=add_years(clock.today(), 1),
        **more,
    )
