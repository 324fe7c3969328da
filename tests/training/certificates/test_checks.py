"""What anybody is told of a certificate, and what nobody is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import civil_date
from association.kernel.db import db as database
from association.persons import erasure, holdings
from association.persons import service as persons
from association.vocabulary import ConsentPurpose, ErasureGround, Scope
from tests.builders import a_key, a_registrant, an_account, an_enterprise
from tests.contracts.test_statements import counted
from tests.training.builders import a_course, a_person
from tests.training.certificates.builders import PUBLIC, a_certificate
from training.certificates import rules, service
from training.vocabulary import CertificateGround

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)


def today():
    return civil_date(clock.now())


def a_current_certificate(person=None, **more):
    return a_certificate(person, on=more.pop("on", today() - 5 * DAY), **more)


def asked(client, number, name, **more):
    return client.post("/training/certificates", data={"number": number, "name": name, **more})


def test_by_its_code_anybody_sees_part_of_the_name_and_how_it_stands(client):
    one = a_current_certificate(name="张示例")
    assert client.get(f"/c/{one.code}").headers["Location"].endswith(f"/training/certificates/{one.code}")
    shown = client.get(f"/training/certificates/{one.code.lower()}")
    assert shown.status_code == 200
    for said in ("张*例", one.number, one.title, "五级（初级）", "有效"):
        assert said in shown.text
    assert "张示例" not in shown.text
    before = client.get(f"/training/certificates/{one.code}?on={(one.valid_from - DAY).isoformat()}")
    assert 'data-standing="not_yet_valid"' in before.text


def test_by_number_and_whole_name_in_any_spelling(client):
    one = a_current_certificate(name="买买提·吐尔逊")
    for number, name in ((one.number, "买买提·吐尔逊"), (one.number.lower().replace("-", ""), "买买提 • 吐尔逊")):
        found = asked(client, number, name)
        assert found.status_code == 200
        assert "买*****逊" in found.text
        assert one.code not in found.text, "who knows number and name is not given the secret code"


def test_unknown_wrong_mistyped_withheld_and_erased_are_answered_alike_word_for_word_and_by_as_much_work(client):
    one, withheld = a_current_certificate(name="甲某"), a_current_certificate(a_person("甲某"))
    erased = a_person("甲某", agrees=PUBLIC)
    gone = a_current_certificate(erased)
    erasure.erase(erased, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=OPERATOR, now=clock.now())
    questions = {
        "wrong name": (one.number, "乙某"),
        "unknown number": (rules.certificate_number(2031, 99), "甲某"),
        "mistyped": (one.number[:-1] + ("0" if one.number[-1] != "0" else "1"), "甲某"),
        "no number at all": ("乱写", "甲某"),
        "no consent": (withheld.number, "甲某"),
        "erased": (gone.number, "甲某"),
    }
    answers, work = {}, {}
    for what, (number, name) in questions.items():
        statements = []

        def keep(*given, kept=statements):
            kept.append(given[2])

        event.listen(database.engine, "before_cursor_execute", keep)
        answer = asked(client, number, name)
        event.remove(database.engine, "before_cursor_execute", keep)
        answers[what] = (answer.status_code, answer.text.replace(number, "…").replace(name, "…"))
        work[what] = [re.sub(r"\s+", " ", one) for one in statements]
    assert len(set(answers.values())) == 1, {what: answer[0] for what, answer in answers.items()}
    assert answers["wrong name"][0] == 404
    assert len({tuple(one) for one in work.values()}) == 1
    right = asked(client, one.number, "甲某")
    assert right.status_code == 200


def test_an_unknown_code_and_one_whose_holder_lets_nobody_check_are_answered_alike_byte_for_byte(client):
    withheld = a_current_certificate(a_person("甲某"))
    wrong = withheld.code[:-1] + ("2" if withheld.code[-1] != "2" else "3")
    answers, work = [], []
    for code in (withheld.code, wrong, "A" * 16, "NO-CODE-AT-ALL-0"):
        assert len(code) == 16
        for address in (f"/training/certificates/{code}", f"/api/v1/training/certificates/{code}"):
            with counted() as said:
                answer = client.get(address)
            assert answer.status_code == 404
            answers.append((address.startswith("/api"), answer.data.replace(code.encode(), b"")))
            work.append((address.startswith("/api"), tuple(said)))
    assert len(set(answers)) == 2, "one answer of the page, one of the API"
    assert len(set(work)) == 2
    assert b"unknown_certificate" in dict(answers)[True]


def test_unknown_and_wrong_of_the_same_length_are_the_same_bytes(client):
    """Nothing is left out of the comparison but what was typed, and that is as long."""
    one = a_current_certificate(name="甲某")
    unknown = rules.certificate_number(2031, 99)
    bodies = [
        asked(client, number, name).data.replace(number.encode(), b"N").replace(name.encode(), b"M")
        for number, name in ((one.number, "乙某"), (unknown, "甲某"), (unknown, "乙某"))
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    assert b"N" in bodies[0]


def test_after_erasure_the_page_says_so_and_the_events_still_verify(client):
    person = a_person("欧阳示例", agrees=PUBLIC)
    one = a_current_certificate(person)
    erasure.erase(person, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=OPERATOR, now=clock.now())
    page, data = (
        client.get(f"/training/certificates/{one.code}"),
        client.get(f"/api/v1/training/certificates/{one.code}"),
    )
    assert page.status_code == 410
    assert "应本人要求删除" in page.text
    assert "欧" not in page.text
    assert data.json["type"].endswith("/problems/certificate_erased")


def test_programs_get_what_people_get_and_how_it_stood_and_was_known(client):
    one = a_current_certificate(name="李示例", on=today() - 40 * DAY)
    data = client.get(f"/api/v1/training/certificates/{one.code}").json
    assert (data["name"], data["standing"], data["level"], data["number"]) == ("李*例", "valid", "five", one.number)
    assert data["valid_until"] == one.valid_until.isoformat()
    service.suspend(
        one,
        ground=CertificateGround.UNDER_REVIEW,
        note="x",
        effective_from=today() - 2 * DAY,
        actor=OPERATOR,
        now=clock.now(),
    )
    where = f"/api/v1/training/certificates/{one.code}"
    assert client.get(where).json["standing"] == "suspended"
    assert client.get(f"{where}?on={(today() - 3 * DAY).isoformat()}").json["standing"] == "valid"
    assert client.get(f"{where}?known={(today() - DAY).isoformat()}").json["standing"] == "valid"
    assert client.get(f"{where}?known={(today() - 60 * DAY).isoformat()}").status_code == 404


def test_an_enterprise_reads_by_key_its_own_people_who_agreed_and_nobody_else(client):
    firm, other = an_enterprise(), an_enterprise()
    agrees = (*PUBLIC, ConsentPurpose.EMPLOYER)
    own = a_current_certificate(a_person("自己人", enterprise=firm, agrees=agrees))
    a_current_certificate(a_person("没同意", enterprise=firm, agrees=PUBLIC))
    a_current_certificate(a_person("别家人", enterprise=other, agrees=agrees))
    key = a_key(a_registrant(firm), firm, scopes=[Scope.TRAINING_READ])
    where = "/api/v1/training/certificates"
    listed = client.get(where, headers={"Authorization": f"Bearer {key}"}).json
    assert [(one["number"], one["person"]["name"], one["name"]) for one in listed["items"]] == [
        (own.number, "自己人", "自己人")
    ]
    assert listed["total"] == 1
    assert client.get(where).status_code == 401
    wrong = a_key(a_registrant(firm), firm, scopes=[Scope.PRODUCTS_READ])
    assert client.get(where, headers={"Authorization": f"Bearer {wrong}"}).status_code in (403, 404)


def test_a_renewed_certificate_stays_to_be_seen_and_each_names_the_other(client):
    course, person = a_course(), a_person("王示例", agrees=PUBLIC)
    old = a_current_certificate(person, course=course, on=today() - 300 * DAY)
    new = a_current_certificate(person, course=course)
    assert client.get(f"/api/v1/training/certificates/{old.code}").json["renewed_by"] == new.number
    assert client.get(f"/api/v1/training/certificates/{new.code}").json["renews"] == old.number
    assert new.number in client.get(f"/training/certificates/{old.code}").text


def test_the_desk_sees_files_and_who_does_not_keep_them_does_not(browser):
    one = a_current_certificate(name="赵示例")
    for role in (Role.TRAINING_STAFF, Role.SECRETARIAT):
        assert "赵示例" in browser(an_account(role)).get(f"/training/certificates/file/{one.number}").text
    for role in (Role.TRAINER, Role.AUDITOR, Role.REVIEWER, Role.PRACTITIONER):
        stranger = browser(an_account(role))
        for path in (
            f"file/{one.number}",
            f"file/{one.number}/a4.pdf",
            f"classes/{one.class_id}",
            f"people/{one.person_id}",
        ):
            assert stranger.get(f"/training/certificates/{path}").status_code == 404, (role, path)


def test_consent_withdrawn_ends_the_public_check(client):
    person = a_person("钱示例", agrees=PUBLIC)
    one = a_current_certificate(person)
    assert client.get(f"/training/certificates/{one.code}").status_code == 200
    persons.withdraw_consent(person, ConsentPurpose.CERTIFICATE_CHECK, actor=OPERATOR, now=clock.now())
    assert client.get(f"/training/certificates/{one.code}").status_code == 404
