"""One's own data taken away as a file: what the screen has, the workbook has, and the paper has."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from association.ledger.queries import lines_about
from association.paper import press
from association.persons import queries, service
from tests.builders import NOW, actor_of, an_enterprise
from tests.training.builders import a_class, a_person, a_practitioner, an_enrolment, an_identity


def read(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.usefixtures("db")
def test_a_person_takes_the_own_data_as_a_pdf_with_every_part_of_it(browser):
    number = an_identity(556, born="19871130")
    account = a_practitioner(a_person("上官𬀩", identity=number, phone="0311-7654321"))
    person, firm, of = queries.person(account.person_id), an_enterprise(), a_class()
    service.employ(person, firm.id, begins=NOW.date(), actor=actor_of(account), now=NOW)
    an_enrolment(of, person)
    kept = len(press._shelf._files)
    answer = browser(account).post(f"/association/persons/{person.id}/copy", data={"form": "pdf"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "上官" not in answer.headers["Content-Disposition"]
    text = read(answer.data)
    for said in ("个人信息副本", "上官𬀩", number, "0311-7654321", firm.name, of.code, "办理培训"):
        assert "".join(said.split()) in text
    assert len(press._shelf._files) == kept, "the press keeps no copy"
    assert [line.action for line in lines_about(f"person:{person.id}")].count("person.exported") == 1


@pytest.mark.usefixtures("db")
def test_the_copy_is_in_the_readers_language_and_a_strangers_is_absent(browser):
    account, other = a_practitioner(), a_practitioner()
    path = f"/association/persons/{account.person_id}/copy"
    mine = browser(account)
    mine.set_cookie("language", "en")
    answer = mine.post(path, data={"form": "pdf"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert PdfReader(BytesIO(answer.data)).metadata.title
    assert browser(other).post(path, data={"form": "pdf"}).status_code == 404
