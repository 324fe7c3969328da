"""The same workbook back. Nothing is read into a model and written anew: every part is copied as it is, and only into
the sheet concerned, the styles and the lists of parts is something put, at places found in their text. So charts,
pictures, formats, formulas and whatever no library knows stay what they were. Pure.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO

from lxml import etree

from association.kernel.i18n import _
from association.workbooks import comments, floating, marking, room
from association.workbooks.cells import letters
from association.workbooks.layout import Layout, Source
from association.workbooks.marking import Marking
from association.workbooks.package import Package, parse_xml, relations, workbook_part
from association.workbooks.parts import REL, REL_STRICT, TYPE, add_relation, add_type, free_part, utf8
from association.workbooks.sheets import Workbook
from association.workbooks.sheettext import SheetText
from association.workbooks.words import Notice, Refusal, refused

NEW_SHEET = "xl/worksheets/sheet_findings.xml"


def give_back(source: Source, layout: Layout, added: Marking) -> bytes:
    """The workbook of ``source`` with what is ``added`` to the sheet of ``layout``. Only for xlsx.

    Raises Invalid when its XML is of a kind no spreadsheet writes, or when there is no room for what is added.
    """
    assert source.workbook is not None
    try:
        return _given_back(source, source.workbook, layout, added)
    except (etree.LxmlError, ValueError) as broken:
        raise refused(Refusal.DAMAGED, part=layout.sheet.part) from broken


def _given_back(source: Source, workbook: Workbook, layout: Layout, added: Marking) -> bytes:
    package = workbook.package
    changed: dict[str, bytes] = {}
    styles = _styles(package, changed)
    part = layout.sheet.part
    sheet = SheetText(package, part)
    last_row = max(added.rows, default=layout.heading_row)
    under = floating.columns_under(package, part, sheet, layout.heading_row, last_row)
    where = room.find(
        sheet.rows,
        sheet.prefix,
        layout,
        added,
        blank=workbook.blank_strings,
        avoided=[*under, *sheet.hidden_or_grouped()],
    )
    sheet.add(layout.heading_row, added, styles, where)
    said = added.comments(layout.merges)
    if said:
        comments.add(package, part, said, added.author, changed, sheet)
    rows, shown = sheet.whole(), sorted(sheet.shown)
    del sheet
    if added.sheet is not None:
        further = added.sheet
        if shown:
            sentence = _(Notice.SHOWN.zh, names=_("、").join(letters(one) for one in shown))
            further = replace(further, rows=[*further.rows, ["", "", sentence]])
        _add_sheet(source, further, styles, changed)
    return _written(package, changed | {part: rows})


# -- styles, further sheet, lists of parts --------------------------------------------------------------------


def _styles(package: Package, changed: dict[str, bytes]) -> dict[str, int]:
    """Append our formats to the workbook's; their numbers by name."""
    main = workbook_part(package)
    part = next((part for kind, part in relations(package, main).values() if kind == "styles"), "")
    if part not in package.infos:
        return {}
    tree = package.tree(part)
    ns = tree.tag.rpartition("}")[0] + "}"
    fonts, fills, xfs = (tree.find(f"{ns}{name}") for name in ("fonts", "fills", "cellXfs"))
    if fonts is None or fills is None or xfs is None or not len(fonts):
        return {}

    def append(above: etree._Element, xml: str) -> int:
        above.append(etree.fromstring(xml.replace("<", "<", 1).replace(">", f' xmlns="{ns[1:-1]}">', 1)))
        above.set("count", str(len(above)))
        return len(above) - 1

    size = fonts[0].find(f"{ns}sz")
    name = fonts[0].find(f"{ns}name")
    face = f'<sz val="{size.get("val")}"/>' if size is not None else ""
    family = f"<name val={_quoted(name.get('val'))}/>" if name is not None else ""
    numbers: dict[str, int] = {}
    wrapped = '<alignment vertical="top" wrapText="1"/>'
    for style in marking.STYLES:
        font = fill = 0
        if style == "heading":
            font = append(fonts, f"<font><b/>{face}{family}</font>")
        elif style in marking.TONES:
            ink, ground = marking.TONES[style]
            font = append(fonts, f'<font>{face}<color rgb="{ink}"/>{family}</font>')
            fill = append(
                fills,
                f'<fill><patternFill patternType="solid"><fgColor rgb="{ground}"/><bgColor indexed="64"/></patternFill></fill>',
            )
        numbers[style] = append(
            xfs,
            f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
            f'applyFont="1" applyFill="1" applyAlignment="1">{wrapped}</xf>',
        )
    changed[part] = bytes(etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True))
    return numbers


def _quoted(value: str | None) -> str:
    return '"' + marking.xml_text(value or "").replace('"', "&quot;") + '"'


def _add_sheet(source: Source, sheet: marking.Sheet, styles: Mapping[str, int], changed: dict[str, bytes]) -> None:
    assert source.workbook is not None
    package = source.workbook.package
    main = workbook_part(package)
    text = utf8(package.read(main), main)
    found = re.search(rb"</((?:[\w.-]+:)?)sheets>", text)
    if found is None:
        raise refused(Refusal.DAMAGED, part=main)
    numbers = [int(one) for one in re.findall(rb"\bsheetId=[\"'](\d{1,9})[\"']", text)]
    name = marking.free_name(sheet.name, [one.name for one in source.sheets])
    strict = b"purl.oclc.org" in text[:2000]
    part = free_part(package, NEW_SHEET, changed)
    rel = add_relation(package, main, f"{REL_STRICT if strict else REL}/worksheet", part, changed)
    element = (
        f'<{found[1].decode()}sheet name={_quoted(name)} sheetId="{max(numbers, default=0) + 1}" '
        f'xmlns:jfr="{REL_STRICT if strict else REL}" jfr:id="{rel}"/>'
    )
    changed[main] = text[: found.start()] + element.encode() + text[found.start() :]
    tree = parse_xml(changed[main], main)
    if not any(one.get("sheetId") == str(max(numbers, default=0) + 1) for one in tree.iter("{*}sheet")):
        # The place found was none: it stood in a remark.
        raise refused(Refusal.DAMAGED, part=main)
    namespace = tree.tag[1:].partition("}")[0]
    changed[part] = marking.sheet_xml(sheet, styles, namespace=namespace)
    add_type(package, part, f"{TYPE}.worksheet+xml", changed)


def _written(package: Package, changed: Mapping[str, bytes | list[bytes]]) -> bytes:
    """The package with changed and new parts, whole or in pieces; every other part as it was, in its order."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as out:
        for name, info in package.infos.items():
            entry = zipfile.ZipInfo(name, info.date_time if info.date_time[0] >= 1980 else (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if info.compress_type == 0 else zipfile.ZIP_DEFLATED
            entry.external_attr = info.external_attr
            _write(out, entry, changed[name] if name in changed else package.read(name))
        for name, content in changed.items():
            if name not in package.infos:
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                _write(out, entry, content)
    return target.getvalue()


def _write(out: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes | list[bytes]) -> None:
    with out.open(entry, "w") as part:
        for piece in [content] if isinstance(content, bytes) else content:
            part.write(piece)
