"""/catalog/subscriptions/<code>: what a letter's link opens, and what a program was left under. Looking changes nothing
(mail scanners look); buttons do."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.i18n import _
from association.outbox.rules import shown_address
from association.web.doors import public_door
from association.web.forms import read_form
from association.web.origin import from_anywhere
from association.web.render import outcome, page, unlisted
from association.webhooks import words
from catalog.subscriptions import queries, rules, service
from catalog.subscriptions.schemas import EndIn

bp = public_door(__name__)


@bp.get("/<code>")
@unlisted
def show(code: str) -> ResponseReturnValue:
    found = queries.by_code(code)
    return page(
        "subscriptions/show.html",
        one=found,
        others=len(queries.with_same_address(found)) - 1,
        consent=_(rules.CONSENTS[found.consent]),
        posted=queries.posted_to(found),
        shown_address=shown_address,
        fault_text=words.fault_text,
    )


@bp.post("/<code>/confirm")
def confirm(code: str) -> ResponseReturnValue:
    service.confirm(queries.by_code(code), now=clock.now())
    return outcome(to=url_for(".show", code=code), said=_("已确认。有变动时会写信到您的邮箱。"))


@bp.post("/<code>/prolong")
def prolong(code: str) -> ResponseReturnValue:
    service.prolong(queries.by_code(code), now=clock.now())
    return outcome(to=url_for(".show", code=code), said=_("已延长。"))


@bp.get("/<code>/end")
@unlisted
def ending(code: str) -> ResponseReturnValue:
    """Some readers open what is meant for one click of their mail program."""
    return show(code)


@bp.post("/<code>/end")
@from_anywhere
def end(code: str) -> ResponseReturnValue:
    """By the page's buttons, or by one click of a mail program, whose web page may be another site's."""
    form = read_form(EndIn)
    if form["one_click"] == "One-Click":
        # Clicked twice it is ended all the same; and a mail program follows no redirect (RFC 8058, 3.1).
        if (found := queries.still(code)) is not None:
            service.end(found, everything=True)
        return page("subscriptions/ended.html")
    service.end(queries.by_code(code), everything=form["everything"] == "yes")
    return outcome(to=url_for(".ended"))


@bp.get("/ended")
def ended() -> ResponseReturnValue:
    return page("subscriptions/ended.html")
