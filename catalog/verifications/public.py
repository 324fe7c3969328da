"""/catalog/verifications: one product checked on a page; and the home page's box (``/``)."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import civil_date, show_utc
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, pick, show_date
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.moments import known_moment
from association.web.problems import fault, invalid, shown_again_by
from association.web.render import page, refused
from catalog.categories import queries as categories
from catalog.register import queries as register
from catalog.register.rules import in_effect, standing_at
from catalog.verifications import queries, words
from catalog.verifications.queries import Answer
from catalog.verifications.rules import Difference, Question
from catalog.verifications.schemas import BoxIn, CheckIn
from catalog.verifications.shapes import law_of
from catalog.vocabulary import Verdict

bp = public_door(__name__)
home = public_door("catalog.verifications.home", prefix="")

FIELDS = ("number", "manufacturer", "manufacturer_uscc", "brand", "model", "name", "category", "subtype")
DATES = ("on", "made_on", "known")
MORE = ("manufacturer_uscc", "brand", "name", "category", *DATES)


@home.get("/")
def front() -> ResponseReturnValue:
    now = clock.now()
    today = civil_date(now)
    recent = register.recent()
    entries = register.entries_of_many([one.number for one in recent])
    last = {number: found[-1] for number, found in entries.items()}
    return page(
        "verifications/home.html",
        recent=[
            (
                one,
                last[one.number],
                civil_date(last[one.number].recorded_at),
                standing_at(in_effect(entries[one.number], known=now), today),
            )
            for one in recent
        ],
        count=register.count(),
        view=categories.known_at(now),
        today=today,
    )


@home.get("/help")
def help_page() -> ResponseReturnValue:
    return page("verifications/help.html", verdicts=[(one, _(words.HEADLINES[one])) for one in Verdict])


@home.get("/open-data")
def open_data() -> ResponseReturnValue:
    feeds = [
        (_("全部登记记录"), "/api/v1/catalog/register/entries", _("按先后排列，since从上次的末条继续，永不过期")),
        (_("登记簿（查询）"), "/api/v1/catalog/register", _("按类别、状态、企业、标准筛选，可指定日期")),
        (_("国家目录"), "/api/v1/catalog/categories", _("类别、种类、要求、标准、参数，可指定日期")),
        (_("目录各版"), "/api/v1/catalog/editions", _("各版的起止日期和出处")),
        (_("接口说明"), "/api/v1/openapi.json", "OpenAPI 3.1"),
    ]
    return page("verifications/open_data.html", feeds=feeds, head=register.head())


@bp.get("/new")
@shown_again_by(".new")
def new() -> ResponseReturnValue:
    now = clock.now()
    asked = {} if refused() else _asked()
    question: Question | None = asked.get("question")
    box = asked.get("box")
    if box:
        question = queries.read_box(box["item"], box["maker"], known=now)
    answer = None
    if question is not None:
        answer = queries.answer(
            question,
            on=asked.get("on") or civil_date(now),
            made_on=asked.get("made_on"),
            known=known_moment(asked.get("known"), now=now),
        )
    view = categories.known_at(now)
    return page(
        "verifications/new.html",
        answer=answer,
        question=question or Question(),
        words=words,
        said_of=_said(answer) if answer is not None else None,
        links=_links(answer) if answer is not None else {},
        choices=[(one.code, f"{one.code} {pick(one)}") for one in view.classes(civil_date(now))],
        today=civil_date(now),
        args=request.args,
        more=any(getattr(question, name, "") or request.args.get(name) for name in MORE),
    )


def _asked() -> dict[str, Any]:
    """What the page is asked: the box of the home page, or the fields of the form; nothing at first."""
    box = read_query(BoxIn)
    if box["item"]:
        return {"box": box}
    if any(request.args.get(name) for name in (*FIELDS, *DATES)):
        return read_query(CheckIn)
    if box["maker"]:
        missing = fault("required")
        raise invalid([Shortfall("item", missing.code, missing.detail)])
    return {}


def _said(answer: Answer) -> dict[str, Any]:
    """The sentences of an answer; a date that the sentence names already is not said twice."""
    judged = answer.judgement

    def since(day: Any, text: str) -> Any:
        return None if day is None or show_date(day) in text else day

    reasons = [(reason, words.reason_text(reason)) for reason in judged.reasons]
    return {
        "reasons": [
            {"detail": text, "since": since(one.since, text), "law": law_of(answer.view, one.citations)}
            for one, text in reasons
        ],
        "warnings": [words.warning_text(one) for one in judged.warnings],
        "suggestions": [(one, _marks(one.differs)) for one in judged.suggestions],
    }


def _marks(differs: tuple[Difference, ...]) -> list[tuple[int, str, str]]:
    """The places of a suggestion's model to be marked; a character too many in the question marks none."""
    return [(one.place + step, one.typed, one.registered) for one in differs for step in range(len(one.registered))]


def _links(answer: Answer) -> dict[str, str]:
    """The same question again, pinned to what was known: as a page (``same``) and for programs (``json``)."""
    asked: dict[str, Any] = {name: getattr(answer.question, name) or None for name in FIELDS}
    asked |= {
        "on": answer.on.isoformat(),
        "made_on": answer.made_on.isoformat(),
        "known": show_utc(answer.known),
    }
    return {"same": url_for(".new", **asked), "json": url_for("verifications_api.check", **asked)}
