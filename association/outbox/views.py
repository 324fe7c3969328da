"""我的消息: ``/association/outbox/``; 未能送达的信件: ``/association/outbox/dead``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.i18n import _
from association.outbox import queries, service
from association.outbox.rules import MOST_ATTEMPTS, shown_address
from association.outbox.schemas import InboxQuery
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.origin import local_target
from association.web.render import outcome, page

bp = member_door(__name__)


@bp.get("/")
def inbox() -> ResponseReturnValue:
    actor = current_actor()
    found = queries.inbox(actor, number=read_query(InboxQuery)["page"])
    return page("outbox/inbox.html", found=found, unread=queries.count_unread(actor))


@bp.post("/<int:message_id>/read")
def read(message_id: int) -> ResponseReturnValue:
    """Mark as read, and go where the message points."""
    actor = current_actor()
    message = queries.message_for(actor, message_id)
    service.mark_read(message, actor=actor, now=clock.now())
    return outcome(to=local_target(message.url) or url_for(".inbox"))


@bp.post("/read")
def read_all() -> ResponseReturnValue:
    service.mark_all_read(actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".inbox"))


@bp.get("/dead")
def dead() -> ResponseReturnValue:
    found = queries.dead_letters(current_actor(), number=read_query(InboxQuery)["page"])
    return page("outbox/dead.html", found=found, most=MOST_ATTEMPTS, shown_address=shown_address)


@bp.post("/dead/<int:message_id>/resend")
def resend(message_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.resend(queries.dead_letter_for(actor, message_id), actor=actor, now=clock.now())
    return outcome(to=url_for(".dead"), said=_("已重新列入发送。"))


@bp.post("/dead/resend")
def resend_all() -> ResponseReturnValue:
    count = service.resend_all(actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".dead"), said=_("{count}封信已重新列入发送。", count=count))
