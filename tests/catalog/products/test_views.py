"""The workbench's pages: what was typed stays, strangers see nothing, every fault stands beside its field."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.config import LARGEST_UPLOAD
from association.ledger import queries as ledger
from association.vocabulary import EnterpriseKind, EnterpriseState
from catalog.products import queries
from catalog.products.models import Product
from catalog.vocabulary import CaseState, DecisionKind
from tests.builders import a_mandate, a_registrant, actor_of, an_account, an_enterprise, pdf_bytes
from tests.catalog.builders import a_complete_draft, a_draft, a_submitted, decided, reloaded

pytestmark = pytest.mark.usefixtures("national_catalog")

HOSTILE = ["\x00", "\ud800", "x" * 10_000, "NaN", "-1e999", "<script>", "' OR 1=1 --", "\u202e"]


@pytest.fixture
def maker(db: Any) -> Enterprise:
    return an_enterprise(kind=EnterpriseKind.MANUFACTURER)


@pytest.fixture
def owner(maker: Enterprise) -> Any:
    return a_registrant(maker)


@pytest.fixture
def person(browser: Callable[..., FlaskClient], owner: Any) -> FlaskClient:
    return browser(owner)


def today() -> Any:
    return clock.today()


def paper_form(**more: Any) -> dict[str, Any]:
    return {
        "kind": "type_test_report",
        "number": "检字1号",
        "issuer": "mps1",
        "valid_from": str(today() - timedelta(days=30)),
        "valid_until": str(today() + timedelta(days=300)),
        "file": (BytesIO(pdf_bytes()), "报告.pdf"),
        **more,
    }


def dossier_form(maker: Enterprise, **more: Any) -> dict[str, Any]:
    return {
        "name": "被动红外入侵探测器",
        "brand": "示例",
        "model": "PIR-9",
        "manufacturer_name": maker.name,
        "manufacturer_country": "CN",
        "manufacturer_uscc": maker.uscc,
        "standards": "GB 10408-2025",
        "attributes.detection_range_m": "12",
        **more,
    }


def value_of(page: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page)
    assert tag, name
    found = re.search(r'value="([^"]*)"', tag.group())
    return found.group(1) if found else ""


# -- reading


def test_a_new_enterprise_is_told_the_three_steps(person: FlaskClient) -> None:
    page = person.get("/catalog/products/").text
    assert "三步完成登记" in page
    assert "/catalog/products/new" in page


def test_the_list_counts_by_state_and_filters(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    actor = actor_of(owner)
    a_draft(actor, {"model": "ONLY-A-DRAFT"})
    a_submitted(actor, maker, model="WITH-THE-DESK", now=clock.now())
    everything = person.get("/catalog/products/").text
    assert "ONLY-A-DRAFT" in everything
    assert "WITH-THE-DESK" in everything
    drafts = person.get("/catalog/products/?state=draft").text
    assert "ONLY-A-DRAFT" in drafts
    assert "WITH-THE-DESK" not in drafts
    assert person.get("/catalog/products/?state=nonsense").status_code == 422
    assert "没有“不予登记”的申请" in person.get("/catalog/products/?state=refused").text
    assert "没有这一页" in person.get("/catalog/products/?page=99").text


def test_every_class_and_subtype_can_be_chosen(person: FlaskClient) -> None:
    page = person.get("/catalog/products/new").text
    assert page.count("<fieldset") == 10
    assert 'value="01.passive_infrared"' in page
    assert "解释" in page


def test_a_strangers_product_is_not_there(
    person: FlaskClient, owner: Any, maker: Enterprise, browser: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    product = a_complete_draft(actor_of(owner), maker, now=clock.now())
    stranger = browser(a_registrant(an_enterprise()))
    paper = queries.papers_of(product)[0].paper.id
    pages = [f"/catalog/products/{product.id}", f"/catalog/products/{product.id}/edit"]
    targets = [
        f"/catalog/products/{product.id}/{verb}" for verb in ("edit", "evidence", "submit", "withdraw", "discard")
    ]
    targets.append(f"/catalog/products/{product.id}/evidence/{paper}/remove")
    for address in pages:
        assert stranger.get(address).status_code == 404
        assert client.get(address).status_code == 303
        assert person.get(address).status_code == 200
    for address in targets:
        assert stranger.post(address).status_code == 404
    assert reloaded(product).state is CaseState.DRAFT
    assert person.post(pages[1], data={"brand": "自家的"}).status_code == 303


def test_a_paper_of_another_product_is_not_removed_here(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    actor = actor_of(owner)
    one, other = a_complete_draft(actor, maker), a_complete_draft(actor, maker)
    paper = queries.papers_of(other)[0].paper.id
    assert person.post(f"/catalog/products/{one.id}/evidence/{paper}/remove").status_code == 404
    assert person.post(f"/catalog/products/{other.id}/evidence/{paper}/remove").status_code == 303


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 30])
def test_numbers_of_nothing_are_not_there(person: FlaskClient, number: str) -> None:
    assert person.get(f"/catalog/products/{number}").status_code == 404
    assert person.post(f"/catalog/products/{number}/edit", data={}).status_code == 404
    assert person.post(f"/catalog/products/{number}/evidence/{number}/remove", data={}).status_code == 404


# -- filling in


def test_a_draft_begins_with_class_and_subtype_and_the_maker_is_filled_in(
    person: FlaskClient, maker: Enterprise
) -> None:
    answer = person.post("/catalog/products/new", data={"kind": "01.passive_infrared"})
    assert answer.status_code == 303
    page = person.get(answer.location).text
    assert value_of(page, "manufacturer_name") == maker.name
    assert value_of(page, "manufacturer_uscc") == maker.uscc
    assert 'name="attributes.detection_range_m"' in page
    assert 'name="attributes.zone_count"' not in page


@pytest.mark.parametrize("kind", ["", "01", "01.", ".", "99.x", "01.wired", *HOSTILE])
def test_a_kind_that_is_none_is_refused_beside_the_choice(person: FlaskClient, kind: str) -> None:
    answer = person.post("/catalog/products/new", data={"kind": kind.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 422
    assert "<fieldset" in answer.text


def test_category_and_subtype_may_come_apart(person: FlaskClient) -> None:
    assert person.post("/catalog/products/new", data={"category": "02", "subtype": "wired"}).status_code == 303


def test_nothing_typed_is_lost_when_it_is_refused(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    product = a_draft(actor_of(owner), {"attributes": {"alarm_output": ["relay_nc"]}})
    form = dossier_form(
        maker,
        model="M-77",
        standards="",
        **{
            "attributes.detection_range_m": "很远",
            "attributes.operating_temp_c.min": "-10",
            "attributes.operating_temp_c.max": "x",
            "_lists": ["attributes.alarm_output", "declared"],
            "number": "检字77号",
            "declared": "yes",
        },
    )
    answer = person.post(f"/catalog/products/{product.id}/submit", data=form)
    page = answer.text
    assert answer.status_code == 422
    assert value_of(page, "model") == "M-77"
    assert value_of(page, "attributes.detection_range_m") == "很远"
    assert value_of(page, "attributes.operating_temp_c.min") == "-10"
    assert value_of(page, "attributes.operating_temp_c.max") == "x"
    assert value_of(page, "number") == "检字77号"
    # Boxes: what was unticked stays unticked, what was ticked stays ticked.
    assert "checked" not in re.search(r'<input[^>]*value="relay_nc"[^>]*>', page).group()  # type: ignore[union-attr]
    assert "checked" in re.search(r'<input type="checkbox"[^>]*name="declared"[^>]*>', page).group()  # type: ignore[union-attr]
    # Every fault stands in the summary and beside its field.
    for field in ("standards", "attributes-detection_range_m", "evidence", "file", "kind", "issuer", "valid_from"):
        assert f'href="#f-{field}"' in page, field
        assert f'id="f-{field}"' in page, field
    # It was kept as well.
    kept = reloaded(product).dossier
    assert kept["model"] == "M-77"
    assert kept["attributes"]["detection_range_m"] == "很远"
    assert kept["attributes"]["alarm_output"] == []


def test_what_a_form_does_not_contain_is_kept(person: FlaskClient, owner: Any) -> None:
    product = a_draft(actor_of(owner), {"model": "M-1", "attributes": {"alarm_output": ["relay_nc"]}})
    assert person.post(f"/catalog/products/{product.id}/edit", data={"brand": "新"}).status_code == 303
    kept = reloaded(product).dossier
    assert (kept["model"], kept["brand"], kept["attributes"]["alarm_output"]) == ("M-1", "新", ["relay_nc"])


def test_too_long_a_text_is_refused_and_shown_again(person: FlaskClient, owner: Any) -> None:
    product = a_draft(actor_of(owner), {"name": "旧"})
    answer = person.post(f"/catalog/products/{product.id}/edit", data={"name": "长" * 201, "model": "M-2"})
    assert answer.status_code == 422
    assert value_of(answer.text, "name") == "长" * 201
    assert value_of(answer.text, "model") == "M-2"


def test_changing_the_subtype_changes_the_fields_and_loses_nothing(person: FlaskClient, owner: Any) -> None:
    product = a_draft(actor_of(owner), {"attributes": {"anti_masking": "true"}})
    at = f"/catalog/products/{product.id}/edit"
    person.post(at, data={"subtype": "glass_break"})
    assert 'name="attributes.anti_masking"' not in person.get(at).text
    person.post(at, data={"subtype": "passive_infrared"})
    page = person.get(at).text
    assert "checked" in re.search(r'<input[^>]*name="attributes.anti_masking"[^>]*value="true"[^>]*>', page).group()  # type: ignore[union-attr]
    assert person.post(at, data={"subtype": "wired"}).status_code == 422


def test_parameters_of_another_subtype_do_not_keep_it_from_being_submitted(
    person: FlaskClient, owner: Any, maker: Enterprise
) -> None:
    product = a_complete_draft(actor_of(owner), maker, now=clock.now(), attributes={"anti_masking": "true"})
    form = {"subtype": "glass_break", "declared": "yes"}
    assert person.post(f"/catalog/products/{product.id}/submit", data=form).status_code == 303
    assert queries.submissions_of(product)[0].facts["attributes"] == {}


# -- papers


def test_one_press_saves_files_and_submits(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    product = a_draft(actor_of(owner))
    form = {**dossier_form(maker), **paper_form(), "declared": "yes"}
    answer = person.post(f"/catalog/products/{product.id}/submit", data=form)
    assert (answer.status_code, reloaded(product).state) == (303, CaseState.SUBMITTED)
    assert len(queries.submissions_of(product)[0].papers) == 1


def test_a_good_upload_survives_a_refused_form(person: FlaskClient, owner: Any) -> None:
    product = a_draft(actor_of(owner))
    at = f"/catalog/products/{product.id}/evidence"
    refused = person.post(at, data=paper_form(issuer="", number="检字5号", model="UNSAVED-1"))
    assert refused.status_code == 422
    assert "报告.pdf" in refused.text
    filing = value_of(refused.text, "filing")
    assert value_of(refused.text, "model") == "UNSAVED-1"
    again = paper_form(number=value_of(refused.text, "number"), filing=filing)
    del again["file"]
    assert person.post(at, data=again).status_code == 303
    assert [one.filename for one in queries.papers_of(product)] == ["报告.pdf"]


def test_a_strangers_file_is_not_taken_by_its_number(
    person: FlaskClient, owner: Any, browser: Callable[..., FlaskClient]
) -> None:
    other = a_registrant(an_enterprise())
    theirs = a_draft(actor_of(other))
    browser(other).post(f"/catalog/products/{theirs.id}/evidence", data=paper_form())
    filing = queries.papers_of(theirs)[0].filing_id
    mine = a_draft(actor_of(owner))
    form = paper_form(filing=str(filing))
    del form["file"]
    assert person.post(f"/catalog/products/{mine.id}/evidence", data=form).status_code == 404
    assert queries.papers_of(mine) == []


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("报告.docx", b"PK\x03\x04 word/document.xml", "Word"),
        ("空.pdf", b"", "空"),
        ("假.pdf", b"<html>not a pdf</html>", "网页"),
        ("坏.png", b"\x89PNG\r\n\x1a\n broken", "损坏"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_it(
    person: FlaskClient, owner: Any, name: str, content: bytes, says: str
) -> None:
    product = a_draft(actor_of(owner))
    for verb, field in (("evidence", "file"), ("edit", "authorisation")):
        form = paper_form() if field == "file" else {}
        form[field] = (BytesIO(content), name)
        answer = person.post(f"/catalog/products/{product.id}/{verb}", data=form)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert says in answer.text
    assert queries.papers_of(product) == []


def test_too_big_a_file_is_refused_and_the_text_is_kept(person: FlaskClient, owner: Any) -> None:
    product = a_draft(actor_of(owner))
    at = f"/catalog/products/{product.id}/evidence"
    answer = person.post(
        at, data=paper_form(file=(BytesIO(b"%PDF-" + b"0" * LARGEST_UPLOAD), "大.pdf"), model="KEPT-1")
    )
    assert answer.status_code == 413
    assert value_of(answer.text, "model") == "KEPT-1"
    assert value_of(answer.text, "number") == "检字1号"
    assert reloaded(product).dossier["model"] == "KEPT-1"
    # Larger than anything that is read at all: still a sentence, no crash.
    answer = person.post(at, data=paper_form(file=(BytesIO(b"0" * (3 * LARGEST_UPLOAD)), "更大.pdf")))
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_a_letter_is_kept_and_shown(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    product = a_complete_draft(actor_of(owner), maker, now=clock.now())
    person.post(
        f"/catalog/products/{product.id}/edit",
        data={
            "manufacturer_name": "Muster GmbH",
            "manufacturer_country": "DE",
            "manufacturer_uscc": "",
            "authorisation": (BytesIO(pdf_bytes("letter")), "授权书.pdf"),
        },
    )
    assert "授权书.pdf" in person.get(f"/catalog/products/{product.id}/edit").text
    assert person.post(f"/catalog/products/{product.id}/submit", data={"declared": "yes"}).status_code == 303


def test_removing_a_paper_keeps_what_was_typed(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    product = a_complete_draft(actor_of(owner), maker)
    paper = queries.papers_of(product)[0].paper.id
    answer = person.post(f"/catalog/products/{product.id}/evidence/{paper}/remove", data={"brand": "改过"})
    assert answer.status_code == 303
    assert queries.papers_of(product) == []
    assert reloaded(product).dossier["brand"] == "改过"


# -- afterwards


def test_remarks_stand_beside_their_fields(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    a_mandate()
    product = a_submitted(actor_of(owner), maker, now=clock.now())
    reviewer = actor_of(an_account(Role.REVIEWER))
    remarks = {"model": "型号与报告不符", "evidence": "缺第三页"}
    decided(product, DecisionKind.RETURNED, reviewer, reason="请补正", remarks=remarks, now=clock.now())
    for address in (f"/catalog/products/{product.id}", f"/catalog/products/{product.id}/edit"):
        page = person.get(address).text
        for said in ("请补正", "型号与报告不符", "缺第三页"):
            assert said in page
        assert reviewer.name not in page


def test_a_refusal_tells_ground_and_reason_once_it_is_decided(
    person: FlaskClient, owner: Any, maker: Enterprise
) -> None:
    a_mandate()
    product = a_submitted(actor_of(owner), maker, now=clock.now())
    reviewer, approver = actor_of(an_account(Role.REVIEWER)), actor_of(an_account(Role.APPROVER))
    decided(
        product,
        DecisionKind.REFUSAL_PROPOSED,
        reviewer,
        ground="evidence_false",
        reason="报告是伪造的",
        now=clock.now(),
    )
    at = f"/catalog/products/{product.id}"
    assert "报告是伪造的" not in person.get(at).text
    decided(product, DecisionKind.REFUSAL_CONFIRMED, approver, now=clock.now())
    page = person.get(at).text
    assert "报告是伪造的" in page
    assert "证明材料不实" in page
    assert "异议" in page


def test_withdrawing_and_discarding_are_offered_only_where_they_work(
    person: FlaskClient, owner: Any, maker: Enterprise
) -> None:
    product = a_submitted(actor_of(owner), maker, now=clock.now())
    at = f"/catalog/products/{product.id}"
    page = person.get(at).text
    assert f"{at}/withdraw" in page
    assert f"{at}/discard" not in page
    assert person.post(f"{at}/discard").status_code == 409
    assert person.post(f"{at}/withdraw").status_code == 303
    again = person.post(f"{at}/withdraw")
    assert again.status_code == 409
    assert "不能撤回" in again.text
    at = f"/catalog/products/{a_draft(actor_of(owner)).id}"
    assert f"{at}/discard" in person.get(at).text
    assert person.post(f"{at}/discard").status_code == 303
    assert person.get(at).status_code == 404


def test_an_unconfirmed_enterprise_is_told_so_and_keeps_what_it_typed(
    browser: Callable[..., FlaskClient], db: Any
) -> None:
    firm = an_enterprise(state=EnterpriseState.UNCONFIRMED)
    account = a_registrant(firm)
    person = browser(account)
    product = a_complete_draft(actor_of(account), firm, now=clock.now())
    answer = person.post(f"/catalog/products/{product.id}/submit", data={"declared": "yes", "model": "KEPT-2"})
    assert answer.status_code == 409
    assert "秘书处" in answer.text
    assert reloaded(product).dossier["model"] == "KEPT-2"


def test_staff_read_and_do_not_write(browser: Callable[..., FlaskClient], owner: Any, maker: Enterprise) -> None:
    product = a_submitted(actor_of(owner), maker, now=clock.now())
    desk = browser(an_account(Role.REVIEWER))
    assert desk.get(f"/catalog/products/{product.id}").status_code == 200
    assert "<textarea" not in desk.get(f"/catalog/products/{product.id}/edit").text
    assert desk.post(f"/catalog/products/{product.id}/withdraw").status_code == 403
    assert desk.get("/catalog/products/new").status_code == 403


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_values_never_break_a_page(person: FlaskClient, owner: Any, maker: Enterprise, hostile: str) -> None:
    product = a_draft(actor_of(owner))
    raw = hostile.encode("utf-8", "surrogatepass")
    form: dict[str, Any] = dict.fromkeys(dossier_form(maker), raw)
    form |= dict.fromkeys(("subtype", "attributes.ip_rating", "attributes.alarm_output", "_lists"), raw)
    form |= dict.fromkeys(("kind", "number", "issuer", "valid_from", "valid_until", "declared"), raw)
    for verb in ("edit", "evidence", "submit"):
        answer = person.post(f"/catalog/products/{product.id}/{verb}", data=form)
        assert answer.status_code in (404, 409, 413, 422), (verb, answer.status_code)
        assert "<script>" not in answer.text.replace("<script src", "")
    person.post(f"/catalog/products/{product.id}/edit", data={"name": raw, "model": raw})
    assert person.get(f"/catalog/products/{product.id}/edit").status_code == 200
    assert person.get(f"/catalog/products/{product.id}").status_code == 200
    assert person.get("/catalog/products/").status_code == 200


def test_history_is_told_in_words(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    product = a_submitted(actor_of(owner), maker, now=clock.now())
    page = person.get(f"/catalog/products/{product.id}").text
    for said in ("建立草稿", "附上证明材料", "提交申请", "承诺期限"):
        assert said in page
    for line in ledger.lines_about(f"product:{product.id}"):
        assert line.action not in page


def test_a_page_in_english_is_no_less(person: FlaskClient, owner: Any, maker: Enterprise) -> None:
    product: Product = a_complete_draft(actor_of(owner), maker, now=clock.now())
    person.get("/catalog/products/?lang=en")
    for address in ("/catalog/products/", "/catalog/products/new", f"/catalog/products/{product.id}/edit"):
        assert '<html lang="en"' in person.get(address).text
    assert "Passive infrared" in person.get("/catalog/products/new").text
