"""/api/v1/catalog/register: the open register for programs."""

from typing import Any

from flask import Response

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.signing import service as signing
from association.web.doors import open_api_door
from association.web.moments import known_moment
from association.web.render import absolute
from catalog.categories import queries as categories
from catalog.register import queries, search, statements, zero_hits
from catalog.register.rows import rows_of
from catalog.register.schemas import (
    FeedIn,
    FeedOut,
    MomentIn,
    RegistrationOut,
    SearchIn,
    SearchOut,
    SuggestIn,
    SuggestOut,
)
from catalog.register.search import Asked
from catalog.register.shapes import ATTRIBUTE_CONDITIONS, registration_json, search_json

bp = open_api_door(__name__, "登记簿：查询、单项、变动 / The public register")


@bp.get("")
@bp.arguments(SearchIn(), location="query")
@bp.response(200, SearchOut)
@bp.alt_response(503, description="SERVICE_UNAVAILABLE")
@bp.doc(parameters=[ATTRIBUTE_CONDITIONS])
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the register as it stood on a day: words, models, numbers, makers, standards, pinyin.

    Every item holds every term; what had to be relaxed stands in `relaxed`. The order is neutral: equal ones stand in
    the order of the day's public `seed`; send it along for the next page.
    """
    now = clock.now()
    on, number, per_page = asked.pop("on") or civil_date(now), asked.pop("page"), asked.pop("per_page")
    wants_facets, seed = asked.pop("facets"), search.seed_of(asked.pop("seed"), today=civil_date(now))
    found = search.find(
        Asked(**asked), on=on, known_now=now, seed=seed, number=number, per_page=per_page, facets=wants_facets
    )
    if not found.without_filters:
        zero_hits.note(asked["q"], today=civil_date(now))
    return search_json(found, rows_of(found.numbers, on=on, known=now), on=on, number=number, per_page=per_page)


@bp.get("/suggest")
@bp.arguments(SuggestIn(), location="query")
@bp.response(200, SuggestOut)
@bp.alt_response(503, description="SERVICE_UNAVAILABLE")
def suggest(asked: dict[str, Any]) -> dict[str, Any]:
    """Completions while typing: models, names, brands, makers, numbers, classes and standards of the register `on` a day."""
    now = clock.now()
    today = civil_date(now)
    on, seed = asked["on"] or today, today.isoformat()
    return {"items": search.suggest(asked["q"], on=on, known_now=now, seed=seed, limit=asked["limit"])}


@bp.get("/entries")
@bp.arguments(FeedIn(), location="query")
@bp.response(200, FeedOut)
def entries(asked: dict[str, Any]) -> dict[str, Any]:
    """Every entry ever made, in order; `since` is exclusive and never expires."""
    items = queries.feed(since=asked["since"], limit=asked["limit"])
    head = queries.head()
    return {
        "items": items,
        "next_since": items[-1]["entry"] if items else asked["since"],
        "head": {"entry": head.entry, "hash": head.hash},
    }


@bp.get("/status.jws")
@bp.response(200, {"type": "string"}, content_type="application/jose", description="JWS")
def status_list() -> Response:
    """The signed list of registrations that are not in force today, for checking without a network."""
    now = clock.now()
    payload = statements.status_list(
        queries.not_in_force(civil_date(now)), on=civil_date(now), head=queries.head(), at=now
    )
    jws = signing.sign(payload, kind="status-list", issuer=absolute(""), now=now)
    if jws is None:
        raise NotFound(_("还没有签名密钥，启动服务时会自动生成。"))
    answer = Response(jws, mimetype="application/jose")
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


@bp.get("/<number>")
@bp.arguments(MomentIn(), location="query")
@bp.response(200, RegistrationOut)
def show(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """One registration as it stood `on` a day, as `known` at a moment."""
    now = clock.now()
    known = known_moment(asked["known"], now=now)
    found = queries.registration_to_show(number, known=known)
    return registration_json(
        found, categories.known_at(known), found.head, on=asked["on"] or civil_date(now), known=known
    )
