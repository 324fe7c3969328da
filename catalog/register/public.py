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
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.moments import known_moment
from association.web.problems import shown_again_by
from association.web.render import absolute, page, refused, url_with
from catalog.categories import queries as categories
from catalog.categories.rules import Attribute, show_value
from catalog.evidence.rules import standing as evidence_standing
from catalog.register import queries
from catalog.register.queries import SORTS, Filters, Known
from catalog.register.rules import CHANGES_FACTS, Entry, facts_at, standing_at
from catalog.register.schemas import ListIn, MomentIn
from catalog.register.shapes import DISCLAIMER
from catalog.vocabulary import EntryKind, Standing

bp = public_door(__name__)
short = public_door("catalog.register.short", prefix="/v")

FILTERS = ("q", "category", "subtype", "standing", "registrant", "manufacturer", "standard")

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
    asked = ListIn().load({}) if refused() else read_query(ListIn)
    on, number, per_page = asked.pop("on") or civil_date(now), asked.pop("page"), asked.pop("per_page")
    asked.pop("facets")
    filters = Filters(**asked)
    view = categories.known_at(now)
    return page(
        "register/index.html",
        page=queries.register_page(filters, on=on, number=number, per_page=per_page),
        facets=queries.facets(filters, on=on),
        filters=filters,
        on=on,
        today=civil_date(now),
        view=view,
        standings=list(Standing),
        sorts=SORTS,
        page_address=lambda number: url_with(page=number if number > 1 else None),
        filtered=[name for name in FILTERS if getattr(filters, name)],
    )


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
