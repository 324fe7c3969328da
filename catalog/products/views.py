"""/catalog/products: the workbench of an enterprise's people."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from babel import Locale
from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from association.documents import queries as filings
from association.documents import service as documents
from association.documents.models import Filing
from association.enterprises import queries as enterprises
from association.kernel import clock
from association.kernel.actors import Actor, require
from association.kernel.config import LARGEST_UPLOAD
from association.kernel.dates import civil_date
from association.kernel.errors import Invalid, NotFound, RegistryError, Shortfall, TooLarge
from association.kernel.i18n import N_, _, language
from association.ledger import queries as ledger
from association.paper.rules import LabelSize
from association.vocabulary import EnterpriseKind
from association.web import menu
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import invalid, shown_again_by
from association.web.render import outcome, page, settled
from catalog import policy
from catalog.categories import queries as categories
from catalog.categories.attributes import show_number, show_value
from catalog.categories.rules import CatalogView
from catalog.evidence.rules import standing
from catalog.products import queries, rules, service, words
from catalog.products.models import Product
from catalog.products.schemas import (
    ChoiceIn,
    ListIn,
    PaperIn,
    SubmissionIn,
    control_of,
    dossier_of,
    form_of,
    shown,
)
from catalog.vocabulary import CaseState, EvidenceKind, EvidenceStanding

bp = member_door(__name__)


@bp.before_request
def _room_for_files() -> None:
    # A letter and a paper may come along with one form.
    request.max_content_length = 2 * LARGEST_UPLOAD + 1024 * 1024


@bp.get("/")
def index() -> ResponseReturnValue:
    actor = current_actor()
    asked = read_query(ListIn)
    found = queries.products_of(actor, state=asked.get("state"), number=asked["page"])
    return page(
        "products/index.html",
        page=found,
        state=asked.get("state"),
        counts=queries.counts_by_state(actor),
        view=categories.known_at(clock.now()),
        states=list(CaseState),
        registered=bool(queries.registered_by(actor)),
        sizes=list(LabelSize),
        confirmed=_confirmed(actor.enterprise_id),
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    require(policy.draft_product, actor)
    view, today = categories.known_at(now), civil_date(now)
    chosen = request.args.get("category", "")
    classes = [(one, view.subtypes(one.code, today)) for one in view.classes(today)]
    classes.sort(key=lambda pair: pair[0].code != chosen)
    return page("products/new.html", classes=classes, chosen=chosen)


@bp.post("/new")
@shown_again_by(".new")
def create() -> ResponseReturnValue:
    actor = current_actor()
    form = read_form(ChoiceIn)
    maker = _own_goods(actor)
    product = service.draft(form["category"], form["subtype"], maker, actor=actor, now=clock.now())
    return outcome(to=url_for(".edit", product_id=product.id), said=_("草稿已建立，请填写各项。"))


@bp.get("/<int:product_id>")
def show(product_id: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    return page("products/show.html", **_dossier(product, actor))


@bp.get("/<int:product_id>/edit")
def edit(product_id: int, **_of_a_paper: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    known = _dossier(product, actor)
    # Whoever may not write it, or no longer, reads it.
    return page("products/edit.html" if known["editable"] else "products/show.html", **known)


@bp.post("/<int:product_id>/edit")
@shown_again_by(".edit")
def save(product_id: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    found = [*_keep_form(product, actor), *_keep_paper(product, actor)]
    if found:
        raise _refusal(found)
    return outcome(to=url_for(".edit", product_id=product.id), said=_("已保存。"))


@bp.post("/<int:product_id>/evidence")
@shown_again_by(".edit")
def add_paper(product_id: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    found = [*_keep_form(product, actor), *_keep_paper(product, actor, insist=True)]
    if found:
        raise _refusal(found)
    return outcome(to=url_for(".edit", product_id=product.id) + "#evidence", said=_("证明材料已附上。"))


@bp.post("/<int:product_id>/evidence/<int:paper_id>/remove")
@shown_again_by(".edit")
def remove_paper(product_id: int, paper_id: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    paper = queries.paper_of(product, paper_id)
    found = _keep_form(product, actor)
    service.remove_paper(product, paper, actor=actor, now=clock.now())
    if found:
        raise _refusal(found)
    return outcome(to=url_for(".edit", product_id=product.id) + "#evidence", said=_("证明材料已移除。"))


@bp.post("/<int:product_id>/submit")
@shown_again_by(".edit")
def submit(product_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    product = queries.product_for(actor, product_id)
    found = [*_keep_form(product, actor, whole=True), *_keep_paper(product, actor)]
    if any(one.code == "too_large" for one in found):
        raise _refusal(found)
    declared = read_form(SubmissionIn)["declared"]
    service.submit(product, declared=declared, besides=found, actor=actor, now=now)
    return outcome(to=url_for(".show", product_id=product.id), said=_("已提交，协会将在规定期限内办理。"))


@bp.post("/<int:product_id>/withdraw")
@shown_again_by(".show")
def withdraw(product_id: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    service.withdraw(product, actor=actor, now=clock.now())
    return outcome(to=url_for(".show", product_id=product.id), said=_("申请已撤回，可以修改后再次提交。"))


@bp.post("/<int:product_id>/discard")
@shown_again_by(".show")
def discard(product_id: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    service.discard(product, actor=actor, now=clock.now())
    return outcome(to=url_for(".index"), said=_("草稿已删除。"))


# -- one form, kept as far as it can be --------------------------------------------------------------------

PAPER_FIELDS = ("kind", "number", "issuer", "valid_from", "valid_until", "filing")


def _keep_form(product: Product, actor: Actor, *, whole: bool = False) -> list[Shortfall]:
    """Keep the dossier's part of the form; what cannot be read is listed, and shown again as typed.

    ``whole``: it is to be submitted, so parameters that other subtypes have are dropped.
    """
    now = clock.now()
    view = categories.known_at(now)
    attributes = view.class_attributes(product.category)
    require(policy.edit_product, actor, product)
    found: list[Shortfall] = []
    dossier: dict[str, Any] = {}
    subtype = None
    try:
        form = read_form(form_of(attributes))
        dossier = dossier_of(form, attributes, groups=request.form.getlist("_lists"))
        subtype = form.get("subtype") or None
    except Invalid as refused:
        found.extend(refused.shortfalls)
    if whole:
        own = {one.key for one in view.attributes(product.category, subtype or product.subtype)}
        others = {one.key: "" for one in attributes if one.key not in own}
        dossier["attributes"] = {**dossier.get("attributes", {}), **others}
    letter = _received("authorisation", product, actor, found)
    if dossier or subtype or letter:
        service.save(product, dossier, subtype=subtype, authorisation=letter, actor=actor, now=now)
    return found


def _keep_paper(product: Product, actor: Actor, *, insist: bool = False) -> list[Shortfall]:
    """Put the paper that was filled in into the dossier; what is wrong with it is listed. Its file is kept anyway."""
    now, found = clock.now(), list[Shortfall]()
    kept = _received("file", product, actor, found)
    given = request.form.get("filing", "")
    if kept is None and given:
        kept = filings.filing_for(actor, int(given) if re.fullmatch(r"[0-9]{1,9}", given) else 0)
        if kept.enterprise_id != product.registrant_id:
            raise NotFound
    g.kept_paper = kept
    begun = kept is not None or found or any(request.form.get(name, "").strip() for name in PAPER_FIELDS)
    if not begun and not insist:
        return []
    if kept is None and not found:
        found.append(Shortfall("file", "missing", _("请选择证明材料的文件（PDF、JPEG或PNG）")))
    try:
        form = read_form(PaperIn)
        form.pop("filing")
        if kept is not None and not found:
            service.add_paper(product, **form, filing=kept, demo=menu.is_demo(), actor=actor, now=now)
    except Invalid as refused:
        found.extend(_plainly(one) for one in refused.shortfalls)
    if not found:
        g.kept_paper = None
        settled(*PAPER_FIELDS)
    return found


def _plainly(shortfall: Shortfall) -> Shortfall:
    """The schema's fault in this form's own words, where nothing was filled in."""
    asked = {
        "kind": N_("请选择材料种类"),
        "number": N_("请填写材料编号"),
        "issuer": N_("请选择出具机构"),
        "valid_from": N_("请填写出具日期"),
    }
    if request.form.get(shortfall.field, "").strip() or shortfall.field not in asked:
        return shortfall
    return replace(shortfall, detail=_(asked[shortfall.field]))


def _received(field: str, product: Product, actor: Actor, found: list[Shortfall]) -> Filing | None:
    """The file that came in ``field``, kept; ``None``, and what is wrong with it in ``found``, when it is not taken."""
    upload = request.files.get(field)
    if upload is None or not upload.filename:
        return None
    try:
        return documents.file(
            upload.stream,
            upload.filename,
            actor=actor,
            enterprise_id=product.registrant_id,
            now=clock.now(),
            field=field,
        )
    except Invalid as refused:
        found.extend(refused.shortfalls)
    except TooLarge as refused:
        found.append(Shortfall(field, "too_large", refused.detail))
    return None


def _refusal(found: list[Shortfall]) -> RegistryError:
    """The refusal that says all of ``found``."""
    big = next((one for one in found if one.code == "too_large"), None)
    return TooLarge(big.detail) if big is not None and len(found) == 1 else invalid(found)


# -- what pages show ---------------------------------------------------------------------------------------


def _confirmed(enterprise_id: int | None) -> bool:
    return enterprise_id is not None and enterprises.is_confirmed(enterprise_id)


def _own_goods(actor: Actor) -> dict[str, str]:
    """The maker of a manufacturer's new dossier: itself, until it says otherwise."""
    own = enterprises.own_enterprise(actor)
    if own is None or own.kind is not EnterpriseKind.MANUFACTURER:
        return {}
    return {
        "manufacturer_name": own.name,
        "manufacturer_country": rules.HOME_COUNTRY,
        "manufacturer_uscc": own.uscc,
    }


def _dossier(product: Product, actor: Actor) -> dict[str, Any]:
    now = clock.now()
    view, today = categories.known_at(now), civil_date(now)
    papers = queries.papers_of(product)
    registrant = queries.registrant_of(product)
    _facts, found = queries.reading(product, papers, view, today=today)
    attributes = view.attributes(product.category, product.subtype)
    own = {f"attributes.{one.key}" for one in view.class_attributes(product.category)}
    own -= {f"attributes.{one.key}" for one in attributes}
    submissions = queries.submissions_of(product)
    lines = ledger.lines_about(f"product:{product.id}")
    returned = words.last_of(lines, "case.returned") if product.state is CaseState.RETURNED else None
    raw = product.dossier.get("attributes") or {}
    writes = policy.edit_product(actor, product)
    return {
        "product": product,
        "registrant": registrant,
        "papers": [(one, paper_standing(view, product, one.paper, today)) for one in papers],
        "view": view,
        "today": today,
        "catalog_class": view.category(product.category),
        "subtypes": view.subtypes(product.category, today),
        "attributes": attributes,
        "controls": {one.key: control_of(one, raw.get(one.key)) for one in attributes},
        "show_value": show_value,
        "shown": shown,
        "show_number": show_number,
        "rows": view.requirements(product.category, product.subtype, today),
        "kinds": list(EvidenceKind),
        "issuers": view.issuers(demo=menu.is_demo()),
        "standards": [one.number for one in view.standards(product.category, product.subtype) if one.in_force(today)],
        # Parameters of other subtypes are left out when it is submitted; nobody need put them right.
        "missing": [one for one in found if one.field not in own],
        "editable": product.state in rules.EDITABLE and writes,
        "may_withdraw": product.state in rules.WITHDRAWABLE and policy.submit_product(actor, product),
        "may_discard": product.state in rules.DELETABLE and writes and not submissions,
        "own": writes,
        "confirmed": _confirmed(product.registrant_id),
        "submissions": submissions,
        "authorisation": queries.filing_name(product.authorisation_id),
        "other_maker": not rules.maker_is_registrant(product.dossier, registrant),
        "kept_paper": g.get("kept_paper"),
        "declaration": service.DECLARATION,
        "days": view.whole("acceptance_working_days", today) + view.whole("review_working_days", today),
        "countries": countries(),
        "labels": rules.FIELDS,
        "returned": dict(returned.facts) if returned is not None else {},
        "refusal": words.last_of(lines, "case.refusal_proposed") if product.state is CaseState.REFUSED else None,
        "ground_name": words.ground_name,
        "letters": words.letters(lines),
        "history": words.history(lines, view, desk=not writes),
    }


def paper_standing(view: CatalogView, product: Product, paper: rules.Paper, today: date) -> EvidenceStanding:
    """How a paper stands today, for this class."""
    end = view.regime_end(paper.kind, product.category, product.subtype)
    return standing(paper.as_evidence(), today, regime_end=end)


def countries() -> list[tuple[str, str]]:
    """Countries and regions by their ISO 3166 codes, home first, then by name in the reader's language."""
    names = Locale.parse("zh_Hans" if language() == "zh" else "en").territories
    listed = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    listed.sort(key=lambda one: (one[0] != rules.HOME_COUNTRY, one[1]))
    return listed
