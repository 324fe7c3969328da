"""What one has had done: ``/association/jobs/``."""

from flask.typing import ResponseReturnValue

from association.jobs import queries
from association.jobs.schemas import HistoryQuery
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.render import page

bp = member_door(__name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    found = queries.own_jobs(current_actor(), number=read_query(HistoryQuery)["page"])
    return page("jobs/index.html", found=found)
