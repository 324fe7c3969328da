"""/catalog/verifications/: what somebody signed in asked before."""

from flask.typing import ResponseReturnValue

from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.render import page
from catalog.verifications import kept, words
from catalog.verifications.schemas import PageIn
from catalog.vocabulary import Verdict

bp = member_door(__name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    found = kept.of_actor(current_actor(), number=read_query(PageIn)["page"])
    return page("verifications/mine.html", found=found, verdicts=list(Verdict), words=words)
