"""The workbench's verbs."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm.attributes import flag_modified

from association.enterprises.models import Enterprise
from association.kernel.actors import Actor, Role
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from association.ledger import queries as ledger
from association.vocabulary import EnterpriseState
from catalog.products import queries, service
from catalog.products.models import Product
from catalog.vocabulary import CaseState, DecisionKind, EvidenceKind
from tests.builders import (
    NOW,
    a_filing,
    a_mandate,
    a_registrant,
    actor_of,
    an_account,
    an_enterprise,
)
from tests.catalog.builders import (
    a_complete_draft,
    a_dossier,
    a_draft,
    a_paper,
    a_submitted,
    decided,
    reloaded,
)

pytestmark = pytest.mark.usefixtures("national_catalog")


@pytest.fixture
def maker(db: Any) -> Enterprise:
    return an_enterprise()


@pytest.fixture
def owner(maker: Enterprise) -> Actor:
    return actor_of(a_registrant(maker))


def test_every_shortfall_is_said_at_once(owner: Actor) -> None:
    product = a_draft(owner)
    with pytest.raises(Invalid) as refused:
        service.submit(product, declared=False, actor=owner, now=NOW)
    fields = {one.field for one in refused.value.shortfalls}
    assert fields >= {"name", "model", "manufacturer_name", "standards", "authorisation", "evidence", "declared"}
    assert reloaded(product).state is CaseState.DRAFT


def test_a_complete_dossier_is_submitted_and_frozen(owner: Actor, maker: Enterprise) -> None:
    product = a_complete_draft(owner, maker)
    submission = service.submit(product, declared=True, actor=owner, now=NOW)
    assert product.state is CaseState.SUBMITTED
    # Five working days to accept, ten to review.
    assert product.due_on == date(2026, 3, 23)
    assert (submission.round, len(submission.digest), len(submission.papers)) == (1, 64, 1)
    assert [line.action for line in ledger.lines_about(f"product:{product.id}")][-1] == "product.submitted"


def test_the_frozen_copy_does_not_move(owner: Actor, maker: Enterprise) -> None:
    product = a_submitted(owner, maker, model="FROZEN-1")
    frozen = queries.submissions_of(product)[0]
    digest = frozen.digest
    service.withdraw(product, actor=owner, now=NOW)
    service.save(product, {"model": "MOVED-2"}, actor=owner, now=NOW)
    service.remove_paper(
        product, queries.paper_of(product, queries.papers_of(product)[0].paper.id), actor=owner, now=NOW
    )
    flag_modified(product, "dossier")
    database.session.commit()
    frozen = queries.submissions_of(reloaded(product))[0]
    assert (frozen.facts["model"], len(frozen.papers), frozen.digest) == ("FROZEN-1", 1, digest)


@pytest.mark.parametrize("state", [CaseState.SUBMITTED, CaseState.REGISTERED, CaseState.REFUSED])
def test_what_is_with_the_desk_is_not_edited(owner: Actor, maker: Enterprise, state: CaseState) -> None:
    product = a_submitted(owner, maker)
    product.state = state
    database.session.commit()
    with pytest.raises(Conflict) as refused:
        service.save(product, {"model": "X1"}, actor=owner, now=NOW)
    assert refused.value.code == "not_editable"
    with pytest.raises(Conflict):
        a_paper(product, owner)
    with pytest.raises(Conflict):
        service.submit(product, declared=True, actor=owner, now=NOW)


def test_strangers_do_nothing_where_the_owner_does_everything(owner: Actor, maker: Enterprise) -> None:
    stranger = actor_of(a_registrant(an_enterprise()))
    product = a_complete_draft(owner, maker)
    with pytest.raises(NotFound):
        queries.product_for(stranger, product.id)
    assert queries.product_for(owner, product.id) is product
    for verb in (
        lambda who: service.save(product, {"brand": "b"}, actor=who, now=NOW),
        lambda who: a_paper(product, who, filing=a_filing(who)),
        lambda who: service.submit(product, declared=True, actor=who, now=NOW),
        lambda who: service.withdraw(product, actor=who, now=NOW),
        lambda who: service.discard(product, actor=who, now=NOW) if who is stranger else None,
    ):
        with pytest.raises(Forbidden):
            verb(stranger)
        verb(owner)


def test_staff_write_no_dossiers(owner: Actor) -> None:
    product = a_draft(owner)
    reviewer = actor_of(an_account(Role.REVIEWER))
    with pytest.raises(Forbidden):
        service.save(product, {"model": "X"}, actor=reviewer, now=NOW)
    with pytest.raises(Forbidden):
        service.draft("01", "passive_infrared", actor=reviewer, now=NOW)
    service.save(product, {"model": "X"}, actor=owner, now=NOW)


def test_an_unconfirmed_enterprise_drafts_but_does_not_submit(db: Any) -> None:
    newcomer = an_enterprise(state=EnterpriseState.UNCONFIRMED)
    actor = actor_of(a_registrant(newcomer))
    product = a_complete_draft(actor, newcomer)
    with pytest.raises(Conflict) as refused:
        service.submit(product, declared=True, actor=actor, now=NOW)
    assert refused.value.code == "enterprise_unconfirmed"
    newcomer.state = EnterpriseState.CONFIRMED
    database.session.commit()
    service.submit(product, declared=True, actor=actor, now=NOW)


@pytest.mark.parametrize(("category", "subtype"), [("11", "x"), ("", ""), ("01", "wired"), ("\x00", "\ud800")])
def test_only_kinds_of_the_catalog_are_drafted(owner: Actor, category: str, subtype: str) -> None:
    with pytest.raises(Invalid):
        service.draft(category, subtype, actor=owner, now=NOW)


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"number": "--"}, "number"),
        ({"issuer": "nobody"}, "issuer"),
        ({"issuer": "cqc"}, "issuer"),
        ({"issuer": "demo-test"}, "issuer"),
        ({"valid_from": date(2026, 3, 3), "valid_until": None}, "valid_from"),
        ({"valid_from": date(2026, 3, 1), "valid_until": date(2026, 2, 28)}, "valid_until"),
        ({"kind": EvidenceKind.PRODUCTION_LICENCE, "issuer": "samr", "valid_until": None}, "valid_until"),
    ],
)
def test_a_paper_that_cannot_be_is_refused(owner: Actor, maker: Enterprise, what: dict[str, Any], field: str) -> None:
    product = a_draft(owner, a_dossier(maker))
    with pytest.raises(Invalid) as refused:
        a_paper(product, owner, **what)
    assert field in {one.field for one in refused.value.shortfalls}
    assert queries.papers_of(product) == []


def test_the_same_paper_is_filed_once(owner: Actor, maker: Enterprise) -> None:
    product = a_draft(owner, a_dossier(maker))
    a_paper(product, owner, number="检字1号")
    with pytest.raises(Invalid):
        a_paper(product, owner, number="检字1号")
    a_paper(product, owner, number="检字2号")
    assert len(queries.papers_of(product)) == 2


def test_what_was_submitted_once_is_not_discarded(owner: Actor, maker: Enterprise) -> None:
    once = a_submitted(owner, maker)
    service.withdraw(once, actor=owner, now=NOW)
    with pytest.raises(Conflict):
        service.discard(once, actor=owner, now=NOW)
    never = a_complete_draft(owner, maker)
    service.discard(never, actor=owner, now=NOW)
    assert database.session.get(Product, never.id) is None


def test_a_second_round_has_a_deadline_of_its_own(owner: Actor, maker: Enterprise) -> None:
    a_mandate()
    product = a_submitted(owner, maker)
    decided(product, DecisionKind.RETURNED, actor_of(an_account(Role.REVIEWER)), reason="请补正")
    assert (product.state, product.due_on) == (CaseState.RETURNED, None)
    later = NOW + timedelta(days=3)
    assert service.submit(product, declared=True, actor=owner, now=later).round == 2
    assert product.due_on is not None
    assert product.due_on > date(2026, 3, 23)


def test_parameters_saved_in_parts_are_kept_together(owner: Actor) -> None:
    product = a_draft(owner, {"attributes": {"detection_range_m": "12"}})
    service.save(product, {"attributes": {"alarm_output": ["relay_nc"]}}, actor=owner, now=NOW)
    assert reloaded(product).dossier["attributes"] == {"detection_range_m": "12", "alarm_output": ["relay_nc"]}
