"""Lists by program: judged line by line, kept whole or not at all, read again by whoever holds the code."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from association.kernel import clock
from association.kernel.actors import NOBODY
from association.kernel.db import db, transaction
from association.web import limits
from catalog.subscriptions import rules as subscriptions
from catalog.verifications import kept, service
from catalog.verifications.models import Verification, VerificationLine, VerificationPart
from catalog.verifications.rules import Question
from catalog.vocabulary import EntryKind
from tests.catalog.small_register import MAKER, SmallRegister, mistyped, never_given, small

__all__ = ["small"]

LISTS = "/api/v1/catalog/verifications"


def ask(client: Any, *lines: dict[str, Any], status: int = 201, **more: Any) -> dict[str, Any]:
    answer = client.post(LISTS, json={"lines": list(lines), **more})
    assert answer.status_code == status, answer.get_json()
    said: dict[str, Any] = answer.get_json()
    return said


def test_no_list_is_lost_because_its_address_has_had_enough(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MOST_OF_PROGRAM", 2)
    notify = {"webhook": "https://hooks.example.com/in", "email": "site@example.com"}
    for _list in range(2):
        said = ask(client, {"number": small.in_force}, notify=notify)
        assert {name: one["left"] for name, one in said["notify"].items()} == {"webhook": True, "email": True}
    third = ask(client, {"number": small.in_force}, notify={"webhook": notify["webhook"]})
    assert third["lines"][0]["verdict"] == "compliant"
    assert client.get(f"{LISTS}/{third['receipt']}").status_code == 200
    assert third["notify"]["webhook"]["left"] is False
    # Nothing is promised that does not come: places come free when one of them ends, not in an hour.
    assert "已达上限（2项）" in third["notify"]["webhook"]["detail"]
    assert "小时" not in third["notify"]["webhook"]["detail"]
    assert "notify" not in ask(client, {"number": small.in_force})


def test_no_list_is_lost_because_its_asker_left_many_addresses_lately(client: Any, small: SmallRegister) -> None:
    for place in range(subscriptions.MOST_ASKED + 1):
        said = ask(client, {"number": small.in_force}, notify={"webhook": f"https://hooks.example.com/{place}"})
    assert said["notify"]["webhook"]["left"] is False
    assert "请一小时后再试" in said["notify"]["webhook"]["detail"]


def nothing_is_kept() -> bool:
    return all(
        db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        for table in (Verification, VerificationLine, VerificationPart)
    )


def test_every_line_gets_the_verdict_it_would_get_alone(client: Any, small: SmallRegister) -> None:
    asked: list[dict[str, Any]] = [
        {"number": small.in_force},
        {"number": small.revoked, "ref": "二"},
        {"number": small.lapsed},
        {"number": mistyped(small.in_force)},
        {"number": never_given()},
        {"manufacturer": MAKER, "model": "sl pir 010"},
        {"manufacturer": MAKER, "model": "SL-PIR-O10"},
        {"manufacturer": MAKER, "model": "SL-PIR-0110"},
        {"brand": "样例安防", "model": "SL-PIR-777"},
        {"model": "SL-PIR-01O"},
        {"name": "网线", "model": "CAT6"},
        {"manufacturer": "无此厂", "model": "SL-PIR-010"},
        {"number": small.in_force, "on": "2026-01-01", "made_on": "2025-11-30"},
    ]
    said = ask(client, *asked, project="示例项目")
    assert len(said["lines"]) == len(asked)
    for line, question in zip(said["lines"], asked, strict=True):
        query = {key: value for key, value in question.items() if key != "ref"}
        alone = client.get(f"{LISTS}/check", query_string=query | {"known": said["known"]}).get_json()
        ref = line.pop("ref")
        assert ref == question.get("ref")
        for name in ("ref", "head", "disclaimer"):
            alone.pop(name)
        assert line == alone, question
    assert said["summary"]["lines"] == len(asked)
    assert said["summary"]["in_catalog"] == len(asked) - said["summary"]["not_in_catalog"]
    again = client.get(f"{LISTS}/{said['receipt']}").get_json()
    assert [line["verdict"] for line in again["lines"]] == [line["verdict"] for line in said["lines"]]
    assert not any(line["changed"] for line in again["now"])
    assert again["questions"][1]["ref"] == "二"


def test_a_receipt_is_known_to_whoever_holds_its_code_and_to_nobody_else(client: Any, small: SmallRegister) -> None:
    said = ask(client, {"number": small.in_force})
    code = said["receipt"]
    for writing in (code, code.lower(), code.replace("-", ""), code.replace("-", " ").replace("0", "o")):
        assert client.get(f"{LISTS}/{writing}").status_code == 200, writing
    other = code[:-1] + ("2" if code[-1] != "2" else "3")
    for guess in (other, code[:-1], "1", "new%00", "x" * 5000):
        answer = client.get(f"{LISTS}/{guess}")
        assert answer.status_code == 404
        assert answer.get_json()["type"] in ("/problems/unknown_receipt", "/problems/not_found")
    assert len({ask(client, {"number": small.in_force})["receipt"] for _time in range(5)}) == 5


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/lines", "required"),
        ({"lines": []}, "/lines", "no_lines"),
        ({"lines": {}}, "/lines", "list"),
        ({"lines": ["x"]}, "/lines/0", "object"),
        ({"lines": [{"model": "A"}, {"manufacturer": "B"}]}, "/lines/1/number", "required"),
        ({"lines": [{"model": "A"}, {"model": "x" * 121}]}, "/lines/1/model", "too_long"),
        ({"lines": [{"model": "A", "price": 1}]}, "/lines/0/price", "unknown"),
        ({"lines": [{"model": 812}]}, "/lines/0/model", "type"),
        ({"lines": [{"model": "A\u0000"}]}, "/lines/0/model", "characters"),
        ({"lines": [{"model": "A", "on": "2026-02-30"}]}, "/lines/0/on", "date"),
        ({"lines": [{"model": "A", "made_on": "0001-01-01"}]}, "/lines/0/made_on", "date_range"),
        ({"lines": [{"model": "A", "proof": {"kind": "hearsay", "number": "1"}}]}, "/lines/0/proof/kind", "choice"),
        ({"lines": [{"model": "A", "quantity": [1]}]}, "/lines/0/quantity", "type"),
        ({"lines": [{"model": "A"}], "known": "2099-01-01"}, "/known", "future"),
        ({"lines": [{"model": "A"}], "colour": "red"}, "/colour", "unknown"),
        ({"lines": [{"model": "A"}], "notify": {"email": "nobody"}}, "/notify/email", "email"),
        ({"lines": [{"model": "A"}], "notify": {"webhook": "http://example.com/"}}, "/notify/webhook", "webhook"),
        ({"lines": [{"model": "A"}] * 10_001}, "/lines", "too_many"),
    ],
)
def test_a_list_that_cannot_be_taken_is_refused_whole_naming_the_line(
    client: Any, small: SmallRegister, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = client.post(LISTS, json=body)
    assert answer.status_code == 422
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in answer.get_json()["errors"]]
    assert nothing_is_kept()


def test_what_is_no_json_is_no_list(client: Any, small: SmallRegister) -> None:
    for body, kind, status in (
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"lines": [{"model": "A", "quantity": ' + b"1" * 5000 + b"}]}", "application/json", 400),
        (b'{"lines": [{"model": "A", "quantity": NaN}]}', "application/json", 400),
        (b'{"lines": [{"model": "A", "quantity": -Infinity}]}', "application/json", 400),
        (b'{"lines": []}', "text/plain", 415),
        (b"<lines/>", "application/xml", 415),
    ):
        assert client.post(LISTS, data=body, content_type=kind).status_code == status, body[:20]
    assert nothing_is_kept()


def test_a_name_that_stands_twice_is_refused_and_its_place_named(client: Any, small: SmallRegister) -> None:
    """One program reads the first of them, another the last: a receipt would prove what nobody meant (RFC 7493)."""
    for body, pointers in (
        (b'{"lines": [{"model": "A"}], "lines": [{"model": "B"}]}', ["/lines"]),
        (b'{"lines": [{"model": "A"}, {"model": "A", "model": "A"}]}', ["/lines/1/model"]),
        (b'{"on": "2026-01-01", "lines": [{"model": "A", "\\u006dodel": "B"}], "on": null}', ["/on", "/lines/0/model"]),
        (
            b'{"lines": [{"proof": {"kind": "x", "kind": "x"}}, {"a/b": 1, "a/b": 2}]}',
            ["/lines/0/proof/kind", "/lines/1/a~1b"],
        ),
    ):
        answer = client.post(LISTS, data=body, content_type="application/json")
        said = answer.get_json()
        assert (answer.status_code, said["type"]) == (400, "/problems/unreadable")
        assert [(one["pointer"], one["code"]) for one in said["errors"]] == [(one, "repeated") for one in pointers]
        assert said["detail"]
    assert nothing_is_kept()


def test_a_number_beyond_all_numbers_is_named_where_it_stands(client: Any, small: SmallRegister) -> None:
    for quantity in (b"1e999", b"-1e999"):
        body = b'{"lines": [{"quantity": %b}]}' % quantity
        answer = client.post(LISTS, data=body, content_type="application/json")
        assert answer.status_code == 422
        assert [(one["pointer"], one["code"]) for one in answer.get_json()["errors"]] == [
            ("/lines/0/quantity", "number")
        ]
    assert nothing_is_kept()


def test_lines_take_the_days_of_the_list_unless_they_have_their_own(client: Any, small: SmallRegister) -> None:
    said = ask(
        client,
        {"number": small.in_force},
        {"number": small.in_force, "on": "2026-02-01"},
        {"number": small.in_force, "made_on": "2025-12-31"},
        on="2026-01-10",
        made_on="2026-01-02",
    )
    assert [(one["on"], one["made_on"]) for one in said["lines"]] == [
        ("2026-01-10", "2026-01-02"),
        ("2026-02-01", "2026-01-02"),
        ("2026-01-10", "2025-12-31"),
    ]
    today = ask(client, {"number": small.in_force})
    assert (today["lines"][0]["on"], today["lines"][0]["made_on"]) == ("2026-03-02", "2026-03-02")


def test_what_happens_later_is_seen_beside_the_answer_as_given(client: Any, small: SmallRegister) -> None:
    said = ask(client, {"number": small.in_force, "ref": "A-1"}, {"number": small.revoked})
    small.then(small.in_force, EntryKind.REVOKED, date(2026, 2, 20), note="登记事项与证明材料不一致")
    again = client.get(f"{LISTS}/{said['receipt']}").get_json()
    assert again["lines"] == said["lines"]
    assert again["lines"][0]["verdict"] == "compliant"
    assert again["now"][0]["verdict"] == "not_compliant"
    assert again["now"][0]["changed"] is True
    assert set(again["now"][0]["differs"]) >= {"verdict", "reasons", "registration"}
    assert again["now"][1]["changed"] is False
    assert again["now_head"]["entry"] == again["head"]["entry"] + 1


def test_lines_outside_the_catalog_are_counted_apart(client: Any, small: SmallRegister) -> None:
    said = ask(client, {"name": "网线", "model": "CAT6"}, {"category": "99", "model": "X"}, {"number": small.in_force})
    assert said["summary"] == {
        "lines": 3,
        "in_catalog": 1,
        "compliant": 1,
        "not_compliant": 0,
        "not_registered": 0,
        "not_in_catalog": 2,
        "undetermined": 0,
    }


def test_who_relied_on_a_registration_is_found(client: Any, small: SmallRegister) -> None:
    ask(client, {"number": small.without_evidence})
    said = ask(client, {"model": "?", "name": "x"}, {"number": small.in_force}, {"number": small.in_force})
    found = kept.relied_on(small.in_force)
    assert [one.positions for one in found] == [(2, 3)]
    assert db.session.get_one(Verification, found[0].verification_id).receipt == said["receipt"]


def test_sixty_lists_an_hour(client: Any, app: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "RATE_LIMITS", True)
    monkeypatch.setitem(limits.LIMITS, "lists", limits.Limit(2, 3600, "清单核验"))
    ask(client, {"number": small.in_force})
    ask(client, {"number": small.in_force})
    answer = client.post(LISTS, json={"lines": [{"number": small.in_force}]})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_judging_a_list_leaves_alone_what_its_caller_has_not_yet_committed(app: Any, small: SmallRegister) -> None:
    now = clock.now()
    asked = service.AskedList([service.AskedLine(Question(number=small.in_force))], known=now)
    with transaction():
        first = service.verify(asked, actor=NOBODY, now=now).verification
        first.project = "改过"
        second = service.verify(asked, actor=NOBODY, now=now).verification
        assert first.project == "改过"

    def broken_off() -> None:
        with transaction():
            service.verify(asked, actor=NOBODY, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    kept_now = db.session.scalars(sa.select(Verification).order_by(Verification.id)).all()
    assert [(one.id, one.project) for one in kept_now] == [(first.id, "改过"), (second.id, "")]


def test_whoever_only_read_gives_the_writer_s_place_up_while_a_list_is_judged(app: Any, small: SmallRegister) -> None:
    now = clock.now()
    db.session.scalar(sa.select(sa.func.count()).select_from(Verification))
    assert db.session().in_transaction()
    service.judge(service.AskedList([service.AskedLine(Question(number=small.in_force))], known=now), now=now)
    assert not db.session().in_transaction()


@pytest.mark.parametrize("body", ["[]", "null", "1", '"x"'])
def test_a_body_that_is_no_object_is_named_as_a_whole(client: Any, body: str) -> None:
    answer = client.post(LISTS, data=body, content_type="application/json")
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.get_json()["errors"]] == [("", "object")]
    assert "会保留" not in answer.get_json()["detail"]


def test_what_stands_in_the_address_and_is_read_by_nobody_is_refused(client: Any, small: SmallRegister) -> None:
    """Somebody who writes ``?notify=…`` believes to have asked to be told."""
    answer = client.post(f"{LISTS}?notify=a@b.example&on=2026-01-01", json={"lines": [{"number": small.in_force}]})
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.get_json()["errors"]} == {"/notify", "/on"}
    assert nothing_is_kept()


def test_words_for_a_class_make_nothing_go_outside_the_catalog(client: Any, small: SmallRegister) -> None:
    """目录外 is no fault: goods of the catalog must not come to it by what a list calls its chapters."""
    here = {"manufacturer": MAKER, "model": "NOPE-1"}
    for text in ("01", "０１", "1", "入侵探测器", "01 入侵探测器"):
        [line] = ask(client, {**here, "category": text})["lines"]
        assert (line["verdict"], line["warnings"]) == ("not_registered", []), text
    for text in ("入侵报警系统", "弱电", "zz"):
        [line] = ask(client, {**here, "category": text})["lines"]
        assert line["verdict"] == "not_registered", text
        [warning] = line["warnings"]
        assert warning["code"] == "category_unread"
        assert text in warning["detail"]
    [line] = ask(client, {**here, "category": "网线"})["lines"]
    assert line["verdict"] == "not_in_catalog"
    [line] = ask(client, {**here, "category": "99"})["lines"]
    assert line["verdict"] == "not_in_catalog"
    # What is registered is compared by the class that was meant.
    [line] = ask(client, {"number": small.in_force, "category": "入侵探测器"})["lines"]
    assert "details_differ" not in {one["code"] for one in line["warnings"]}
