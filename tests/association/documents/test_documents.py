"""Files handed in: kept once, read by who may, through page and API."""

from io import BytesIO

import pytest

from association.documents import queries, service
from association.documents.models import Document
from association.kernel import config
from association.kernel.actors import OPERATOR, Role
from association.kernel.errors import Forbidden, Invalid, NotFound, TooLarge
from association.vocabulary import DocumentKind, Scope
from tests.builders import (
    NOW,
    a_filing,
    a_key,
    a_registrant,
    actor_of,
    an_account,
    an_enterprise,
    pdf_bytes,
    picture_bytes,
)

API = "/api/v1/association/documents"


def _file(content, name="报告.pdf", actor=OPERATOR, enterprise_id=None):
    return service.file(BytesIO(content), name, actor=actor, enterprise_id=enterprise_id, now=NOW)


def _incoming():
    return list((config.data_dir() / "documents" / "incoming").iterdir())


def test_equal_files_are_kept_once_and_filed_twice(db):
    one, two = an_enterprise(), an_enterprise()
    content = pdf_bytes("the same")
    first = _file(content, "甲.pdf", actor_of(a_registrant(one)), one.id)
    second = _file(content, "乙.pdf", actor_of(a_registrant(two)), two.id)
    assert first.document_id == second.document_id
    assert (first.filename, second.filename) == ("甲.pdf", "乙.pdf")
    assert db.session.query(Document).count() == 1
    assert queries.file_of(first).read_bytes() == content
    assert first.sha256[:2] == queries.file_of(first).parent.name
    assert _incoming() == []


def test_a_lost_file_comes_back_when_it_is_filed_again(db):
    content = pdf_bytes("lost")
    first = _file(content)
    queries.file_of(first).unlink()
    with pytest.raises(NotFound):
        queries.file_of(first)
    assert queries.file_of(_file(content)).read_bytes() == content


@pytest.mark.parametrize(("kind", "expected"), [("PNG", DocumentKind.PNG), ("JPEG", DocumentKind.JPEG)])
def test_a_picture_is_what_it_is_whatever_it_is_called(db, kind, expected):
    filing = _file(picture_bytes(kind), "picture.pdf")
    assert filing.kind == expected
    assert filing.filename.startswith("picture.pdf.")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"only text", "file_kind"),
        (b"PK\x03\x04word/", "file_kind"),
        (picture_bytes("GIF"), "file_kind"),
        (picture_bytes("PNG")[:40], "file_damaged"),
        (b"\xff\xd8\xff nothing of a picture", "file_damaged"),
    ],
)
def test_what_is_not_taken_is_refused_in_a_sentence_and_leaves_nothing(db, content, code):
    with pytest.raises(Invalid) as refused:
        _file(content)
    (found,) = refused.value.shortfalls
    assert (found.field, found.code) == ("file", code)
    assert db.session.query(Document).count() == 0
    assert _incoming() == []


def test_a_picture_of_too_many_pixels_is_refused_without_being_opened(db, monkeypatch):
    from association.documents import rules

    monkeypatch.setattr(rules, "LARGEST_PICTURE", 11)
    with pytest.raises(Invalid) as refused:
        _file(picture_bytes("PNG", (4, 3)))
    assert refused.value.shortfalls[0].code == "file_pixels"


def test_twenty_megabytes_are_taken_and_one_byte_more_is_not(db):
    limit = config.LARGEST_UPLOAD
    end = b"\n%%EOF"
    assert _file(b"%PDF-1.4" + b" " * (limit - 14) + end).size == limit
    with pytest.raises(TooLarge):
        _file(b"%PDF-1.4" + b" " * (limit - 13) + end)
    assert _incoming() == []


def test_one_files_for_ones_own_enterprise_only(db):
    own, another = an_enterprise(), an_enterprise()
    actor = actor_of(a_registrant(own))
    for enterprise_id in (another.id, None):
        with pytest.raises(Forbidden):
            _file(pdf_bytes(), actor=actor, enterprise_id=enterprise_id)
    assert _file(pdf_bytes(), actor=actor, enterprise_id=own.id).enterprise_id == own.id


def test_a_strangers_file_is_as_good_as_absent(browser):
    owner = a_registrant()
    filing = a_filing(actor_of(owner), text="secret")
    to = f"/association/documents/{filing.id}"
    assert browser(a_registrant()).get(to).status_code == 404
    assert browser(an_account(Role.EDITOR)).get(to).status_code == 404
    assert browser(an_account(Role.REVIEWER)).get(to).status_code == 200
    answer = browser(owner).get(to)
    assert answer.status_code == 200
    assert b"secret" in answer.data


def test_a_file_is_an_attachment_that_can_run_nothing(browser):
    owner = a_registrant()
    filing = a_filing(actor_of(owner), name="检验 报告.pdf")
    answer = browser(owner).get(f"/association/documents/{filing.id}?inline=1")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/pdf"


def test_a_reviewer_may_look_at_it_in_place(browser):
    filing = a_filing(actor_of(a_registrant()))
    answer = browser(an_account(Role.REVIEWER)).get(f"/association/documents/{filing.id}?inline=1")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_stranger_is_asked_to_sign_in(client):
    filing = a_filing(actor_of(a_registrant()))
    assert client.get(f"/association/documents/{filing.id}").status_code == 303


def test_a_program_hands_a_file_in(program):
    enterprise = an_enterprise()
    caller = program(a_key(a_registrant(enterprise), enterprise))
    content = pdf_bytes("by program")
    answer = caller.post(API, data={"file": (BytesIO(content), "报告.pdf")})
    assert answer.status_code == 201
    assert answer.json | {"id": 0, "sha256": ""} == {
        "id": 0,
        "sha256": "",
        "size": len(content),
        "kind": "application/pdf",
        "filename": "报告.pdf",
    }
    assert len(answer.json["sha256"]) == 64


def test_a_key_without_that_purpose_hands_nothing_in(program, client):
    enterprise = an_enterprise()
    account = a_registrant(enterprise)
    files = lambda: {"file": (BytesIO(pdf_bytes()), "a.pdf")}  # noqa: E731
    assert client.post(API, data=files()).status_code == 401
    reader = program(a_key(account, enterprise, scopes=[Scope.PRODUCTS_READ]))
    assert reader.post(API, data=files()).status_code == 403
    assert program(a_key(account, enterprise)).post(API, data=files()).status_code == 201


def test_a_program_learns_what_is_wrong(program):
    enterprise = an_enterprise()
    caller = program(a_key(a_registrant(enterprise), enterprise))
    answer = caller.post(API, data={})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/file")
    answer = caller.post(API, data={"file": (BytesIO(b"text"), "a.pdf")})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "file_kind")
    answer = caller.post(API, data={"file": (BytesIO(b"%PDF-" + b" " * (22 << 20)), "a.pdf")})
    assert (answer.status_code, answer.json["type"]) == (413, "/problems/too_large")


def test_more_than_a_megabyte_passes_this_door(program):
    enterprise = an_enterprise()
    caller = program(a_key(a_registrant(enterprise), enterprise))
    content = b"%PDF-1.4" + b" " * (3 << 20) + b"%%EOF"
    assert caller.post(API, data={"file": (BytesIO(content), "a.pdf")}).status_code == 201
