"""Objections to suspensions and revocations: filed by anybody within the published time, answered by a third person."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, NotFound, Shortfall, TooMany
from association.kernel.i18n import _, language, language_named, speaking
from association.kernel.pagination import PER_PAGE, Page
from association.ledger import service as ledger
from association.outbox import service as outbox
from catalog import policy
from catalog.categories import queries as categories
from catalog.register import queries as register
from catalog.register.models import Registration
from catalog.register.rules import in_effect
from catalog.revocations import queries, rules, service
from catalog.revocations.models import Objection, Revocation
from catalog.subscriptions.rules import code_hash, new_code
from catalog.vocabulary import ObjectionState, ObjectorKind, RevocationKind, RevocationState

DAYS = "objection_days"
MOST_IN_AN_HOUR = 5
OPEN_TO = (RevocationKind.SUSPENSION, RevocationKind.REVOCATION)


def last_day(case: Revocation) -> date | None:
    """Until when one may object to a case, by the setting of the day it was decided; ``None``: not to this kind."""
    if case.kind not in OPEN_TO or case.decided_at is None:
        return None
    decided = civil_date(case.decided_at)
    return rules.last_day_to_object(decided, categories.known_at(case.decided_at).whole(DAYS, decided))


def file(
    case: Revocation,
    *,
    kind: ObjectorKind,
    name: str,
    email: str,
    statement: str,
    asker: str,
    actor: Actor,
    now: datetime,
) -> Objection:
    """File an objection. Raises Conflict outside its time, TooMany."""
    until = last_day(case)
    if until is None or case.state is not RevocationState.CONFIRMED:
        raise Conflict(_("对这一类公示不受理异议。"))
    if not queries.still_stands(case, known=now):
        raise Conflict(_("这项决定已经解除，不再受理异议。"))
    if civil_date(now) > until:
        raise Conflict(_("提出异议的期限已过。仍有意见的，请与协会联系。"))
    recent = select(func.count()).where(Objection.asker == asker, Objection.filed_at > now - timedelta(hours=1))
    if asker and (db.session.scalar(recent) or 0) >= MOST_IN_AN_HOUR:
        raise TooMany(_("您刚刚提出过多件异议，请一小时后再试。"), retry_after=3600)
    code = new_code()
    with transaction():
        made = Objection(
            revocation_id=case.id,
            code=code,
            code_hash=code_hash(code),
            state=ObjectionState.FILED,
            kind=kind,
            name=name,
            contact=email,
            statement=statement,
            account_id=actor.account_id,
            asker=asker,
            language=language(),
            filed_at=now,
            answered_by=None,
            answered_at=None,
        )
        db.session.add(made)
        db.session.flush()
        # Who objects, and what they write, is for the desk: the ledger, which many may read, says that it was done.
        ledger.record("objection.filed", f"objection:{made.id}", actor=actor, at=now, revocation=case.id)
    return made


def answer(objection: Objection, *, state: ObjectionState, answer: str, actor: Actor, now: datetime) -> None:
    """Decide on an objection and say why; whoever filed it gets a letter. Upheld, the reinstatement is proposed in the
    same step, for yet another person to confirm. Raises Forbidden, Conflict, Invalid."""
    case = db.session.get_one(Revocation, objection.revocation_id)
    product = queries.registration(case.number)
    decided = frozenset({case.proposed_by, case.decided_by})
    require(policy.answer_objection, actor, queries.concerned(product), decided)
    if objection.state is not ObjectionState.FILED:
        raise Conflict(_("这件异议已有答复。"))
    found = []
    if state is ObjectionState.FILED:
        found.append(Shortfall("state", "choice", _("请选择异议是否成立。")))
    if not answer:
        found.append(Shortfall("answer", "missing", _("请写明理由；答复会发给提出异议的人。")))
    if found:
        raise Invalid(_("填写内容有误，请按各项提示改正。"), found)
    with transaction():
        objection.state, objection.answer = state, answer
        objection.answered_by, objection.answered_by_name, objection.answered_at = actor.account_id, actor.name, now
        db.session.flush()
        if state is ObjectionState.UPHELD:
            _propose(case, objection, actor=actor, now=now)
        ledger.record(
            "objection.answered",
            f"objection:{objection.id}",
            actor=actor,
            at=now,
            revocation=case.id,
            state=state.value,
        )
        with speaking(language_named(objection.language)):
            subject, said = (
                _("对异议的答复：{number}", number=case.number),
                _(
                    "您对登记{number}“{kind}”提出的异议，答复如下：{state}。",
                    number=case.number,
                    kind=case.kind.label,
                    state=state.label,
                ),
            )
        outbox.enqueue(
            f"objection:{objection.id}:{objection.code_hash[:12]}:answered",
            to_account_id=objection.account_id,
            to_address=objection.contact,
            subject=subject,
            body=f"{said}\n{answer}",
            url=f"/catalog/revocations/objections/{objection.code}",
            spoken=language_named(objection.language),
            now=now,
        )


def _propose(case: Revocation, objection: Objection, *, actor: Actor, now: datetime) -> None:
    entries = in_effect(register.entries_of(case.number), known=now)
    if RevocationKind.REINSTATEMENT not in rules.possible(entries, today=civil_date(now)):
        return
    waiting = queries.open_case(case.number)
    if waiting is not None and waiting.kind is not RevocationKind.REINSTATEMENT:
        raise Conflict(_("这项登记另有一件待确认的提议（{kind}），请先处理，再答复异议。", kind=waiting.kind.label))
    if waiting is None:
        # It stands in the register, which is kept in Chinese, whoever reads.
        with speaking("zh"):
            reason = _("异议成立（第{id}件异议）。", id=objection.id)
        service.propose_for_objection(case.number, reason=reason, evidence=objection.answer, actor=actor, now=now)


# -- questions --------------------------------------------------------------------------------------------------


def by_code(code: str) -> Objection:
    """An objection, for whoever filed it. Raises NotFound."""
    found = None
    if 0 < len(code) <= 40:
        found = db.session.scalar(select(Objection).where(Objection.code_hash == code_hash(code)))
    if found is None or not hmac.compare_digest(found.code.encode(), code.encode()):
        raise NotFound(_("没有这件异议。请打开提出异议时得到的完整地址。"))
    return found


def for_desk(actor: Actor, objection_id: int) -> Objection:
    """An objection, for the desk. Raises NotFound for others."""
    found = db.session.get(Objection, objection_id) if policy.see_cases(actor) else None
    if found is None:
        raise NotFound
    return found


def counts(case: Revocation) -> dict[ObjectionState, int]:
    """How many objections to a case there are, and what became of them; public."""
    counted = select(Objection.state, func.count()).where(Objection.revocation_id == case.id).group_by(Objection.state)
    found = dict(db.session.execute(counted).all())
    return {state: found[state] for state in ObjectionState if found.get(state)}


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection in the desk's list, with what it is about."""

    objection: Objection
    case: Revocation
    product: Registration


def desk(actor: Actor, *, state: ObjectionState, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """Objections in ``state``, oldest first while they wait. Raises NotFound for others than the desk."""
    if not policy.see_cases(actor):
        raise NotFound
    total = db.session.scalar(select(func.count()).select_from(Objection).where(Objection.state == state)) or 0
    order = Objection.id if state is ObjectionState.FILED else Objection.id.desc()
    found = (
        select(Objection, Revocation, Registration)
        .join(Revocation, Revocation.id == Objection.revocation_id)
        .join(Registration, Registration.number == Revocation.number)
        .where(Objection.state == state)
        .order_by(order)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    return Page([ObjectionRow(*row) for row in db.session.execute(found)], number, per_page, total)


def case_of(objection: Objection) -> Revocation:
    """What an objection is about."""
    return db.session.get_one(Revocation, objection.revocation_id)
