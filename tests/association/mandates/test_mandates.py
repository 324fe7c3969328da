"""Entrustments: which is in force, who records them, what the public reads."""

from datetime import date

import pytest

from association.kernel.actors import Role
from association.kernel.errors import Conflict, Forbidden, Invalid, NoMandate
from association.ledger.queries import lines_about
from association.mandates import queries, service
from association.vocabulary import MandateItem
from tests.builders import NOW, TODAY, a_mandate, a_registrant, actor_of, an_account

FORM = {
    "number": "示例公技防委〔2026〕1号",
    "item": "7",
    "issuer": "石家庄市公安局（示例）",
    "begins": "2026-01-01",
}


def test_a_mandate_is_in_force_on_its_first_and_its_last_day(db):
    mandate = a_mandate(begins=date(2026, 1, 1), ends=date(2026, 6, 30))
    assert queries.in_force(MandateItem.REGISTRATION, on=date(2025, 12, 31)) is None
    assert queries.in_force(MandateItem.REGISTRATION, on=date(2026, 1, 1)) is mandate
    assert queries.in_force(MandateItem.REGISTRATION, on=date(2026, 6, 30)) is mandate
    assert queries.in_force(MandateItem.REGISTRATION, on=date(2026, 7, 1)) is None


def test_a_mandate_for_one_item_is_none_for_another(db):
    a_mandate(MandateItem.TRAINING)
    assert queries.require_in_force(MandateItem.TRAINING, on=TODAY)
    with pytest.raises(NoMandate) as refused:
        queries.require_in_force(MandateItem.REGISTRATION, on=TODAY)
    assert "国家目录产品的登记" in refused.value.detail
    assert refused.value.code == "no_mandate"


def test_of_several_the_latest_begun_holds(db):
    a_mandate(begins=date(2004, 5, 1))
    newer = a_mandate(begins=date(2020, 1, 1), number="新")
    assert queries.in_force(MandateItem.REGISTRATION, on=TODAY) is newer


def test_a_mandate_that_ended_early_holds_through_its_last_day(db):
    mandate, secretary = a_mandate(), actor_of(an_account(Role.SECRETARIAT))
    service.end_mandate(mandate, last_day=TODAY, actor=secretary, now=NOW)
    assert queries.in_force(MandateItem.REGISTRATION, on=TODAY) is mandate
    assert queries.in_force(MandateItem.REGISTRATION, on=date(2026, 3, 3)) is None
    with pytest.raises(Conflict):
        service.end_mandate(mandate, last_day=TODAY, actor=secretary, now=NOW)


def test_a_mandate_ends_within_its_own_days(db):
    mandate, secretary = a_mandate(ends=date(2026, 6, 30)), actor_of(an_account(Role.SECRETARIAT))
    for day in (date(2004, 4, 30), date(2026, 7, 1)):
        with pytest.raises(Invalid):
            service.end_mandate(mandate, last_day=day, actor=secretary, now=NOW)


def test_only_the_secretariat_records(db):
    words = {"issuer": "某局", "begins": TODAY, "now": NOW}
    for somebody in (an_account(Role.REVIEWER), a_registrant()):
        with pytest.raises(Forbidden):
            service.record_mandate("某号", MandateItem.FAIRS, actor=actor_of(somebody), **words)
    made = service.record_mandate("某号", MandateItem.FAIRS, actor=actor_of(an_account(Role.SECRETARIAT)), **words)
    assert [line.action for line in lines_about(f"mandate:{made.id}")] == ["mandate.recorded"]


def test_the_public_reads_all_seven_items_and_what_is_in_force(client):
    a_mandate(number="示例公技防委〔2004〕1号")
    page = client.get("/association/mandates").text
    assert all(item.label in page for item in MandateItem)
    assert "示例公技防委〔2004〕1号" in page
    assert page.count("无有效委托") == 6


def test_a_mandate_is_recorded_and_ended_through_the_door(browser, client):
    secretary, reviewer = browser(an_account(Role.SECRETARIAT)), browser(an_account(Role.REVIEWER))
    assert reviewer.get("/association/mandates/new").status_code == 403
    assert reviewer.post("/association/mandates/new", data=FORM).status_code == 403
    assert browser(a_registrant()).get("/association/mandates/new").status_code == 404
    assert secretary.get("/association/mandates/new").status_code == 200
    assert secretary.post("/association/mandates/new", data=FORM).status_code == 303
    assert FORM["number"] in client.get("/association/mandates").text
    (mandate,) = queries.all_mandates()
    ending = f"/association/mandates/{mandate.id}/end"
    assert secretary.get(ending).status_code == 200
    assert reviewer.post(ending, data={"last_day": "2026-02-01"}).status_code == 403
    assert secretary.post(ending, data={"last_day": "2026-02-01"}).status_code == 303
    assert client.get("/association/mandates").text.count("无有效委托") == 7


def test_dates_the_wrong_way_round_are_said_beside_the_field(browser):
    secretary = browser(an_account(Role.SECRETARIAT))
    answer = secretary.post("/association/mandates/new", data=FORM | {"ends": "2025-01-01"})
    assert answer.status_code == 422
    assert "截止日期不能早于开始日期" in answer.text
    assert FORM["number"] in answer.text
