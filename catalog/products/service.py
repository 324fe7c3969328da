"""Verbs of the workbench: draft, save, file evidence, submit, withdraw; and giving back what the desk decided."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from association.documents.models import Filing
from association.enterprises import queries as enterprises
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import N_, _
from association.ledger import service as ledger
from association.ledger.rules import canonical
from association.workdays.rules import add_working_days
from catalog import policy
from catalog.categories import queries as categories
from catalog.products import queries, rules
from catalog.products.models import Product, ProductPaper, Submission
from catalog.vocabulary import CaseState, EvidenceKind

DECLARATION = N_("本企业声明：所填信息和所附材料属实；该产品在本市销售或者将要销售。")
MOST_PAPERS = 30


def _subject(product: Product) -> str:
    return f"product:{product.id}"


def draft(
    category: str,
    subtype: str,
    dossier: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> Product:
    """Begin a dossier in the actor's enterprise: class and subtype first, the fields follow from them."""
    require(policy.draft_product, actor)
    view, today = categories.known_at(now), civil_date(now)
    if view.class_on(category, today) is None:
        raise Invalid(_("请选择产品类别。"), [Shortfall("category", "choice", _("请从国家目录的类别中选择"))])
    if subtype not in {one.code for one in view.subtypes(category, today)}:
        raise Invalid(_("请选择产品种类。"), [Shortfall("subtype", "choice", _("请选择该类别下的产品种类。"))])
    assert actor.enterprise_id is not None
    with transaction():
        product = Product(
            registrant_id=actor.enterprise_id,
            category=category,
            subtype=subtype,
            dossier=dict(dossier or {}),
            state=CaseState.DRAFT,
            created_by=actor.account_id,
            created_at=now,
            changed_at=now,
        )
        db.session.add(product)
        db.session.flush()
        ledger.record("product.drafted", _subject(product), actor=actor, at=now, category=category, subtype=subtype)
    return product


def save(
    product: Product,
    dossier: Mapping[str, Any],
    *,
    subtype: str | None = None,
    authorisation: Filing | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what was typed, whatever it is; what is wrong with it is said when it is shown or submitted."""
    require(policy.edit_product, actor, product)
    _editable(product)
    with transaction():
        merged = {**product.dossier, **dossier}
        if "attributes" in dossier:
            merged["attributes"] = {**(product.dossier.get("attributes") or {}), **dossier["attributes"]}
        product.dossier = merged
        if subtype is not None and subtype != product.subtype:
            view = categories.known_at(now)
            if subtype not in {one.code for one in view.subtypes(product.category, civil_date(now))}:
                raise Invalid(_("请选择产品种类。"), [Shortfall("subtype", "choice", _("请选择该类别下的产品种类。"))])
            product.subtype = subtype
        if authorisation is not None:
            product.authorisation_id = authorisation.id
        product.changed_at = now
        ledger.record("product.saved", _subject(product), actor=actor, at=now)


def add_paper(
    product: Product,
    *,
    kind: EvidenceKind,
    number: str,
    issuer: str,
    valid_from: date,
    valid_until: date | None,
    filing: Filing,
    demo: bool,
    actor: Actor,
    now: datetime,
) -> ProductPaper:
    """Put a piece of evidence, already kept as a file, into the dossier."""
    require(policy.edit_product, actor, product)
    _editable(product)
    found = rules.paper_shortfalls(
        categories.known_at(now),
        kind=kind,
        number=number,
        issuer=issuer,
        valid_from=valid_from,
        valid_until=valid_until,
        demo=demo,
        today=civil_date(now),
    )
    papers = queries.papers_of(product)
    if any((one.paper.kind, one.paper.number, one.paper.issuer) == (kind, number, issuer) for one in papers):
        found.append(
            Shortfall("number", "already_there", _("这份证明材料已经附上；如需更换文件，请先移除原来的一份。"))
        )
    if len(papers) >= MOST_PAPERS:
        found.append(Shortfall("file", "too_many", _("证明材料最多{limit}份", limit=MOST_PAPERS)))
    if found:
        raise Invalid(_("证明材料填写有误，请按各项提示改正。"), found)
    with transaction():
        paper = ProductPaper(
            product_id=product.id,
            kind=kind,
            number=number,
            issuer=issuer,
            valid_from=valid_from,
            valid_until=valid_until,
            filing_id=filing.id,
            filed_at=now,
        )
        db.session.add(paper)
        product.changed_at = now
        db.session.flush()
        ledger.record(
            "product.paper_added",
            _subject(product),
            actor=actor,
            at=now,
            kind=kind.value,
            number=number,
            issuer=issuer,
            sha256=filing.sha256,
        )
    return paper


def remove_paper(product: Product, paper: ProductPaper, *, actor: Actor, now: datetime) -> None:
    """Take a piece of evidence out of the dossier; frozen copies keep theirs."""
    require(policy.edit_product, actor, product)
    _editable(product)
    with transaction():
        ledger.record(
            "product.paper_removed",
            _subject(product),
            actor=actor,
            at=now,
            kind=paper.kind.value,
            number=paper.number,
            issuer=paper.issuer,
        )
        db.session.delete(paper)
        product.changed_at = now


def submit(
    product: Product, *, declared: bool, besides: Sequence[Shortfall] = (), actor: Actor, now: datetime
) -> Submission:
    """Hand the dossier to the association; until a decision nobody can edit it.

    ``besides`` is what the door found wrong with what came along; it is said together with the rest.

    Raises Conflict when it is not the enterprise's turn or staff have not confirmed the enterprise, Invalid with
    every shortfall at once.
    """
    require(policy.submit_product, actor, product)
    if product.state not in rules.SUBMITTABLE:
        raise Conflict(_("该申请现为“{state}”，不能再次提交。", state=product.state.label))
    if not enterprises.is_confirmed(product.registrant_id):
        raise Conflict(_("企业信息尚待秘书处确认，确认后即可提交；您填写的内容已保存。"), code="enterprise_unconfirmed")
    view, today = categories.known_at(now), civil_date(now)
    papers = queries.papers_of(product)
    facts, found = queries.reading(product, papers, view, today=today)
    if not declared:
        found.append(Shortfall("declared", "missing", _("请勾选声明：该产品在本市销售或将要销售，所填内容属实。")))
    said = {one.field for one in besides}
    found = [*besides, *(one for one in found if one.field not in said)]
    if found:
        raise Invalid(_("材料还不齐全，请按各项提示补齐后再提交；已填写的内容已保存。"), found)
    frozen = [
        {
            "kind": one.paper.kind.value,
            "number": one.paper.number,
            "issuer": one.paper.issuer,
            "valid_from": one.paper.valid_from.isoformat(),
            "valid_until": one.paper.valid_until.isoformat() if one.paper.valid_until else None,
            "document": one.paper.document,
            "filing": one.filing_id,
            "filename": one.filename,
        }
        for one in papers
    ]
    digest = hashlib.sha256(canonical({"facts": facts, "papers": frozen})).hexdigest()
    holidays, worked = view.holidays()
    days = view.whole("acceptance_working_days", today) + view.whole("review_working_days", today)
    with transaction():
        submission = Submission(
            product_id=product.id,
            round=1 + max((one.round for one in queries.submissions_of(product)), default=0),
            facts=facts,
            papers=frozen,
            authorisation_id=product.authorisation_id,
            digest=digest,
            declaration=DECLARATION,
            submitted_by=actor.account_id,
            submitted_by_name=actor.name,
            submitted_at=now,
        )
        db.session.add(submission)
        product.state, product.submitted_at, product.changed_at = CaseState.SUBMITTED, now, now
        product.due_on = add_working_days(today, days, holidays=holidays, worked=worked)
        db.session.flush()
        ledger.record(
            "product.submitted",
            _subject(product),
            actor=actor,
            at=now,
            round=submission.round,
            digest=digest,
            declaration=DECLARATION,
        )
    return submission


def withdraw(product: Product, *, actor: Actor, now: datetime) -> None:
    """Take an application back before it is decided; it can be edited and submitted again."""
    require(policy.submit_product, actor, product)
    if product.state not in rules.WITHDRAWABLE:
        raise Conflict(_("该申请现为“{state}”，不能撤回。", state=product.state.label))
    with transaction():
        product.state, product.due_on, product.changed_at = CaseState.DRAFT, None, now
        ledger.record("product.withdrawn", _subject(product), actor=actor, at=now)


def discard(product: Product, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away that was never submitted; its files stay with the enterprise."""
    require(policy.edit_product, actor, product)
    if product.state not in rules.DELETABLE or queries.submissions_of(product):
        raise Conflict(_("已提交过的申请不能删除，只能撤回。"))
    with transaction():
        ledger.record("product.discarded", _subject(product), actor=actor, at=now)
        db.session.execute(delete(ProductPaper).where(ProductPaper.product_id == product.id))
        db.session.delete(product)


def give_back(product: Product, state: CaseState, *, now: datetime, number: str | None = None) -> None:
    """What the desk decided, inside its transaction."""
    product.state, product.changed_at = state, now
    if state not in (CaseState.SUBMITTED, CaseState.REFUSAL_PROPOSED):
        product.due_on = None
    if number is not None:
        product.registration_number = number


def _editable(product: Product) -> None:
    if product.state not in rules.EDITABLE:
        raise Conflict(
            _("该申请现为“{state}”，不能修改；需要修改时请先撤回。", state=product.state.label), code="not_editable"
        )
