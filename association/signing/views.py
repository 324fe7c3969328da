"""Keys, for the security administrator: ``/association/signing/keys``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.signing import queries, service
from association.signing.schemas import GiveUpIn, ReasonIn
from association.vocabulary import KeyState
from association.web.doors import staff_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page

bp = staff_door(__name__, prefix="/association/signing/keys")


@bp.get("/")
def index() -> ResponseReturnValue:
    keys = queries.keys_for(current_actor())
    return page(
        "signing/keys.html",
        keys=keys,
        current=next((one for one in keys if one.state is KeyState.ACTIVE), None),
        following=next((one for one in keys if one.state is KeyState.PREPARED), None),
    )


@bp.post("/prepare")
@shown_again_by(".index")
def prepare() -> ResponseReturnValue:
    made = service.prepare(actor=current_actor(), now=clock.now())
    return _back(_("已准备密钥{kid}并列入公布的密钥清单，启用前不用于签名。", kid=made.kid))


@bp.post("/switch")
@shown_again_by(".index")
def switch() -> ResponseReturnValue:
    key = service.switch(**read_form(ReasonIn), actor=current_actor(), now=clock.now())
    return _back(_("现由密钥{kid}签名。原密钥的私钥已销毁，以前的签名仍可验证。", kid=key.kid))


@bp.get("/<kid>/give-up")
def giving_up(kid: str) -> ResponseReturnValue:
    return page("signing/give_up.html", key=queries.key_for(current_actor(), kid))


@bp.post("/<kid>/give-up")
@shown_again_by(".giving_up")
def give_up(kid: str) -> ResponseReturnValue:
    actor = current_actor()
    key = queries.key_for(actor, kid)
    asked = read_form(GiveUpIn)
    if asked["kid"] != kid:
        sentence = _("与要作废的密钥不符，请照页面上的编号输入")
        raise Invalid(_("填写内容有误，请按各项提示改正。"), [Shortfall("kid", "differs", sentence)])
    current = service.give_up(key, reason=asked["reason"], actor=actor, now=clock.now())
    said = _("密钥{kid}已作废，它签过的回执正由密钥{current}重新签名。", kid=kid, current=current.kid)
    return _back(said)


def _back(said: str) -> ResponseReturnValue:
    return outcome(to=url_for(".index"), said=said)
