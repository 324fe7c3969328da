"""Receipts: what was handed in, when, by when; for the registrant's people and the desk."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from association.kernel.actors import Role
from association.kernel.i18n import show_date
from association.paper import answers, press
from catalog.products import queries, service
from catalog.vocabulary import DecisionKind
from tests.builders import NOW, a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_complete_draft, a_submitted, decided, reloaded
from tests.catalog.paper import squeezed, text_of
from tests.catalog.small_register import CODE, MAKER, SmallRegister, small
from tests.counting import counted

__all__ = ["small"]

pytestmark = pytest.mark.usefixtures("national_catalog")

Browser = Callable[..., FlaskClient]


@pytest.fixture
def maker(db: Any) -> Any:
    return an_enterprise()


@pytest.fixture
def owner(maker: Any) -> Any:
    return a_registrant(maker)


def test_the_receipt_says_what_was_handed_in_and_by_when_it_is_dealt_with(
    browser: Browser, maker: Any, owner: Any
) -> None:
    product = a_submitted(actor_of(owner), maker, name="㛃𬀩𠮷探测器", model='PIR-"#import"')
    submission = queries.submissions_of(product)[0]
    answer = browser(owner).get(f"/catalog/products/{product.id}/receipt.pdf")
    text = text_of(answer)
    for said in (
        "提交回执",
        "不表示予以登记",
        maker.name,
        maker.uscc,
        owner.name,
        "㛃𬀩𠮷探测器",
        'PIR-"#import"',
        "2026年3月2日 10:00",
        submission.digest,
        submission.papers[0]["number"],
        submission.papers[0]["document"],
        submission.declaration,
        show_date(product.due_on),
    ):
        assert squeezed(said) in text
    assert f'filename="receipt-{product.id}-1.pdf"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_receipt_stays_the_same_whatever_becomes_of_the_application(
    browser: Browser, maker: Any, owner: Any
) -> None:
    a_mandate()
    product = a_submitted(actor_of(owner), maker)
    path = f"/catalog/products/{product.id}/receipt.pdf"
    first = browser(owner).get(path).data
    decided(product, DecisionKind.RETURNED, actor_of(an_account(Role.REVIEWER)), reason="请补正")
    assert reloaded(product).due_on is None
    press._shelf.clear()
    assert browser(owner).get(path).data == first


def test_each_submission_keeps_its_receipt(browser: Browser, maker: Any, owner: Any) -> None:
    a_mandate()
    product = a_submitted(actor_of(owner), maker)
    person, path = browser(owner), f"/catalog/products/{product.id}/receipt.pdf"
    first = person.get(path).data
    decided(product, DecisionKind.RETURNED, actor_of(an_account(Role.REVIEWER)), reason="请补正")
    service.submit(reloaded(product), declared=True, actor=actor_of(owner), now=NOW + timedelta(days=1))
    assert person.get(path, query_string={"round": 1}).data == first
    assert person.get(path, query_string={"round": 2}).data == person.get(path).data != first
    assert person.get(path, query_string={"round": 3}).status_code == 404
    page = person.get(f"/catalog/products/{product.id}").text
    assert all(f"receipt.pdf?round={number}" in page for number in (1, 2))


def test_strangers_do_not_learn_that_there_is_one(browser: Browser, client: Any, maker: Any, owner: Any) -> None:
    product = a_submitted(actor_of(owner), maker)
    path = f"/catalog/products/{product.id}/receipt.pdf"
    assert browser(owner).get(path).status_code == 200
    assert browser(a_registrant(maker)).get(path).status_code == 200
    for role in (Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.SUPERVISING_OFFICE):
        assert browser(an_account(role)).get(path).status_code == 200
    for stranger in (a_registrant(), an_account(Role.EDITOR), an_account(Role.PRACTITIONER)):
        answer, absent = browser(stranger).get(path), browser(stranger).get(path.replace(f"/{product.id}/", "/999999/"))
        assert answer.status_code == absent.status_code == 404
        assert answer.text.replace(f"/{product.id}/", "/999999/") == absent.text
    assert client.get(path).status_code == 303


def test_what_was_never_handed_in_has_no_receipt(browser: Browser, maker: Any, owner: Any) -> None:
    product = a_complete_draft(actor_of(owner), maker, now=NOW)
    person = browser(owner)
    assert person.get(f"/catalog/products/{product.id}/receipt.pdf").status_code == 404
    assert "receipt.pdf" not in person.get(f"/catalog/products/{product.id}").text


def test_the_page_of_a_product_links_its_papers(browser: Browser, maker: Any, owner: Any) -> None:
    a_mandate()
    product = a_submitted(actor_of(owner), maker)
    person, path = browser(owner), f"/catalog/products/{product.id}"
    page = person.get(path).text
    assert f"{path}/receipt.pdf" in page
    assert "letter.pdf" not in page
    decided(product, DecisionKind.RETURNED, actor_of(an_account(Role.REVIEWER)), reason="请补正")
    assert f"{path}/letter.pdf" in person.get(path).text


# -- the labels of everything an enterprise registered ------------------------------------------------------


@pytest.fixture
def clerk(small: SmallRegister) -> Any:
    return a_registrant(an_enterprise(MAKER, uscc=CODE))


def labels(visitor: FlaskClient, size: str = "70x45", kind: str = "svg", **query: str) -> dict[str, bytes]:
    answer = visitor.get(f"/catalog/products/labels-{size}-{kind}.zip", query_string=query)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with ZipFile(BytesIO(answer.data)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def test_a_clerk_gets_the_label_of_every_product_that_may_still_bear_one(
    browser: Browser, clerk: Any, small: SmallRegister
) -> None:
    visitor = browser(clerk)
    found = labels(visitor)
    still = [small.in_force, small.without_evidence, small.suspended, small.not_yet_valid, small.door, small.foreign]
    assert list(found) == [f"label-{number}-70x45.svg" for number in sorted(still)]
    for number in still:
        one = visitor.get(f"/catalog/register/{number}/label-70x45.svg").data
        assert found[f"label-{number}-70x45.svg"] == one
    assert all(picture.startswith(b"\x89PNG") for picture in labels(visitor, "30x20", "png").values())
    english = labels(visitor, lang="en")[f"label-{small.door}-70x45.svg"]
    assert english == visitor.get(f"/catalog/register/{small.door}/label-70x45.svg?lang=en").data


def test_another_enterprise_has_labels_of_its_own_only(browser: Browser, clerk: Any, owner: Any, client: Any) -> None:
    refused = browser(owner).get("/catalog/products/labels-50x30-svg.zip")
    assert refused.status_code == 409
    assert "没有可以印标签的登记" in refused.text
    assert client.get("/catalog/products/labels-50x30-svg.zip").status_code == 303
    assert browser(an_account(Role.REVIEWER)).get("/catalog/products/labels-50x30-svg.zip").status_code == 403
    assert browser(clerk).get("/catalog/products/labels-51x30-svg.zip").status_code == 404


def test_many_labels_take_a_handful_of_statements(
    browser: Browser, clerk: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "print_job", lambda job, **how: b"printed")
    visitor = browser(clerk)
    counts = []
    for _more in range(2):
        with counted() as seen:
            labels(visitor)
        counts.append(len(seen))
        for count in range(20):
            small.add(f"MORE-{len(counts)}-{count}")
    assert counts[0] == counts[1]


def test_the_workbench_offers_labels_where_something_is_registered(
    browser: Browser, clerk: Any, owner: Any, maker: Any
) -> None:
    a_submitted(actor_of(owner), maker)
    assert "下载全部标签" not in browser(owner).get("/catalog/products/").text
