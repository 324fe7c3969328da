"""The desk's pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import Actor, Role
from catalog.products import service as workbench
from catalog.products.models import Product
from catalog.vocabulary import CaseState, DecisionKind
from tests.builders import a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_draft, a_submitted, decided, reloaded

pytestmark = pytest.mark.usefixtures("national_catalog")

HOSTILE = ["\x00", "\ud800", "x" * 10_000, "NaN", "-1", "9" * 40, "<script>"]


@pytest.fixture
def maker(db: Any) -> Enterprise:
    return an_enterprise()


@pytest.fixture
def owner(maker: Enterprise) -> Actor:
    return actor_of(a_registrant(maker))


@pytest.fixture
def waiting(owner: Actor, maker: Enterprise) -> Product:
    return a_submitted(owner, maker, model="PIR-42", now=clock.now())


@pytest.fixture
def desk(browser: Callable[..., FlaskClient]) -> FlaskClient:
    return browser(an_account(Role.REVIEWER))


def form(product: Product, decision: str, **more: Any) -> dict[str, Any]:
    return {"decision": decision, "version": str(reloaded(product).version), **more}


def test_the_desk_is_not_there_for_others(
    browser: Callable[..., FlaskClient], client: FlaskClient, desk: FlaskClient, waiting: Product, maker: Enterprise
) -> None:
    at = f"/catalog/reviews/{waiting.id}"
    for person in (
        browser(a_registrant(maker)),
        browser(a_registrant(an_enterprise())),
        browser(an_account(Role.EDITOR)),
    ):
        assert person.get("/catalog/reviews/").status_code == 404
        assert person.get(at).status_code == 404
        assert person.post(at, data=form(waiting, "approved")).status_code == 404
    assert client.get(at).status_code == 303
    assert desk.get(at).status_code == 200
    assert desk.get("/catalog/reviews/").status_code == 200


def test_a_draft_is_no_case(desk: FlaskClient, owner: Actor, waiting: Product) -> None:
    assert desk.get(f"/catalog/reviews/{a_draft(owner).id}").status_code == 404
    assert desk.get(f"/catalog/reviews/{'9' * 30}").status_code == 404
    assert desk.get(f"/catalog/reviews/{waiting.id}").status_code == 200


def test_the_queue_marks_what_is_overdue(desk: FlaskClient, owner: Actor, maker: Enterprise) -> None:
    a_mandate()
    a_submitted(owner, maker, model="LATE-1", now=clock.now() - timedelta(days=60))
    page = desk.get("/catalog/reviews/").text
    assert "LATE-1" in page
    assert "已超期" in page
    assert maker.name in page
    assert "没有“不予登记”的申请" in desk.get("/catalog/reviews/?state=refused").text
    assert desk.get("/catalog/reviews/?state=x").status_code == 422


def test_an_empty_queue_says_so(desk: FlaskClient) -> None:
    assert "没有待审查的申请" in desk.get("/catalog/reviews/").text


def test_without_a_mandate_the_page_says_so_and_offers_nothing(desk: FlaskClient, waiting: Product) -> None:
    at = f"/catalog/reviews/{waiting.id}"
    for page in (desk.get("/catalog/reviews/").text, desk.get(at).text):
        assert "没有有效的登记委托" in page
    assert 'name="decision"' not in desk.get(at).text
    refused = desk.post(at, data=form(waiting, "approved"))
    assert (refused.status_code, reloaded(waiting).state) == (409, CaseState.SUBMITTED)
    a_mandate()
    assert 'name="decision"' in desk.get(at).text


def test_ones_own_enterprise_is_read_and_not_decided(
    browser: Callable[..., FlaskClient], desk: FlaskClient, waiting: Product, maker: Enterprise
) -> None:
    a_mandate()
    insider = browser(an_account(Role.REVIEWER, Role.APPROVER, enterprise=maker))
    at = f"/catalog/reviews/{waiting.id}"
    page = insider.get(at).text
    assert "您所在企业" in page
    assert 'name="decision"' not in page
    assert insider.post(at, data=form(waiting, "approved")).status_code == 403
    assert 'name="decision"' in desk.get(at).text
    assert desk.post(at, data=form(waiting, "approved")).status_code == 303


def test_a_case_shows_facts_papers_requirements_and_duplicates(
    desk: FlaskClient, owner: Actor, maker: Enterprise, waiting: Product
) -> None:
    a_mandate()
    desk.post(f"/catalog/reviews/{waiting.id}", data=form(waiting, "approved"))
    number = reloaded(waiting).registration_number
    again = a_submitted(owner, maker, model="PIR 42", now=clock.now())
    page = desk.get(f"/catalog/reviews/{again.id}").text
    for said in ("PIR 42", str(number), "写法不同", "型式检验报告", "inline=1", "12 m", "GB 10408-2025", "依据"):
        assert said in page, said


def test_what_changed_is_marked_with_what_it_was(desk: FlaskClient, owner: Actor, waiting: Product) -> None:
    a_mandate()
    at = f"/catalog/reviews/{waiting.id}"
    desk.post(
        at,
        data=form(
            waiting, "returned", **{"remarks.model": "请核对型号", "remarks.attributes.detection_range_m": "8米？"}
        ),
    )
    product = reloaded(waiting)
    changed = {"model": "PIR-43", "attributes": {"detection_range_m": "8"}}
    workbench.save(product, changed, actor=owner, now=clock.now())
    workbench.submit(product, declared=True, actor=owner, now=clock.now())
    page = desk.get(at).text
    assert page.count("有改动") >= 2
    assert re.search(r"<del>.*PIR-42</del>", page)
    assert re.search(r"<del>.*12 m</del>", page)
    assert "请核对型号" in page
    assert "8米？" in page


def test_nothing_typed_is_lost_when_a_decision_is_refused(desk: FlaskClient, waiting: Product) -> None:
    a_mandate()
    at = f"/catalog/reviews/{waiting.id}"
    answer = desk.post(at, data=form(waiting, "refusal_proposed", reason="", **{"remarks.model": "写了半天的意见"}))
    assert answer.status_code == 422
    assert "写了半天的意见" in answer.text
    assert 'href="#f-ground"' in answer.text
    assert 'id="f-ground"' in answer.text
    assert 'href="#f-reason"' in answer.text
    answer = desk.post(at, data=form(waiting, "refusal_proposed", reason="理由在此", ground="made_up"))
    assert answer.status_code == 422
    assert "理由在此" in answer.text


def test_the_slower_of_two_is_told(desk: FlaskClient, browser: Callable[..., FlaskClient], waiting: Product) -> None:
    a_mandate()
    at = f"/catalog/reviews/{waiting.id}"
    slow, form_of_both = browser(an_account(Role.REVIEWER)), form(waiting, "approved")
    assert desk.post(at, data=form_of_both).status_code == 303
    answer = slow.post(at, data=form_of_both)
    assert answer.status_code == 409
    assert "其他人刚刚处理" in answer.text


def test_a_refusal_goes_through_two_people(
    desk: FlaskClient, browser: Callable[..., FlaskClient], waiting: Product
) -> None:
    a_mandate()
    at = f"/catalog/reviews/{waiting.id}"
    what = {"ground": "evidence_false", "reason": "报告是伪造的"}
    assert desk.post(at, data=form(waiting, "refusal_proposed", **what)).status_code == 303
    assert 'value="refusal_confirmed"' not in desk.get(at).text
    assert desk.post(at, data=form(waiting, "refusal_confirmed")).status_code == 403
    second = browser(an_account(Role.APPROVER))
    page = second.get(at).text
    assert "证明材料不实" in page
    assert "报告是伪造的" in page
    assert 'value="refusal_confirmed"' in page
    assert second.post(at, data=form(waiting, "refusal_rejected")).status_code == 422
    assert second.post(at, data=form(waiting, "refusal_confirmed")).status_code == 303
    assert reloaded(waiting).state is CaseState.REFUSED


def test_readers_see_no_buttons(browser: Callable[..., FlaskClient], waiting: Product) -> None:
    a_mandate()
    for role in (Role.AUDITOR, Role.SUPERVISING_OFFICE):
        page = browser(an_account(role)).get(f"/catalog/reviews/{waiting.id}")
        assert page.status_code == 200
        assert 'name="decision"' not in page.text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_values_never_break_the_desk(desk: FlaskClient, waiting: Product, hostile: str) -> None:
    a_mandate()
    raw: Any = hostile.encode("utf-8", "surrogatepass")
    at = f"/catalog/reviews/{waiting.id}"
    good = form(waiting, "returned", reason="请补正")
    for name in ("decision", "version", "ground", "reason", "remarks.model", "remarks.attributes.detection_range_m"):
        answer = desk.post(at, data={**good, name: raw})
        assert answer.status_code in (303, 409, 422), (name, answer.status_code)
        assert "<script>" not in answer.text.replace("<script src", "")
    assert desk.get(at).status_code == 200


def test_every_state_can_be_read(desk: FlaskClient, owner: Actor, maker: Enterprise) -> None:
    a_mandate()
    reviewer = actor_of(an_account(Role.REVIEWER))
    for kind in (DecisionKind.RETURNED, DecisionKind.APPROVED, DecisionKind.REFUSAL_PROPOSED):
        product = a_submitted(owner, maker, now=clock.now())
        decided(product, kind, reviewer, reason="理由", ground="facts_inconsistent", now=clock.now())
        assert desk.get(f"/catalog/reviews/{product.id}").status_code == 200
