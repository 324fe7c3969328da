"""One job, for who holds its code (and, when somebody began it signed in, is that person): ``/association/jobs/<code>``."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association.jobs import queries, rules, service
from association.kernel import clock
from association.kernel.i18n import _
from association.web.doors import public_door
from association.web.identity import current_actor
from association.web.origin import local_target
from association.web.problems import shown_again_by
from association.web.render import outcome, page, unlisted

bp = public_door(__name__)
STEPS = 286  # htmx's answer for "stop asking"


@bp.get("/<code>")
@unlisted
def show(code: str) -> ResponseReturnValue:
    """How far it is; asked again every two seconds while it runs. With its end come its facts, and nothing is left to stop."""
    job = queries.job_for(current_actor(), code)
    running = job.state in rules.OPEN
    values = {"job": job, "running": running, "target": local_target(job.result_url)}
    if request.headers.get("HX-Request"):
        return page("jobs/_asked_again.html", **values), 200 if running else STEPS
    return page("jobs/show.html", **values)


@bp.post("/<code>/cancel")
@shown_again_by(".show")
def cancel(code: str) -> ResponseReturnValue:
    actor = current_actor()
    job = queries.job_for(actor, code)
    service.cancel(job, actor=actor, now=clock.now())
    return outcome(to=url_for(".show", code=code), said=_("已停止。"))
