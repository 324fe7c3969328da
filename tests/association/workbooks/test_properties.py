"""Whatever stands in a workbook: every row is counted once, every text is exactly what it was, nothing ends in an
unforeseen error, and the workbook that goes back holds all that came."""

import csv
import random
import re
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any
from unittest.mock import patch

import openpyxl
import xlsxwriter
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from association.kernel.errors import Invalid
from association.workbooks import emptiness
from association.workbooks.columns import heading_keys, mapped
from association.workbooks.layout import Source
from association.workbooks.marking import Column, Mark, Marking, Sheet
from association.workbooks.reading import read
from association.workbooks.returning import give_back
from association.workbooks.words import Refusal
from association.workbooks.writing import failing_rows, whole_table
from tests.association.workbooks.builders import HEADINGS, LIST, SHEET, part, rows, with_parts
from tests.properties import holds_for

# Everything that a cell may hold and a person may see: no controls, no half characters.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\u200b\ufeff"), max_size=30)
MODELS = st.one_of(
    TEXTS, st.from_regex(r"0{0,4}[0-9]{1,8}", fullmatch=True), st.sampled_from(["1E5", "3-4", "=1+1", "TRUE", "_x0041_", "'5"])
)  # fmt: skip
CELLS = st.one_of(
    TEXTS,
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
    st.sampled_from(["合计", "小计：", "一、视频", "注：以上", "2026-03-01", "26.3.1", "3台", "设备名称", "规格型号"]),
    st.tuples(st.sampled_from(["00000", "0.00E+00", "yyyy-mm-dd", '"X-"000', "@", "General"]), st.integers(0, 99999)),
    st.tuples(st.just("formula"), st.one_of(st.just(""), TEXTS)),
)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=12)
SPANS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 7), st.integers(0, 3), st.integers(0, 3)), max_size=4)


def written(table: list[list[Any]], spans: list[tuple[int, int, int, int]], hidden: list[int]) -> bytes:
    """The table as a spreadsheet would save it, with merged ranges where they do not overlap."""
    target = BytesIO()
    with xlsxwriter.Workbook(
        target, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, HEADINGS)
        for number, line in enumerate(table, 1):
            for column, value in enumerate(line):
                if isinstance(value, tuple) and value[0] == "formula":
                    sheet.write_formula(number, column, "=A1", None, value[1])
                elif isinstance(value, tuple):
                    sheet.write_number(number, column, value[1], book.add_format({"num_format": value[0]}))
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, value)
        for row in hidden:
            sheet.set_row(row, None, None, {"hidden": True})
        for row, column, down, right in spans:
            try:
                if down or right:
                    sheet.merge_range(row, column, row + down, column + right, "并")
            except xlsxwriter.exceptions.OverlappingRange:
                continue
    return target.getvalue()


@holds_for(TABLES, SPANS, st.lists(st.integers(1, 12), max_size=3), st.booleans(), few=15, many=120)
def test_every_row_is_counted_once_and_every_fault_has_its_cell(
    table: list[list[Any]], spans: list[tuple[int, int, int, int]], hidden: list[int], goods: bool
) -> None:
    content = written(table, spans, hidden)
    source = Source(content)
    columns = replace(LIST, titles=("name",), once=("quantity",), details=("maker", "on")) if goods else LIST
    layout = source.lay_out(columns)
    found = read(source, layout, columns)
    rows_said = [one.row for one in found.lines] + [row for row, _why in found.left_out]
    assert len(rows_said) == len(set(rows_said)) == found.counts.rows
    assert found.counts.good + found.counts.faulty + found.counts.left_out == found.counts.rows
    assert all(line.faults for line in found.faulty)
    assert not any(line.faults for line in found.good)
    for line in found.faulty:
        assert all(one.cell.endswith(str(line.row)) and one.detail for one in line.faults)
    # The number of failures shown, given back and not taken is one.
    again = CalamineWorkbook.from_filelike(
        BytesIO(failing_rows(source, layout, found.faulty, heading="问题", author="平台"))
    )
    sent_back = again.get_sheet_by_index(0).to_python()[1:]
    assert len([row for row in sent_back if row[-1]]) == found.counts.faulty
    back = give_back(source, layout, marking(found.lines))
    before, after = (CalamineWorkbook.from_filelike(BytesIO(one)).get_sheet_by_name("清单") for one in (content, back))
    old, new = before.to_python(skip_empty_area=False), after.to_python(skip_empty_area=False)
    width = max(len(row) for row in old)
    # A row that held only a formula without a result is one now, for what is said of it.
    assert [row[:width] for row in new[: len(old)]] == old
    assert not any(cell != "" for row in new[len(old) :] for cell in row[:width])


@holds_for(TABLES, st.randoms(use_true_random=False), few=15, many=120)
def test_cells_that_name_their_place_or_not_stay_where_they_are(table: list[list[Any]], dice: random.Random) -> None:
    content = written(table, [], [])
    text = part(content, SHEET).decode()
    # Of a row whose cells follow each other none need say where it is; what holds nothing may be named or not.
    rows_of = re.findall(r"<row .*?</row>|<row [^>]*/>", text, re.DOTALL)
    for row in rows_of:
        letters_of = re.findall(r'<c r="([A-Z])', row)
        follow = letters_of == list("ABCDEFGH")[: len(letters_of)]
        bare = (
            re.sub(r'<c r="[A-Z]+[0-9]+"', lambda its: its[0] if dice.random() < 0.3 else "<c", row) if follow else row
        )
        text = text.replace(row, bare.replace("</row>", "<c/>" * dice.randrange(5) + "</row>"), 1)
    odd = with_parts(content, {SHEET: text.encode()})
    back = give_back(source := Source(odd), source.lay_out(LIST), marking(read_of(odd).lines))
    old, new = (openpyxl.load_workbook(BytesIO(one))["清单"] for one in (content, back))
    first = next(cell.column for cell in new[1] if cell.value == "结论")
    said = {line.row for line in read_of(odd).lines}
    for row in new.iter_rows(min_row=2):
        values = [cell.value for cell in row]
        assert values[: first - 1] == [old.cell(row[0].row, n).value for n in range(1, first)]
        assert ("结论" in values[first - 1 :]) == (row[0].row in said)


@holds_for(
    st.lists(
        st.tuples(st.sampled_from(["型号", "型 号*", "型号/2", "型号2", "品牌", "x", "X"]), st.sampled_from(["", "model", "maker", "name"])),
        min_size=1,
        max_size=8,
    ),
    few=40,
    many=400,
)  # fmt: skip
def test_whatever_the_columns_are_called_those_that_somebody_names_are_read(said: list[tuple[str, str]]) -> None:
    headings = [(column, text) for column, (text, _key) in enumerate(said, 1)]
    words = heading_keys(headings)
    assert len(set(words.values())) == len(said)
    wanted = ["" if key in [one for _text, one in said[:place]] else key for place, (_text, key) in enumerate(said)]
    choice = {words[column]: key for column, key in enumerate(wanted, 1)}
    assert [one.key for one in mapped(LIST, headings, choice)] == wanted


@holds_for(TABLES, st.integers(0, 40), st.integers(1, 400), few=15, many=120)
def test_rows_left_unread_at_the_end_of_a_sheet_hold_nothing(table: list[list[Any]], more: int, piece: int) -> None:
    text = part(content := written(table, [], []), SHEET).decode()
    empty = "".join(f'<row r="{row}"><c r="C{row}" s="0"/></row>' for row in range(50, 50 + more))
    content = with_parts(content, {SHEET: text.replace("</sheetData>", empty + "</sheetData>").encode()})
    plain = [(line.row, line.values, line.faults) for line in read_of(content).lines]
    back = give_back(source := Source(content), source.lay_out(LIST), marking(read_of(content).lines))
    with patch.object(emptiness, "LEAST", 0), patch.object(emptiness, "AT_ONCE", piece + 400):
        assert [(line.row, line.values, line.faults) for line in read_of(content).lines] == plain
        again = give_back(source := Source(content), source.lay_out(LIST), marking(read_of(content).lines))
    assert part(again, SHEET) == part(back, SHEET)


def marking(lines: list[Any]) -> Marking:
    marks = {line.row: Mark(("结论", "=1"), "bad", ((f"A{line.row}", "x"),)) for line in lines}
    return Marking((Column("结论"), Column("理由")), marks, Sheet("汇总", [["a", 1]]), "平台")


def read_of(content: bytes) -> Any:
    source = Source(content)
    return read(source, source.lay_out(LIST), LIST)


@holds_for(
    st.lists(MODELS, min_size=1, max_size=8), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), few=15, many=120
)
def test_a_text_is_read_exactly_and_comes_back_exactly(models: list[str], encoding: str) -> None:
    content = rows(*[["摄像机", model] for model in models])
    wanted = [" ".join(model.strip(" \u00a0\u3000").splitlines()) for model in models]
    found = read_of(content)
    good = {line.row: line.values["model"] or "" for line in found.good}
    for row, model in enumerate(wanted, 2):
        if row in good and "\u2028" not in model and "\u2029" not in model:
            assert good[row] == model
    source = Source(content)
    layout = source.lay_out(LIST)
    for back in (give_back(source, layout, marking(found.lines)), whole_table(source, layout, marking(found.lines))):
        assert [line.values["model"] for line in read_of(back).good] == [line.values["model"] for line in found.good]


@holds_for(st.lists(MODELS, min_size=1, max_size=8), st.sampled_from(",;\t|"), few=15, many=120)
def test_a_text_in_csv_is_read_exactly_or_said_to_be_spoilt(models: list[str], sign: str) -> None:
    target = StringIO()
    table = csv.writer(target, delimiter=sign)
    table.writerow(["设备名称", "规格型号", "生产厂家"])
    for model in models:
        table.writerow(["摄像机", model, "甲公司"])
    found = read_of(f"sep={sign}\n{target.getvalue()}".encode())
    assert found.counts.rows == len(models)
    for line in found.good:
        model = models[line.row - 2].strip(" \u00a0\u3000")
        if not any(one in model for one in "\u2028\u2029"):
            assert (line.values["model"] or "") == model


@holds_for(st.binary(max_size=400), st.integers(0, 10**9), few=15, many=120)
def test_damage_anywhere_is_refused_in_words_or_does_no_harm(noise: bytes, seed: int) -> None:
    dice = random.Random(seed)
    good = rows(["摄像机", "A-1", "甲公司", 3, "2026-03-01", ""])
    name = dice.choice(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml",
                        "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])  # fmt: skip
    text = part(good, name)
    at = dice.randrange(len(text))
    content = with_parts(good, {name: text[:at] + noise + text[at + dice.randrange(40) :]})
    for broken in (content, good[: dice.randrange(len(good))], good[:at] + noise + good[at:]):
        try:
            source = Source(broken)
            layout = source.lay_out(LIST)
            found = read(source, layout, LIST)
            give_back(source, layout, marking(found.lines)) if source.kind == "xlsx" else None
        except Invalid as refusal:
            named = refusal.code
        else:
            named = Refusal.DAMAGED
        assert named in set(Refusal)


@holds_for(st.binary(max_size=600), few=40, many=400)
def test_any_bytes_at_all_are_a_table_or_a_refusal(content: bytes) -> None:
    try:
        read_of(content)
    except Invalid as refusal:
        named = refusal.code
    else:
        named = Refusal.DAMAGED
    assert named in set(Refusal)
