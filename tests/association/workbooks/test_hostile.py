"""Files made to harm or to confuse: each gets one clear sentence."""

import random
import zipfile
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest

from association.kernel.errors import Invalid
from association.workbooks import package
from association.workbooks.cells import letters
from tests.association.workbooks.builders import HEADINGS, SHEET, part, read_all, rows, with_parts, xlsx

GOOD = rows(["摄像机", "A-1", "甲公司", 3, "2026-03-01", ""])
# A million characters that do not pack away to nothing.
NOISE = b64encode(random.Random(5).randbytes(786_432))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def sheet_with(old: bytes, new: bytes) -> bytes:
    text = part(GOOD, SHEET)
    assert old in text
    return with_parts(GOOD, {SHEET: text.replace(old, new, 1)})


def bomb() -> bytes:
    return with_parts(GOOD, {"xl/media/x.bin": b"\0" * (30 << 20)})


def many_parts() -> bytes:
    return with_parts(GOOD, {f"xl/media/{n}.bin": b"" for n in range(package.MOST_PARTS + 1)})


def with_entities() -> bytes:
    text = part(GOOD, SHEET)
    head, _mark, rest = text.partition(b"?>")
    lol = (
        b'<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
    )
    return with_parts(GOOD, {SHEET: head + b"?>" + lol + rest})


def with_macros() -> bytes:
    types = part(GOOD, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return with_parts(GOOD, {"[Content_Types].xml": types, "xl/vbaProject.bin": OLE})


def long_cell() -> bytes:
    strings = part(GOOD, "xl/sharedStrings.xml").replace("摄像机".encode(), NOISE * 9)
    return with_parts(GOOD, {"xl/sharedStrings.xml": strings})


def huge_cell() -> bytes:
    strings = part(GOOD, "xl/sharedStrings.xml").replace("摄像机".encode(), NOISE * 12)
    return with_parts(GOOD, {"xl/sharedStrings.xml": strings})


def word() -> bytes:
    types = part(GOOD, "[Content_Types].xml").replace(b"spreadsheetml.sheet.main", b"wordprocessingml.document.main")
    return with_parts(GOOD, {"[Content_Types].xml": types})


def plain_zip() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("a.txt", "a")
    return target.getvalue()


def ods() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return target.getvalue()


def encrypted_entry() -> bytes:
    content = bytearray(GOOD)
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


MERGES = b'<mergeCells count="2"><mergeCell ref="A1:B3"/><mergeCell ref="B2:C4"/></mergeCells>'
SAME = b'<mergeCells count="2"><mergeCell ref="A1:B3"/><mergeCell ref="A1:B3"/></mergeCells>'


@pytest.mark.parametrize(
    ("what", "code"),
    [
        pytest.param(lambda: b"", "workbook_empty", id="empty"),
        pytest.param(lambda: b" \r\n\xef\xbb\xbf", "workbook_empty", id="blank"),
        pytest.param(lambda: OLE, "workbook_old", id="xls, renamed"),
        pytest.param(lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "workbook_password", id="password"),
        pytest.param(encrypted_entry, "workbook_password", id="encrypted entry"),
        pytest.param(with_macros, "workbook_macros", id="macros"),
        pytest.param(bomb, "workbook_too_large", id="bomb"),
        pytest.param(many_parts, "workbook_too_large", id="thousands of parts"),
        pytest.param(with_entities, "workbook_entities", id="entities"),
        pytest.param(long_cell, "workbook_cell", id="9 MB in a cell"),
        pytest.param(huge_cell, "workbook_cell", id="12 MB in a cell"),
        pytest.param(lambda: GOOD[:-400], "workbook_damaged", id="cut short"),
        pytest.param(lambda: GOOD[: len(GOOD) // 2], "workbook_damaged", id="half of it"),
        pytest.param(lambda: sheet_with(b"</sheetData>", b"</sheetData>" + MERGES), "workbook_merges", id="overlap"),
        pytest.param(lambda: sheet_with(b"</sheetData>", b"</sheetData>" + SAME), "workbook_merges", id="twice"),
        pytest.param(lambda: sheet_with(b'<row r="2"', b'<row r="1"'), "workbook_damaged", id="row twice"),
        pytest.param(lambda: sheet_with(b'<row r="2"', b'<row r="99999999"'), "workbook_damaged", id="row beyond"),
        pytest.param(lambda: sheet_with(b'r="A2"', b'r="ZZZZ2"'), "workbook_damaged", id="column beyond"),
        pytest.param(lambda: sheet_with(b'r="A2"', b'r="XFD2"'), "workbook_columns", id="last column"),
        pytest.param(lambda: sheet_with(b"</sheetData>", b"</sheetDat>"), "workbook_damaged", id="broken XML"),
        pytest.param(lambda: sheet_with(b"<v>0</v>", b"<v>999</v>"), "workbook_damaged", id="text that is not there"),
        pytest.param(lambda: with_parts(GOOD, {}, without=(SHEET,)), "workbook_damaged", id="sheet missing"),
        pytest.param(lambda: with_parts(GOOD, {}, without=("xl/workbook.xml",)), "workbook_damaged", id="no workbook"),
        pytest.param(word, "workbook_kind", id="Word"),
        pytest.param(plain_zip, "workbook_kind", id="zip"),
        pytest.param(ods, "workbook_kind", id="ods"),
        pytest.param(lambda: b"%PDF-1.7\n", "workbook_kind", id="PDF"),
        pytest.param(lambda: b"<html><table><tr><td>x", "workbook_kind", id="a page called xls"),
        pytest.param(lambda: b"a,b\n\x00\x01", "workbook_kind", id="bytes"),
        pytest.param(lambda: "型号,名称\n".encode() + b"\xff\xff\xff", "workbook_encoding", id="no encoding"),
        pytest.param(lambda: "型号,名称\n".encode() + b"x" * 40_000, "workbook_cell", id="csv cell"),
        pytest.param(lambda: "天气,心情\n好,好\n".encode(), "workbook_no_table", id="no such table"),
        pytest.param(lambda: "型号,名称\n".encode() + b"a,b\n" * 10_001, "workbook_rows", id="10,001 lines"),
    ],
)
def test_each_harmful_file_is_refused_in_words(what: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_all(what())
    assert refused.value.code == code
    assert len(refused.value.detail) > 10
    assert [one.field for one in refused.value.shortfalls] == ["file"]


def test_ten_thousand_lines_are_taken() -> None:
    found = read_all("型号,名称\n".encode() + b"a,b\n" * 10_000)
    assert found.counts.good == 10_000


def test_one_cell_in_the_last_row_costs_nothing() -> None:
    found = read_all(sheet_with(b'<row r="2"', b'<row r="1048576"'))
    assert [line.row for line in found.good] == [1_048_576]


def test_merged_cells_without_end_are_compared_quickly() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["x", "A-1"])

    text = part(xlsx(fill), SHEET)
    areas = "".join(f'<mergeCell ref="{name}5:{name}900000"/>' for name in _columns(16_000))
    content = with_parts(
        xlsx(fill), {SHEET: text.replace(b"</sheetData>", f"</sheetData><mergeCells>{areas}</mergeCells>".encode())}
    )
    assert read_all(content).counts.good == 1


def _columns(count: int) -> list[str]:
    return [letters(n) for n in range(1, count + 1)]


def test_links_to_other_files_are_said_and_not_followed() -> None:
    content = with_parts(GOOD, {"xl/externalLinks/externalLink1.xml": b"<x/>"})
    found = read_all(content)
    assert found.counts.good == 1
    assert "external_links" in dict(found.notices)
