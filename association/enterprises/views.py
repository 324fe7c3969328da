"""One's own enterprise and the secretariat's desk: ``/association/enterprises/mine``, ``…/desk``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association import policy
from association.enterprises import queries, service
from association.enterprises.schemas import DeskQuery, DetailsIn, EnterpriseIn, ReasonIn, UserIn
from association.kernel import clock
from association.kernel.actors import Actor
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.vocabulary import EnterpriseKind, EnterpriseState
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.limits import limited
from association.web.problems import shown_again_by
from association.web.render import for_letters, outcome, page

bp = member_door(__name__)


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    return _mine_page(current_actor())


@bp.post("/mine/new")
@shown_again_by(".mine")
def register() -> ResponseReturnValue:
    service.register_enterprise(**read_form(EnterpriseIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".mine"), said=_("已提交。秘书处核对后即可办理产品登记。"))


@bp.post("/mine")
@shown_again_by(".mine")
def change() -> ResponseReturnValue:
    actor = current_actor()
    enterprise = queries.enterprise_for(actor, actor.enterprise_id)
    service.change_details(enterprise, **read_form(DetailsIn), actor=actor, now=clock.now())
    return outcome(to=url_for(".mine"), said=_("已保存。"))


@bp.get("/mine/users")
def users() -> ResponseReturnValue:
    return _users_page(current_actor())


@bp.post("/mine/users")
@limited("sign_in")
@shown_again_by(".users")
def add_user() -> ResponseReturnValue:
    actor = current_actor()
    enterprise = queries.enterprise_for(actor, actor.enterprise_id)
    service.invite_user(enterprise, **read_form(UserIn), site=for_letters(), actor=actor, now=clock.now())
    return outcome(to=url_for(".users"), said=_("邀请已发送，对方打开邮件中的链接后即可代表本企业。"))


@bp.post("/mine/users/<int:account_id>/end")
def end_user(account_id: int) -> ResponseReturnValue:
    actor = current_actor()
    enterprise = queries.enterprise_for(actor, actor.enterprise_id)
    service.end_member(enterprise, account_id, actor=actor, now=clock.now())
    return outcome(to=url_for(".users"), said=_("该用户不再代表本企业。"))


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    actor, asked = current_actor(), read_query(DeskQuery)
    state = asked["state"] or EnterpriseState.UNCONFIRMED
    found = queries.desk(actor, state=state, number=asked["page"])
    return page("enterprises/desk.html", found=found, state=state, states=list(EnterpriseState))


@bp.get("/desk/<int:enterprise_id>")
def desk_one(enterprise_id: int) -> ResponseReturnValue:
    actor = current_actor()
    enterprise = queries.enterprise_for(actor, enterprise_id)
    if not policy.see_enterprise_desk(actor):
        raise NotFound
    return page(
        "enterprises/desk_one.html",
        enterprise=enterprise,
        members=queries.members(enterprise),
        may_confirm=policy.confirm_enterprise(actor, enterprise),
    )


@bp.post("/desk/<int:enterprise_id>/confirm")
@shown_again_by(".desk_one")
def confirm(enterprise_id: int) -> ResponseReturnValue:
    actor = current_actor()
    enterprise = queries.enterprise_for(actor, enterprise_id)
    service.confirm(enterprise, actor=actor, now=clock.now())
    return outcome(to=url_for(".desk"), said=_("已确认：{name}", name=enterprise.name))


@bp.post("/desk/<int:enterprise_id>/suspend")
@shown_again_by(".desk_one")
def suspend(enterprise_id: int) -> ResponseReturnValue:
    actor = current_actor()
    enterprise = queries.enterprise_for(actor, enterprise_id)
    service.suspend(enterprise, **read_form(ReasonIn), actor=actor, now=clock.now())
    return outcome(to=url_for(".desk"), said=_("已停用：{name}", name=enterprise.name))


def _mine_page(actor: Actor) -> str:
    enterprise = queries.own_enterprise(actor)
    if enterprise is None:
        if not policy.register_enterprise(actor) or actor.is_staff:
            raise NotFound
        return page("enterprises/new.html", kinds=list(EnterpriseKind))
    return page(
        "enterprises/mine.html",
        enterprise=enterprise,
        kinds=list(EnterpriseKind),
        may_change=policy.change_enterprise(actor, enterprise),
        may_rename=enterprise.state == EnterpriseState.UNCONFIRMED,
    )


def _users_page(actor: Actor) -> str:
    enterprise = queries.enterprise_for(actor, actor.enterprise_id)
    return page(
        "enterprises/users.html",
        enterprise=enterprise,
        members=queries.members(enterprise),
        may_change=policy.add_member(actor, enterprise),
        today=clock.today(),
    )
