"""Signing in and making an account of one's own: ``/accounts/login``, ``/accounts/register``."""

from flask import request, session, url_for
from flask.typing import ResponseReturnValue

from association.accounts import queries, service
from association.accounts.models import Account
from association.accounts.schemas import RegistrationIn, SignInIn
from association.kernel import clock
from association.kernel.actors import Actor, Role
from association.kernel.i18n import _
from association.web import identity, menu
from association.web.doors import public_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.origin import local_target
from association.web.problems import shown_again_by
from association.web.render import outcome, page

bp = public_door(__name__, prefix="/accounts")

DEMO_PASSWORD = "Jifang-demo-2026"  # noqa: S105 - published in README; such accounts exist in demo data only
CHOICES = (Role.REGISTRANT, Role.INSTALLER, Role.PRACTITIONER)


@bp.get("/login")
def sign_in() -> ResponseReturnValue:
    target = local_target(request.values.get("next"))
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
@shown_again_by(".sign_in")
def sign_in_submit() -> ResponseReturnValue:
    account = service.sign_in_check(**read_form(SignInIn), now=clock.now())
    _begin(account)
    return outcome(to=local_target(request.form.get("next")) or url_for("accounts.dashboard"))


@bp.get("/register")
def register() -> ResponseReturnValue:
    return page("accounts/register.html", choices=CHOICES)


@bp.post("/register")
@shown_again_by(".register")
def register_submit() -> ResponseReturnValue:
    form = read_form(RegistrationIn)
    actor = Actor(name=form["name"]) if not current_actor().signed_in else current_actor()
    account = service.create_account(
        form["email"], form["name"], form["password"], [form["role"]], actor=actor, now=clock.now()
    )
    _begin(account)
    of_trade = form["role"] != Role.PRACTITIONER
    to = url_for("enterprises.mine") if of_trade else url_for("accounts.dashboard")
    return outcome(to=to, said=_("账号已建立。"))


def _begin(account: Account) -> None:
    session.pop("_flashes", None)
    identity.sign_in(Actor(account_id=account.id, name=account.name, roles=account.role_set), account.session_stamp)
