"""/catalog/register and /v/<number>: the public register."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import segno
from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.i18n import N_, _, pick
from association.kernel.pagination import Page
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.moments import known_moment
from association.web.problems import shown_again_by
from association.web.render import absolute, page, refused, url_with
from catalog.categories import queries as categories
from catalog.categories.catalogfile import OWN_COPY
from catalog.categories.rules import Attribute, show_value
from catalog.evidence.rules import standing as evidence_standing
from catalog.register import queries, search, words, zero_hits
from catalog.register.plain import character_table
from catalog.register.queries import Known
from catalog.register.rows import rows_of
from catalog.register.rules import CHANGES_FACTS, Entry, facts_at, standing_at
from catalog.register.schemas import MomentIn, SearchIn
from catalog.register.search import Asked
from catalog.register.shapes import DISCLAIMER
from catalog.vocabulary import EntryKind

bp = public_door(__name__)
short = public_door("catalog.register.short", prefix="/v")

FIELDS: Mapping[str, str] = {
    "name": N_("名称"),
    "name_en": N_("英文名称"),
    "brand": N_("品牌"),
    "model": N_("型号"),
    "manufacturer": N_("生产企业"),
    "registrant": N_("登记人"),
    "category": N_("类别"),
    "subtype": N_("种类"),
    "origin": N_("产地"),
    "standards": N_("执行标准"),
}


@bp.get("")
@shown_again_by(".index")
def index() -> ResponseReturnValue:
    now = clock.now()
    today = civil_date(now)
    given = SearchIn().load({}) if refused() else read_query(SearchIn)
    on, number, per_page = given.pop("on") or today, given.pop("page"), given.pop("per_page")
    given.pop("facets")
    seed = search.seed_of(given.pop("seed"), today=today)
    asked, view = Asked(**given), categories.known_at(now)
    # On a page shown again the fields of the class are those that have to be put right.
    category = view.category(request.args.get("category", "") if refused() else asked.category)
    found = search.find(asked, on=on, known_now=now, seed=seed, number=number, per_page=per_page, facets=True)
    if not found.without_filters:
        zero_hits.note(asked.q, today=today)
    return page(
        "register/index.html",
        page=Page(rows_of(found.numbers, on=on, known=now), number, per_page, found.total),
        found=found,
        asked=asked,
        on=on,
        today=today,
        view=view,
        orders={code: _(text) for code, text in words.ORDERS.items() if asked.q or code != search.RELEVANCE},
        facets={name: words.facet(name, counted, asked, view) for name, counted in found.facets.items()},
        facet_titles=words.TITLES,
        chosen=words.chosen(asked, view),
        category=category,
        given={f"attr.{key}" + (f".{op}" if op != "is" else ""): value for key, op, value in asked.attributes},
        attributes=words.attribute_fields(category.code, asked.subtype, view, on=on) if category else [],
        relaxed=words.relaxed_sentences(found.relaxed),
        differing=words.differing_places,
        marked=words.marker(found.terms if found.stage != "listed" else ()),
        kinds={kind: _(text) for kind, text in words.KINDS.items()},
        # What is on the page stays so while people go on through it.
        page_address=lambda number: url_with(page=number if number > 1 else None, seed=seed),
    )


PROGRAM = OWN_COPY.parent / "recompute_order.py"


@bp.get("/recompute_order.py")
def program() -> ResponseReturnValue:
    """The program by which anybody can work out the order anew."""
    return _download(PROGRAM.read_text("utf-8"), "text/x-python")


@bp.get("/characters.txt")
def characters() -> ResponseReturnValue:
    """How the search writes and reads every Han character: character, plain form, readings."""
    return _download(character_table(), "text/plain")


def _download(text: str, kind: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/<number>")
@shown_again_by(".show")
def show(number: str) -> ResponseReturnValue:
    now = clock.now()
    found = queries.registration_to_show(number, known=now)
    if number != found.number:
        query = urlencode(request.args.to_dict(flat=False), doseq=True)
        return redirect(url_for(".show", number=found.number) + (f"?{query}" if query else ""), 301)
    asked = MomentIn().load({}) if refused() else read_query(MomentIn)
    known = known_moment(asked["known"], now=now)
    if known != now:
        found = queries.registration_to_show(number, known=known)
    on = asked["on"] or civil_date(now)
    view = categories.known_at(known)
    facts, stands = facts_at(found.entries, on), standing_at(found.entries, on)
    category, subtype = facts["category"], facts["subtype"]
    attributes = {one.key: one for one in view.class_attributes(category)}
    return page(
        "register/show.html",
        found=found,
        facts=facts,
        stands=stands,
        deciding=next((one for one in found.all_entries if one.entry == stands.entry), found.all_entries[-1]),
        on=on,
        known=known,
        today=civil_date(now),
        dated=on != civil_date(now) or known != now,
        view=view,
        catalog_class=view.category(category),
        subtype=view.subtype(category, subtype),
        attributes=[
            (attributes.get(key), key, show_value(attributes[key], value) if key in attributes else value)
            for key, value in (facts.get("attributes") or {}).items()
        ],
        papers=[
            (paper, evidence_standing(paper, on, regime_end=view.regime_end(paper.kind, category, subtype)))
            for paper in found.evidence
        ],
        history=_history(found, attributes),
        head=queries.head(),
        address=absolute(url_for("register_short.follow", number=found.number)),
        disclaimer=_(DISCLAIMER),
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry as the history tells it: what it changed, and the corrections that concern it.

    ``corrects`` is the entry it puts right; ``corrected_by`` the one that put it right, ``void`` when it never counted.
    """

    entry: Entry
    changes: tuple[tuple[str, str, str], ...]
    corrects: int | None
    corrected_by: int | None
    void: bool


def _history(found: Known, attributes: Mapping[str, Attribute]) -> list[Happened]:
    """Every entry known, oldest first."""
    counted = {one.entry for one in found.entries}
    corrections = {
        one.facts["entry"]: one.entry
        for one in found.all_entries
        if one.kind is EntryKind.CORRECTED and one.facts.get("entry") is not None
    }
    told: list[Happened] = []
    facts: dict[str, str] = {}
    for one in found.all_entries:
        corrects = one.facts.get("entry") if one.kind is EntryKind.CORRECTED else None
        said = _in_lines(one.facts.get("facts", {}) if corrects is not None else one.facts, attributes)
        changes = tuple(
            (name, facts.get(name, ""), text) for name, text in said.items() if facts and facts.get(name, "") != text
        )
        if one.kind in CHANGES_FACTS:
            facts.update(said)
        told.append(
            Happened(one, changes, corrects, corrections.get(one.entry), corrects is None and one.entry not in counted)
        )
    return told


def _in_lines(facts: Mapping[str, Any], attributes: Mapping[str, Attribute]) -> dict[str, str]:
    """What an entry says of the product, each fact as a name and a line of text."""
    lines: dict[str, str] = {}
    for key, name in FIELDS.items():
        value = facts.get(key)
        if isinstance(value, Mapping):
            lines[_(name)] = str(value.get("name") or "")
        elif key == "origin" and value:
            lines[_(name)] = words.origin_name(str(value))
        elif key in facts:
            lines[_(name)] = _("、").join(value) if isinstance(value, list) else str(value or "")
    for key, value in (facts.get("attributes") or {}).items():
        known = attributes.get(key)
        lines[pick(known) if known else key] = show_value(known, value) if known else str(value)
    return lines


@bp.get("/<number>/qr.svg")
def qr(number: str) -> ResponseReturnValue:
    found = queries.registration_to_show(number, known=clock.now())
    picture = io.BytesIO()
    code = segno.make_qr(absolute(url_for("register_short.follow", number=found.number)), error="m")
    code.save(picture, kind="svg", scale=4, border=2, xmldecl=False, svgclass=None, lineclass=None, title=found.number)
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@short.get("/<number>")
def follow(number: str) -> ResponseReturnValue:
    return redirect(url_for("register_public.show", number=number), 302)
