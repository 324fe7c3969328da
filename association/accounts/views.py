"""One's own desk: ``/accounts/``, ``/accounts/password``, ``/accounts/keys``, ``/accounts/logout``."""

from flask import make_response, url_for
from flask.typing import ResponseReturnValue

from association import policy
from association.accounts import queries, service
from association.accounts.schemas import KeyIn, PasswordIn
from association.kernel import clock
from association.kernel.actors import Actor, require
from association.kernel.dates import add_years, end_of_day
from association.kernel.i18n import _
from association.web import identity, menu
from association.web.doors import member_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page

bp = member_door(__name__, prefix="/accounts")


@bp.get("/")
def dashboard() -> ResponseReturnValue:
    return page("accounts/dashboard.html", panels=menu.panels(current_actor()))


@bp.post("/logout")
def sign_out() -> ResponseReturnValue:
    identity.sign_out()
    return outcome(to="/", said=_("您已退出。"))


@bp.get("/password")
def password() -> ResponseReturnValue:
    return page("accounts/password.html", account=queries.own_account(current_actor()))


@bp.post("/password")
@shown_again_by(".password")
def password_submit() -> ResponseReturnValue:
    actor = current_actor()
    account = queries.own_account(actor)
    service.change_password(account, **read_form(PasswordIn), actor=actor, now=clock.now())
    # All sessions have ended with the old password, this one too: it begins anew.
    identity.sign_in(actor, account.session_stamp)
    return outcome(to=url_for(".dashboard"), said=_("密码已修改，其他设备上的登录已失效。"))


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
    # No redirect: the text is shown in this one answer and kept nowhere.
    response = make_response(_keys_page(actor, made=text, made_key=key), 201)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/keys/<int:key_id>/end")
def end_key(key_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.end_key(queries.key_for(actor, key_id), actor=actor, now=clock.now())
    return outcome(to=url_for(".keys"), said=_("密钥已停用。"))


def _keys_page(actor: Actor, **more: object) -> str:
    require(policy.hold_keys, actor)
    scopes = policy.ENTERPRISE_SCOPES if actor.administers_enterprise else policy.STAFF_SCOPES
    return page(
        "accounts/keys.html",
        keys=queries.keys_for(actor),
        scopes=sorted(scopes),
        now=clock.now(),
        in_a_year=add_years(clock.today(), 1),
        **more,
    )
