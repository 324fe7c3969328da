"""The letter of a mandate, what was done under it, and the warnings before its end."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from association.kernel.actors import OPERATOR, Role
from association.kernel.db import transaction
from association.kernel.errors import Conflict, Forbidden
from association.ledger.queries import lines_about
from association.mandates import queries, rules, service
from association.outbox.models import Message
from association.vocabulary import MandateItem
from association.web import daily
from tests.builders import NOW, TODAY, a_filing, a_mandate, a_registrant, actor_of, an_account, pdf_bytes


def attach(visitor: Any, mandate_id: int, content: bytes, name: str = "委托书.pdf") -> Any:
    at = f"/association/mandates/{mandate_id}/scan"
    return visitor.post(at, data={"scan": (BytesIO(content), name)}, content_type="multipart/form-data")


# -- the letter ---------------------------------------------------------------------------------------------


def test_the_letter_is_read_by_secretariat_office_and_auditor_and_by_nobody_else(browser: Any, client: Any) -> None:
    mandate, letter = a_mandate(), pdf_bytes("entrusted")
    secretary = browser(an_account(Role.SECRETARIAT))
    assert attach(secretary, mandate.id, letter).status_code == 303
    at = f"/association/mandates/{mandate.id}/scan"
    for role in (Role.SECRETARIAT, Role.SUPERVISING_OFFICE, Role.AUDITOR):
        answer = browser(an_account(role)).get(at)
        assert (answer.status_code, answer.data) == (200, letter)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Disposition"].startswith("attachment")
    for account in (an_account(Role.REVIEWER), an_account(Role.SYSTEM_ADMINISTRATOR), a_registrant()):
        assert browser(account).get(at).status_code == 404
    assert client.get(at).status_code == 303


def test_the_letter_is_not_read_by_a_side_door_either(db: Any, browser: Any) -> None:
    filing = a_filing(actor_of(an_account(Role.SECRETARIAT)))
    at = f"/association/documents/{filing.id}"
    assert browser(an_account(Role.AUDITOR)).get(at).status_code == 200
    for account in (an_account(Role.REVIEWER), an_account(Role.APPROVER), a_registrant()):
        assert browser(account).get(at).status_code == 404


def test_only_the_secretariat_attaches_it_once_and_it_is_in_the_ledger(db: Any, browser: Any) -> None:
    mandate = a_mandate()
    reviewer, secretary = browser(an_account(Role.REVIEWER)), browser(an_account(Role.SECRETARIAT))
    assert attach(reviewer, mandate.id, pdf_bytes()).status_code == 403
    assert attach(secretary, mandate.id, b"<html>").status_code == 422
    assert secretary.post(f"/association/mandates/{mandate.id}/scan", data={}).status_code == 422
    assert attach(secretary, mandate.id, pdf_bytes("one")).status_code == 303
    assert attach(secretary, mandate.id, pdf_bytes("two")).status_code == 409
    assert [line.action for line in lines_about(f"mandate:{mandate.id}")] == ["mandate.scan_filed"]
    assert secretary.get(f"/association/mandates/{mandate.id}/scan").data == pdf_bytes("one")


def test_a_service_refuses_too(db: Any) -> None:
    mandate, secretary = a_mandate(), actor_of(an_account(Role.SECRETARIAT))
    scan = a_filing(secretary)
    with pytest.raises(Forbidden):
        service.attach_scan(mandate, scan, actor=actor_of(an_account(Role.REVIEWER)), now=NOW)
    service.attach_scan(mandate, scan, actor=secretary, now=NOW)
    with pytest.raises(Conflict):
        service.attach_scan(mandate, scan, actor=secretary, now=NOW)


# -- its page -----------------------------------------------------------------------------------------------


def test_the_public_reads_the_facts_and_not_the_letter(client: Any, browser: Any) -> None:
    mandate = a_mandate(ends=date(2026, 12, 31))
    attach(browser(an_account(Role.SECRETARIAT)), mandate.id, pdf_bytes())
    page = client.get(f"/association/mandates/{mandate.id}").text
    for words in (mandate.number, mandate.issuer, "国家目录产品的登记", "2004年5月1日", "2026年12月31日"):
        assert words in page
    assert "扫描件" not in page
    assert f'href="/association/mandates/{mandate.id}"' in client.get("/association/mandates").text
    assert client.get("/association/mandates/999999").status_code == 404


def test_what_was_done_under_it_is_counted_and_listed_and_under_another_it_is_not(db: Any, client: Any) -> None:
    from catalog.register import service as register

    mandate = a_mandate(number="甲", ends=date(2026, 12, 31))
    namesake = a_mandate(number="甲", begins=date(2027, 1, 1))
    other = a_mandate(MandateItem.TRAINING, number="甲")
    facts = {
        "name": "探测器", "name_en": "", "brand": "甲", "model": "A1", "category": "01", "subtype": "passive_infrared",
        "manufacturer": {"name": "示例电子有限公司", "uscc": "", "country": "CN"},
        "registrant": {"name": "示例电子有限公司", "uscc": ""}, "origin": "", "standards": [], "attributes": {},
        "valid_from": "2026-03-02", "valid_until": "2029-03-01", "evidence": [],
    }  # fmt: skip
    with transaction():
        number = register.enter(facts, effective_from=TODAY, mandate=mandate, actor=OPERATOR, now=NOW)
    page = client.get(f"/association/mandates/{mandate.id}").text
    assert number in page
    assert "登记簿：登记" in page
    for another in (namesake, other):
        page = client.get(f"/association/mandates/{another.id}").text
        assert number not in page
        assert "还没有依据此项委托办理的事项" in page


def test_why_it_ended_does_not_replace_what_was_noted_before(db: Any) -> None:
    secretary = actor_of(an_account(Role.SECRETARIAT))
    mandate = service.record_mandate(
        "某号", MandateItem.FAIRS, issuer="某局", begins=TODAY, note="备注", actor=secretary, now=NOW
    )
    service.end_mandate(mandate, last_day=TODAY, note="收回", actor=secretary, now=NOW)
    assert (mandate.note, mandate.ended_note) == ("备注", "收回")


# -- before its end -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "due"),
    [(91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, None)],
)
def test_which_warning_is_due(left: int, due: int | None) -> None:
    assert rules.due_reminder(TODAY + timedelta(days=left), TODAY) == due
    assert rules.due_reminder(None, TODAY) is None


def messages(db: Any) -> list[Any]:
    return db.session.query(Message).order_by(Message.id).all()


@pytest.mark.full
def test_secretariat_and_office_are_warned_four_times_and_never_twice(app: Any, db: Any) -> None:
    secretary, office = an_account(Role.SECRETARIAT), an_account(Role.SUPERVISING_OFFICE)
    an_account(Role.REVIEWER)
    an_account(Role.SECRETARIAT, active=False)
    last_day = date(2026, 12, 31)
    mandate = a_mandate(ends=last_day)
    for left in range(100, -5, -1):
        day = last_day - timedelta(days=left)
        for _twice in range(2):
            daily.run(day)
    found = messages(db)
    assert {one.to_account_id for one in found} == {secretary.id, office.id}
    assert len(found) == 8
    days = sorted(one.key.split(":")[4] for one in found if one.to_account_id == office.id)
    assert days == ["30", "60", "7", "90"]
    assert all(one.url == f"/association/mandates/{mandate.id}" and mandate.number in one.body for one in found)


def test_a_day_without_a_run_forgets_nothing(db: Any) -> None:
    to = [(an_account(Role.SECRETARIAT).id, "a@test.example")]
    a_mandate(ends=TODAY + timedelta(days=55))
    assert service.remind(TODAY, NOW, to=to) == 1
    assert service.remind(TODAY, NOW, to=to) == 0
    assert ":60:" in messages(db)[0].key


def test_an_early_end_is_warned_of_and_one_with_a_successor_is_not(db: Any) -> None:
    to = [(an_account(Role.SECRETARIAT).id, "a@test.example")]
    a_mandate(ended_on=TODAY + timedelta(days=5))
    covered = a_mandate(MandateItem.FAIRS, ends=TODAY + timedelta(days=20))
    a_mandate(MandateItem.FAIRS, begins=covered.ends + timedelta(days=1))
    a_mandate(MandateItem.TRAINING)
    assert service.remind(TODAY, NOW, to=to) == 1
    assert [one.item for one in queries.ending_within(90, TODAY)] == [MandateItem.REGISTRATION]


def test_the_desk_says_when_no_mandate_is_in_force(browser: Any) -> None:
    reviewer = browser(an_account(Role.REVIEWER))
    assert "第十八条" in reviewer.get("/catalog/reviews/").text
    a_mandate(begins=datetime.now(UTC).date() - timedelta(days=1))
    assert "登记委托文件后才能办理" not in reviewer.get("/catalog/reviews/").text
