"""The desk of the catalog through its doors: a file is seen before it is loaded, facts are changed with a reason."""

import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from association.kernel import clock
from association.kernel.actors import CALENDAR, OPERATOR, Role
from association.kernel.db import transaction
from association.kernel.errors import Forbidden
from association.ledger.models import LedgerLine
from association.mandates import queries as mandates
from association.vocabulary import MandateItem
from catalog.categories import offers, queries, service
from catalog.categories.catalogfile import FactName
from catalog.categories.models import CatalogFact, CatalogLoad, CatalogUpload
from catalog.categories.rules import FactKind
from catalog.evidence.rules import Change
from catalog.register import service as register
from catalog.register.models import EvidenceRecord
from catalog.vocabulary import EvidenceKind
from tests.builders import NOW, TODAY, a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_complete_draft, a_submitted
from tests.catalog.categories.conftest import LOADED
from tests.counting import counted

DESK = "/catalog/categories/desk"
VALIDITY: FactName = (FactKind.SETTING, "registration_validity_years@2004-05-01")
LATER = LOADED + timedelta(days=1)


def upload(visitor: Any, content: bytes, name: str = "catalog.json") -> Any:
    return visitor.post(DESK, data={"file": (BytesIO(content), name)}, content_type="multipart/form-data")


def as_bytes(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def count(db: Any, model: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)))


def basis_in(page: str) -> str:
    found = re.search(r'name="basis" value="(\d+)"', page)
    assert found
    return found[1]


def registered(
    category: str = "01", subtype: str = "passive_infrared", standard: str = "GB 10408.5-2000", model: str = "A1"
) -> str:
    """A registration in force since early 2026."""
    mandate = mandates.in_force(MandateItem.REGISTRATION, on=TODAY) or a_mandate()
    facts = {
        "name": "探测器", "name_en": "", "brand": "甲", "model": model, "category": category, "subtype": subtype,
        "manufacturer": {"name": "示例电子有限公司", "uscc": "", "country": "CN"},
        "registrant": {"name": "示例电子有限公司", "uscc": ""}, "origin": "", "standards": [standard],
        "attributes": {}, "valid_from": "2026-03-02", "valid_until": "2029-03-01", "evidence": [],
    }  # fmt: skip
    with transaction():
        return register.enter(facts, effective_from=TODAY, mandate=mandate, actor=OPERATOR, now=LOADED)


# -- who --------------------------------------------------------------------------------------------------------


def test_the_desk_is_for_those_who_keep_the_catalog_or_work_by_it(browser: Any, client: Any, loaded: None) -> None:
    for role in (Role.SECRETARIAT, Role.SYSTEM_ADMINISTRATOR):
        page = browser(an_account(role)).get(DESK)
        assert (page.status_code, "查看差别" in page.text) == (200, True)
    for role in (Role.REVIEWER, Role.AUDITOR, Role.SUPERVISING_OFFICE):
        page = browser(an_account(role)).get(DESK)
        assert (page.status_code, "查看差别" in page.text) == (200, False)
    for role in (Role.EDITOR, Role.TRAINER):
        assert browser(an_account(role)).get(DESK).status_code == 403
    assert browser(a_registrant()).get(DESK).status_code == 404
    assert client.get(DESK).status_code == 303


def test_a_reviewer_reads_but_neither_loads_nor_edits(
    db: Any, browser: Any, loaded: None, file: dict[str, Any]
) -> None:
    secretary, reviewer = browser(an_account(Role.SECRETARIAT)), browser(an_account(Role.REVIEWER))
    file["requirements"][0]["proof"] = "unclear"
    assert upload(reviewer, as_bytes(file)).status_code == 403
    to = upload(secretary, as_bytes(file)).headers["Location"]
    page = reviewer.get(to)
    assert page.status_code == 200
    assert "确认载入" not in page.text
    form = {"basis": basis_in(secretary.get(to).text)}
    assert reviewer.post(to, data=form).status_code == 403
    fact = queries.newest_of(VALIDITY).id
    for path in ("edit", "end"):
        assert reviewer.get(f"{DESK}/facts/{fact}/{path}").status_code == 403
        assert reviewer.post(f"{DESK}/facts/{fact}/{path}", data={"way": "withdraw", "reason": "x"}).status_code == 403
    assert reviewer.post(f"{DESK}/facts/synonym/new", data={"reason": "x"}).status_code == 403
    assert reviewer.get(f"{DESK}/facts/{fact}").status_code == 200
    assert count(db, CatalogLoad) == 1
    assert secretary.post(to, data=form).status_code == 303
    assert count(db, CatalogLoad) == 2


# -- a file -----------------------------------------------------------------------------------------------------


def test_what_is_confirmed_is_what_was_shown(db: Any, browser: Any, loaded: None, file: dict[str, Any]) -> None:
    secretary = browser(an_account(Role.SECRETARIAT))
    file["requirements"][0]["proof"] = "unclear"
    to = upload(secretary, as_bytes(file)).headers["Location"]
    page = secretary.get(to).text
    assert "当时要求未查实" in page
    assert count(db, CatalogLoad) == 1
    done = secretary.post(to, data={"basis": basis_in(page), "reason": "市局转来"}, follow_redirects=True)
    assert "变更1项" in done.text
    assert "市局转来" in done.text
    changed = db.session.scalars(select(CatalogFact).where(CatalogFact.version == 2)).all()
    assert [one.key for one in changed] == [file["requirements"][0]["id"]]


def test_a_catalog_that_changed_meanwhile_is_a_conflict_and_is_compared_again(
    db: Any, browser: Any, loaded: None, file: dict[str, Any]
) -> None:
    account = an_account(Role.SECRETARIAT)
    secretary, actor = browser(account), actor_of(account)
    file["settings"][0]["value"] = 7
    to = upload(secretary, as_bytes(file)).headers["Location"]
    basis = basis_in(secretary.get(to).text)
    fact = queries.newest_of(VALIDITY)
    service.correct_fact(fact, {**fact.body, "value": 4}, reason="会议", actor=actor, now=LATER)
    refused = secretary.post(to, data={"basis": basis, "reason": "我的说明"})
    assert refused.status_code == 409
    assert "又有变动" in refused.text
    assert "我的说明" in refused.text
    assert "须逐项决定" in refused.text
    assert count(db, CatalogLoad) == 2
    # Now there is something to decide, and without a decision nothing is loaded.
    basis = basis_in(refused.text)
    assert basis_in(secretary.get(to).text) == basis
    assert secretary.post(to, data={"basis": basis}).status_code == 422
    token = re.search(r'name="(decide-[0-9a-f]{16})"', refused.text)
    assert token
    assert secretary.post(to, data={"basis": basis, token[1]: "perhaps"}).status_code == 422
    assert secretary.post(to, data={"basis": basis, token[1]: "take"}).status_code == 303
    assert queries.newest_of(VALIDITY).body["value"] == 7


def test_a_person_may_keep_what_the_staff_changed(db: Any, browser: Any, loaded: None, file: dict[str, Any]) -> None:
    account = an_account(Role.SECRETARIAT)
    secretary, fact = browser(account), queries.newest_of(VALIDITY)
    service.correct_fact(fact, {**fact.body, "value": 4}, reason="会议", actor=actor_of(account), now=LATER)
    file["requirements"][0]["proof"] = "unclear"
    to = upload(secretary, as_bytes(file)).headers["Location"]
    page = secretary.get(to).text
    assert "没有反映我们的修改" in page
    token = re.search(r'name="(decide-[0-9a-f]{16})"', page)
    assert token
    assert secretary.post(to, data={"basis": basis_in(page), token[1]: "keep"}).status_code == 303
    assert queries.newest_of(VALIDITY).body["value"] == 4
    assert queries.newest_of((FactKind.REQUIREMENT, file["requirements"][0]["id"])).version == 2


def test_a_broken_file_lists_every_fault_at_its_place_and_changes_nothing(
    db: Any, browser: Any, loaded: None, file: dict[str, Any]
) -> None:
    file["requirements"][3]["proof"] = "perhaps"
    file["issuers"][0]["citation"] = "nobody"
    file["editions"][0].pop("note_zh")
    refused = upload(browser(an_account(Role.SECRETARIAT)), as_bytes(file))
    assert refused.status_code == 422
    for place in ("/requirements/3/proof: ", "/issuers/0/citation: ", "/editions/0/note_zh: "):
        assert place in refused.text
    assert "目录文件有3处错误" in refused.text
    assert (count(db, CatalogLoad), count(db, CatalogUpload)) == (1, 0)


HOSTILE: list[tuple[bytes, int, str]] = [
    (b"", 422, "不是完整的JSON"),
    (b"\x89PNG\r\n\x1a\n", 422, "UTF-8"),
    (b'{"meta": NaN}', 422, "NaN"),
    (b'{"settings": [{"value": 1e999}]}', 422, "/settings/0/value"),
    (b"[" * 100_000, 422, "嵌套过深"),
    (b'{"a":' * 200 + b"1" + b"}" * 200, 422, "嵌套过深"),
    (b"[" + b"1," * 200_000 + b"1]", 422, "内容过多"),
    (json.dumps({"citations": [[]] * 100_000}).encode(), 422, "只列出前500处"),
    (b"9" * 5000, 422, "无法表示"),
    (b'{"<script>alert(1)</script>": 1}', 422, "缺少此项"),
    (b" " * (service.LARGEST_FILE + 1), 413, "5 MB"),
    (b" " * 10 * 1024 * 1024, 413, "过大"),
]


@pytest.mark.parametrize(("content", "status", "says"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_are_refused_in_words(
    db: Any, browser: Any, loaded: None, content: bytes, status: int, says: str
) -> None:
    refused = upload(browser(an_account(Role.SECRETARIAT)), content)
    assert refused.status_code == status
    assert says in refused.text
    assert "<script>alert" not in refused.text
    assert (count(db, CatalogLoad), count(db, CatalogUpload)) == (1, 0)


def test_no_file_and_no_such_file(browser: Any, loaded: None) -> None:
    secretary = browser(an_account(Role.SECRETARIAT))
    assert secretary.post(DESK, data={}).status_code == 422
    assert secretary.get(f"{DESK}/files/{'0' * 64}").status_code == 404
    assert secretary.post(f"{DESK}/files/{'0' * 64}", data={"basis": "1"}).status_code == 404


def test_a_file_without_changes_says_so(browser: Any, loaded: None, file: dict[str, Any]) -> None:
    secretary = browser(an_account(Role.SECRETARIAT))
    page = upload(secretary, as_bytes(file)).headers["Location"]
    assert "目录没有变化" in secretary.get(page).text


def test_touched_registrations_are_counted_and_named_however_many_there_are(
    db: Any, browser: Any, loaded: None, file: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether the catalog is still the same is asked once a second: on a slow machine in the one or the other.
    monkeypatch.setattr(queries, "LOOK_AGAIN_SECONDS", 3600)
    secretary = browser(an_account(Role.SECRETARIAT))
    first = registered("07", "video_indoor", model="B1")
    elsewhere = registered("02", "wired", "GB 12663-2019", model="C1")
    named = registered("08", "door", file["standards"][5]["number"], model="D1")
    file["classes"][6]["until"] = "2027-06-30"
    file["standards"][5]["until"] = "2030-01-01"
    to = upload(secretary, as_bytes(file)).headers["Location"]
    secretary.get(to)
    with counted() as seen:
        page = secretary.get(to).text
    few = len(seen)
    assert first in page
    assert named in page
    assert elsewhere not in page
    assert "2件" in page
    for serial in range(5):
        registered("07", "video_indoor", model=f"E{serial}")
    with counted() as seen:
        page = secretary.get(to).text
    assert "7件" in page
    assert len(seen) == few <= 16


def test_a_change_of_an_issuer_touches_those_whose_evidence_is_of_it(
    db: Any, browser: Any, loaded: None, file: dict[str, Any]
) -> None:
    maker = an_enterprise()
    owner = actor_of(a_registrant(maker))
    handed_in = a_submitted(owner, maker, now=NOW, model="CASE-1")
    a_complete_draft(owner, maker, now=NOW, model="CASE-2")
    proven, other = registered(model="B1"), registered(model="C1")
    for number, issuer in ((proven, "mps1"), (other, "cqc")):
        db.session.add(
            EvidenceRecord(
                register_number=number,
                kind=EvidenceKind.TYPE_TEST_REPORT,
                number="检字1号",
                issuer=issuer,
                change=Change.RECORDED,
                effective_from=TODAY,
                recorded_at=LOADED,
                valid_from=TODAY,
                valid_until=None,
            )
        )
    db.session.commit()
    issuer = next(one for one in file["issuers"] if one["code"] == "mps1")
    issuer["until"] = "2027-06-30"
    secretary = browser(an_account(Role.SECRETARIAT))
    page = secretary.get(upload(secretary, as_bytes(file)).headers["Location"]).text
    assert proven in page
    assert other not in page
    assert re.search(r"有效登记</strong>：1件", page)
    assert re.search(r"办理中的申请</strong>：1件", page)
    assert "CASE-1" not in page, "cases are for the desk"
    reviewer = browser(an_account(Role.REVIEWER))
    assert handed_in.dossier["model"] in reviewer.get(secretary_s_page(page)).text


def secretary_s_page(page: str) -> str:
    found = re.search(rf"{DESK}/files/[0-9a-f]{{64}}", page)
    assert found
    return found[0]


# -- offered files ----------------------------------------------------------------------------------------------


def test_an_offered_file_that_nobody_loads_is_cleared_after_the_days_that_are_set(
    db: Any, browser: Any, loaded: None, file: dict[str, Any]
) -> None:
    secretary = browser(an_account(Role.SECRETARIAT))
    upload(secretary, as_bytes({**file, "settings": [*file["settings"]]}), "same.json")
    file["settings"][0]["value"] = 4
    taken = upload(secretary, as_bytes(file), "taken.json").headers["Location"]
    secretary.post(taken, data={"basis": basis_in(secretary.get(taken).text), "reason": "x"})
    file["settings"][0]["value"] = 5
    left = upload(secretary, as_bytes(file), "left.json").headers["Location"]
    now = clock.now()

    def names() -> set[str]:
        db.session.expire_all()
        return set(db.session.scalars(select(CatalogUpload.filename)))

    assert offers.clear(actor=CALENDAR, now=now + timedelta(days=89)) == 0
    assert offers.clear(actor=CALENDAR, now=now + timedelta(days=91)) == 1
    assert names() == {"same.json", "taken.json"}, "what was loaded is the source of what it said"
    assert secretary.get(left).status_code == 404
    assert offers.clear(actor=CALENDAR, now=now + timedelta(days=91)) == 0
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "catalog.offer_cleared")).all()
    assert [line.facts["filename"] for line in lines] == ["left.json"]


def test_a_catalog_without_that_setting_keeps_every_file_and_nobody_clears_them_by_hand(
    db: Any, browser: Any, loaded: None, file: dict[str, Any]
) -> None:
    file["settings"] = [one for one in file["settings"] if one["key"] != offers.KEPT_DAYS]
    service.load(file, actor=OPERATOR, now=LATER)
    file["settings"][0]["value"] = 4
    upload(browser(an_account(Role.SECRETARIAT)), as_bytes(file))
    assert offers.clear(actor=CALENDAR, now=clock.now() + timedelta(days=9999)) == 0
    with pytest.raises(Forbidden):
        offers.clear(actor=actor_of(an_account(Role.SYSTEM_ADMINISTRATOR)), now=clock.now())


# -- facts ------------------------------------------------------------------------------------------------------


def test_a_word_is_added_at_a_page_and_what_was_typed_stays_when_it_is_refused(
    db: Any, browser: Any, loaded: None
) -> None:
    secretary = browser(an_account(Role.SECRETARIAT))
    form = {"term": "测试支架", "name_en": "", "from": "2000-09-01", "reason": "多次询问"}
    refused = secretary.post(f"{DESK}/facts/not_in_catalog_term/new", data=form)
    assert refused.status_code == 422
    assert "多次询问" in refused.text
    assert "测试支架" in refused.text
    done = secretary.post(
        f"{DESK}/facts/not_in_catalog_term/new", data=form | {"name_en": "Bracket"}, follow_redirects=True
    )
    assert "多次询问" in done.text
    assert queries.known_at(clock.now()).outside_term("测试支架", clock.today()) == "测试支架"


def test_a_setting_changes_from_a_day_on_and_its_history_tells(db: Any, browser: Any, loaded: None) -> None:
    secretary = browser(an_account(Role.SECRETARIAT, name="秘书甲"))
    fact = queries.newest_of(VALIDITY)
    at = f"{DESK}/facts/{fact.id}"
    form = {name: str(fact.body[name]) for name in ("name_zh", "name_en", "value", "basis", "citation")}
    form |= {"value": "5", "manner": "succeed", "reason": "第3次会议"}
    assert secretary.get(f"{at}/edit").status_code == 200
    assert secretary.post(f"{at}/edit", data=form).status_code == 422
    assert secretary.post(f"{at}/edit", data=form | {"begins": "2028-01-01"}).status_code == 303
    page = secretary.get(at).text
    for words in ("秘书甲", "第3次会议", "2027年12月31日", "operator"):
        assert words in page
    # The page was of the version before: somebody who had it open is told.
    assert secretary.post(f"{at}/edit", data=form | {"manner": "correct"}).status_code == 409


def test_every_kind_has_its_list_its_form_and_its_history_in_both_languages(browser: Any, loaded: None) -> None:
    secretary = browser(an_account(Role.SECRETARIAT))
    for kind in FactKind:
        for language in ("zh", "en"):
            headers = {"Accept-Language": language}
            assert secretary.get(f"{DESK}/facts/{kind.value}", headers=headers).status_code == 200
            fact = queries.facts_of(kind)[0].id
            assert secretary.get(f"{DESK}/facts/{fact}", headers=headers).status_code == 200
            wanted = 200 if kind in service.EDITABLE else 404
            assert secretary.get(f"{DESK}/facts/{kind.value}/new", headers=headers).status_code == wanted
            for path in ("edit", "end"):
                assert secretary.get(f"{DESK}/facts/{fact}/{path}", headers=headers).status_code == wanted
    assert secretary.get(f"{DESK}/facts/nonsense").status_code == 404
    assert secretary.get(f"{DESK}/facts/99999999").status_code == 404


# -- the public -------------------------------------------------------------------------------------------------


def test_public_pages_show_what_was_known_then(client: Any, browser: Any, loaded: None, file: dict[str, Any]) -> None:
    secretary = browser(an_account(Role.SECRETARIAT))
    file["classes"][6]["until"] = "2026-06-30"
    to = upload(secretary, as_bytes(file)).headers["Location"]
    secretary.post(to, data={"basis": basis_in(secretary.get(to).text)})
    name = file["classes"][6]["name_zh"]
    assert name not in client.get("/catalog/categories?on=2026-07-01").text
    then = client.get("/catalog/categories?on=2026-07-01&known=2026-04-01").text
    assert name in then
    assert "按2026年4月1日" in then
    assert "known=2026-04-01" in then
    assert client.get("/catalog/categories?known=2999-01-01").status_code == 422
    assert "本类不在国家目录内" not in client.get("/catalog/categories/07?on=2026-07-01&known=2026-04-01").text
    page = client.get("/catalog/categories/difference?from=2026-06-30&to=2026-07-01").text
    assert "不在目录内" in page
    assert name in page


@pytest.mark.parametrize(
    "query", ["", "?from=2022-10-09&to=2022-10-10", "?from=1999-01-01&to=2026-11-01", "?known=2010-01-01"]
)
def test_two_days_are_compared_in_both_languages(client: Any, db: Any, loaded: None, query: str) -> None:
    for language in ("zh", "en"):
        with counted() as seen:
            answer = client.get(f"/catalog/categories/difference{query}", headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert len(seen) <= 6
    assert client.get("/catalog/categories/difference?from=2026-02-30").status_code == 422
