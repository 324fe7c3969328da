"""``/association/webhooks/``: what was posted to somebody's programs, and what came of it."""

from flask.typing import ResponseReturnValue

from association.outbox.rules import MOST_ATTEMPTS
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.render import page
from association.webhooks import queries, words
from association.webhooks.schemas import LogQuery

bp = member_door(__name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    found = queries.log_for(current_actor(), number=read_query(LogQuery)["page"])
    return page("webhooks/index.html", found=found, fault_text=words.fault_text, most=MOST_ATTEMPTS)
