"""Lists as workbooks: what is kept of one beside its receipt, and the same workbook back with the answers."""

from collections.abc import Mapping
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
from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.kernel.numbers import read_registration_number
from association.workbooks import queries as uploads
from association.workbooks import service as spool
from association.workbooks.cells import address, letters
from association.workbooks.columns import Heading, fold_heading, recognise
from association.workbooks.layout import NO_HEADING, Layout, Source, no_table
from association.workbooks.models import Upload
from association.workbooks.reading import Line, Reading, Said, read
from association.workbooks.words import Notice
from catalog.categories import queries as categories
from catalog.verifications import brands, paste, service
from catalog.verifications.blanks import AsAbove
from catalog.verifications.columns import asked_line, list_columns
from catalog.verifications.lines import read_lines, remarks_of
from catalog.verifications.models import Verification, VerificationWorkbook
from catalog.verifications.service import AskedList, Judged, Kept

PURPOSE = "equipment_list"
KEPT_DAYS = "list_workbook_days"
# What a catalog without the setting of its own means: until the goods are surely built in.
KEPT_DAYS_OTHERWISE = 730
AT_ONCE = 1_000
FAULTS_KEPT = 200


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
    if chosen is None:
        layout = _numbered(source, layout)
    if chosen is None and (known := uploads.remembered(list_columns(), layout, actor=actor)) is not None:
        return source, source.lay_out(
            list_columns(), sheet=layout.sheet.name, chosen=known, heading_row=layout.heading_row
        )
    return source, layout if chosen is not None else brands.doubted(source, layout)


def _numbered(source: Source, layout: Layout) -> Layout:
    """The layout with its column of registration numbers, where none is called 登记编号 and one holds nothing else, with
    their check characters, whatever it is called (编号, 备案号). The others are as certain as they were."""
    if "number" in layout.by_key or not layout.recognised:
        return layout
    below = [row for row in source.survey(layout.sheet).head if row.number > layout.heading_row]
    for heading in layout.headings:
        said = [row.cells[heading.column].text for row in below if heading.column in row.cells]
        read_as = [read_registration_number(one) for one in said]
        if said and all(one.number is not None and one.sound for one in read_as):
            numbers = Heading(heading.column, heading.text, "number")
            headings = tuple(numbers if one is heading else one for one in layout.headings)
            # A number is all that a line needs.
            return replace(layout, headings=headings, missing=())
    return layout


def choice_of(layout: Layout) -> dict[str, str]:
    """What the layout takes each heading for."""
    words = layout.words
    return {words[one.column]: one.key for one in layout.headings}


def columns_in_order(keys: str, layout: Layout) -> dict[str, str]:
    """What the columns are, said one after the other from A on (``ref,name,,model``). Raises Invalid for what is none."""
    given = [one.strip() for one in keys.split(",")]
    fields = list_columns().by_key
    if wrong := [one for one in given if one and (one not in fields or given.count(one) > 1)]:
        sentence = _("没有“{name}”这一列，或写了两次；可用的有：{names}。", name=wrong[0][:40], names=", ".join(fields))
        raise Invalid(sentence, [Shortfall("columns", "choice", sentence)])
    return {
        word: given[column - 1] for column, word in layout.words.items() if column <= len(given) and given[column - 1]
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
    refused = None
    if contested := [one.text for one in layout.headings if one.contested]:
        names = _("、").join(f"“{one[:40]}”" for one in contested)
        sentence = _("不止一列可以是{names}，请写明用哪一列。", names=names)
        refused = Invalid(sentence, [Shortfall("file", "contested", sentence)])
    elif not layout.is_complete:
        refused = no_table(list_columns(), layout)
    elif doubtful := doubtful_columns(layout):
        sentence = _("不能确定各列是什么，没有按猜测读取：{names}。", names=_("、").join(doubtful))
        refused = Invalid(sentence, [Shortfall("file", "uncertain", sentence)])
    if refused is not None:
        how = _(
            "在地址中用heading_row写明表头在第几行（没有表头的写0），用columns从A列起依次写明各列，不读的留空，例如columns=ref,name,,model,manufacturer。"
        )
        refused.shortfalls = (*refused.shortfalls, Shortfall("columns", "required", how))
        raise refused
    return source, layout


def doubtful_columns(layout: Layout) -> list[str]:
    """The columns that only resemble a field by which lines are judged, each with that field."""
    found = [(one, _resembled(layout, one)) for one in layout.headings if one.key and not one.certain]
    return [
        _(
            "{letters}列“{heading}”（像“{label}”）",
            letters=letters(one.column),
            heading=one.text[:40],
            label=_(list_columns().by_key[key].label),
        )
        for one, key in found
        if key
    ]


def _resembled(layout: Layout, heading: Heading) -> str:
    """Which field by which lines are judged a heading resembles: the one it is taken for, else one that has no column
    otherwise and is named in it too (型号/参数)."""
    columns, text = list_columns(), fold_heading(heading.text)
    if heading.key == "name" and any(
        key in layout.by_key and layout.by_key[key].certain for key in ("model", "number")
    ):
        # What the goods are called besides: 设备名称（类别） beside 型号.
        return ""
    if columns.by_key[heading.key].decides:
        return heading.key
    named = (key for name, key in columns.spellings.items() if name in text and not name.isascii())
    return next((key for key in named if columns.by_key[key].exact and key not in layout.by_key), "")


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
    titled = False
    for row in source.rows(bare.sheet, [one.column for one in bare.headings]):
        # A name alone above wider rows is perhaps a title.
        said = paste.by_look(row)
        if said is None or (titled and len(row.cells) > 1):
            return None
        titled = titled or (not found.good and said.keys() == {"name"})
        values: dict[str, Any] = {}
        remarks = []
        for key, cell in said.items():
            parsed = fields[key].parse(cell)
            if parsed.fault is not None or isinstance(parsed.value, AsAbove):
                return None
            values[key] = parsed.value
            if parsed.remark is not None:
                place = next((column for column, one in row.cells.items() if one is cell), min(row.cells))
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


def _unheaded(source: Source, layout: Layout) -> bool:
    """Whether something stands below no heading at all, as of headings in two rows; as far as the first rows show."""
    headed = {one.column for one in layout.headings}
    below = (row for row in source.survey(layout.sheet).head if row.number > layout.heading_row)
    return any(row.cells.keys() - headed and len(row.cells) > 1 for row in below)


def read_pasted(content: bytes, *, actor: Actor) -> tuple[Source, Layout, Opened | None]:
    """A pasted list; not opened when it is not certain how it is to be read, or something in it is wrong: then it is for
    a person to look through. Raises Invalid, at the form's field, when nothing of it can be judged."""
    try:
        source, layout = open_list(content, actor=actor)
        opened = read_list(source, layout, pasted=True) if layout.recognised else by_look(source, layout)
        if opened is not None and layout.recognised:
            certain = layout.is_certain and not _unheaded(source, layout)
            if not certain or opened.reading.faulty:
                return source, layout, None
        if opened is None and (layout := guess(source, layout)).is_complete:
            # Perhaps there are too many lines: nothing is taken in then.
            read(source, layout, list_columns())
    except Invalid as refused:
        raise paste.at_list(refused) from refused
    return source, layout, opened


def read_list(source: Source, layout: Layout, *, pasted: bool = False) -> Opened:
    """Read it to its end. Raises Invalid when no line of it can be asked about, with every fault."""
    found = read_lines(source, layout)
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


def remember(layout: Layout, *, actor: Actor, now: datetime) -> None:
    """Remember what somebody took the headings for, when it is not what they are taken for anyway."""
    if layout.heading_row == NO_HEADING:
        return
    plain = recognise(list_columns(), [(one.column, one.text) for one in layout.headings])
    words = layout.words
    if choice_of(layout) != {words[one.column]: one.key if one.certain else "" for one in plain}:
        spool.remember(list_columns(), layout, choice_of(layout), actor=actor, now=now)


def questions(opened: Opened, facts: Mapping[str, Any]) -> AskedList:
    """The list that the workbook asks; ``facts`` are those of the whole list."""
    lines = [asked_line(line.values, line.row) for line in opened.reading.good]
    return AskedList(lines=lines, **facts)


def keep(judged: Judged, opened: Opened, upload: Upload, *, issuer: str = "", actor: Actor, now: datetime) -> Kept:
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
    return made


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
    verification = keep(judged, opened, upload, actor=actor, now=now).verification
    count = verification.lines
    return Slice(
        done=count,
        total=count,
        finished=True,
        result=_("已核验{count}行。", count=count),
        url=f"/catalog/verifications/{verification.receipt}",
    )


WORK = Work(PURPOSE, prepare, apply)


def workbook_of(verification: Verification) -> VerificationWorkbook | None:
    """What is kept of the workbook that a receipt came from; ``None`` when it was no workbook."""
    mine = select(VerificationWorkbook).where(VerificationWorkbook.verification_id == verification.id)
    return db.session.scalar(mine)
