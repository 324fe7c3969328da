"""The desk's verbs: four eyes, published grounds, a mandate, all or nothing, and only one winner."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from association.enterprises.models import Enterprise
from association.kernel.actors import Actor, Role
from association.kernel.db import db as database
from association.kernel.db import intend_to_write
from association.kernel.errors import Conflict, Forbidden, Invalid, NoMandate, NotFound
from association.ledger import queries as ledger
from association.outbox.models import Message
from catalog.categories import queries as categories
from catalog.products import service as workbench
from catalog.products.models import Product
from catalog.register.models import EvidenceRecord, RegisterEntry, Registration
from catalog.reviews import queries, rules, service
from catalog.reviews.models import Decision
from catalog.vocabulary import CaseState, DecisionKind, EntryKind
from tests.builders import (
    NOW,
    TODAY,
    a_mandate,
    a_registrant,
    actor_of,
    an_account,
    an_enterprise,
)
from tests.catalog.builders import a_paper, a_submitted, decided, reloaded

pytestmark = pytest.mark.usefixtures("national_catalog")


@pytest.fixture
def maker(db: Any) -> Enterprise:
    return an_enterprise()


@pytest.fixture
def owner(maker: Enterprise) -> Actor:
    return actor_of(a_registrant(maker))


@pytest.fixture
def reviewer(db: Any) -> Actor:
    return actor_of(an_account(Role.REVIEWER))


@pytest.fixture
def approver(db: Any) -> Actor:
    return actor_of(an_account(Role.APPROVER))


@pytest.fixture
def waiting(owner: Actor, maker: Enterprise) -> Product:
    return a_submitted(owner, maker, model="PIR-42")


def how_many(table: Any) -> int:
    return database.session.scalar(select(func.count()).select_from(table)) or 0


def propose(product: Product, actor: Actor, **more: Any) -> Decision:
    what = {"ground": "facts_inconsistent", "reason": "型号不一致", **more}
    return decided(product, DecisionKind.REFUSAL_PROPOSED, actor, **what)


# -- approval


def test_an_approval_does_everything_at_once(waiting: Product, owner: Actor, reviewer: Actor) -> None:
    mandate = a_mandate(number="示例公技防委〔2004〕7号")
    decision = decided(waiting, DecisionKind.APPROVED, reviewer)
    product = reloaded(waiting)
    number = product.registration_number
    assert (product.state, product.due_on) == (CaseState.REGISTERED, None)
    assert number is not None
    assert number.startswith("SJZ-01-2026-00001-")
    registration = database.session.scalars(select(Registration)).one()
    assert (registration.number, registration.model) == (number, "PIR-42")
    entry = database.session.scalars(select(RegisterEntry)).one()
    assert (entry.kind, entry.number, entry.mandate) == (EntryKind.REGISTERED, number, mandate.number)
    assert (entry.effective_from, entry.facts["valid_until"]) == (TODAY, "2029-03-01")
    evidence = database.session.scalars(select(EvidenceRecord)).one()
    assert evidence.register_number == number
    assert decision.mandate_id == mandate.id
    message = database.session.scalars(select(Message)).one()
    assert message.to_account_id == owner.account_id
    assert number in message.body
    line = ledger.lines_about(f"product:{product.id}")[-1]
    assert (line.action, line.facts["mandate"], line.facts["number"]) == ("case.approved", mandate.number, number)
    assert message.subject == f"PIR-42已登记：{number}"


@pytest.mark.parametrize("broken", ["outbox.enqueue", "ledger.record", "workbench.give_back"])
def test_a_failure_in_the_middle_leaves_nothing(
    waiting: Product, reviewer: Actor, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    a_mandate()
    lines = len(ledger.lines_about(f"product:{waiting.id}"))

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("the power went off")

    with monkeypatch.context() as patch:
        patch.setattr(f"catalog.reviews.service.{broken}", fail)
        with pytest.raises(RuntimeError):
            decided(waiting, DecisionKind.APPROVED, reviewer)
    database.session.rollback()
    assert [how_many(one) for one in (Registration, RegisterEntry, EvidenceRecord, Decision, Message)] == [0] * 5
    assert reloaded(waiting).state is CaseState.SUBMITTED
    assert len(ledger.lines_about(f"product:{waiting.id}")) == lines
    decided(waiting, DecisionKind.APPROVED, reviewer)
    assert how_many(Registration) == 1


def test_evidence_that_ended_meanwhile_is_returned_not_registered(
    owner: Actor, maker: Enterprise, reviewer: Actor
) -> None:
    a_mandate()
    product = a_submitted(owner, maker)
    much_later = NOW + timedelta(days=3 * 365)
    with pytest.raises(Invalid) as refused:
        decided(product, DecisionKind.APPROVED, reviewer, now=much_later)
    assert [one.code for one in refused.value.shortfalls] == ["evidence_expired"]
    assert how_many(Registration) == 0
    decided(product, DecisionKind.RETURNED, reviewer, reason="请换新报告", now=much_later)


def test_the_same_product_is_not_registered_twice(owner: Actor, maker: Enterprise, reviewer: Actor) -> None:
    a_mandate()
    one, other = a_submitted(owner, maker, model="TWICE-1"), a_submitted(owner, maker, model="TWICE-1")
    decided(one, DecisionKind.APPROVED, reviewer)
    case = queries.case_for(reviewer, other.id, now=NOW)
    assert [name.number for name in case.duplicates] == [one.registration_number]
    with pytest.raises(Conflict) as refused:
        decided(other, DecisionKind.APPROVED, reviewer)
    assert refused.value.code == "already_registered"
    assert reloaded(other).state is CaseState.SUBMITTED


def test_a_similar_spelling_is_shown_and_does_not_decide(owner: Actor, maker: Enterprise, reviewer: Actor) -> None:
    a_mandate()
    one, other = a_submitted(owner, maker, model="PIR-7"), a_submitted(owner, maker, model="pir 7")
    decided(one, DecisionKind.APPROVED, reviewer)
    assert len(queries.case_for(reviewer, other.id, now=NOW).duplicates) == 1
    decided(other, DecisionKind.APPROVED, reviewer)
    assert how_many(Registration) == 2


# -- who


def test_nobody_decides_for_their_own_enterprise(waiting: Product, maker: Enterprise, reviewer: Actor) -> None:
    a_mandate()
    insider = actor_of(an_account(Role.REVIEWER, Role.APPROVER, enterprise=maker))
    for kind in (DecisionKind.APPROVED, DecisionKind.RETURNED, DecisionKind.REFUSAL_PROPOSED):
        with pytest.raises(Forbidden):
            decided(waiting, kind, insider, reason="x", ground="facts_inconsistent")
    propose(waiting, reviewer)
    for kind in (DecisionKind.REFUSAL_CONFIRMED, DecisionKind.REFUSAL_REJECTED):
        with pytest.raises(Forbidden):
            decided(waiting, kind, insider, reason="x")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISING_OFFICE, Role.APPROVER])
def test_others_read_and_do_not_decide(waiting: Product, reviewer: Actor, role: Role) -> None:
    a_mandate()
    reader = actor_of(an_account(role))
    assert queries.case_for(reader, waiting.id, now=NOW).product is waiting
    with pytest.raises(Forbidden):
        decided(waiting, DecisionKind.APPROVED, reader)
    decided(waiting, DecisionKind.APPROVED, reviewer)


def test_the_applicant_has_no_business_at_the_desk(waiting: Product, owner: Actor, reviewer: Actor) -> None:
    with pytest.raises(NotFound):
        queries.case_for(owner, waiting.id, now=NOW)
    with pytest.raises(NotFound):
        queries.queue(owner, today=TODAY)
    assert queries.case_for(reviewer, waiting.id, now=NOW).product is waiting


# -- refusal


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"ground": None, "reason": ""}, {"ground", "reason"}),
        ({"ground": "because", "reason": "x"}, {"ground"}),
        ({"ground": "evidence_false", "reason": ""}, {"reason"}),
    ],
)
def test_a_refusal_needs_a_published_ground_and_a_reason(
    waiting: Product, reviewer: Actor, more: dict[str, Any], fields: set[str]
) -> None:
    a_mandate()
    with pytest.raises(Invalid) as refused:
        propose(waiting, reviewer, **more)
    assert {one.field for one in refused.value.shortfalls} == fields
    propose(waiting, reviewer)


def test_a_refusal_needs_a_second_person(waiting: Product, approver: Actor) -> None:
    a_mandate()
    both = actor_of(an_account(Role.REVIEWER, Role.APPROVER))
    propose(waiting, both)
    assert waiting.state is CaseState.REFUSAL_PROPOSED
    assert waiting.due_on is not None
    with pytest.raises(Forbidden):
        decided(waiting, DecisionKind.REFUSAL_CONFIRMED, both)
    assert how_many(Message) == 0
    confirmed = decided(waiting, DecisionKind.REFUSAL_CONFIRMED, approver)
    assert (confirmed.ground, waiting.state) == ("facts_inconsistent", CaseState.REFUSED)
    assert how_many(Message) == 1
    assert how_many(Registration) == 0


def test_a_refusal_that_is_not_shared_goes_back_with_its_deadline(
    waiting: Product, reviewer: Actor, approver: Actor
) -> None:
    a_mandate()
    due = waiting.due_on
    propose(waiting, reviewer)
    with pytest.raises(Invalid):
        decided(waiting, DecisionKind.REFUSAL_REJECTED, approver)
    decided(waiting, DecisionKind.REFUSAL_REJECTED, approver, reason="证据不足")
    assert (reloaded(waiting).state, waiting.due_on) == (CaseState.SUBMITTED, due)
    decided(waiting, DecisionKind.APPROVED, reviewer)


def test_a_return_says_what_to_put_right(waiting: Product, reviewer: Actor) -> None:
    a_mandate()
    with pytest.raises(Invalid):
        decided(waiting, DecisionKind.RETURNED, reviewer, remarks={"model": ""})
    decided(waiting, DecisionKind.RETURNED, reviewer, remarks={"model": "请核对", "brand": ""})
    line = ledger.lines_about(f"product:{waiting.id}")[-1]
    assert line.facts["remarks"] == {"model": "请核对"}


# -- mandate


@pytest.mark.parametrize(
    "when",
    [{}, {"begins": TODAY + timedelta(days=1)}, {"ends": TODAY - timedelta(days=1)}, {"ended_on": date(2026, 1, 1)}],
)
def test_without_a_mandate_in_force_nothing_is_decided(waiting: Product, reviewer: Actor, when: dict[str, Any]) -> None:
    if when:
        a_mandate(**when)
    for kind in (DecisionKind.APPROVED, DecisionKind.RETURNED, DecisionKind.REFUSAL_PROPOSED):
        with pytest.raises(NoMandate):
            decided(waiting, kind, reviewer, reason="x", ground="facts_inconsistent")
    assert reloaded(waiting).state is CaseState.SUBMITTED
    a_mandate(number="新的委托")
    decided(waiting, DecisionKind.APPROVED, reviewer)


# -- two at once


def test_a_decision_on_an_old_version_is_too_late(waiting: Product, reviewer: Actor) -> None:
    a_mandate()
    seen = waiting.version
    decided(waiting, DecisionKind.RETURNED, reviewer, reason="请补正")
    other = actor_of(an_account(Role.REVIEWER))
    with pytest.raises(Conflict) as refused:
        decided(waiting, DecisionKind.APPROVED, other, version=seen)
    assert refused.value.code == "lost_race"
    assert how_many(Registration) == 0


@pytest.mark.parametrize("state", [CaseState.RETURNED, CaseState.REGISTERED, CaseState.REFUSED, CaseState.DRAFT])
def test_what_is_not_open_is_not_decided(waiting: Product, reviewer: Actor, state: CaseState) -> None:
    a_mandate()
    waiting.state = state
    database.session.commit()
    with pytest.raises(Conflict):
        decided(waiting, DecisionKind.APPROVED, reviewer)


@pytest.mark.postgres
def test_of_two_who_decide_at_the_same_moment_one_wins(app: Flask, waiting: Product, reviewer: Actor) -> None:
    a_mandate()
    people = [reviewer, actor_of(an_account(Role.REVIEWER))]
    product_id, version = waiting.id, waiting.version
    database.session.rollback()
    database.session.expire_all()
    ready, ended = threading.Barrier(2), list[str]()

    def decide_now(actor: Actor, kind: DecisionKind) -> None:
        with app.app_context():
            intend_to_write()
            ready.wait(10)
            try:
                case = queries.case_for(actor, product_id, now=NOW)
                service.decide(case, kind, version=version, reason="请补正", actor=actor, now=NOW)
                ended.append(kind.value)
            except Conflict as lost:
                ended.append(lost.code)
            finally:
                database.session.remove()

    kinds = (DecisionKind.APPROVED, DecisionKind.RETURNED)
    threads = [threading.Thread(target=decide_now, args=pair) for pair in zip(people, kinds, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ended) in (["approved", "lost_race"], ["lost_race", "returned"])
    assert how_many(Decision) == 1
    assert how_many(Registration) == ended.count("approved")
    winner = CaseState.REGISTERED if "approved" in ended else CaseState.RETURNED
    assert reloaded(waiting).state is winner


# -- reading


def test_the_queue_shows_what_is_due_first_and_what_is_overdue(
    owner: Actor, maker: Enterprise, reviewer: Actor
) -> None:
    young = a_submitted(owner, maker, now=NOW)
    old = a_submitted(owner, maker, now=NOW - timedelta(days=60))
    page = queries.queue(reviewer, today=TODAY)
    assert [(one.product.id, one.overdue) for one in page.items] == [(old.id, True), (young.id, False)]
    assert queries.waiting(reviewer) == {CaseState.SUBMITTED: 2}
    assert queries.queue(reviewer, state=CaseState.RETURNED, today=TODAY).items == []


def test_a_case_tells_what_changed_since_the_last_round(owner: Actor, maker: Enterprise, reviewer: Actor) -> None:
    a_mandate()
    product = a_submitted(owner, maker, model="OLD-1")
    decided(product, DecisionKind.RETURNED, reviewer, reason="请核对型号")
    workbench.save(product, {"model": "NEW-1"}, actor=owner, now=NOW)
    a_paper(product, owner, number="新的报告")
    workbench.submit(product, declared=True, actor=owner, now=NOW)
    case = queries.case_for(reviewer, product.id, now=NOW)
    assert case.changed == {"model"}
    assert case.before is not None
    assert case.before.facts["model"] == "OLD-1"
    beside = rules.papers_beside(case.before.papers, case.submission.papers)
    assert [(one.new, one.gone) for one in beside] == [(False, False), (True, False)]


def test_grounds_are_those_of_the_day(national_catalog: None, db: Any) -> None:
    published: Callable[[date], set[str]] = lambda on: {one.code for one in categories.known_at(NOW).grounds(on)}  # noqa: E731
    assert "evidence_false" in published(TODAY)
    assert published(date(2004, 4, 30)) == set()
