"""Workbooks for tests, made the way people's programs make them, and a table to read from them."""

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import xlsxwriter

from association.workbooks.columns import ColumnSet, Field
from association.workbooks.layout import Source
from association.workbooks.parsers import day, exact, number, text
from association.workbooks.reading import Reading, read

LIST = ColumnSet(
    "test_list",
    "清单",
    (
        Field("name", "产品名称", ("设备名称", "名称", "product name"), text(200)),
        Field("model", "型号", ("规格型号", "产品型号", "model"), exact(120), exact=True),
        Field("maker", "生产企业", ("生产厂家", "厂家", "manufacturer"), text(200)),
        Field("quantity", "数量", ("台数", "quantity", "qty"), number(0, 10**9)),
        Field("on", "到货日期", ("到货时间", "delivery date"), day()),
        Field("proof", "证书编号", ("证明编号", "certificate no"), exact(120)),
    ),
    either=("model", "name"),
)
HEADINGS = ["设备名称", "规格型号", "生产厂家", "数量", "到货日期", "证书编号"]


def xlsx(fill: Callable[[Any, Any], None]) -> bytes:
    """A workbook that ``fill(book, first sheet)`` writes."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        fill(book, book.add_worksheet("清单"))
    return target.getvalue()


def rows(*lines: list[Any], headings: list[str] | None = None) -> bytes:
    """A plain table."""

    def fill(_book: Any, sheet: Any) -> None:
        for number_, line in enumerate([headings or HEADINGS, *lines]):
            sheet.write_row(number_, 0, line)

    return xlsx(fill)


def read_all(content: bytes, columns: ColumnSet = LIST, **how: Any) -> Reading:
    """The table in ``content``, read to its end."""
    source = Source(content)
    return read(source, source.lay_out(columns, **how), columns)


def with_parts(content: bytes, parts: Mapping[str, bytes], *, without: tuple[str, ...] = ()) -> bytes:
    """The same package with some parts changed, added or left out."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts and name not in without:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.read(name)


SHEET = "xl/worksheets/sheet1.xml"
