"""我的消息: ``/association/outbox/``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.outbox import queries, service
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
