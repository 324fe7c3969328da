"""The signed form of a receipt, and the page on site that makes one."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from association.kernel import clock
from association.kernel.actors import NOBODY, OPERATOR
from association.kernel.db import db
from association.signing import rules
from association.signing import service as signing
from association.signing.checkers import jifang_check
from catalog.register import queries as register
from catalog.verifications import kept, onsite, receipts, service
from catalog.verifications.models import Verification, VerificationPart
from catalog.verifications.rules import Question
from tests.catalog.small_register import NOW, SmallRegister, mistyped, small

__all__ = ["small"]

LISTS = "/api/v1/catalog/verifications"


def asked(client: Any, *numbers: str) -> Any:
    return client.post(LISTS, json={"lines": [{"ref": one, "number": one} for one in numbers]}).json


def proof(client: Any, receipt: str) -> Any:
    return client.get(f"{LISTS}/{receipt}.jws")


def checked(client: Any, jws: str) -> tuple[str, Any]:
    keys = client.get("/.well-known/jifang-keys.json").json
    code, _head, payload = jifang_check.check_jws(jws, keys["keys"], keys["issuer"])
    return code, payload


def test_a_receipt_proves_question_answer_entries_and_head(client: Any, small: SmallRegister) -> None:
    made = asked(client, small.in_force, small.revoked, mistyped(small.in_force))
    answer = proof(client, made["receipt"])
    assert answer.mimetype == "application/jose"
    assert "attachment" in answer.headers["Content-Disposition"]
    code, payload = checked(client, answer.text)
    assert code == "ok"
    assert rules.opened(answer.text)[0]["typ"] == "jifang-receipt+jws"
    assert [one["answer"] for one in payload["lines"]] == made["lines"]
    assert [one["question"]["number"] for one in payload["lines"]][:2] == [small.in_force, small.revoked]
    assert (payload["receipt"], payload["asked_at"], payload["head"]) == (
        made["receipt"],
        made["asked_at"],
        made["head"],
    )
    relied = {one["answer"]["entry"] for one in payload["lines"] if one["answer"]["entry"] is not None}
    feed = {one["entry"]: one["hash"] for one in register.feed(since=0, limit=1000)}
    assert payload["entries"] == [{"entry": one, "hash": feed[one]} for one in sorted(relied)]


def test_what_is_kept_of_a_list_is_canonical_json_already(client: Any, small: SmallRegister) -> None:
    """So that it can be signed as it is: texts in any script, every kind of line, and no fraction anywhere."""
    lines = [
        {"ref": "\U0001f512 \u2028\t“", "number": small.in_force, "quantity": "3"},
        {
            "number": small.revoked,
            "proof": {"kind": "ccc_certificate", "number": '2026-"01"', "issued_on": "2026-01-01"},
        },
        {"number": mistyped(small.in_force), "model": "SL-PIR-O10", "manufacturer": "示例\\é"},
        {"name": "网线", "model": "CAT6/UTP", "on": "2026-01-01", "made_on": "2025-01-01"},
        {"model": "SL-PIR-O10"},
    ]
    made = client.post(LISTS, json={"lines": lines, "project": "示例"}).json
    found = kept.receipt(made["receipt"])
    for part in db.session.scalars(select(VerificationPart).where(VerificationPart.verification_id == found.id)):
        said = receipts.unpacked(part.body)
        assert all(rules.is_plain(line) for line in said)
        assert b",".join(rules.canonical(line) for line in said) == receipts.as_signed(part.body)
    code, payload = checked(client, proof(client, made["receipt"]).text)
    assert code == "ok"
    assert [one["answer"] for one in payload["lines"]] == made["lines"]


def test_a_receipt_kept_in_another_order_of_names_is_signed_canonically(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    def otherwise(said: dict[str, Any]) -> bytes:
        return json.dumps(dict(reversed(said.items())), ensure_ascii=False).encode()

    # As the parts of older receipts are.
    monkeypatch.setattr(service, "canonical_plain", otherwise)
    lines = [service.AskedLine(Question(number=small.in_force))]
    made = service.verify(service.AskedList(lines=lines, known=NOW), actor=NOBODY, now=NOW)
    part = db.session.scalars(select(VerificationPart)).one()
    said = receipts.unpacked(part.body)
    assert receipts.as_signed(part.body) != rules.canonical(said)[1:-1]
    code, payload = checked(client, proof(client, made.verification.receipt).text)
    assert code == "ok"
    assert payload["lines"] == said


def test_the_proof_is_the_same_each_time_and_outlives_changes_of_key_and_register(
    client: Any, small: SmallRegister, monkeypatch: Any
) -> None:
    receipt = asked(client, small.in_force)["receipt"]
    before = proof(client, receipt).text
    later = NOW
    for _change in range(3):
        later += timedelta(days=1200)
        signing.prepare(actor=OPERATOR, now=later)
        signing.switch(reason="年度更换", actor=OPERATOR, now=later)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert proof(client, receipt).text == before
    assert checked(client, before)[0] == "ok"
    # With any separators, in any case, as everywhere.
    assert proof(client, receipt.lower().replace("-", "")).text == before


def test_a_receipt_of_a_compromised_key_is_given_out_signed_anew(client: Any, small: SmallRegister) -> None:
    receipt = asked(client, small.in_force)["receipt"]
    leaked = proof(client, receipt).text
    key = signing.ensure(actor=OPERATOR, now=NOW)
    signing.give_up(key, reason="服务器被侵入", actor=OPERATOR, now=NOW)
    signing.resign(NOW)
    assert checked(client, leaked)[0] == "key_compromised"
    code, payload = checked(client, proof(client, receipt).text)
    assert code == "ok"
    assert payload == rules.opened(leaked)[1]


def test_a_receipt_that_was_kept_unsigned_is_signed_when_first_asked_for(client: Any, small: SmallRegister) -> None:
    line = service.AskedLine(Question(number=small.in_force))
    kept = service.verify(service.AskedList(lines=[line], known=NOW), actor=NOBODY, now=NOW)
    first = proof(client, kept.verification.receipt).text
    assert checked(client, first)[0] == "ok"
    assert proof(client, kept.verification.receipt).text == first
    assert checked(client, first)[1]["lines"][0]["answer"] == json.loads(kept.answers[0])


def test_nobody_learns_who_asked_and_a_guessed_code_opens_nothing(client: Any, small: SmallRegister) -> None:
    assert proof(client, "00000-00000-00000-00000-00000").status_code == 404
    assert proof(client, "x").status_code == 404
    made = client.post(
        LISTS, json={"lines": [{"number": small.in_force}], "notify": {"email": "who@asks.example"}}
    ).json
    assert "who@asks.example" not in json.dumps(checked(client, proof(client, made["receipt"]).text)[1])


def test_the_page_of_a_receipt_offers_it(client: Any, small: SmallRegister) -> None:
    receipt = asked(client, small.in_force)["receipt"]
    address = f"/catalog/verifications/{receipt}.jws"
    assert f'href="{address}"' in client.get(f"/catalog/verifications/{receipt}").text
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/jose")
    assert answer.data == proof(client, receipt).data
    assert "attachment" in answer.headers["Content-Disposition"]
    for where in ("", "/api/v1"):
        assert client.get(f"{where}/catalog/verifications/00000-00000-00000-00000-00000.jws").status_code == 404


# -- on site -------------------------------------------------------------------------------------------------


def test_without_scripts_the_page_is_a_form_that_leads_to_a_receipt(client: Any, small: SmallRegister) -> None:
    assert 'name="list"' in client.get("/catalog/verifications/scan").text
    text = f"{small.in_force}\r\n{small.revoked.lower()}\r\n\r\nhttp://localhost/v/{small.in_force}#123\r\nABC"
    answer = client.post("/catalog/verifications/scan", data={"list": text, "project": "一号楼"})
    assert answer.status_code == 303
    code = answer.headers["Location"].rpartition("/")[2]
    said = client.get(f"{LISTS}/{code}").json
    assert said["project"] == "一号楼"
    assert [one["number"] for one in said["questions"]] == [small.in_force, small.revoked, "ABC"]
    assert [one["verdict"] for one in said["lines"]][:2] == ["compliant", "not_compliant"]
    assert checked(client, proof(client, code).text)[0] == "ok"


def test_what_is_sent_twice_on_a_bad_line_is_judged_once(client: Any, small: SmallRegister) -> None:
    sent = {"data": {"list": small.in_force}, "headers": {"Idempotency-Key": "0123456789abcdef"}}
    first, again = (client.post("/catalog/verifications/scan", **sent) for _time in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    other = client.post("/catalog/verifications/scan", data={"list": small.in_force})
    assert other.headers["Location"] != first.headers["Location"]


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "请填写"), ("\n".join(map(str, range(501))), "一次最多500件"), ("x" * 60_001, "60000")]
)
def test_a_list_that_cannot_be_judged_is_given_back(
    client: Any, small: SmallRegister, text: str, sentence: str
) -> None:
    answer = client.post("/catalog/verifications/scan", data={"list": text, "project": "一号楼"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "一号楼" in answer.text


def test_each_number_counts_once_however_it_was_read() -> None:
    assert onsite.numbers_in(
        "SJZ-01-2026-00042-Q\nsjz01202600042q\nhttps://x.example/v/SJZ-01-2026-00042-Q#1?2\n \nABC"
    ) == {"SJZ-01-2026-00042-Q": [1, 2, 3], "ABC": [4]}


def test_what_stands_twice_on_the_list_is_counted(client: Any, small: SmallRegister) -> None:
    text = f"{small.in_force}\n{small.revoked}\n{small.in_force}\n{small.in_force.lower()}"
    answer = client.post("/catalog/verifications/scan", data={"list": text}, follow_redirects=True)
    assert "有2行的编号重复，已合并，各核验一次" in answer.text
    said = client.get(f"{LISTS}/{answer.request.path.rpartition('/')[2]}").json
    assert [one["ref"] for one in said["questions"]] == ["1、3、4", "2"]
    once = client.post("/catalog/verifications/scan", data={"list": small.in_force}, follow_redirects=True)
    assert "重复" not in once.text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/v/{number}#9",
        "https://evil.example/v/{number}",
        "http://localhost.evil.example/v/{number}",
        "http://localh\u043est/v/{number}",
        "evil.example/v/{number}",
        "https://evil.example/catalog/register/{number}",
    ],
)
def test_an_address_of_another_site_is_named_and_nothing_is_judged(
    client: Any, small: SmallRegister, address: str
) -> None:
    foreign = address.format(number=small.in_force)
    text = f"{small.in_force}\nhttp://localhost/v/{small.in_force}#9\n{foreign}"
    answer = client.post("/catalog/verifications/scan", data={"list": text, "project": "一号楼"})
    assert answer.status_code == 422
    shown = onsite.spelled(foreign.partition("/v/")[0])
    assert f"第3行：二维码的地址不是本登记簿（{shown}），没有核验。请当心假冒标签。" in answer.text
    assert "第2行" not in answer.text
    assert foreign in answer.text
    assert "一号楼" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Verification)) == 0
