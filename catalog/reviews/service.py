"""Verbs of the desk: decide. An approval enters the register in the same transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from association.enterprises import queries as enterprises
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date, term_of_validity
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid
from association.kernel.i18n import _, speaking
from association.ledger import service as ledger
from association.mandates import queries as mandates
from association.mandates.models import Mandate
from association.outbox import service as outbox
from association.vocabulary import MandateItem
from catalog import policy
from catalog.categories import queries as categories
from catalog.evidence.rules import Change, EvidenceLine
from catalog.products import queries as products
from catalog.products import service as workbench
from catalog.register import queries as register
from catalog.register import service as entries
from catalog.register.rules import standing_at
from catalog.reviews import rules
from catalog.reviews.models import Decision
from catalog.reviews.queries import Case
from catalog.vocabulary import DecisionKind, EvidenceKind, Standing


def decide(
    case: Case,
    kind: DecisionKind,
    *,
    version: int,
    ground: str | None = None,
    reason: str = "",
    remarks: Mapping[str, str] | None = None,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Decide on the case's frozen copy. ``version`` is that of the case as it was read.

    Raises Forbidden (not this person: four eyes), NoMandate, Conflict (somebody was faster, or the state does not
    allow it), Invalid (a ground or a reason is missing, or what was frozen no longer holds).
    """
    product = case.product
    if kind in rules.SECOND_PERSON:
        require(policy.confirm_refusal, actor, product, case.proposed_by)
    else:
        require(policy.decide_review, actor, product)
    today = civil_date(now)
    mandate = mandates.require_in_force(MandateItem.REGISTRATION, on=today)
    if product.version != version:
        raise Conflict(
            _("其他人刚刚处理了此申请（现为“{state}”）。请查看最新状态。", state=product.state.label), code="lost_race"
        )
    if kind not in rules.possible(product.state):
        raise Conflict(_("该申请现为“{state}”，不能作出此项决定。", state=product.state.label))
    view = categories.known_at(now)
    kept = {field: text for field, text in (remarks or {}).items() if text}
    found = rules.shortfalls(
        kind,
        ground=ground,
        reason=reason,
        remarks=kept,
        published={one.code for one in view.grounds(today)},
    )
    if found:
        raise Invalid(_("决定尚不完整，请按各项提示补充。"), found)
    with transaction():
        number = _register(case, mandate, actor=actor, now=now, today=today) if kind is DecisionKind.APPROVED else None
        decision = Decision(
            submission_id=case.submission.id,
            product_id=product.id,
            kind=kind,
            ground=ground if kind is DecisionKind.REFUSAL_PROPOSED else _proposed_ground(case, kind),
            reason=reason,
            remarks=kept,
            mandate_id=mandate.id,
            decided_by=actor.account_id,
            decided_by_name=actor.name,
            decided_at=now,
        )
        db.session.add(decision)
        workbench.give_back(product, rules.OUTCOME[kind], now=now, number=number)
        db.session.flush()
        ledger.record(
            f"case.{kind.value}",
            f"product:{product.id}",
            actor=actor,
            at=now,
            round=case.submission.round,
            digest=case.submission.digest,
            ground=decision.ground,
            reason=reason,
            remarks=kept,
            mandate=mandate.number,
            number=number,
        )
        if kind in (DecisionKind.RETURNED, DecisionKind.APPROVED, DecisionKind.REFUSAL_CONFIRMED):
            _tell(case, decision, number, today=today, now=now)
    return decision


def _register(case: Case, mandate: Mandate, *, actor: Actor, now: datetime, today: date) -> str:
    product, facts = case.product, dict(case.submission.facts)
    view = categories.known_at(now)
    papers = products.papers_of(product)
    _facts, found = products.reading(product, papers, view, today=today)
    if found:
        # A paper may have ended since the dossier was handed in: then it is returned, not registered.
        raise Invalid(_("申请提交后情况有变，现不能登记；请退回补正。"), found)
    for name in case.duplicates:
        known = register.known_registration(name.number, known=now)
        if known is None or name.model != facts["model"]:
            continue
        if standing_at(known.entries, today).standing in (
            Standing.IN_FORCE,
            Standing.SUSPENDED,
            Standing.NOT_YET_VALID,
        ):
            raise Conflict(
                _("同一产品已登记（{number}），不能重复登记。", number=name.number), code="already_registered"
            )
    facts["valid_from"] = today.isoformat()
    facts["valid_until"] = term_of_validity(today, view.whole("registration_validity_years", today)).isoformat()
    facts["evidence"] = [
        {key: paper[key] for key in ("kind", "number", "issuer", "valid_from", "valid_until", "document")}
        for paper in case.submission.papers
    ]
    facts["dossier"] = case.submission.digest
    lines = [
        EvidenceLine(
            EvidenceKind(paper["kind"]),
            paper["number"],
            paper["issuer"],
            Change.RECORDED,
            today,
            now,
            date.fromisoformat(paper["valid_from"]),
            date.fromisoformat(paper["valid_until"]) if paper["valid_until"] else None,
            paper["document"],
        )
        for paper in case.submission.papers
    ]
    return entries.enter(facts, effective_from=today, evidence=lines, mandate=mandate, actor=actor, now=now)


def _proposed_ground(case: Case, kind: DecisionKind) -> str | None:
    if kind is not DecisionKind.REFUSAL_CONFIRMED:
        return None
    return next(one.ground for one in case.decisions if one.kind is DecisionKind.REFUSAL_PROPOSED)


def _tell(case: Case, decision: Decision, number: str | None, *, today: date, now: datetime) -> None:
    """Owe the enterprise's people a message; its words are Chinese, the language of the procedure."""
    title = case.submission.facts.get("model") or case.product.title
    with speaking("zh"):
        subject, body = {
            DecisionKind.APPROVED: (
                _("{title}已登记：{number}", title=title, number=number),
                _(
                    "您申请登记的{title}已登记，登记编号{number}。登记信息不是行政许可，不构成推荐。",
                    title=title,
                    number=number,
                ),
            ),
            DecisionKind.RETURNED: (
                _("{title}的登记申请需要补正", title=title),
                _("您申请登记的{title}需要补正，请登录后按各项意见修改，再次提交。", title=title),
            ),
            DecisionKind.REFUSAL_CONFIRMED: (
                _("{title}不予登记", title=title),
                _("您申请登记的{title}不予登记，事由和理由见申请页面；有异议的，可以向协会提出。", title=title),
            ),
        }[decision.kind]
    for account_id, address in enterprises.addresses(case.product.registrant_id, today):
        outbox.enqueue(
            f"decision:{decision.id}:account:{account_id}",
            to_account_id=account_id,
            to_address=address,
            subject=subject,
            body=body,
            url=f"/catalog/products/{case.product.id}",
            spoken="zh",
            now=now,
        )
