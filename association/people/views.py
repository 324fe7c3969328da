"""Accounts of all people, for the system and the security administrator: ``/accounts/people``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association import policy
from association.accounts import factors, failures, service, sessions
from association.accounts.models import Account
from association.kernel import clock
from association.kernel.actors import STAFF, Actor, Role
from association.kernel.i18n import _
from association.people import queries
from association.people import service as people
from association.people.schemas import PeopleQuery, PersonIn, ReasonIn, RolesIn
from association.web.doors import staff_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import for_letters, outcome, page

bp = staff_door(__name__, prefix="/accounts/people")


@bp.get("/")
def index() -> ResponseReturnValue:
    actor, asked = current_actor(), read_query(PeopleQuery)
    found = queries.people(actor, q=asked["q"], role=asked["role"], number=asked["page"])
    may_make = policy.create_account(actor, ())
    return page("people/index.html", found=found, asked=asked, roles=list(Role), may_make=may_make)


@bp.get("/new")
def new() -> ResponseReturnValue:
    queries.people(current_actor())
    return page("people/new.html", roles=[role for role in Role if role not in STAFF])


@bp.post("/new")
@shown_again_by(".new")
def make() -> ResponseReturnValue:
    made = people.make(**read_form(PersonIn), site=for_letters(), actor=current_actor(), now=clock.now())
    said = _("账号已建立，设置密码的链接已发往{email}。角色由安全管理员授予。", email=made.email)
    return outcome(to=url_for(".show", account_id=made.id), said=said)


@bp.get("/<int:account_id>")
def show(account_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    account = queries.person_for(actor, account_id)
    return page(
        "people/show.html",
        person=account,
        firms=queries.firms_of(account),
        sessions=sessions.open_sessions(account, now=now),
        factor=factors.in_use(account),
        locked=failures.are_locked(failures.of_address(account.email), failures.of_code(account.id), now=now),
        roles=list(Role),
        may_close=policy.close_account(actor, account),
        may_secure=policy.secure_account(actor, account),
    )


@bp.post("/<int:account_id>/roles")
@shown_again_by(".show")
def give_roles(account_id: int) -> ResponseReturnValue:
    actor, account = _asked(account_id)
    service.give_roles(account, **read_form(RolesIn), actor=actor, now=clock.now())
    return _back(account, _("角色已更改，该账号须重新登录。"))


@bp.post("/<int:account_id>/close")
@shown_again_by(".show")
def close(account_id: int) -> ResponseReturnValue:
    actor, account = _asked(account_id)
    service.close_account(account, **read_form(ReasonIn), actor=actor, now=clock.now())
    return _back(account, _("账号已停用。"))


@bp.post("/<int:account_id>/open")
@shown_again_by(".show")
def reopen(account_id: int) -> ResponseReturnValue:
    actor, account = _asked(account_id)
    service.open_account(account, **read_form(ReasonIn), actor=actor, now=clock.now())
    return _back(account, _("账号已恢复。"))


@bp.post("/<int:account_id>/unlock")
def unlock(account_id: int) -> ResponseReturnValue:
    actor, account = _asked(account_id)
    service.lift_lock(account, actor=actor, now=clock.now())
    return _back(account, _("锁定已解除。"))


@bp.post("/<int:account_id>/sessions/end")
def end_sessions(account_id: int) -> ResponseReturnValue:
    actor, account = _asked(account_id)
    sessions.end_all(account, actor=actor, now=clock.now())
    return _back(account, _("该账号在各设备上的登录已结束。"))


@bp.post("/<int:account_id>/second-factor/reset")
@shown_again_by(".show")
def reset_second_factor(account_id: int) -> ResponseReturnValue:
    actor, account = _asked(account_id)
    factors.reset(account, **read_form(ReasonIn), actor=actor, now=clock.now())
    return _back(account, _("第二重验证已重置，请本人登录后重新设置。"))


def _asked(account_id: int) -> tuple[Actor, Account]:
    actor = current_actor()
    return actor, queries.person_for(actor, account_id)


def _back(account: Account, said: str) -> ResponseReturnValue:
    return outcome(to=url_for(".show", account_id=account.id), said=said)
