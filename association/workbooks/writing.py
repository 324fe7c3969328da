"""New workbooks, streamed (XlsxWriter, constant memory): templates with drop-downs, exports, the rows that failed.
Nothing that is written becomes a formula: texts are text cells, and csv gets a mark before what a spreadsheet would
run. Pure.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from association.kernel.i18n import N_, _
from association.workbooks.cells import LONGEST_TEXT, Cell, Eaten, address
from association.workbooks.columns import ColumnSet, Field
from association.workbooks.layout import Layout, Source
from association.workbooks.marking import TONES, Column, Mark, Marking, Sheet, free_name, height
from association.workbooks.reading import Line

Value = str | int | Decimal | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# OWASP, CSV Injection: what a spreadsheet takes for a formula when it opens a csv file.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
TEMPLATE_ROWS = 1000
LONGEST_LIST = 255  # what a drop-down may hold, commas included


def _book(target: BytesIO) -> Any:
    # In constant memory rows go to a file of the system's temporary folder, deleted when the workbook is closed.
    return xlsxwriter.Workbook(target, dict(_OPTIONS))


def _formats(book: Any) -> dict[str, Any]:
    plain = {"num_format": "@", "valign": "top", "text_wrap": True}
    found = {
        "heading": book.add_format({"bold": True, "bottom": 1, **plain}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "alone": book.add_format({"num_format": "@", "valign": "top"}),
        "plain": book.add_format(plain),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
        "hint": book.add_format({"font_color": "#626C74", "text_wrap": True, "valign": "top"}),
    }
    for tone, (ink, ground) in TONES.items():
        found[tone] = book.add_format({**plain, "font_color": f"#{ink[2:]}", "bg_color": f"#{ground[2:]}"})
    return found


def _write(sheet: Any, row: int, column: int, value: Value, formats: Mapping[str, Any], style: str = "plain") -> None:
    if value is None or value == "":
        if style in TONES:
            sheet.write_blank(row, column, None, formats[style])
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST_TEXT], formats[style])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["date"])
    else:
        sheet.write_number(row, column, value, formats["number"])


def workbook(
    name: str, headings: Sequence[tuple[str, float]], rows: Iterable[Sequence[Value]], *, title: str = ""
) -> bytes:
    """A table as xlsx: headings with widths, rows as they come. Texts stay texts, whatever they look like."""
    target = BytesIO()
    with _book(target) as book:
        formats = _formats(book)
        sheet = book.add_worksheet(free_name(name, ()))
        for column, (_heading, width) in enumerate(headings):
            sheet.set_column(column, column, width)
        top = 0
        if title:
            sheet.write_string(0, 0, title, formats["title"])
            top = 1
        for column, (heading, _width) in enumerate(headings):
            sheet.write_string(top, column, heading, formats["heading"])
        sheet.freeze_panes(top + 1, 0)
        for number, row in enumerate(rows, top + 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, formats)
    return target.getvalue()


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """The same as csv in UTF-8 with a mark (Excel needs it)."""
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([harmless(str(value)) if value is not None else "" for value in row])
    return "\ufeff" + target.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet runs when it opens it in a csv file; numbers stay as they are."""
    if text.startswith(_RUNS) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    return text[:1] in "+-" and text[1:].replace(".", "", 1).isdigit() and text.isascii()


def template(
    columns: ColumnSet, *, fields: Sequence[Field] | None = None, rows: Iterable[Mapping[str, Value]] = ()
) -> bytes:
    """A template: headings, needed ones marked, formats that keep texts as they are typed, drop-downs, and a second
    sheet that explains each column. ``rows``, by key, are filled in already."""
    chosen = tuple(fields or columns.fields)
    target = BytesIO()
    with xlsxwriter.Workbook(target, {**_OPTIONS, "constant_memory": False}) as book:
        formats = _formats(book)
        sheet = book.add_worksheet(free_name(_(columns.title), ()))
        help_sheet = book.add_worksheet(free_name(_(N_("填写说明")), (_(columns.title),)))
        sheet.freeze_panes(1, 0)
        for column, one in enumerate(chosen):
            style = formats["date"] if one.key.endswith("_on") or one.key == "on" else formats["plain"]
            sheet.set_column(column, column, one.width, style)
            mark = "*" if one.required else ""
            sheet.write_string(0, column, f"{_(one.label)}{mark}", formats["heading"])
            if one.hint:
                sheet.write_comment(0, column, _(one.hint), {"x_scale": 2})
            options = [_(choice) for choice in one.choices]
            if options and len(",".join(options)) <= LONGEST_LIST:
                sheet.data_validation(1, column, TEMPLATE_ROWS, column, {"validate": "list", "source": options})
        for number, row in enumerate(rows, 1):
            for column, one in enumerate(chosen):
                if (value := row.get(one.key)) is not None:
                    _write(sheet, number, column, value, formats)
        _explain(help_sheet, chosen, formats)
    return target.getvalue()


def _explain(sheet: Any, fields: Sequence[Field], formats: Mapping[str, Any]) -> None:
    for column, (heading, width) in enumerate(
        ((_(N_("列")), 20), (_(N_("必填")), 8), (_(N_("说明")), 50), (_(N_("示例")), 26), (_(N_("也认识的列名")), 70))
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, formats["heading"])
    for row, one in enumerate(fields, 1):
        needed = _(N_("必填")) if one.required else ""
        choices = _("可选：{choices}", choices=_("、").join(_(choice) for choice in one.choices)) if one.choices else ""
        texts = (_(one.label), needed, " ".join(filter(None, (_(one.hint) if one.hint else "", choices))), one.example)
        for column, text in enumerate((*texts, _("、").join(one.names[:12]))):
            sheet.write_string(row, column, text, formats["plain"])


def whole_table(source: Source, layout: Layout, added: Marking) -> bytes:
    """The table of ``source`` in a new workbook, every cell at its own place, with what is ``added`` behind them: for csv,
    which holds no formats to keep, and for a workbook that nothing can be put into."""
    columns = source.survey(layout.sheet).columns
    every = range(1, source.most_columns + 1)
    if source.kind != "csv":
        columns = {column for row in source.rows(layout.sheet, every) for column in row.cells}
    width = max(columns)
    said = _joined(added.comments())
    target = BytesIO()
    with _book(target) as book:
        formats = _formats(book)
        sheet = book.add_worksheet(free_name(layout.sheet.name, ()))
        sheet.set_column(0, width - 1, 16)
        for n, one in enumerate(added.columns, width):
            sheet.set_column(n, n, one.width)
        sheet.freeze_panes(layout.heading_row, 0)
        for row in source.rows(layout.sheet, every):
            out = row.number - 1
            is_heading = row.number == layout.heading_row
            style = "heading" if is_heading else "plain"
            for column, cell in row.cells.items():
                _write(sheet, out, column - 1, _value(cell), formats, style)
                if comment := said.get(address(column, row.number)):
                    sheet.write_comment(out, column - 1, comment, {"author": added.author, "x_scale": 2})
            for n, one in enumerate(added.columns if is_heading else (), width):
                sheet.write_string(out, n, one.heading, formats["heading"])
            _write_mark(sheet, out, width, added.rows.get(row.number), formats)
        if added.sheet is not None:
            _further(book, added.sheet, formats, layout.sheet.name)
    return target.getvalue()


def _value(cell: Cell) -> Value:
    """A number that is shown otherwise than it is (00812, a date) goes out as it is shown."""
    plain = cell.eaten in (Eaten.NUMBER, Eaten.FRACTION) and cell.number is not None
    return cell.number if plain else cell.text


def _write_mark(sheet: Any, row: int, first: int, mark: Mark | None, formats: Mapping[str, Any]) -> None:
    for n, text in enumerate(mark.texts if mark else ()):
        style = mark.tone if mark and n == 0 and mark.tone in TONES else "plain"
        _write(sheet, row, first + n, text, formats, style)


def failing_rows(source: Source, layout: Layout, faulty: Sequence[Line], *, heading: str, author: str) -> bytes:
    """Only the rows that failed, every column of the original in its order and as it is shown, the causes in one column
    more and as comments on the cells. Corrected, it can be uploaded as it is."""
    marks = {
        line.row: Mark(
            (_("；").join(one.sentence for one in line.faults),),
            "bad",
            tuple((one.cell, one.detail) for one in line.faults),
        )
        for line in faulty
    }
    return _rewritten(source, layout, Marking((Column(heading, 60),), marks, author=author))


def _rewritten(source: Source, layout: Layout, added: Marking) -> bytes:
    columns = [(one.column, one.text) for one in layout.headings]
    target = BytesIO()
    with _book(target) as book:
        formats = _formats(book)
        sheet = book.add_worksheet(free_name(layout.sheet.name, ()))
        sheet.set_column(0, max(0, len(columns) - 1), 16)
        for place, (_column, heading) in enumerate(columns):
            sheet.write_string(0, place, heading, formats["heading"])
        for place, one in enumerate(added.columns, len(columns)):
            sheet.set_column(place, place, one.width)
            sheet.write_string(0, place, one.heading, formats["heading"])
        sheet.freeze_panes(1, 0)
        places = {column: place for place, (column, _heading) in enumerate(columns)}
        said = _joined(added.comments())
        out = 0
        for row in source.rows(layout.sheet, list(places)):
            if row.number <= layout.heading_row or row.number not in added.rows:
                continue
            out += 1
            for column, cell in row.cells.items():
                _write(sheet, out, places[column], _value(cell), formats)
            _write_mark(sheet, out, len(columns), added.rows[row.number], formats)
            for column, place in places.items():
                if comment := said.get(address(column, row.number)):
                    sheet.write_comment(out, place, comment, {"author": added.author, "x_scale": 2})
    return target.getvalue()


def _joined(said: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell, text in said:
        found[cell] = f"{found[cell]}\n{text}" if cell in found else text
    return found


def _further(book: Any, further: Sheet, formats: Mapping[str, Any], taken: str) -> None:
    sheet = book.add_worksheet(free_name(further.name, (taken,)))
    for column, width in enumerate(further.widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(further.rows):
        style = further.style(number)
        if style is not None:
            sheet.set_row(number, height(row, further.widths))
        for column, value in enumerate(row):
            _write(sheet, number, column, value, formats, style or "alone")


def table_with(
    name: str,
    headings: Sequence[tuple[str, float]],
    rows: Iterable[tuple[Sequence[Value], str]],
    *,
    toned: int,
    further: Sheet | None = None,
) -> bytes:
    """A new workbook: rows, each with the tone of its column ``toned``, and perhaps a further sheet."""
    target = BytesIO()
    with _book(target) as book:
        formats = _formats(book)
        sheet = book.add_worksheet(free_name(name, ()))
        for column, (heading, width) in enumerate(headings):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, formats["heading"])
        sheet.freeze_panes(1, 0)
        widths = [width for _heading, width in headings]
        for number, (row, tone) in enumerate(rows, 1):
            sheet.set_row(number, height(row, widths))
            for column, value in enumerate(row):
                style = tone if column == toned and tone in TONES else "plain"
                _write(sheet, number, column, value, formats, style)
        if further is not None:
            _further(book, further, formats, name)
    return target.getvalue()
