"""The workbook of a list back with its answers: the same that was sent, or a new one."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from association.kernel.errors import Invalid, NotFound
from association.kernel.i18n import N_, _, show_date, show_moment, speaking
from association.workbooks import queries as uploads
from association.workbooks import writing
from association.workbooks.cells import address, read_range
from association.workbooks.layout import Layout, Source
from association.workbooks.marking import Column, Mark, Marking, Sheet
from association.workbooks.reading import Found, Line, said_of
from association.workbooks.returning import give_back
from association.workbooks.sheets import Area
from association.workbooks.words import Remark
from catalog.verifications import kept, words
from catalog.verifications.columns import list_columns
from catalog.verifications.kept import KeptLine
from catalog.verifications.lines import with_kept
from catalog.verifications.models import Verification, VerificationWorkbook
from catalog.verifications.workbooks import PURPOSE, workbook_of
from catalog.vocabulary import Verdict

PLATFORM = N_("技防产品登记与核验平台")
# Remarks that no cell is commented with: of a merged range only the first cell is to be seen, and / for nothing is common.
UNMARKED = (Remark.MERGED, Remark.NOTHING)
TONES = {
    Verdict.COMPLIANT: "good",
    Verdict.NOT_COMPLIANT: "bad",
    Verdict.NOT_REGISTERED: "none",
    Verdict.NOT_IN_CATALOG: "out",
    Verdict.UNDETERMINED: "warn",
}


def returned(verification: Verification, *, url: str, now: datetime) -> tuple[bytes, str]:
    """The workbook with the answers as they were given, and its file name: the one that was sent while it is kept, else
    a new one."""
    with speaking("en" if verification.language == "en" else "zh"):
        lines = kept.each_line(verification)
        workbook = workbook_of(verification)
        summary = _summary(verification, workbook, url)
        name = f"{workbook.filename.rpartition('.')[0] if workbook else verification.receipt}"
        filename = _("{name}-核验结果.xlsx", name=name)
        if workbook is None:
            return _fresh(lines, summary), filename
        try:
            content = uploads.content_of(uploads.upload_by_hash(workbook.upload_hash, purpose=PURPOSE, now=now))
        except NotFound:
            return _fresh(lines, summary), filename
        try:
            source = Source(content)
            layout = source.lay_out(
                list_columns(), sheet=workbook.sheet, chosen=workbook.choice, heading_row=workbook.heading_row
            )
            found = with_kept(said_of(source, layout, list_columns()), workbook.said)
        except Invalid:
            # It was read once: what is read more strictly since keeps no answers back either.
            summary = _saying(summary, _("原工作簿现在无法读取：本文件是新写的，只有已核验的各行。"))
            return _fresh(lines, summary), filename
        marks = _marks(lines, workbook.rows, found, layout)
        marking = Marking(_added(), marks, summary, _(PLATFORM))
        return _with_answers(source, layout, marking), filename


def _with_answers(source: Source, layout: Layout, marking: Marking) -> bytes:
    """The workbook with the answers in it; whatever it is like, whoever had it judged gets them."""
    assert marking.sheet is not None
    if source.kind == "xlsx":
        try:
            return give_back(source, layout, marking)
        except Invalid:
            # It was read and judged: that nothing can be put into it is no reason to keep the answers back.
            said = _("原工作簿无法原样写入结论：本文件是新写的，只有所读的工作表，不带格式、公式、图片和其他工作表。")
        marking = replace(marking, sheet=_saying(marking.sheet, said))
    return writing.whole_table(source, layout, marking)


def _saying(summary: Sheet, sentence: str) -> Sheet:
    return replace(summary, rows=[*summary.rows, [_("读取说明"), "", sentence]])


def _added() -> tuple[Column, ...]:
    return (
        Column(_("核验结论"), 12),
        Column(_("理由"), 44),
        Column(_("登记编号（核验）"), 24),
        Column(_("怎么办"), 40),
    )


def _texts(line: KeptLine) -> tuple[str, ...]:
    """What the added columns say of a line."""
    answer = line.answer
    said = [one["detail"] for one in answer["reasons"]]
    said += [_("提示：{detail}", detail=one["detail"]) for one in answer["warnings"]]
    if (settled := line.settled) is not None:
        said.append(
            words.settled(
                settled.number,
                settled.verdict,
                by=settled.by_name,
                at=settled.settled_at,
                reason=settled.reason,
            )
        )
    found = answer["registration"]
    number = found["number"] if found else ""
    todo = [words.left_to_do(answer, settled.answer if settled else None)]
    if answer["suggestions"] and found is None and settled is None:
        todo.append(_("备选："))
        todo += [
            _(
                "· {number}，型号{model}，{manufacturer}",
                number=one["number"],
                model=one["model"],
                manufacturer=one["manufacturer"],
            )
            for one in answer["suggestions"]
        ]
    return Verdict(answer["verdict"]).label, "\n".join(said), number, "\n".join(filter(None, todo))


def _marks(
    lines: Iterable[KeptLine],
    rows: Sequence[int],
    said: Found,
    layout: Layout,
) -> dict[int, Mark]:
    column = next(
        (layout.by_key[key].column for key in ("model", "number", "name") if key in layout.by_key),
        layout.headings[0].column,
    )
    marks: dict[int, Mark] = {}
    is_hidden = _hidden_by_merges(layout)
    for line, row in zip(lines, rows, strict=True):
        texts, verdict = _texts(line), Verdict(line.answer["verdict"])
        comments = []
        place = address(column, row)
        if verdict in (Verdict.NOT_COMPLIANT, Verdict.UNDETERMINED) and not is_hidden(place):
            comments.append((place, f"{texts[0]}\n{texts[1]}"))
        asides = [
            (one.cell, one.detail)
            for one in said.remarks.get(row, ())
            if one.code not in UNMARKED and not is_hidden(one.cell)
        ]
        marks[row] = Mark(texts, TONES[verdict], comments, asides)
    # A line that was judged keeps its answer, however such a line would be read today.
    for faulty in said.faulty:
        marks.setdefault(faulty.row, _unread(faulty, is_hidden))
    for row, why in said.left_out:
        marks.setdefault(row, Mark(("", _("不是明细，未计入：{why}", why=why.label), "", "")))
    return marks


def _hidden_by_merges(layout: Layout) -> Callable[[str], bool]:
    """Of a merged range only the first cell is to be seen: a comment on another would never be."""
    of_column: dict[int, list[Area]] = {one.column: [] for one in layout.headings}
    for area in sorted(layout.merges, key=lambda one: one[1]):
        for column in range(area[0], min(area[2], layout.headings[-1].column) + 1):
            if column in of_column:
                of_column[column].append(area)
    tops = {column: [area[1] for area in areas] for column, areas in of_column.items()}

    def is_hidden(cell: str) -> bool:
        area = read_range(cell)
        if area is None or not (areas := of_column.get(area[0])):
            return False
        # Ranges share no cell: of those of a column only the last that begins above can reach so far.
        column, row, _right, _bottom = area
        left, top, _right, bottom = areas[bisect_right(tops[column], row) - 1]
        return top <= row <= bottom and (column, row) != (left, top)

    return is_hidden


def _unread(line: Line, is_hidden: Callable[[str], bool]) -> Mark:
    faults = "\n".join(one.sentence for one in line.faults)
    comments = [(one.cell, one.detail) for one in line.faults if not is_hidden(one.cell)]
    return Mark((_("未核验"), faults, "", _("改正后重新上传核验。")), "warn", comments)


def _summary(verification: Verification, workbook: VerificationWorkbook | None, url: str) -> Sheet:
    counts = verification.summary
    rows: list[list[str | int]] = [
        [_("登记信息核验结果")],
        [_(words.DISCLAIMER)],
        [_("回执编号"), verification.receipt],
        [_("地址"), url],
        [_("核验时间"), show_moment(verification.asked_at)],
        [
            _("知悉时点"),
            show_moment(verification.known),
            words.as_known(verification.known, verification.asked_at),
        ],
        [
            _("登记簿"),
            words.register_at(verification.head_entry, verification.known, verification.asked_at),
            verification.head_hash,
        ],
        [_("到货日期"), show_date(verification.on), _("各行另有写明的，按该行")],
        [_("生产日期"), show_date(verification.made_on) if verification.made_on else _("没有填写，按到货日期")],
    ]
    if verification.purpose:
        rows.append([_("核验用途"), verification.purpose])
    if verification.project:
        rows.append([_("工程名称"), verification.project])
    heading = len(rows)
    rows.append([_("结论"), _("行数")])
    rows += [
        [verdict.label, counts[verdict.value], _(words.HEADLINES_OF_MANY[verdict])]
        for verdict in Verdict
        if verdict is not Verdict.NOT_IN_CATALOG
    ]
    rows.append([_("目录内合计"), counts["in_catalog"]])
    outside = Verdict.NOT_IN_CATALOG
    rows.append(
        [
            outside.label,
            counts[outside.value],
            _("不表示有问题，另计。{headline}", headline=_(words.HEADLINES[outside])),
        ]
    )
    if workbook is not None:
        rows.append([_("有误，未核验"), workbook.faulty, _("理由见各行；改正后重新上传。")])
        rows.append([_("不是明细，未计入"), workbook.left_out])
        rows += [[_("读取说明"), "", sentence] for sentence in workbook.said["notices"]]
    return Sheet(_("核验汇总"), rows, (22, 34, 80), frozenset({0, heading}))


_ASKED = (
    ("ref", N_("序号"), 8),
    ("name", N_("产品名称"), 22),
    ("brand", N_("品牌"), 12),
    ("model", N_("型号"), 22),
    ("manufacturer", N_("生产企业"), 28),
    ("manufacturer_uscc", N_("生产企业统一社会信用代码"), 24),
    ("number", N_("登记编号"), 24),
    ("quantity", N_("数量"), 8),
    ("on", N_("到货日期"), 12),
    ("made_on", N_("生产日期"), 12),
)


def _fresh(lines: Iterable[KeptLine], summary: Sheet) -> bytes:
    """A new workbook for a list that was none, or whose workbook is kept no longer."""
    headings = [(_(label), float(width)) for _key, label, width in _ASKED]
    headings += [(one.heading, one.width) for one in _added()]
    rows = (
        (
            [*(str(line.question.get(key) or "") for key, _label, _width in _ASKED), *_texts(line)],
            TONES[Verdict(line.answer["verdict"])],
        )
        for line in lines
    )
    return writing.table_with(_("清单"), headings, rows, toned=len(_ASKED), further=summary)
