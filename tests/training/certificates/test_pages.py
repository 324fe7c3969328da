"""The desk issues in two steps, by a job that a kill neither loses nor doubles; people show, share and record."""

import io
import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy import func, select

from association.jobs import service as jobs
from association.jobs.models import Job
from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import civil_date
from association.kernel.db import db as database
from association.kernel.errors import Conflict
from association.mandates.models import Mandate
from association.outbox.models import Message
from association.paper.diplomas import DiplomaForm
from association.persons import copies, erasure, holdings
from association.persons import service as persons
from association.persons.rules import opens
from association.persons.vault import vault
from association.signing import service as signing
from association.vocabulary import ConsentPurpose, ErasureGround, JobState, MergeGround, Scope
from tests.builders import a_key, a_registrant, actor_of, an_account, an_enterprise, pdf_bytes
from tests.contracts.test_statements import statements
from tests.counting import counted
from tests.training.builders import a_course, a_person, a_practitioner
from tests.training.certificates.builders import PUBLIC, Passed, a_certificate, a_finished_class, took_part
from tests.training.figures.builders import many_certificates, many_places
from training.certificates import diplomas, events, issuing, printing, queries, service
from training.certificates.models import (
    Certificate,
    CertificateEvent,
    CertificatePrint,
    CertificateShare,
    OutsideCertificate,
)
from training.vocabulary import CertificateGround

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)


def today():
    return civil_date(clock.now())


def count(model=Certificate):
    return database.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def all_passed(monkeypatch):
    """Everybody's examinations came to a pass."""
    monkeypatch.setattr(issuing, "outcomes", lambda _class, people, **_more: {one: Passed() for one in people})


def a_class_of(number, *, checked=True):
    of = a_finished_class(ended=today() - DAY, days=2)
    people = [a_person(f"学员{place:03d}", agrees=PUBLIC) for place in range(number)]
    return of, people, [took_part(of, person, checked=checked) for person in people]


def test_the_desk_looks_through_previews_and_issues(browser, all_passed):
    of, people, rows = a_class_of(2)
    third = took_part(of, a_person("未核对", agrees=PUBLIC), checked=False)
    desk = browser(an_account(Role.TRAINING_STAFF))
    page = desk.get(f"/training/certificates/classes/{of.id}").text
    assert "2人符合全部条件，共3人" in page
    assert "身份证尚未在柜台核对" in page
    preview = desk.post(
        f"/training/certificates/classes/{of.id}/preview", data={"place": [row.id for row in [*rows, third]]}
    )
    assert "签发2份" in preview.text
    assert count() == 0, "a preview issues nothing"
    done = desk.post(f"/training/certificates/classes/{of.id}/issue", data={"place": [row.id for row in rows]})
    assert done.status_code == 303
    assert count() == 2
    again = desk.post(f"/training/certificates/classes/{of.id}/issue", data={"place": [row.id for row in rows]})
    assert again.status_code == 303
    assert count() == 2
    assert "还没有培训证书" in browser(a_practitioner()).get("/training/certificates/mine").text
    own = browser(a_practitioner(people[0])).get("/training/certificates/mine").text
    assert queries.latest_of([people[0].id], of.course_id)[people[0].id].number in own


def test_without_a_mandate_the_page_says_so_and_nothing_is_issued(browser, all_passed):
    of, _people, rows = a_class_of(1)
    database.session.execute(sa.update(Mandate).values(ended_on=today() - DAY))
    database.session.commit()
    desk = browser(an_account(Role.TRAINING_STAFF))
    page = desk.get(f"/training/certificates/classes/{of.id}").text
    assert "没有有效的培训委托" in page
    assert "预览后签发" not in page
    refused = desk.post(f"/training/certificates/classes/{of.id}/issue", data={"place": rows[0].id})
    assert refused.status_code == 409
    assert count() == 0


def test_killed_at_any_slice_everybody_has_one_certificate_in_the_end(all_passed, monkeypatch):
    of, _people, rows = a_class_of(7)
    monkeypatch.setattr(issuing, "A_SLICE", 2)
    desk, now = actor_of(an_account(Role.TRAINING_STAFF), clock.now()), clock.now()
    job = issuing.begin(of, [row.id for row in rows], actor=desk, now=now)
    whole, killed = service.issue_to, []

    def dies(*given, **more):
        made = whole(*given, **more)
        if count() in {4, 6} - set(killed):
            killed.append(count())
            raise KeyboardInterrupt  # as a process that ends here: nothing after it is done
        return made

    monkeypatch.setattr(service, "issue_to", dies)
    for _attempt in range(6):
        try:
            jobs.work(now)
        except KeyboardInterrupt:
            database.session.rollback()
        if database.session.get(Job, job.id, populate_existing=True).state is JobState.DONE:
            break
    assert killed == [4, 6]
    assert count() == count(CertificateEvent) == 7
    given = database.session.scalars(select(Certificate.enrolment_id)).all()
    assert sorted(given) == sorted(row.id for row in rows)
    chained = [
        one.as_event() for one in database.session.scalars(select(CertificateEvent).order_by(CertificateEvent.position))
    ]
    assert [one.position for one in chained] == list(range(1, 8))
    assert all(events.event_hash(one) == one.hash for one in chained)


def test_a_class_is_printed_in_one_file_for_whoever_asked_and_forgotten_after_a_day(browser, all_passed):
    of, _people, rows = a_class_of(3)
    account = an_account(Role.TRAINING_STAFF)
    desk = browser(account)
    desk.post(f"/training/certificates/classes/{of.id}/issue", data={"place": [row.id for row in rows]})
    to = desk.post(f"/training/certificates/classes/{of.id}/print", data={"form": "card"}).location
    jobs.work(clock.now())
    made = database.session.scalars(select(CertificatePrint)).one()
    where = f"/training/certificates/printed/{made.code}.pdf"
    assert where in desk.get(to).text
    answer = desk.get(where)
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 3
    assert "no-store" in answer.headers["Cache-Control"]
    assert browser(an_account(Role.TRAINING_STAFF)).get(where).status_code == 404
    assert printing.clear(clock.now() + 2 * DAY) == 1
    assert desk.get(where).status_code == 404


def test_printing_many_asks_the_database_as_often_as_printing_one(app, browser, all_passed):
    of, _people, rows = a_class_of(4)
    desk = browser(an_account(Role.TRAINING_STAFF))
    desk.post(f"/training/certificates/classes/{of.id}/issue", data={"place": [row.id for row in rows]})
    jobs.work(clock.now())
    signing.ensure(actor=OPERATOR, now=clock.now())

    def asked(some):
        database.session.expire_all()
        given = database.session.scalars(select(Certificate).order_by(Certificate.id).limit(some)).all()
        with counted() as said:
            made = diplomas.job(
                printing.pages_of(given, now=clock.now()), DiplomaForm.CARD, site="https://site.example"
            )
        assert len(json.loads(made.data)["items"]) == some
        return len(said)

    assert asked(1) == asked(4)


def test_lists_of_many_ask_the_database_as_often_as_lists_of_few(browser, client, all_passed):
    firm = an_enterprise()
    key = a_key(a_registrant(firm), firm, scopes=[Scope.TRAINING_READ])
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    agrees = (*PUBLIC, ConsentPurpose.EMPLOYER)
    of, people, rows = a_class_of(3)
    rows.append(took_part(of, a_person(agrees=agrees, enterprise=firm)))
    desk = browser(an_account(Role.TRAINING_STAFF))
    own = browser(a_practitioner(people[0]))
    desk.post(f"/training/certificates/classes/{of.id}/issue", data={"place": [rows[0].id, rows[-1].id]})

    def asked():
        pages = (f"/training/certificates/classes/{of.id}", "/training/certificates/desk")
        listed = "/api/v1/training/certificates"
        return {
            **{page: statements(desk, page) for page in pages},
            "/training/certificates/mine": statements(own, "/training/certificates/mine"),
            listed: statements(client, f"{listed}?per_page=200"),
        }

    few = asked()
    many_places(of, 300, enterprise=firm)
    many_certificates(300, [firm], ends=today() + 30 * DAY)
    a_certificate(people[0], on=today() - 30 * DAY)
    assert asked() == few
    assert max(few.values()) <= 26, few


# -- one's own ----------------------------------------------------------------------------------------------


def test_what_is_shared_is_said_ends_by_itself_and_at_once_when_ended(browser, client, monkeypatch):
    person = a_person("孙示例", agrees=PUBLIC)
    one, own = a_certificate(person, on=today() - DAY), browser(a_practitioner(person))
    made = own.post("/training/certificates/mine/shares", data={"days": "7", "whole_name": "yes", "label": "某公司"})
    path = re.search(r"/training/certificates/shared/[\w-]+", made.text).group()
    shown = client.get(path)
    assert "孙示例" in shown.text
    assert one.number in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    page = own.get("/training/certificates/mine").text
    assert "某公司" in page
    assert "显示完整姓名" in page
    assert path.rpartition("/")[2] not in page, "the secret is shown once"
    real = clock.now()
    monkeypatch.setattr(clock, "now", lambda: real + 7 * DAY)
    monkeypatch.setattr(clock, "today", lambda: civil_date(real + 7 * DAY))
    assert client.get(path).status_code == 404
    monkeypatch.undo()
    share_id = database.session.scalars(select(CertificateShare.id)).one()
    stranger = browser(a_practitioner(a_person(agrees=PUBLIC)))
    assert stranger.post(f"/training/certificates/mine/shares/{share_id}/end").status_code == 404
    assert client.get(path).status_code == 200
    assert own.post(f"/training/certificates/mine/shares/{share_id}/end").status_code == 303
    assert client.get(path).status_code == 404
    assert client.get("/training/certificates/shared/never-was").status_code == 404


def test_an_outside_certificate_is_recorded_flagged_checked_and_never_called_issued(browser, client):
    person = a_person("周示例", agrees=PUBLIC)
    own = browser(a_practitioner(person))
    form = {"issuer": "中国安全防范行业协会", "title": "能力证书", "number": "A1", "issued_on": "2024-03-01"}
    sent = own.post(
        "/training/certificates/mine/outside", data={**form, "proof": (io.BytesIO(pdf_bytes("x")), "证书.pdf")}
    )
    assert sent.status_code == 303
    page = own.get("/training/certificates/mine").text
    assert "只差“产品”两字" in page
    assert "已登记，待核对" in page
    assert "只作登记，不由协会签发" in page
    one = database.session.scalars(select(OutsideCertificate)).one()
    assert pdf_bytes("x") not in one.proof_sealed
    assert vault().open(one.proof_sealed) == pdf_bytes("x")
    assert own.get(f"/training/certificates/outside/{one.id}/proof").data == pdf_bytes("x")
    assert browser(a_practitioner()).get(f"/training/certificates/outside/{one.id}/proof").status_code == 404
    desk = browser(an_account(Role.TRAINING_STAFF))
    assert "注意发证单位" in desk.get("/training/certificates/desk").text
    refused = desk.post(f"/training/certificates/outside/{one.id}/check", data={"state": "doubtful", "note": ""})
    assert refused.status_code == 422
    desk.post(f"/training/certificates/outside/{one.id}/check", data={"state": "doubtful", "note": "查无此证"})
    assert "查无此证" in own.get("/training/certificates/mine").text
    assert own.post(f"/training/certificates/outside/{one.id}/check", data={"state": "checked"}).status_code == 403


def test_a_shared_look_alike_is_flagged_and_the_desks_remark_stays_with_the_holder(browser, client):
    person = a_person("冯示例", agrees=PUBLIC)
    own = browser(a_practitioner(person))
    form = {"issuer": "中国安全防范行业协会", "title": "能力证书", "number": "A1", "issued_on": "2024-03-01"}
    own.post("/training/certificates/mine/outside", data=form)
    one = database.session.scalars(select(OutsideCertificate)).one()
    desk = browser(an_account(Role.TRAINING_STAFF))
    desk.post(f"/training/certificates/outside/{one.id}/check", data={"state": "doubtful", "note": "电话问过"})
    a_certificate(person, on=today() - DAY)
    made = own.post("/training/certificates/mine/shares", data={"days": "7", "with_outside": "yes"})
    shown = client.get(re.search(r"/training/certificates/shared/[\w-]+", made.text).group()).text
    assert "能力证书" in shown
    assert "只差“产品”两字" in shown
    assert "存疑" in shown
    assert "电话问过" not in shown
    assert "电话问过" in own.get("/training/certificates/mine").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"issued_on": "2999-01-01"}, "发证日期"),
        ({"issued_on": "2100-01-01"}, "发证日期不能晚于今天"),
        ({"valid_until": "2020-01-01"}, "有效期不能早于发证日期"),
        ({"proof": (io.BytesIO(b"MZ program"), "证书.pdf")}, "请上传完整的PDF"),
        ({"issuer": ""}, "请填写"),
    ],
)
def test_what_is_wrong_with_an_outside_certificate_is_said_and_nothing_is_kept(browser, change, said):
    own = browser(a_practitioner(a_person(agrees=PUBLIC)))
    form = {"issuer": "某单位", "title": "能力证书", "number": "A1", "issued_on": "2024-03-01"}
    refused = own.post("/training/certificates/mine/outside", data={**form, **change})
    assert refused.status_code == 422
    assert said in refused.text
    assert "能力证书" in refused.text, "nothing typed is lost"
    assert count(OutsideCertificate) == 0


# -- erasure, merger, copy ----------------------------------------------------------------------------------


def test_after_erasure_nothing_names_the_person_and_the_chain_verifies(browser):
    person = a_person("吴示例", agrees=PUBLIC)
    one = a_certificate(person, on=today() - DAY)
    case = service.propose_withdrawal(
        one,
        ground=CertificateGround.ISSUED_IN_ERROR,
        note="吴示例的事",
        effective_from=one.valid_from,
        actor=OPERATOR,
        now=clock.now(),
    )
    committed = queries.events_of([one.number])[one.number][0].facts["holder"]
    assert opens(committed, person.salt, {"number": one.number, "name": "吴示例"})
    salt = person.salt
    erasure.erase(person, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=OPERATOR, now=clock.now())
    database.session.expire_all()
    assert (one.name, case.note, person.salt) == ("", "", "")
    assert salt
    for table in (Certificate, CertificateEvent):
        for row in database.session.scalars(select(table)):
            assert "吴示例" not in str({column.name: getattr(row, column.name) for column in table.__table__.columns})
    chained = queries.events_of([one.number])[one.number]
    assert all(events.event_hash(event) == event.hash for event in chained)
    with pytest.raises(Conflict):
        service.suspend(
            one,
            ground=CertificateGround.UNDER_REVIEW,
            note="x",
            effective_from=today(),
            actor=OPERATOR,
            now=clock.now(),
        )


def test_certificates_follow_a_merger_and_stand_in_the_copy_of_ones_data():
    gone, kept = a_person("郑示例", agrees=PUBLIC), a_person("郑示例", agrees=PUBLIC)
    course = a_course()
    one = a_certificate(gone, course=course, on=today() - 100 * DAY)
    erasure.merge(
        gone, kept, ground=MergeGround.MISTYPED, holdings=holdings.everywhere(), actor=OPERATOR, now=clock.now()
    )
    assert [each.number for each in queries.certificates_of([kept.id])[kept.id]] == [one.number]
    sections = copies.sections_of(kept, holdings.everywhere(), identity="")
    assert any(one.number in str(section.rows) for section in sections if section.title == "培训证书")
    renewed = a_certificate(kept, course=course, on=today() - DAY)
    assert renewed.renews_id == one.id


def test_holders_with_an_account_are_told_once_what_happened():
    person = a_person(agrees=PUBLIC)
    account = a_practitioner(person)
    one = a_certificate(person, on=today() - DAY)
    service.suspend(
        one,
        ground=CertificateGround.UNDER_REVIEW,
        note="x",
        effective_from=today(),
        actor=OPERATOR,
        now=clock.now(),
    )
    told = database.session.scalars(
        select(Message.subject).where(Message.to_account_id == account.id).order_by(Message.id)
    ).all()
    assert [word for word in told if "证书" in word] == [f"培训证书已签发：{one.title}", f"培训证书{one.number}：暂停"]
    persons.correct(person, name="新名", phone="", email="", actor=OPERATOR, now=clock.now())
