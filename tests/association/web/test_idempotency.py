"""``Idempotency-Key``: sent twice, done once."""

from datetime import timedelta

import pytest

from association.documents.models import Filing
from association.kernel import clock
from association.web import idempotency
from association.web.idempotency import Idempotency
from tests.builders import a_key, a_registrant, an_enterprise, pdf_bytes

DOCUMENTS = "/api/v1/association/documents"
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def caller(program):
    enterprise = an_enterprise()
    return program(a_key(a_registrant(enterprise), enterprise))


def _hand_in(caller, text="一", headers=KEY):
    import io

    return caller.post(DOCUMENTS, data={"file": (io.BytesIO(pdf_bytes(text)), "报告.pdf")}, headers=headers)


def _filings(db):
    db.session.rollback()
    return db.session.query(Filing).count()


def test_a_repeat_gets_the_first_answer_and_nothing_is_done_again(caller, db):
    first, again = _hand_in(caller), _hand_in(caller)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content_type == first.content_type
    assert "Idempotency-Replayed" not in first.headers
    assert _filings(db) == 1
    assert _hand_in(caller, headers={}).status_code == 201
    assert _filings(db) == 2


def test_the_same_key_for_something_else_is_a_conflict(caller, db):
    _hand_in(caller)
    answer = _hand_in(caller, "二")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/idempotency_conflict")
    assert _filings(db) == 1


def test_another_program_has_keys_of_its_own(caller, program, db):
    enterprise = an_enterprise()
    other = program(a_key(a_registrant(enterprise), enterprise))
    assert _hand_in(caller).json != _hand_in(other).json
    assert _filings(db) == 2


def test_a_refusal_is_repeated_too(caller, db):
    answers = [caller.post(DOCUMENTS, data={}, headers=KEY) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json == answers[1].json
    assert answers[1].headers["Idempotency-Replayed"] == "true"


def test_while_the_first_is_at_work_a_repeat_waits(caller, db, monkeypatch):
    from association.documents import api

    seen = []
    real = api.service.file

    def slow(*args, **kwargs):
        if not seen:
            seen.append(None)
            seen.append(_hand_in(caller))
        return real(*args, **kwargs)

    monkeypatch.setattr(api.service, "file", slow)
    assert _hand_in(caller).status_code == 201
    meanwhile = seen[1]
    assert (meanwhile.status_code, meanwhile.json["type"]) == (409, "/problems/idempotency_running")
    assert int(meanwhile.headers["Retry-After"]) > 0
    assert _filings(db) == 1


def test_who_died_before_doing_it_is_succeeded_after_a_few_minutes(caller, db):
    _hand_in(caller)
    row = db.session.query(Idempotency).one()
    row.done, row.status, row.body = False, None, None
    db.session.commit()
    assert _hand_in(caller).json["type"] == "/problems/idempotency_running"
    row = db.session.query(Idempotency).one()
    row.claimed_at = clock.now() - timedelta(minutes=6)
    db.session.commit()
    assert _hand_in(caller).status_code == 201
    assert _filings(db) == 2


def test_what_was_done_is_not_done_again_though_its_answer_was_lost(caller, db, monkeypatch):
    """The process dies between the commit of the work and the answer."""
    from association.documents import api

    real = api.service.file

    def dies(*args, **kwargs):
        real(*args, **kwargs)
        raise SystemExit

    monkeypatch.setattr(api.service, "file", dies)
    with pytest.raises(SystemExit):
        _hand_in(caller)
    monkeypatch.setattr(api.service, "file", real)
    answer = _hand_in(caller)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/idempotency_done")
    assert _filings(db) == 1


def test_a_failure_of_ours_frees_the_key(caller, db, monkeypatch, app):
    from association.documents import api

    real = api.service.file
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(api.service, "file", fails)
    assert _hand_in(caller).status_code == 500
    monkeypatch.setattr(api.service, "file", real)
    assert _hand_in(caller).status_code == 201


def test_after_a_day_a_key_is_new(caller, db):
    _hand_in(caller)
    row = db.session.query(Idempotency).one()
    row.claimed_at -= idempotency.REMEMBERED + timedelta(minutes=1)
    db.session.commit()
    assert "Idempotency-Replayed" not in _hand_in(caller).headers
    assert _filings(db) == 2


@pytest.mark.parametrize("key", ["", "a" * 256, "\x7f"])
def test_a_key_that_is_none_is_refused(caller, key):
    assert _hand_in(caller, headers={"Idempotency-Key": key}).status_code == 422


def test_a_wrong_key_of_the_program_claims_nothing(program, db):
    assert _hand_in(program("jf_" + "x" * 43)).status_code == 401
    assert db.session.query(Idempotency).count() == 0


def test_a_large_file_may_be_sent_under_a_key(caller, db):
    answer = _hand_in(caller, "x" * 2_000_000)
    assert answer.status_code == 201
    assert _hand_in(caller, "x" * 2_000_000).headers["Idempotency-Replayed"] == "true"


def test_a_part_without_a_name_is_refused_like_any_other_strange_field(caller):
    parts = (b"Content-Disposition: form-data%s\r\n\r\n1\r\n" % name for name in (b"", b'; name="a"'))
    body = b"".join(b"--x\r\n" + part for part in parts) + b"--x--\r\n"
    refused = caller.post(DOCUMENTS, data=body, content_type="multipart/form-data; boundary=x", headers=KEY)
    assert refused.status_code == 422
