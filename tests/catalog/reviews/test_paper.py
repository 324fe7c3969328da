"""Letters of return and of refusal: remarks by field, ground, reason, how to object; for the applicant and the desk."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.kernel.actors import Role
from association.paper import press
from catalog.products import service as workbench
from catalog.vocabulary import DecisionKind
from tests.builders import NOW, a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_submitted, decided, reloaded
from tests.catalog.paper import squeezed, text_of, title_of
from tests.counting import counted

pytestmark = pytest.mark.usefixtures("national_catalog")

Browser = Callable[..., FlaskClient]
HOSTILE = '#import "x": * \\" $y$ <a> @b'


@pytest.fixture
def maker(db: Any) -> Any:
    a_mandate()
    return an_enterprise("㛃𬀩𠮷电子有限公司")


@pytest.fixture
def owner(maker: Any) -> Any:
    return a_registrant(maker)


@pytest.fixture
def reviewer(db: Any) -> Any:
    return an_account(Role.REVIEWER)


def path_of(product: Any, decision: Any) -> str:
    return f"/catalog/products/{product.id}/letter-{decision.id}.pdf"


def submit_again(product: Any, owner: Any) -> None:
    workbench.submit(product, declared=True, actor=actor_of(owner), now=NOW)


def a_return(owner: Any, maker: Any, reviewer: Any, **more: Any) -> tuple[Any, Any]:
    product = a_submitted(actor_of(owner), maker)
    what = {"reason": "请一并核对。", "remarks": {"model": "与报告不一致", "attributes.detection_range_m": "请附说明"}}
    return product, decided(product, DecisionKind.RETURNED, actor_of(reviewer), **{**what, **more})


def a_refusal(owner: Any, maker: Any, reviewer: Any) -> tuple[Any, Any, Any]:
    product = a_submitted(actor_of(owner), maker)
    proposal = decided(
        product,
        DecisionKind.REFUSAL_PROPOSED,
        actor_of(reviewer),
        ground="facts_inconsistent",
        reason="型号不是同一个。",
    )
    approver = actor_of(an_account(Role.APPROVER))
    decision = decided(reloaded(product), DecisionKind.REFUSAL_CONFIRMED, approver, reason="内部意见：同意")
    return product, proposal, decision


def test_a_letter_of_return_says_what_to_put_right_field_by_field(
    browser: Browser, owner: Any, maker: Any, reviewer: Any
) -> None:
    product, decision = a_return(owner, maker, reviewer)
    answer = browser(owner).get(path_of(product, decision))
    text = text_of(answer)
    for said in (
        "补正通知",
        maker.name,
        "型号",
        "与报告不一致",
        "探测距离",
        "请附说明",
        "请一并核对。",
        "重新提交",
        "异议",
        "示例公技防委〔2004〕1号",
    ):
        assert squeezed(said) in text
    assert title_of(answer) == f"补正通知，申请第{product.id}号"
    # To the applicant the association speaks as one.
    assert reviewer.name not in text


def test_a_letter_of_refusal_names_the_ground_the_reason_and_how_to_object(
    browser: Browser, owner: Any, maker: Any, reviewer: Any
) -> None:
    product, _proposal, decision = a_refusal(owner, maker, reviewer)
    text = text_of(browser(owner).get(path_of(product, decision)))
    for said in (
        "不予登记通知",
        "登记事项与证明材料不一致",
        "型号不是同一个。",
        "由第二人复核",
        "怎样提出异议",
        "重新申请登记",
        "登记是自愿的",
    ):
        assert squeezed(said) in text
    assert "内部意见" not in text


def test_what_the_desk_says_to_itself_is_in_no_letter(browser: Browser, owner: Any, maker: Any, reviewer: Any) -> None:
    product, proposal, decision = a_refusal(owner, maker, reviewer)
    for person in (owner, reviewer):
        assert browser(person).get(path_of(product, proposal)).status_code == 404
        assert browser(person).get(path_of(product, decision)).status_code == 200


def test_what_was_typed_at_the_desk_is_printed_and_never_read(
    browser: Browser, owner: Any, maker: Any, reviewer: Any
) -> None:
    product, decision = a_return(owner, maker, reviewer, reason=HOSTILE + "\n第二段㛃", remarks={"model": HOSTILE})
    text = text_of(browser(owner).get(path_of(product, decision)))
    assert text.count(squeezed(HOSTILE)) == 2
    assert "第二段㛃" in text


def test_a_stranger_does_not_learn_that_there_is_a_letter(
    browser: Browser, client: Any, owner: Any, maker: Any, reviewer: Any
) -> None:
    product, decision = a_return(owner, maker, reviewer)
    theirs = a_registrant()
    assert browser(owner).get(path_of(product, decision)).status_code == 200
    assert browser(reviewer).get(path_of(product, decision)).status_code == 200
    for path in (path_of(product, decision), f"/catalog/products/{product.id}/letter.pdf"):
        for stranger in (theirs, an_account(Role.EDITOR)):
            assert browser(stranger).get(path).status_code == 404
        assert client.get(path).status_code == 303


def test_a_letter_belongs_to_its_own_application(browser: Browser, owner: Any, maker: Any, reviewer: Any) -> None:
    _product, decision = a_return(owner, maker, reviewer)
    another = a_submitted(actor_of(owner), maker)
    person = browser(owner)
    assert person.get(path_of(another, decision)).status_code == 404
    assert person.get(f"/catalog/products/{another.id}/letter.pdf").status_code == 404
    for number in ("0", "99999999999999999999"):
        assert person.get(f"/catalog/products/{another.id}/letter-{number}.pdf").status_code == 404
        assert person.get(f"/catalog/products/{number}/letter-1.pdf").status_code == 404


def test_the_last_letter_has_an_address_of_its_own(browser: Browser, owner: Any, maker: Any, reviewer: Any) -> None:
    product, decision = a_return(owner, maker, reviewer)
    answer = browser(owner).get(f"/catalog/products/{product.id}/letter.pdf")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(path_of(product, decision))


def test_the_applicant_finds_every_letter_of_the_case(browser: Browser, owner: Any, maker: Any, reviewer: Any) -> None:
    product = a_submitted(actor_of(owner), maker)
    first = decided(product, DecisionKind.RETURNED, actor_of(reviewer), reason="补正其一")
    submit_again(reloaded(product), owner)
    second = decided(reloaded(product), DecisionKind.RETURNED, actor_of(reviewer), reason="补正其二")
    submit_again(reloaded(product), owner)
    person = browser(owner)
    page = person.get(f"/catalog/products/{product.id}").text
    links = re.findall(rf"/catalog/products/{product.id}/letter\.pdf\?round=\d+", page)
    assert len(links) == 2, "also while the case is under way again"
    led = [person.get(link).headers["Location"] for link in links]
    assert led == [path_of(product, second), path_of(product, first)]
    assert person.get(f"/catalog/products/{product.id}/letter.pdf?round=3").status_code == 404


def test_the_desk_finds_every_letter_on_the_case(browser: Browser, owner: Any, maker: Any, reviewer: Any) -> None:
    product, proposal, decision = a_refusal(owner, maker, reviewer)
    page = browser(reviewer).get(f"/catalog/reviews/{product.id}").text
    assert path_of(product, decision) in page
    assert path_of(product, proposal) not in page
    assert f"/catalog/products/{product.id}/receipt.pdf" in page


def test_a_letter_is_the_same_each_time_and_asks_few_questions(
    browser: Browser, db: Any, owner: Any, maker: Any, reviewer: Any
) -> None:
    product, decision = a_return(owner, maker, reviewer)
    person, path = browser(owner), path_of(product, decision)
    first = person.get(path)
    press._shelf.clear()
    with counted() as statements:
        again = person.get(path)
    assert again.data == first.data
    assert len(statements) <= 14
    assert person.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
