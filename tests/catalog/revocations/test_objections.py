"""Anybody may object within the published time; a third person answers, and a fourth pair of eyes reinstates."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import NOBODY, Actor, Role
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from association.kernel.i18n import speaking
from association.ledger.models import LedgerLine
from association.outbox.models import Message
from catalog.revocations import objecting, queries, service
from catalog.revocations.models import Objection, Revocation
from catalog.vocabulary import ObjectionState, ObjectorKind, RevocationKind, RevocationState, Standing
from tests.builders import actor_of, an_account
from tests.catalog.revocations.conftest import asked, messages, proposed, standing

pytestmark = pytest.mark.usefixtures("national_catalog")


@pytest.fixture
def case(number: str, reviewer: Actor, approver: Actor) -> Revocation:
    made = proposed(number, reviewer)
    service.confirm(made, actor=approver, now=clock.now())
    return made


@pytest.fixture
def third(db: Any) -> Actor:
    return actor_of(an_account(Role.REVIEWER))


def filed(case: Revocation, actor: Actor = NOBODY, asker: str = "", now: Any = None) -> Objection:
    return objecting.file(
        case,
        kind=ObjectorKind.RELIED,
        name="某施工企业",
        email="object@example.com",
        statement="报告编号有误，原件可核对",
        asker=asker,
        actor=actor,
        now=now or clock.now(),
    )


def test_upheld_it_is_reinstated_by_two_more_people_and_the_same_are_told(
    case: Revocation, number: str, reviewer: Actor, approver: Actor, installer: Actor, third: Actor, client: FlaskClient
) -> None:
    one = filed(case)
    with pytest.raises(Forbidden):
        objecting.answer(one, state=ObjectionState.UPHELD, answer="x", actor=reviewer, now=clock.now())
    with pytest.raises(Forbidden):
        objecting.answer(one, state=ObjectionState.UPHELD, answer="x", actor=approver, now=clock.now())
    objecting.answer(one, state=ObjectionState.UPHELD, answer="原件属实", actor=third, now=clock.now())
    with pytest.raises(Conflict):
        objecting.answer(one, state=ObjectionState.DISMISSED, answer="x", actor=third, now=clock.now())
    assert standing(number) is Standing.REVOKED
    again = queries.open_case(number)
    assert again is not None
    assert again.kind is RevocationKind.REINSTATEMENT
    with pytest.raises(Forbidden):
        service.confirm(again, actor=third, now=clock.now())
    service.confirm(again, actor=approver, now=clock.now())
    assert standing(number) is Standing.IN_FORCE
    assert {one.to_account_id for one in messages(case)} == {one.to_account_id for one in messages(again)}
    feed = client.get("/api/v1/catalog/revocations").get_json()["items"]
    assert [(each["kind"], each["revocation"]) for each in feed] == [("revoked", case.id), ("reinstated", again.id)]


def test_an_approver_who_upholds_it_proposes_the_reinstatement_too(case: Revocation, number: str) -> None:
    with speaking("en"):
        one = filed(case)
        another = actor_of(an_account(Role.APPROVER))
        objecting.answer(one, state=ObjectionState.UPHELD, answer="原件属实", actor=another, now=clock.now())
    again = queries.open_case(number)
    assert again is not None
    assert (again.kind, again.proposed_by) == (RevocationKind.REINSTATEMENT, another.account_id)
    # What will stand in the register is in Chinese, whoever wrote it; the answer is in the language of who asked.
    assert again.reason == f"异议成立（第{one.id}件异议）。"
    letter = service.db.session.scalars(select(Message).where(Message.to_address == "object@example.com")).one()
    assert letter.subject.startswith("Answer")


def test_upholding_waits_for_another_proposal_about_the_same_registration(
    number: str, reviewer: Actor, approver: Actor, third: Actor
) -> None:
    held = proposed(number, reviewer, RevocationKind.SUSPENSION)
    service.confirm(held, actor=approver, now=clock.now())
    one = filed(held)
    proposed(number, reviewer, RevocationKind.REVOCATION)
    with pytest.raises(Conflict, match="请先处理"):
        objecting.answer(one, state=ObjectionState.UPHELD, answer="原件属实", actor=third, now=clock.now())
    assert objecting.for_desk(third, one.id).state is ObjectionState.FILED


def test_dismissed_it_is_answered_by_letter_and_nothing_changes(case: Revocation, number: str, third: Actor) -> None:
    one = filed(case)
    with pytest.raises(Invalid):
        objecting.answer(one, state=ObjectionState.DISMISSED, answer="", actor=third, now=clock.now())
    objecting.answer(one, state=ObjectionState.DISMISSED, answer="复核无误", actor=third, now=clock.now())
    letter = service.db.session.scalars(select(Message).where(Message.to_address == "object@example.com")).one()
    assert "复核无误" in letter.body
    assert letter.url.endswith(one.code)
    assert queries.open_case(number) is None
    assert standing(number) is Standing.REVOKED


def test_the_time_to_object_is_in_the_data(case: Revocation, number: str, reviewer: Actor, third: Actor) -> None:
    assert case.decided_at is not None
    last = objecting.last_day(case)
    assert last == clock.today() + timedelta(days=60)
    filed(case, now=case.decided_at + timedelta(days=60))
    with pytest.raises(Conflict):
        filed(case, now=case.decided_at + timedelta(days=61))
    waiting = Revocation(kind=RevocationKind.REVOCATION, state=RevocationState.PROPOSED, decided_at=None)
    with pytest.raises(Conflict):
        filed(waiting)


def test_who_objects_and_why_is_for_the_desk_alone(
    case: Revocation, client: FlaskClient, browser: Callable[..., FlaskClient], third: Actor, maker: Enterprise
) -> None:
    at = f"/catalog/revocations/{case.id}/objections/new"
    assert "提出异议" in client.get(at).text
    form = {"kind": "relied", "name": "某施工企业", "email": "object@example.com", "statement": "报告编号有误"}
    wrong = client.post(at, data={**form, "email": "object"})
    assert wrong.status_code == 422
    assert "报告编号有误" in wrong.text
    made = client.post(at, data=form)
    assert made.status_code == 303
    assert "报告编号有误" in client.get(made.location).text
    assert client.get(made.location[:-1]).status_code == 404
    public = client.get(f"/catalog/revocations/{case.id}").text
    assert "待答复：1件" in public
    assert "某施工企业" not in public
    one = service.db.session.scalars(select(Objection)).one()
    desk = f"/catalog/revocations/desk/objections/{one.id}"
    stranger = browser(an_account(Role.INSTALLER))
    assert (
        stranger.get(desk).status_code
        == stranger.post(desk, data={"state": "upheld", "answer": "x"}).status_code
        == 404
    )
    own = browser(an_account(Role.REVIEWER, enterprise=maker))
    assert own.post(desk, data={"state": "upheld", "answer": "x"}).status_code == 403
    office = browser(an_account(Role.REVIEWER))
    assert "某施工企业" in office.get(desk).text
    assert "某施工企业" in office.get("/catalog/revocations/desk/objections").text
    assert office.post(desk, data={"state": "dismissed", "answer": ""}).status_code == 422
    assert office.post(desk, data={"state": "dismissed", "answer": "复核无误"}).status_code == 303
    assert "复核无误" in client.get(made.location).text
    said = [
        str(line.facts)
        for line in service.db.session.scalars(select(LedgerLine))
        if line.action.startswith("objection")
    ]
    assert len(said) == 2
    assert "object@example.com" not in str(said)


def test_one_asker_does_not_bury_the_desk(case: Revocation) -> None:
    for _time in range(objecting.MOST_IN_AN_HOUR):
        filed(case, asker="one")
    with pytest.raises(TooMany):
        filed(case, asker="one")
    filed(case, asker="another")


def test_to_a_cancellation_nobody_objects(number: str, owner: Actor) -> None:
    case = service.cancel(number, reason="停产", actor=owner, now=clock.now())
    assert objecting.last_day(case) is None
    with pytest.raises(Conflict):
        filed(case)
    with pytest.raises(NotFound):
        objecting.by_code("")


def test_the_notice_on_paper_says_what_was_decided_and_how_to_object(case: Revocation, client: FlaskClient) -> None:
    answer = client.get(f"/catalog/revocations/{case.id}/notice.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    for words in ("撤销登记通知", case.number, "检验报告查无此号", "证明材料不实", "异议"):
        assert words in said
    assert "出具机构的复函" not in said
    assert client.get("/catalog/revocations/999999/notice.pdf").status_code == 404


def test_a_lapse_is_told_to_who_follows_it_and_to_the_registrant(
    number: str, owner: Actor, installer: Actor, third: Actor
) -> None:
    asked(number, installer)
    service.watch(number, actor=third, now=clock.now())
    ends = service.register.registration_to_show(number, known=clock.now()).entries[-1].facts["valid_until"]
    from datetime import UTC, date, datetime, time

    from catalog.revocations import announcing
    from catalog.revocations.models import Watch

    watch = service.db.session.scalars(select(Watch)).one()
    watch.until = date(2100, 1, 1)
    service.db.session.commit()
    later = datetime.combine(date.fromisoformat(ends) + timedelta(days=1), time(6), UTC)
    assert announcing.catch_up(later, lapses=True) == 1
    assert announcing.catch_up(later + timedelta(days=1), lapses=True) == 0
    told = service.db.session.scalars(select(Message).where(Message.key.startswith("lapse:"))).all()
    assert {one.to_account_id for one in told} == {owner.account_id, third.account_id}
    assert all("失效不表示产品有问题" in one.body for one in told)
