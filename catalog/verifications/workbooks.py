"""Lists as workbooks: what is kept of one beside its receipt, and the same workbook back with the answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from association.jobs import service as jobs
from association.jobs.models import Job
from association.jobs.rules import Begun, Slice, Work
from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Invalid, NotFound, Shortfall
from association.kernel.i18n import N_, _, show_moment, speaking
from association.workbooks import queries as uploads
from association.workbooks import service as spool
from association.workbooks import writing
from association.workbooks.cells import address, letters
from association.workbooks.columns import fold_heading, recognise
from association.workbooks.layout import NO_HEADING, Layout, Source, no_table
from association.workbooks.marking import Column, Mark, Marking, Sheet
from association.workbooks.models import Upload
from association.workbooks.reading import Found, Line, Reading, Said, read, said_of
from association.workbooks.returning import give_back
from association.workbooks.words import Notice, Remark
from catalog.categories import queries as categories
from catalog.verifications import kept, paste, service, words
from catalog.verifications.columns import asked_line, list_columns
from catalog.verifications.kept import KeptLine
from catalog.verifications.models import Verification, VerificationWorkbook
from catalog.verifications.service import AskedList, Judged
from catalog.vocabulary import Verdict

PURPOSE = "equipment_list"
KEPT_DAYS = "list_workbook_days"
# What a catalog without the setting of its own means: until the goods are surely built in.
KEPT_DAYS_OTHERWISE = 730
AT_ONCE = 1_000
FAULTS_KEPT = 200
PLATFORM = N_("技防产品登记与核验平台")
TONES = {
    Verdict.COMPLIANT: "good",
    Verdict.NOT_COMPLIANT: "bad",
    Verdict.NOT_REGISTERED: "none",
    Verdict.NOT_IN_CATALOG: "out",
    Verdict.UNDETERMINED: "warn",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook that was read as a list."""

    source: Source
    layout: Layout
    reading: Reading


def open_list(
    content: bytes,
    *,
    actor: Actor,
    sheet: str | None = None,
    chosen: Mapping[str, str] | None = None,
    heading_row: int | None = None,
) -> tuple[Source, Layout]:
    """The workbook, and where in it the list stands: as ``chosen``, else as remembered for ``actor``, else as
    recognised. Raises Invalid for what cannot be read."""
    source = Source(content)
    layout = source.lay_out(list_columns(), sheet=sheet, chosen=chosen, heading_row=heading_row, bare=True)
    if layout.heading_row == NO_HEADING:
        return source, layout
    if chosen is None and (known := uploads.remembered(list_columns(), layout, actor=actor)) is not None:
        layout = source.lay_out(list_columns(), sheet=layout.sheet.name, chosen=known, heading_row=layout.heading_row)
    return source, layout


def choice_of(layout: Layout) -> dict[str, str]:
    """What the layout takes each heading for."""
    return {fold_heading(one.text): one.key for one in layout.headings}


def columns_in_order(keys: str, layout: Layout) -> dict[str, str]:
    """What the columns are, said one after the other from A on (``ref,name,,model``). Raises Invalid for what is none."""
    given = [one.strip() for one in keys.split(",")]
    fields = list_columns().by_key
    if wrong := [one for one in given if one and (one not in fields or given.count(one) > 1)]:
        sentence = _("没有“{name}”这一列，或写了两次；可用的有：{names}。", name=wrong[0][:40], names=", ".join(fields))
        raise Invalid(sentence, [Shortfall("columns", "choice", sentence)])
    return {
        fold_heading(one.text): given[one.column - 1]
        for one in layout.headings
        if one.column <= len(given) and given[one.column - 1]
    }


def laid_out_by(
    content: bytes, *, sheet: str | None, heading_row: int | None, columns: str, actor: Actor
) -> tuple[Source, Layout]:
    """The workbook that a program sends, and where in it the list stands. Raises Invalid with what is missing and how to
    say it when its heading is not known."""
    source, layout = open_list(content, actor=actor, sheet=sheet, heading_row=heading_row)
    if columns and (layout.recognised or heading_row is not None):
        chosen = columns_in_order(columns, layout)
        layout = source.lay_out(list_columns(), sheet=layout.sheet.name, chosen=chosen, heading_row=layout.heading_row)
    if not layout.is_complete:
        refused = no_table(list_columns(), layout)
        how = _(
            "在地址中用heading_row写明表头在第几行（没有表头的写0），用columns从A列起依次写明各列，不读的留空，例如columns=ref,name,,model,manufacturer。"
        )
        refused.shortfalls = (*refused.shortfalls, Shortfall("columns", "required", how))
        raise refused
    return source, layout


def guess(source: Source, layout: Layout) -> Layout:
    """What the columns may be, where no heading was recognised: for a person to check before anything is read by it."""
    chosen = paste.guessed(source, layout)
    found = source.lay_out(list_columns(), sheet=layout.sheet.name, chosen=chosen, heading_row=layout.heading_row)
    return replace(found, recognised=False)


def by_look(source: Source, layout: Layout) -> Opened | None:
    """A pasted list without headings whose every cell can be nothing but what it looks like; ``None`` when one could.
    Raises Invalid when there are too many lines."""
    bare = source.lay_out(list_columns(), sheet=layout.sheet.name, chosen={}, heading_row=NO_HEADING)
    found = Reading(bare)
    fields = list_columns().by_key
    for row in source.rows(bare.sheet, [one.column for one in bare.headings]):
        said = paste.by_look(row)
        if said is None:
            return None
        values: dict[str, Any] = {}
        remarks = []
        for key, cell in said.items():
            parsed = fields[key].parse(cell)
            if parsed.fault is not None:
                return None
            values[key] = parsed.value
            if parsed.remark is not None:
                place = next(column for column, one in row.cells.items() if one is cell)
                remarks.append(
                    Said(key, _(fields[key].label), address(place, row.number), parsed.remark.value, parsed.detail)
                )
        found.good.append(Line(row.number, values, remarks=tuple(remarks)))
    if len(found.good) > list_columns().most_rows:
        sentence = _(
            "清单有{count}行，最多{limit}行，请分开核验。", count=len(found.good), limit=list_columns().most_rows
        )
        raise Invalid(sentence, [Shortfall("file", "too_many", sentence)])
    found.counts.good = len(found.good)
    found.notices = [("told_by_look", _("没有表头：每一格按样子识别（编号、型号、企业、日期、名称）。"))]
    return Opened(source, bare, found)


def read_list(source: Source, layout: Layout, *, pasted: bool = False) -> Opened:
    """Read it to its end. Raises Invalid when no line of it can be asked about, with every fault."""
    found = read(source, layout, list_columns())
    if not found.good:
        faults = [Shortfall("file", one.code, told(one, pasted=pasted)) for line in found.faulty for one in line.faults]
        counts = found.counts
        if counts.faulty:
            sentence = _("没有一行可以核验：{count}行有误。", count=counts.faulty)
        elif counts.left_out:
            sentence = _("没有一行可以核验：读到的{count}行都是标题、小计或说明，不是明细。", count=counts.left_out)
        else:
            sentence = _("没有一行可以核验：表头下面没有内容。")
        raise Invalid(sentence, faults[:FAULTS_KEPT] or [Shortfall("file", "no_lines", sentence)])
    return Opened(source, layout, found)


def is_pasted(source: Source) -> bool:
    """Whether it is what somebody pasted, and no file of theirs."""
    return source.kind == "csv" and paste.pasted_in(source.content) is not None


def told(one: Said, *, pasted: bool) -> str:
    """A fault or remark with its place, as whoever brought the list finds it."""
    return one.in_row if pasted else one.sentence


def notices_of(source: Source, reading: Reading) -> list[str]:
    """The sentences of what was noticed; of what was pasted without those about files."""
    of_files = (Notice.ENCODING, Notice.CSV_NUMBERS) if is_pasted(source) else ()
    return [sentence for code, sentence in reading.notices if code not in of_files]


def remarks_of(reading: Reading) -> list[Said]:
    """What was remarked of cells of the lines, but for what a notice counts already."""
    counted = (Remark.MERGED, Remark.FORMULA)
    return [one for line in reading.good for one in line.remarks if one.code not in counted]


def remember(layout: Layout, *, actor: Actor, now: datetime) -> None:
    """Remember what somebody took the headings for, when it is not what they are taken for anyway."""
    if layout.heading_row == NO_HEADING:
        return
    plain = recognise(list_columns(), [(one.column, one.text) for one in layout.headings])
    if choice_of(layout) != {fold_heading(one.text): one.key if one.certain else "" for one in plain}:
        spool.remember(list_columns(), layout, choice_of(layout), actor=actor, now=now)


def questions(opened: Opened, facts: Mapping[str, Any]) -> AskedList:
    """The list that the workbook asks; ``facts`` are those of the whole list."""
    lines = [asked_line(line.values, line.row) for line in opened.reading.good]
    return AskedList(lines=lines, **facts)


def keep(
    judged: Judged, opened: Opened, upload: Upload, *, issuer: str = "", actor: Actor, now: datetime
) -> Verification:
    """Keep the receipt, what of the workbook goes with it, and the workbook itself for as long as the setting says:
    all of it or nothing."""
    until = now + timedelta(days=days_kept(now))
    layout, reading, pasted = opened.layout, opened.reading, is_pasted(opened.source)
    with transaction():
        made = service.keep(judged, issuer=issuer, actor=actor, now=now)
        db.session.add(
            VerificationWorkbook(
                verification_id=made.verification.id,
                upload_hash=upload.code_hash,
                filename=upload.filename,
                sheet=layout.sheet.name[:255],
                heading_row=layout.heading_row,
                choice=choice_of(layout),
                rows=[line.row for line in reading.good],
                good=reading.counts.good,
                faulty=reading.counts.faulty,
                left_out=reading.counts.left_out,
                said={
                    "faults": [told(one, pasted=pasted) for line in reading.faulty for one in line.faults][
                        :FAULTS_KEPT
                    ],
                    "notices": notices_of(opened.source, reading),
                    "remarks": [told(one, pasted=pasted) for one in remarks_of(reading)][:FAULTS_KEPT],
                    "read": read_json(opened),
                },
                kept_until=civil_date(until),
            )
        )
        spool.keep(upload, until=until)
    return made.verification


def read_json(opened: Opened) -> dict[str, Any]:
    """What programs are told of how it was read, beside the counts."""
    reading = opened.reading
    return {
        "columns": {letters(one.column): one.key or None for one in opened.layout.headings},
        "faults": [_cell_json(one) for line in reading.faulty for one in line.faults],
        "remarks": [_cell_json(one) for line in reading.good for one in line.remarks],
        "rows_left_out": [{"row": row, "code": why.value} for row, why in reading.left_out],
    }


def _cell_json(one: Said) -> dict[str, str]:
    return {"cell": one.cell, "column": one.key, "code": one.code, "detail": one.detail}


def days_kept(now: datetime) -> int:
    """How many days the workbook of a list is kept, by the dated setting."""
    value = categories.known_at(now).setting(KEPT_DAYS, civil_date(now))
    return int(value) if isinstance(value, int | float) and value > 0 else KEPT_DAYS_OTHERWISE


def begin(opened: Opened, upload: Upload, facts: Mapping[str, Any], *, actor: Actor, now: datetime) -> Job:
    """Put a long list in the worker's queue."""
    arguments = {
        "upload": upload.code_hash,
        "sheet": opened.layout.sheet.name,
        "row": opened.layout.heading_row,
        "choice": choice_of(opened.layout),
        "facts": {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()},
    }
    return jobs.begin(PURPOSE, _("核验清单：{name}", name=upload.filename), arguments, actor=actor, now=now)


# -- long lists -----------------------------------------------------------------------------------------------


def prepare(job: Begun, actor: Actor, now: datetime) -> tuple[Judged, Opened]:
    """Read and judge a list whose upload the job names."""
    said = job.arguments
    upload = uploads.upload_by_hash(str(said["upload"]), purpose=PURPOSE, now=now)
    source, layout = open_list(
        uploads.content_of(upload), actor=actor, sheet=said["sheet"], chosen=said["choice"], heading_row=said["row"]
    )
    opened = read_list(source, layout)
    facts: dict[str, Any] = dict(said["facts"])
    for name in ("on", "made_on"):
        facts[name] = date.fromisoformat(facts[name]) if facts[name] else None
    return service.judge(questions(opened, {**facts, "known": now}), now=now, texts_too=False), opened


def apply(job: Begun, prepared: tuple[Judged, Opened], actor: Actor, now: datetime) -> Slice:
    """Keep the receipt of a long list."""
    judged, opened = prepared
    upload = uploads.upload_by_hash(str(job.arguments["upload"]), purpose=PURPOSE, now=now)
    verification = keep(judged, opened, upload, actor=actor, now=now)
    count = verification.lines
    return Slice(
        done=count,
        total=count,
        finished=True,
        result=_("已核验{count}行。", count=count),
        url=f"/catalog/verifications/{verification.receipt}",
    )


WORK = Work(PURPOSE, prepare, apply)


# -- back -----------------------------------------------------------------------------------------------------


def workbook_of(verification: Verification) -> VerificationWorkbook | None:
    """What is kept of the workbook that a receipt came from; ``None`` when it was no workbook."""
    mine = select(VerificationWorkbook).where(VerificationWorkbook.verification_id == verification.id)
    return db.session.scalar(mine)


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
        source = Source(content)
        layout = source.lay_out(
            list_columns(), sheet=workbook.sheet, chosen=workbook.choice, heading_row=workbook.heading_row
        )
        marks = _marks(lines, workbook.rows, said_of(source, layout, list_columns()), layout)
        marking = Marking(_added(), marks, summary, _(PLATFORM))
        if source.kind == "csv":
            return writing.whole_table(source, layout, marking), filename
        return give_back(source, layout, marking), filename


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
            _("{who}确认为{number}。", who=settled.by_name, number=settled.number)
            if settled.number
            else _("{who}确认：不是备选的任何一件。", who=settled.by_name)
        )
    found = answer["registration"]
    number = found["number"] if found else ""
    todo = [words.what_to_do_about(answer)]
    if answer["suggestions"] and found is None:
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
    for line, row in zip(lines, rows, strict=True):
        texts, verdict = _texts(line), Verdict(line.answer["verdict"])
        comments = []
        if verdict in (Verdict.NOT_COMPLIANT, Verdict.UNDETERMINED):
            comments.append((address(column, row), f"{texts[0]}\n{texts[1]}"))
        # Of a merged range only the first cell is to be seen: a comment on another would never be.
        asides = [(one.cell, one.detail) for one in said.remarks.get(row, ()) if one.code != Remark.MERGED]
        marks[row] = Mark(texts, TONES[verdict], comments, asides)
    # A line that was judged keeps its answer, however such a line would be read today.
    for faulty in said.faulty:
        marks.setdefault(faulty.row, _unread(faulty))
    for row, why in said.left_out:
        marks.setdefault(row, Mark(("", _("不是明细，未计入：{why}", why=why.label), "", "")))
    return marks


def _unread(line: Line) -> Mark:
    faults = "\n".join(one.sentence for one in line.faults)
    comments = [(one.cell, one.detail) for one in line.faults]
    return Mark((_("未核验"), faults, "", _("改正后重新上传核验。")), "warn", comments)


def _summary(verification: Verification, workbook: VerificationWorkbook | None, url: str) -> Sheet:
    counts = verification.summary
    rows: list[list[str | int]] = [
        [_("登记信息核验结果")],
        [_(words.DISCLAIMER)],
        [_("回执编号"), verification.receipt],
        [_("地址"), url],
        [_("核验时间"), show_moment(verification.asked_at)],
        [_("登记簿"), _("截至第{entry}条", entry=verification.head_entry)],
    ]
    if verification.project:
        rows.append([_("工程名称"), verification.project])
    heading = len(rows)
    rows.append([_("结论"), _("行")])
    rows += [
        [verdict.label, counts[verdict.value], _(words.HEADLINES[verdict])]
        for verdict in Verdict
        if verdict is not Verdict.NOT_IN_CATALOG
    ]
    rows.append([_("目录内合计"), counts["in_catalog"]])
    outside = Verdict.NOT_IN_CATALOG
    rows.append([outside.label, counts[outside.value], _("不表示有问题，另计") + _("。") + _(words.HEADLINES[outside])])
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
