"""Files made to deceive, to overwhelm or to be run: none gets further than a sentence or a download."""

import re
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO, RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from association.accounts.models import Account
from association.documents import queries, rules, service
from association.documents.models import Document, Filing
from association.enterprises.models import Enterprise
from association.kernel import config
from association.kernel.actors import OPERATOR, Role
from association.kernel.errors import Invalid
from association.vocabulary import DocumentKind
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
PNG_SIGN = b"\x89PNG\r\n\x1a\n"

Browser = Callable[[Account], FlaskClient]


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def a_png(width: int, height: int, *between: bytes) -> bytes:
    """A PNG that says it is so large; there is next to nothing in it."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return PNG_SIGN + header + b"".join(between) + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND")


def a_zip(content: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as folder:
        folder.writestr("payload", content)
    return target.getvalue()


def a_jpeg(**more: Any) -> bytes:
    target = BytesIO()
    Image.effect_noise((160, 160), 60).convert("RGB").save(target, "JPEG", **more)
    return target.getvalue()


BOMB = zlib.compress(bytes(100 << 20), 9)
HTML = b"<script>alert(document.cookie)</script>"
PHP = b"<?php system($_GET['c']); ?>"


def file(content: bytes, name: str = "报告.pdf") -> Filing:
    return service.file(BytesIO(content), name, actor=OPERATOR, enterprise_id=None, now=NOW)


def refusal(content: bytes, name: str = "报告.pdf") -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        file(content, name)
    (found,) = refused.value.shortfalls
    assert list((config.data_dir() / "documents" / "incoming").iterdir()) == []
    return found.code, found.detail


@pytest.fixture
def enterprise(db: Any) -> Enterprise:
    return an_enterprise()


@pytest.fixture
def caller(program: Callable[[str], FlaskClient], enterprise: Enterprise) -> FlaskClient:
    return program(a_key(a_registrant(enterprise), enterprise))


# What it is, is in the bytes; neither name nor label of the upload counts.


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (HTML + pdf_bytes(), "网页"),
        (b"<!-- \n" + pdf_bytes() + b"--><body onload=alert(1)>", "网页"),
        (b" " * 300 + b"<html>" + pdf_bytes(), "网页"),
        (b"<img src=x onerror=alert(1)>" + pdf_bytes(), "网页"),
        (b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>" + pdf_bytes(), "SVG"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>", "SVG"),
        (b"GIF89a/*" + pdf_bytes() + b"*/=1;alert(1)", "GIF"),
        (b"MZ" + bytes(64) + pdf_bytes(), "Windows"),
        (b"\x7fELF" + pdf_bytes(), "Linux"),
        (a_zip(bytes(50 << 20)), "ZIP"),
        (a_zip(b"x") + pdf_bytes(), "ZIP"),
        (PHP, "文本"),
        (b"#!/bin/sh\nrm -rf /\n", "文本"),
    ],
    ids=[
        "script and PDF",
        "comment and PDF",
        "page behind blanks",
        "picture tag and PDF",
        "SVG and PDF",
        "entities",
        "GIF and PDF",
        "Windows program",
        "Linux program",
        "zip bomb",
        "ZIP and PDF",
        "PHP",
        "shell",
    ],
)
@pytest.mark.parametrize("name", ["报告.pdf", "照片.jpg", "图.png"])
def test_what_only_claims_to_be_a_document_is_named_and_refused(db: Any, content: bytes, seems: str, name: str) -> None:
    code, sentence = refusal(content, name)
    assert code == "file_kind"
    assert seems in sentence
    assert db.session.query(Document).count() == 0


@pytest.mark.parametrize(
    ("content", "kind", "ending"),
    [
        (
            b"%PDF-1.4\n%" + HTML + b"\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF",
            "PDF",
            "pdf",
        ),
        (pdf_bytes("and more") + a_zip(b"payload"), "PDF", "pdf"),
        (a_jpeg(comment=PHP), "JPEG", "jpg"),
        (a_jpeg(comment=b"GIF89a" + HTML) + a_zip(b"payload"), "JPEG", "jpg"),
        (a_png(4, 3, chunk(b"tEXt", b"Comment\x00" + HTML)), "PNG", "png"),
        (picture_bytes("PNG") + HTML + pdf_bytes(), "PNG", "png"),
    ],
    ids=["script in PDF", "PDF and ZIP", "PHP in JPEG", "JPEG and ZIP", "script in PNG", "PNG and PDF"],
)
@pytest.mark.parametrize("name", ["x.html", "x.php", "x.svg", "x.pdf.exe", "x.js\x00.pdf"])
def test_what_is_two_things_at_once_leaves_as_the_harmless_one(
    browser: Browser, content: bytes, kind: str, ending: str, name: str
) -> None:
    owner = a_registrant()
    actor = actor_of(owner)
    filing = service.file(BytesIO(content), name, actor=actor, enterprise_id=actor.enterprise_id, now=NOW)
    assert filing.kind is DocumentKind[kind]
    assert filing.filename.endswith(f".{ending}")
    for inline in ("", "?inline=1"):
        answer = browser(owner).get(f"/association/documents/{filing.id}{inline}")
        assert answer.data == content
        assert answer.headers["Content-Type"] == DocumentKind[kind].value
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_label_of_an_upload_counts_for_nothing(caller: FlaskClient) -> None:
    answer = caller.post(API, data={"file": (BytesIO(pdf_bytes()), "a.html", "text/html")})
    assert (answer.status_code, answer.json["kind"], answer.json["filename"]) == (201, "application/pdf", "a.html.pdf")
    answer = caller.post(API, data={"file": (BytesIO(HTML), "a.pdf", "application/pdf")})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "file_kind")


# Cut off, or never whole.


@pytest.mark.parametrize(
    "content",
    [a_jpeg(), a_jpeg(progressive=True), picture_bytes("PNG", (90, 90))],
    ids=["JPEG", "progressive JPEG", "PNG"],
)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.97])
def test_a_picture_that_was_cut_off_is_refused(db: Any, content: bytes, part: float) -> None:
    assert refusal(content[: int(len(content) * part)])[0] == "file_damaged"


def test_the_preview_inside_a_picture_does_not_pass_for_its_end(db: Any) -> None:
    exif = Image.Exif()
    exif[0x010E] = "preview"
    whole = a_jpeg(exif=exif.tobytes() + picture_bytes("JPEG"))
    assert file(whole).kind is DocumentKind.JPEG
    assert whole.count(b"\xff\xd9") == 2
    assert refusal(whole[:-2])[0] == "file_damaged"


@pytest.mark.parametrize("name", ["空.pdf", "空.png", ""])
def test_an_empty_file_is_called_empty(db: Any, name: str) -> None:
    code, sentence = refusal(b"", name)
    assert code == "file_empty"
    assert "空" in sentence


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_spoilt_picture_gets_an_answer_whatever_the_decoder_makes_of_it(db: Any, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([a_jpeg(), picture_bytes("PNG"), a_png(4, 3, chunk(b"tEXt"))])))
    for _time in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, min(len(content), 400) - 1))] = data.draw(st.integers(0, 255))
    # Taken or refused: anything but Invalid would be an error page.
    with suppress(Invalid):
        assert file(bytes(content)).kind in {DocumentKind.JPEG, DocumentKind.PNG, DocumentKind.PDF}


# Small files that become large, and large ones that are mostly claims.


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_png(100_000, 100_000), "file_pixels"),
        (a_png(2**31 - 1, 2**31 - 1), "file_pixels"),
        (a_png(rules.LARGEST_PICTURE + 1, 1), "file_pixels"),
        (a_png(12_000, 12_000), "file_pixels"),
        (a_png(0, 0), "file_damaged"),
        (a_png(4, 3, chunk(b"zTXt", b"k\x00\x00" + BOMB)), "file_damaged"),
        (a_png(4, 3, chunk(b"iTXt", b"k\x00\x01\x00\x00\x00" + BOMB)), "file_damaged"),
        (a_png(4, 3, chunk(b"iCCP", b"k\x00\x00" + BOMB)), "file_damaged"),
        (PNG_SIGN + b"\x7f\xff\xff\xffIHDR", "file_damaged"),
        (PNG_SIGN + chunk(b"IHDR", b"abc") + chunk(b"IEND"), "file_damaged"),
        (PNG_SIGN + chunk(b"IEND"), "file_damaged"),
        (b"\xff\xd8\xff\xe0\x00\x00" + b"\xff\xda\xff\xd9", "file_damaged"),
    ],
    ids=[
        "ten thousand million",
        "most of all",
        "one row",
        "more than the decoder warns of",
        "none",
        "zTXt",
        "iTXt",
        "iCCP",
        "endless header",
        "short header",
        "no header",
        "nothing but an end",
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_would_burst_is_not_unpacked(db: Any, content: bytes, code: str) -> None:
    assert refusal(content)[0] == code


@pytest.mark.parametrize(
    "piece", [b"\xff", b"\xff\x00", b"\xff\xe0\x00\x02", chunk(b"IDAT"), chunk(b"tEXt", b"k\x00v"), chunk(b"tEXt")]
)
def test_millions_of_empty_pieces_keep_nobody_busy(db: Any, piece: bytes) -> None:
    begin = b"\xff\xd8\xff" if piece.startswith(b"\xff") else a_png(4, 3)[: 8 + 25]
    content = begin + piece * ((config.LARGEST_UPLOAD - 100) // len(piece)) + chunk(b"IEND")
    began = time.process_time()
    assert refusal(content)[0] == "file_damaged"
    # A decoder alone takes two to nine seconds over these; a generous limit, for slow machines.
    assert time.process_time() - began < 1.5


class Untouched(RawIOBase):
    """A body that nobody should begin to read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("read although it is too large")


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "two gigabytes"}])
def test_two_gigabytes_are_refused_by_their_announcement(caller: FlaskClient, headers: dict[str, str]) -> None:
    answer = caller.post(
        API,
        content_type="multipart/form-data; boundary=b",
        headers=headers,
        environ_overrides={"CONTENT_LENGTH": str(2 << 30), "wsgi.input": Untouched()},
    )
    assert (answer.status_code, answer.json["type"]) == (413, "/problems/too_large")


def test_an_upload_that_does_not_say_how_long_it_is_is_refused(caller: FlaskClient) -> None:
    answer = caller.post(
        API,
        content_type="multipart/form-data; boundary=b",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input": Untouched()},
    )
    assert (answer.status_code, answer.json["type"]) == (411, "/problems/length_required")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=b", 422),
        (b"", "multipart/form-data", 422),
        (b"--b\r\nno end of this", "multipart/form-data; boundary=b", 422),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF-\r\n--b--', "multipart/form-data; boundary=b", 422),
        (b'{"file": "%PDF-"}', "application/json", 422),
        (b"file=%25PDF-", "application/x-www-form-urlencoded", 422),
        (b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 5000 + b"--b--", "multipart/form-data; boundary=b", 413),
    ],
    ids=["nothing", "no boundary", "no end", "no file name", "JSON", "a form", "countless parts"],
)  # fmt: skip
def test_what_is_no_upload_is_told_so(caller: FlaskClient, body: bytes, kind: str, status: int) -> None:
    answer = caller.post(API, data=body, content_type=kind)
    assert answer.status_code == status
    assert answer.json["type"].startswith("/problems/")


# Names.


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini", "win.ini.pdf"),
        ("/etc/cron.d/x.pdf", "x.pdf"),
        ("C:\\x.pdf", "x.pdf"),
        ("..", "file.pdf"),
        ("a\r\nSet-Cookie: b=c\r\n\r\n.pdf", "aSet-Cookie b=c.pdf"),
        ("a.html\x00.pdf", "a.html.pdf"),
        ("报告\u202efdp.exe", "报告fdp.exe.pdf"),
        ("报告\u2067\u061c\u200f\ufeff.pdf", "报告.pdf"),
        ("a\u2028b\x85c.pdf", "abc.pdf"),
        ('a"; filename="b.html.pdf', "a; filename=b.html.pdf"),
        ("", "file.pdf"),
        ("长" * 10_000 + ".pdf", "长" * 150 + ".pdf"),
        ("x" * 10_240, "x" * 150 + ".pdf"),
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_a_name_leads_nowhere_and_deceives_nobody(browser: Browser, name: str, shown: str) -> None:
    owner = a_registrant()
    filing = a_filing(actor_of(owner), name=name)
    assert filing.filename == shown
    # The place follows from the content alone.
    assert re.fullmatch(r".*/documents/[0-9a-f]{2}/[0-9a-f]{62}", str(queries.file_of(filing)))
    answer = browser(owner).get(f"/association/documents/{filing.id}")
    assert answer.status_code == 200
    assert "Set-Cookie: b" not in str(answer.headers)
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert said.isascii()
    assert not re.search(r"[\r\n\x00]", said)


def test_a_name_of_ten_kilobytes_comes_through_the_door_shortened(caller: FlaskClient) -> None:
    answer = caller.post(API, data={"file": (BytesIO(pdf_bytes()), "../" + "n" * 10_240 + ".pdf")})
    assert (answer.status_code, answer.json["filename"]) == (201, "n" * 150 + ".pdf")


# Whose it is.


def test_one_content_of_two_enterprises_is_kept_once_and_each_sees_its_own_filing(browser: Browser, db: Any) -> None:
    one, two = a_registrant(), a_registrant()
    first = a_filing(actor_of(one), text="the same", name="甲.pdf")
    second = a_filing(actor_of(two), text="the same", name="乙.pdf")
    assert db.session.query(Document).count() == 1
    for account, own, other in ((one, first.id, second.id), (two, second.id, first.id)):
        visitor = browser(account)
        assert visitor.get(f"/association/documents/{own}").status_code == 200
        refused = visitor.get(f"/association/documents/{other}")
        absent = visitor.get("/association/documents/999999")
        assert refused.status_code == absent.status_code == 404
        assert "甲.pdf" not in refused.text
        assert "乙.pdf" not in refused.text


def test_knowing_the_content_opens_no_strangers_filing(browser: Browser) -> None:
    filing = a_filing(actor_of(a_registrant()))
    stranger = browser(a_registrant())
    at, mark = f"/association/documents/{filing.id}", {"If-None-Match": f'"{filing.sha256}"'}
    assert stranger.get(at, headers=mark).status_code == 404
    assert stranger.head(at, headers=mark).status_code == 404
    assert stranger.get(at, headers={"Range": "bytes=0-3"}).status_code == 404


@pytest.mark.parametrize("asked", ["", "?inline=1", "?inline=1&next=/"])
def test_strangers_are_never_given_a_file(client: FlaskClient, asked: str) -> None:
    filing = a_filing(actor_of(a_registrant()), text="secret")
    for method in (client.get, client.head):
        answer = method(f"/association/documents/{filing.id}{asked}")
        assert answer.status_code == 303
        assert "/accounts/login" in answer.headers["Location"]
        assert b"secret" not in answer.data
    place = queries.file_of(filing).relative_to(config.data_dir()).as_posix()
    for path in (f"/{place}", f"/static/../{place}", f"/static/%2e%2e/{place}", f"{API}/{filing.id}"):
        assert client.get(path).status_code in (401, 404, 405)


def test_a_part_of_a_file_is_as_harmless_as_the_whole(browser: Browser) -> None:
    filing = a_filing(actor_of(a_registrant()))
    reviewer = browser(an_account(Role.REVIEWER))
    answer = reviewer.get(f"/association/documents/{filing.id}?inline=1", headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.data) == (206, b"%PDF")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "1e3", "%00", "../1"])
def test_numbers_of_nothing_are_not_there(browser: Browser, number: str) -> None:
    assert browser(a_registrant()).get(f"/association/documents/{number}").status_code == 404
