"""The registration notice and labels: public facts, no permit, the same bytes, a few statements."""

import hashlib
import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any, cast

import pytest
from PIL import Image
from pypdf import PdfReader

from association.kernel import clock, i18n
from association.kernel.actors import OPERATOR
from association.paper import press
from association.paper import rules as paper_rules
from association.paper.rules import LabelSize, qr_svg
from association.signing import rules as signing_rules
from association.signing import service as signing
from association.signing import words as signing_words
from association.signing.checkers import jifang_check
from association.signing.rules import room_behind
from association.web import menu
from catalog.register import notices, offline, queries, statements
from catalog.vocabulary import EntryKind, Standing
from tests.catalog.paper import squeezed, text_of, title_of
from tests.catalog.small_register import (
    CODE,
    LONG_MODEL,
    MAKER,
    NOW,
    TODAY,
    SmallRegister,
    mistyped,
    never_given,
    small,
)
from tests.counting import counted
from training.certificates import statements as certificate_words

__all__ = ["small"]


def notice(client: Any, number: str, **query: str) -> Any:
    return client.get(f"/catalog/register/{number}/notice.pdf", query_string=query)


def label(client: Any, number: str, size: str = "50x30", kind: str = "svg", **more: Any) -> Any:
    return client.get(f"/catalog/register/{number}/label-{size}.{kind}", **more)


# -- the notice ---------------------------------------------------------------------------------------------


def test_the_notice_says_what_the_register_says(client: Any, small: SmallRegister) -> None:
    answer = notice(client, small.in_force)
    text = text_of(answer)
    for said in (
        "登记信息",
        "登记信息不是行政许可，不构成推荐，不作验收结论。",
        small.in_force,
        "SL-PIR-010",
        MAKER,
        CODE,
        "GB 10408.5-2000",
        "2026年1月5日至2029年1月4日",
        "CSP-EX2026",
        "示例公技防委〔2004〕1号",
        "第十八条第七项",
        f"http://localhost/v/{small.in_force}",
    ):
        assert squeezed(said) in text
    assert title_of(answer) == f"登记信息 {small.in_force}"


def test_the_notice_never_speaks_as_a_permit_would(client: Any, small: SmallRegister) -> None:
    text = text_of(notice(client, small.in_force)).replace(squeezed("登记信息不是行政许可，不构成推荐"), "")
    for word in ("批准", "许可", "准销", "推荐", "合格", "证书编号", "特此证明"):
        assert word not in text


@pytest.mark.parametrize("word", list(Standing))
def test_the_notice_says_how_it_stands_today(client: Any, small: SmallRegister, word: Standing) -> None:
    text = text_of(notice(client, getattr(small, word.value)))
    assert word.zh in text
    assert "2026年3月2日" in text


def test_an_end_is_told_with_its_reason(client: Any, small: SmallRegister) -> None:
    assert squeezed("登记事项与证明材料不一致") in text_of(notice(client, small.revoked))


def test_the_qr_code_holds_the_full_short_address(
    client: Any, app: Any, small: SmallRegister, monkeypatch: Any
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(press, "_set", lambda _compiler, job: seen.append(job.data) or b"%PDF")
    press._shelf.clear()
    monkeypatch.setitem(app.config, "BASE_URL", "https://register.example")
    notice(client, small.in_force)
    label(client, small.in_force)
    press._shelf.clear()
    address = f"https://register.example/v/{small.in_force}"
    sheet, small_label = map(json.loads, seen)
    assert sheet["number"]["qr"] == small_label["qr"] == qr_svg(address)


def test_the_notice_is_english_when_its_address_says_so_and_only_then(client: Any, small: SmallRegister) -> None:
    in_english = notice(client, small.in_force, lang="en")
    assert PdfReader(BytesIO(in_english.data)).trailer["/Root"]["/Lang"] == "en-GB"
    assert "Passiveinfrareddetector" in text_of(in_english)
    assert "2Mar2026" in text_of(in_english)
    # The reader's own language is left alone, and does not colour the file.
    client.set_cookie("x", "y")
    assert "登记簿" in client.get("/catalog/register", headers={"Accept-Language": "zh"}).text
    plain = client.get(f"/catalog/register/{small.in_force}/notice.pdf", headers={"Accept-Language": "en"})
    assert "2026年3月2日" in text_of(plain)


def test_rare_characters_and_long_names_are_printed_whole(client: Any, small: SmallRegister) -> None:
    text = text_of(notice(client, small.foreign))
    assert "㛃𬀩" in text
    assert "超长名称" * 45 in text
    assert squeezed(LONG_MODEL) in text
    rare = small.add("𠮷-1", name="𪛖探测器")
    text = text_of(notice(client, rare))
    assert "𠮷-1" in text
    assert "〔U+2A6D6〕探测器" in text


@pytest.mark.parametrize(
    "typed", ['#import "x": *', '\\" $x$ *b* @a <l>', "#panic()", "#{1+1}", "</title>", "%PDF-1.4"]
)
def test_what_was_typed_is_printed_and_never_read(client: Any, small: SmallRegister, typed: str) -> None:
    number = small.add(typed, name=typed, brand=typed, manufacturer={"name": typed, "uscc": None, "country": "DE"})
    assert text_of(notice(client, number)).count(squeezed(typed)) >= 4
    assert label(client, number).status_code == 200


def test_the_same_day_gives_the_same_bytes_and_a_known_file_is_not_sent_again(
    client: Any, small: SmallRegister, monkeypatch: Any
) -> None:
    first = notice(client, small.in_force)
    press._shelf.clear()
    assert notice(client, small.in_force).data == first.data
    printed: list[Any] = []
    monkeypatch.setattr(press, "_set", lambda *job: printed.append(job) or b"")
    press._shelf.clear()
    again = client.get(first.request.path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert not printed


def test_the_file_changes_with_the_register_and_with_the_day(
    client: Any, small: SmallRegister, monkeypatch: Any
) -> None:
    first = notice(client, small.in_force)
    small.then(small.in_force, EntryKind.SUSPENDED, TODAY, note="证明材料待核实")
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(hour=6))
    second = notice(client, small.in_force)
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(day=5))
    third = notice(client, small.in_force)
    assert len({answer.headers["ETag"] for answer in (first, second, third)}) == 3
    assert "暂停" in text_of(second)


def test_the_answer_is_a_file_with_a_safe_name(client: Any, small: SmallRegister) -> None:
    headers = notice(client, small.in_force.lower().replace("-", "")).headers
    assert headers["Content-Disposition"] == (
        f'attachment; filename="notice-{small.in_force}.pdf"; '
        f"filename*=UTF-8''%E7%99%BB%E8%AE%B0%E4%BF%A1%E6%81%AF%E9%80%9A%E7%9F%A5%E4%B9%A6-{small.in_force}.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["notice.pdf", "label-50x30.svg", "label-50x30.png"])
def test_a_number_that_is_none_is_not_found(client: Any, small: SmallRegister, path: str) -> None:
    for number in (mistyped(small.in_force), never_given(), "x", "㛃" * 500):
        assert client.get(f"/catalog/register/{number}/{path}").status_code == 404


def test_few_questions_are_asked_of_the_database(client: Any, db: Any, small: SmallRegister) -> None:
    notice(client, small.in_force)
    with counted() as statements:
        notice(client, small.in_force)
        label(client, small.in_force)
    assert len(statements) <= 6


# -- labels -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", list(LabelSize))
def test_labels_come_in_three_sizes_as_drawing_and_as_picture(
    client: Any, small: SmallRegister, size: LabelSize
) -> None:
    svg = label(client, small.in_force, size.value)
    assert svg.mimetype == "image/svg+xml"
    assert f"<title>{small.in_force} SL-PIR-010</title>" in svg.text
    assert "attachment" in svg.headers["Content-Disposition"]
    png = label(client, small.in_force, size.value, "png")
    assert png.mimetype == "image/png"
    with Image.open(BytesIO(png.data)) as picture:
        assert round(picture.info["dpi"][0]) == 300


@pytest.mark.parametrize("size", ["1000x1000", "50x31", "0x0", "large", "50X30", ""])
def test_no_other_size_is_printed(client: Any, small: SmallRegister, size: str) -> None:
    assert label(client, small.in_force, size).status_code == 404
    assert label(client, small.in_force, "50x30", "gif").status_code == 404


@pytest.mark.parametrize("word", list(Standing))
def test_what_is_over_gets_no_label_any_more(client: Any, small: SmallRegister, word: Standing) -> None:
    number = getattr(small, word.value)
    answer = label(client, number)
    page = client.get(f"/catalog/register/{number}").text
    if word in notices.LABELLED:
        assert answer.status_code == 200
        assert "label-50x30.svg" in page
    else:
        assert answer.status_code == 409
        assert word.zh in answer.text
        assert "label-" not in page
    assert "notice.pdf" in page


def test_a_label_does_not_change_from_day_to_day(client: Any, small: SmallRegister, monkeypatch: Any) -> None:
    first = label(client, small.in_force)
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(day=5))
    assert label(client, small.in_force).headers["ETag"] == first.headers["ETag"]


def test_a_page_of_another_day_offers_no_paper_of_today(client: Any, small: SmallRegister) -> None:
    assert "notice.pdf" not in client.get(f"/catalog/register/{small.in_force}?on=2026-02-01").text


# -- what a QR code states, signed ---------------------------------------------------------------------------


@pytest.fixture
def signing_key(small: SmallRegister) -> Any:
    return signing.ensure(actor=OPERATOR, now=NOW)


def stated(client: Any, monkeypatch: Any, ask: Any) -> list[str]:
    """Addresses with their statements in the QR codes of what is printed."""
    seen: list[str] = []
    code = paper_rules.qr_code

    def noting(address: str, statement: str = "", **more: Any) -> Any:
        seen.append(f"{address}#{statement}")
        return code(address, statement, **more)

    press._shelf.clear()
    with monkeypatch.context() as patch:
        patch.setattr(paper_rules, "qr_code", noting)
        assert ask().status_code == 200
    press._shelf.clear()
    return seen


def checked(client: Any, text: str) -> tuple[str, Any]:
    keys = client.get("/.well-known/jifang-keys.json").json
    code, _head, lines = jifang_check.check_address(text, keys["keys"], keys["issuer"])
    return code, lines


@pytest.mark.parametrize("what", ["notice", "label"])
def test_a_notice_and_a_label_state_the_facts_signed(
    client: Any, small: SmallRegister, signing_key: Any, monkeypatch: Any, what: str
) -> None:
    ask = {"notice": lambda: notice(client, small.in_force), "label": lambda: label(client, small.in_force)}[what]
    [text] = stated(client, monkeypatch, ask)
    code, lines = checked(client, text)
    assert code == "ok"
    kind, _day, number, entry, first, last, category, subtype, model, maker = lines
    assert (kind, number, category, subtype) == ("registration", small.in_force, "01", "passive_infrared")
    assert (model, maker, first, last) == ("SL-PIR-010", MAKER, "2026-01-05", "2029-01-04")
    assert int(entry) > 0
    assert checked(client, text.replace(small.in_force, small.revoked))[0] == "number"


def test_the_smallest_label_has_room_for_the_address_only(
    client: Any, small: SmallRegister, signing_key: Any, monkeypatch: Any
) -> None:
    [text] = stated(client, monkeypatch, lambda: label(client, small.in_force, "30x20"))
    assert text.endswith(f"/v/{small.in_force}#")


def test_what_has_ended_is_stated_without_a_word_that_it_is_in_force(
    client: Any, small: SmallRegister, signing_key: Any, monkeypatch: Any
) -> None:
    [text] = stated(client, monkeypatch, lambda: notice(client, small.revoked))
    code, lines = checked(client, text)
    assert code == "ok"
    assert "in_force" not in lines
    assert small.revoked in listed(client)["revoked"]


@pytest.mark.parametrize("host", ["https://r.cn", "https://registration.association.example.org.cn"])
@pytest.mark.parametrize("size", [LabelSize.MEDIUM, LabelSize.LARGE])
def test_a_code_on_a_label_is_coarse_enough_for_a_telephone(
    app: Any, small: SmallRegister, signing_key: Any, size: LabelSize, host: str, db: Any
) -> None:
    found = queries.registration_to_show(small.foreign, known=NOW)
    address = f"{host}/v/{small.foreign}"
    fields = statements.fields_of(found, on=TODAY, room=room_behind(address))
    digits = signing.stating(host)(statements.KIND, fields, NOW)
    assert any(one.endswith("…") for one in fields)
    code = paper_rules.qr_code(address, digits, error="l")
    square = paper_rules._MEASURES[size][1]
    assert square / code.symbol_size(border=0)[0] >= 0.4


def test_the_same_label_has_the_same_bytes_until_facts_or_key_change(
    client: Any, small: SmallRegister, signing_key: Any, monkeypatch: Any
) -> None:
    before = stated(client, monkeypatch, lambda: label(client, small.in_force))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3))
    assert stated(client, monkeypatch, lambda: label(client, small.in_force)) == before
    signing.prepare(actor=OPERATOR, now=NOW)
    signing.switch(reason="年度更换", actor=OPERATOR, now=NOW)
    after = stated(client, monkeypatch, lambda: label(client, small.in_force))
    assert after != before
    # What was printed under the old key still verifies.
    assert checked(client, before[0])[0] == checked(client, after[0])[0] == "ok"


# -- the status list -----------------------------------------------------------------------------------------


def listed(client: Any) -> dict[str, list[str]]:
    keys = client.get("/.well-known/jifang-keys.json").json
    answer = client.get("/api/v1/catalog/register/status.jws")
    assert answer.mimetype == "application/jose"
    code, head, payload = jifang_check.check_jws(answer.text, keys["keys"], keys["issuer"])
    assert (code, head["typ"]) == ("ok", "jifang-status-list+jws")
    found: dict[str, list[str]] = {}
    marks = {hashlib.sha256(number.encode()).digest()[:6]: number for number in queries.standings(TODAY)}
    for standing, text in payload["standings"].items():
        content = signing_rules.as_bytes(text)
        pieces = [content[at : at + 6] for at in range(0, len(content), 6)]
        assert pieces == sorted(pieces)
        found[standing] = [marks[piece] for piece in pieces]
    assert payload["head"]["entry"] == queries.head().entry
    return found


def test_the_status_list_names_everything_that_is_not_in_force_and_nothing_else(
    client: Any, small: SmallRegister, signing_key: Any
) -> None:
    by_standing = listed(client)
    for word in Standing:
        wanted = {number for number, standing in queries.standings(TODAY).items() if standing is word}
        assert set(by_standing.get(word.value, ())) == (wanted if word is not Standing.IN_FORCE else set())
    assert by_standing["revoked"]


def test_without_a_key_there_is_no_status_list_and_labels_are_printed_all_the_same(
    client: Any, small: SmallRegister
) -> None:
    answer = client.get("/api/v1/catalog/register/status.jws")
    assert answer.status_code == 404
    assert answer.json["type"].endswith("/problems/not_found")
    assert label(client, small.in_force).status_code == 200


def test_a_later_list_has_a_larger_number(
    client: Any, small: SmallRegister, signing_key: Any, monkeypatch: Any
) -> None:
    numbers = []
    for seconds in (0, 1, 3600):
        monkeypatch.setattr(clock, "now", lambda seconds=seconds: NOW + timedelta(seconds=seconds))
        numbers.append(signing_rules.opened(client.get("/api/v1/catalog/register/status.jws").text)[1]["number"])
    assert numbers == sorted(set(numbers))


# -- the page without a network -------------------------------------------------------------------------------


def test_the_worker_looks_after_the_addresses_in_qr_codes_only(client: Any, small: SmallRegister) -> None:
    worker = client.get("/v/offline/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert worker.mimetype == "text/javascript"
    files = json.loads(worker.text.split("const FILES = ")[1].partition(";\n")[0])
    for file in files:
        assert client.get(file).status_code == 200, file
    for code, kept in json.loads(worker.text.split("const PAGES = ")[1].partition(";\n")[0]).items():
        # Whoever asks: the worker has no cookies by which the language could be known.
        answer = client.get(kept, headers={"Accept-Language": "de"})
        assert answer.status_code == 200
        assert ('<html lang="en">' in answer.text) is (code == "en")
        assert "/v/offline?lang=" in answer.text
    page = client.get("/v/offline").text
    # What the page asks for is kept, or it would be missing in the basement.
    asked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert asked <= set(files)
    manifest = client.get("/v/offline/app.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert {client.get(icon["src"]).status_code for icon in manifest.json["icons"]} == {200}


def edition(client: Any) -> str:
    found = re.search(r'const EDITION = "([0-9a-f]{12})"', client.get("/v/offline/worker.js").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "place",
    [
        "a sentence about signatures",
        "its English",
        "an outcome of certificates",
        "the frame of pages",
        "a class's name",
    ],
)
def test_whatever_the_kept_page_says_anew_reaches_telephones_that_keep_it(
    client: Any, small: SmallRegister, signing_key: Any, monkeypatch: Any, place: str
) -> None:
    before = edition(client)
    # The hour by itself is nothing new.
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))
    assert edition(client) == before
    if place == "a sentence about signatures":
        monkeypatch.setitem(cast(dict[str, str], signing_words.OUTCOMES), "ok", "签名有效，新的说法。")
    elif place == "its English":
        monkeypatch.setitem(cast(dict[str, str], i18n._catalog("en")), signing_words.OUTCOMES["ok"], "Another wording.")
    elif place == "an outcome of certificates":
        monkeypatch.setitem(certificate_words.OUTCOMES, "erased", ("none", "dash-circle", "证书信息已删", ""))
    elif place == "the frame of pages":
        monkeypatch.setattr(menu, "is_demo", lambda: True)
    else:
        monkeypatch.setattr(offline, "pick", lambda _class: "另一名称")
    assert edition(client) != before


def test_asking_for_the_worker_takes_nothing_that_waits_to_be_said(client: Any, small: SmallRegister) -> None:
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "已保存。")]
    client.get("/v/offline/worker.js")
    assert "已保存。" in client.get("/v/offline").text
