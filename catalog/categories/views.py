"""/catalog/categories/desk: keeping the national catalog current.

A newer file is shown as a difference before it is loaded; the association's own words are changed fact by fact.
"""

from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.actors import require
from association.kernel.errors import NotFound, Shortfall
from association.kernel.i18n import _, pick
from association.web.doors import staff_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import invalid, shown_again_by
from association.web.render import outcome, page, url_with
from catalog import policy
from catalog.categories import editing, queries, service, touched, words
from catalog.categories.catalogfile import successive
from catalog.categories.difference import Way, field_changes
from catalog.categories.facts import GROUNDED
from catalog.categories.models import CatalogFact
from catalog.categories.rules import Basis, CatalogView, FactKind, IssuerKind
from catalog.categories.schemas import EndFactIn, LoadIn, PageIn, fact_schema
from catalog.categories.words import Decision, EndWay, Manner
from catalog.vocabulary import Certainty, EvidenceKind

bp = staff_door(__name__)


@bp.before_request
def _who_and_how_much() -> None:
    require(policy.see_catalog_desk, current_actor())
    request.max_content_length = service.LARGEST_FILE + 1024 * 1024


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    return page(
        "categories/desk.html",
        changes=queries.changes_page(number=read_query(PageIn)["page"]),
        page_url=lambda number: url_with(page=number),
        may_load=policy.load_catalog(current_actor()),
        kinds=list(FactKind),
        editable=service.EDITABLE,
        words=words,
        limit=service.LARGEST_FILE >> 20,
    )


@bp.post("/desk")
@shown_again_by(".desk")
def offer() -> ResponseReturnValue:
    actor = current_actor()
    require(policy.load_catalog, actor)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise invalid([Shortfall("file", "required", _("请选择目录文件"))])
    content = file.stream.read(service.LARGEST_FILE + 1)
    upload = service.offer(content, file.filename, actor=actor, now=clock.now())
    return outcome(to=url_for(".file", sha256=upload.sha256))


@bp.get("/desk/files/<sha256>")
def file(sha256: str) -> ResponseReturnValue:
    actor = current_actor()
    upload = queries.upload_for(actor, sha256)
    shown = queries.difference(upload)
    return page(
        "categories/file.html",
        upload=upload,
        shown=shown,
        touched=touched.by(actor, shown.scope, clock.today()) if shown.scope else [],
        view=queries.known_at(clock.now()),
        may_load=policy.load_catalog(actor),
        decisions=list(Decision),
        ways=list(Way),
        words=words,
    )


@bp.post("/desk/files/<sha256>")
@shown_again_by(".file")
def load(sha256: str) -> ResponseReturnValue:
    actor = current_actor()
    codes = {one.value for one in Decision}
    decisions = {name: Decision(value) for name, value in request.form.items() if value in codes}
    upload = queries.upload_for(actor, sha256)
    report = service.load_offered(upload, **read_form(LoadIn), decisions=decisions, actor=actor, now=clock.now())
    said = _(
        "目录已载入：新增{added}项，变更{changed}项，不再列入{removed}项，保留我们的修改{kept}项。",
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        kept=len(report.kept),
    )
    return outcome(to=url_for(".desk"), said=said)


# -- facts ---------------------------------------------------------------------------------------------------


def _kind(code: str, *, editable: bool = False) -> FactKind:
    known = {kind.value: kind for kind in (service.EDITABLE if editable else FactKind)}
    if code not in known:
        raise NotFound
    return known[code]


@bp.get("/desk/facts/<kind>")
def facts(kind: str) -> ResponseReturnValue:
    of = _kind(kind)
    return page(
        "categories/facts.html",
        kind=of,
        facts=queries.facts_of(of),
        withdrawn=queries.withdrawn_of(of),
        may_edit=of in service.EDITABLE and policy.edit_catalog(current_actor()),
        view=queries.known_at(clock.now()),
        words=words,
    )


@bp.get("/desk/facts/<int:fact_id>")
def history(fact_id: int) -> ResponseReturnValue:
    asked = queries.fact_for(current_actor(), fact_id)
    kind = FactKind(asked.kind)
    fact = queries.newest_of((kind, asked.key))
    versions = queries.history(fact)
    older = [one.fact.body for one in versions[1:]] + [None]
    return page(
        "categories/history.html",
        kind=kind,
        fact=fact,
        title=words.title_of(kind, fact.key, fact.body),
        versions=[
            (one, field_changes(kind, before, one.fact.body)) for one, before in zip(versions, older, strict=True)
        ],
        may_edit=kind in service.EDITABLE and fact.superseded_at is None and policy.edit_catalog(current_actor()),
        changeable=any(one.name not in editing.fixed_fields(kind) for one in editing.CONTROLS.get(kind, ())),
        view=queries.known_at(clock.now()),
        words=words,
    )


@bp.get("/desk/facts/<kind>/new")
def new(kind: str) -> ResponseReturnValue:
    require(policy.edit_catalog, current_actor())
    return _form(_kind(kind, editable=True), None)


@bp.post("/desk/facts/<kind>/new")
@shown_again_by(".new")
def add(kind: str) -> ResponseReturnValue:
    of = _kind(kind, editable=True)
    form = read_form(fact_schema(of))
    name = service.add_fact(
        of, editing.body_of(of, form), reason=form["reason"], actor=current_actor(), now=clock.now()
    )
    return _done(name, _("已新增，自现在起采用。"))


@bp.get("/desk/facts/<int:fact_id>/edit")
def edit(fact_id: int) -> ResponseReturnValue:
    actor = current_actor()
    require(policy.edit_catalog, actor)
    fact = queries.fact_for(actor, fact_id)
    return _form(_kind(fact.kind, editable=True), fact)


@bp.post("/desk/facts/<int:fact_id>/edit")
@shown_again_by(".edit")
def change(fact_id: int) -> ResponseReturnValue:
    actor = current_actor()
    fact = queries.fact_for(actor, fact_id)
    of = _kind(fact.kind, editable=True)
    form = read_form(fact_schema(of))
    body = editing.body_of(of, form, fact.body)
    why: dict[str, Any] = {"reason": form["reason"], "actor": actor, "now": clock.now()}
    if form["manner"] is Manner.SUCCEED:
        if form["begins"] is None:
            raise invalid([Shortfall("begins", "required", _("请填写接续的首日"))])
        return _done(service.succeed_fact(fact, body, begins=form["begins"], **why), _("已登记接续，此前的不变。"))
    return _done(service.correct_fact(fact, body, **why), _("已更正；此前按原内容作出的答复不变。"))


@bp.get("/desk/facts/<int:fact_id>/end")
def ending(fact_id: int) -> ResponseReturnValue:
    actor = current_actor()
    require(policy.edit_catalog, actor)
    fact = queries.fact_for(actor, fact_id)
    kind = _kind(fact.kind, editable=True)
    return page(
        "categories/end.html",
        kind=kind,
        fact=fact,
        title=words.title_of(kind, fact.key, fact.body),
        ways=list(EndWay) if "until" in fact.body else [EndWay.WITHDRAW],
        today=clock.today(),
        words=words,
    )


@bp.post("/desk/facts/<int:fact_id>/end")
@shown_again_by(".ending")
def end(fact_id: int) -> ResponseReturnValue:
    actor = current_actor()
    fact = queries.fact_for(actor, fact_id)
    form = read_form(EndFactIn)
    why: dict[str, Any] = {"reason": form["reason"], "actor": actor, "now": clock.now()}
    if form["way"] is EndWay.WITHDRAW:
        return _done(service.withdraw_fact(fact, **why), _("已撤下；此前作出的答复不变。"))
    return _done(service.end_fact(fact, last_day=_day_of(form), **why), _("已登记末日，此前的不变。"))


def _day_of(form: dict[str, Any]) -> date:
    day: date | None = form["last_day"]
    if day is None:
        raise invalid([Shortfall("last_day", "required", _("请填写最后有效日"))])
    return day


def _done(name: tuple[FactKind, str], said: str) -> ResponseReturnValue:
    return outcome(to=url_for(".history", fact_id=queries.newest_of(name).id), said=said)


def _form(kind: FactKind, fact: CatalogFact | None) -> str:
    return page(
        "categories/edit.html",
        kind=kind,
        fact=fact,
        title=words.title_of(kind, fact.key, fact.body) if fact is not None else "",
        controls=editing.CONTROLS[kind],
        values=editing.form_of(kind, fact.body) if fact is not None else {},
        fixed=editing.fixed_fields(kind) if fact is not None else (),
        choices=_choices(kind, queries.known_at(clock.now())),
        manners=list(Manner) if fact is not None and successive(kind) else [],
        words=words,
    )


def _choices(kind: FactKind, view: CatalogView) -> dict[str, list[Any]]:
    """What the lists of a form offer."""
    return {
        "citation": [(one.id, one.shown) for one in view.citations()],
        "look_alike_of": [(one.code, pick(one)) for one in view.issuers(demo=True)],
        "certainty": list(Certainty),
        "basis": list(Basis),
        "issues": list(EvidenceKind),
        "supports": list(GROUNDED),
        "kind": words.holiday_kinds() if kind is FactKind.HOLIDAY else list(IssuerKind),
    }
