"""/catalog/verifications: a product or a list checked on a page, receipts for whoever holds their code; and the home
page's box (``/``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.config import LARGEST_REQUEST
from association.kernel.dates import civil_date, show_utc
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, pick, show_date
from association.web.doors import public_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.limits import asker_mark, limited
from association.web.moments import known_moment
from association.web.problems import fault, invalid, shown_again_by
from association.web.render import absolute, outcome, page, refused, unlisted
from association.workbooks import queries as uploads
from association.workbooks import service as spool
from association.workbooks import writing
from association.workbooks.answers import saved
from association.workbooks.layout import NO_HEADING, Layout, Source
from association.workbooks.models import Upload
from association.workbooks.reading import read
from catalog import policy
from catalog.categories import queries as categories
from catalog.register import queries as register
from catalog.register.rules import StandingAt, in_effect, standing_at
from catalog.register.words import KINDS
from catalog.verifications import (
    kept,
    marked,
    paste,
    queries,
    reports,
    service,
    words,
    workbook_page,
    workbooks,
)
from catalog.verifications.columns import list_columns, template_fields
from catalog.verifications.kept import KeptLine
from catalog.verifications.lines import read_lines
from catalog.verifications.models import Verification
from catalog.verifications.queries import Answer
from catalog.verifications.rules import Question
from catalog.verifications.schemas import BoxIn, CheckIn, ListBookForm, PastedIn, ReceiptPageIn, SettleIn
from catalog.verifications.shapes import law_of
from catalog.vocabulary import Verdict

bp = public_door(__name__)
home = public_door("catalog.verifications.home", prefix="")

# A list pasted from a spreadsheet: ten thousand lines of what people have in them.
LARGEST_PASTE = 8 * 1024 * 1024

FIELDS = ("number", "manufacturer", "manufacturer_uscc", "brand", "model", "name", "category", "subtype")
DATES = ("on", "made_on", "known")
MORE = ("manufacturer_uscc", "brand", "name", "category", *DATES)


@home.get("/")
def front() -> ResponseReturnValue:
    now = clock.now()
    today = civil_date(now)
    recent = register.recent()
    entries = register.entries_of_many([one.number for one in recent])
    last = {number: found[-1] for number, found in entries.items()}
    return page(
        "verifications/home.html",
        recent=[
            (
                one,
                last[one.number],
                civil_date(last[one.number].recorded_at),
                standing_at(in_effect(entries[one.number], known=now), today),
            )
            for one in recent
        ],
        count=register.count(),
        kinds={kind: _(text) for kind, text in KINDS.items()},
        view=categories.known_at(now),
        today=today,
    )


@home.get("/help")
def help_page() -> ResponseReturnValue:
    return page("verifications/help.html", verdicts=[(one, _(words.HEADLINES[one])) for one in Verdict])


@home.get("/open-data")
def open_data() -> ResponseReturnValue:
    feeds = [
        (_("全部登记记录"), "/api/v1/catalog/register/entries", _("按先后排列，since从上次的末条继续，永不过期")),
        (_("登记簿（查询）"), "/api/v1/catalog/register", _("按类别、状态、企业、标准筛选，可指定日期")),
        (_("国家目录"), "/api/v1/catalog/categories", _("类别、种类、要求、标准、参数，可指定日期")),
        (_("目录各版"), "/api/v1/catalog/editions", _("各版的起止日期和出处")),
        (_("接口说明"), "/api/v1/openapi.json", "OpenAPI 3.1"),
    ]
    return page("verifications/open_data.html", feeds=feeds, head=register.head())


@bp.get("/new")
@shown_again_by(".new")
def new() -> ResponseReturnValue:
    return _new_page({})


def _new_page(given: Mapping[str, str]) -> ResponseReturnValue:
    """The forms; ``given`` is what stands in that for a pasted list already."""
    now = clock.now()
    asked = {} if refused() or request.method == "POST" or request.args.get("list") else _asked()
    question: Question | None = asked.get("question")
    box = asked.get("box")
    if box:
        question = queries.read_box(box["item"], box["maker"], issuer=absolute(""), known=now)
    answer = None
    if question is not None:
        answer = queries.answer(
            question,
            on=asked.get("on") or civil_date(now),
            made_on=asked.get("made_on"),
            known=known_moment(asked.get("known"), now=now),
        )
    view = categories.known_at(now)
    return page(
        "verifications/new.html",
        answer=answer,
        question=question or Question(),
        words=words,
        now=now,
        said_of=_said(answer) if answer is not None else None,
        links=_links(answer) if answer is not None else {},
        choices=[(one.code, f"{one.code} {pick(one)}") for one in view.classes(civil_date(now))],
        today=civil_date(now),
        args=request.args,
        given=given,
        listing=request.method == "POST",
        more=any(getattr(question, name, "") or request.args.get(name) for name in MORE),
    )


def _asked() -> dict[str, Any]:
    """What the page is asked: the box of the home page, or the fields of the form; nothing at first."""
    box = read_query(BoxIn)
    if box["item"]:
        return {"box": box}
    if any(request.args.get(name) for name in (*FIELDS, *DATES)):
        return read_query(CheckIn)
    if box["maker"]:
        missing = fault("required")
        raise invalid([Shortfall("item", missing.code, missing.detail)])
    return {}


def _said(answer: Answer) -> dict[str, Any]:
    """The sentences of an answer; a date that the sentence names already is not said twice."""
    judged = answer.judgement

    def since(day: Any, text: str) -> Any:
        return None if day is None or show_date(day) in text else day

    reasons = [(reason, words.reason_text(reason)) for reason in judged.reasons]
    return {
        "reasons": [
            {"detail": text, "since": since(one.since, text), "law": law_of(answer.view, one.citations)}
            for one, text in reasons
        ],
        "warnings": [words.warning_text(one) for one in judged.warnings],
        "suggestions": [
            (one, words.marks((each.place, each.typed, each.registered) for each in one.differs))
            for one in judged.suggestions
        ],
    }


def _links(answer: Answer) -> dict[str, str]:
    """The same question again, pinned to what was known: as a page (``same``) and for programs (``json``)."""
    asked: dict[str, Any] = {name: getattr(answer.question, name) or None for name in FIELDS}
    asked |= {
        "on": answer.on.isoformat(),
        "made_on": answer.made_on.isoformat(),
        "known": show_utc(answer.known),
    }
    return {"same": url_for(".new", **asked), "json": url_for("verifications_api.check", **asked)}


# -- lists and their receipts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a receipt's page: as given, as it stands now, and what differs."""

    line: KeptLine
    now: Answer
    since_then: StandingAt | None
    differs: list[str]
    may_settle: bool


def rows_of(verification: Verification, lines: list[KeptLine], *, now: datetime) -> list[Row]:
    """The lines with how each stands now."""
    return [
        Row(line, one.answer, one.since_then, one.differs, service.may_be_settled(line.answer))
        for line, one in zip(lines, kept.standing_now(verification, lines, now=now), strict=True)
    ]


@bp.before_request
def _room_for_a_list() -> None:
    request.max_content_length = request.max_form_memory_size = LARGEST_PASTE
    if request.endpoint == f"{bp.name}.upload_workbook":
        request.max_content_length = LARGEST_REQUEST


@bp.post("/")
@limited("lists")
@shown_again_by(".new")
def verify() -> ResponseReturnValue:
    """Judge a pasted list at once when it is certain how it is to be read and nothing in it is wrong; else show how it
    was read, as for a workbook."""
    actor, now = current_actor(), clock.now()
    form = read_form(PastedIn)
    content = paste.as_csv(form.pop("list"))
    source, layout, opened = workbooks.read_pasted(content, actor=actor)
    name = _("粘贴的清单.csv")
    if opened is None:
        code = spool.take_in(content, name, purpose=workbooks.PURPOSE, actor=actor, now=now)
        upload = uploads.upload_for(actor, code, purpose=workbooks.PURPOSE, now=now)
        # Not taken as it is; with everything that was typed, and the way on.
        return make_response(_check_page(code, upload, source, layout, request.form, said=False), 422)
    listed = workbooks.questions(opened, {**form, "known": now, "asker": asker_mark()})
    judged = service.judge(listed, now=now, texts_too=False)
    upload = spool.taken_in(content, name, purpose=workbooks.PURPOSE, actor=actor, now=now)
    made = workbooks.keep(judged, opened, upload, issuer=absolute(""), actor=actor, now=now)
    said = service.not_left(made.verification, listed, now=now)
    return outcome(to=url_for(".receipt", receipt=made.verification.receipt), said=said)


@bp.get("/<receipt>")
def receipt(receipt: str) -> ResponseReturnValue:
    found, now = kept.receipt(receipt), clock.now()
    asked = read_query(ReceiptPageIn)
    shown = kept.page_of_lines(found, verdict=asked["verdict"], number=asked["page"])
    return page(
        "verifications/receipt.html",
        workbook=workbooks.workbook_of(found),
        volumes=reports.volumes(found.lines),
        volume_lines=reports.volume_lines,
        most_printed=reports.MOST_PRINTED,
        receipt=found,
        rows=rows_of(found, list(shown.items), now=now),
        shown=shown,
        verdict=asked["verdict"],
        verdicts=list(Verdict),
        may_settle=policy.settle_line(current_actor(), found),
        words=words,
        label_of=words.verdict_label,
        marks=words.marks,
        now=now,
    )


@bp.get("/<receipt>/<int:position>")
def line(receipt: str, position: int) -> ResponseReturnValue:
    found = kept.receipt(receipt)
    [row] = rows_of(found, [kept.line_of(found, position)], now=clock.now())
    return page(
        "verifications/line.html",
        receipt=found,
        row=row,
        days=kept.asked_of(row.line),
        may_settle=policy.settle_line(current_actor(), found),
        words=words,
        label_of=words.verdict_label,
        marks=words.marks,
    )


@bp.post("/<receipt>/<int:position>")
@shown_again_by(".line")
def settle(receipt: str, position: int) -> ResponseReturnValue:
    found = kept.receipt(receipt)
    form = read_form(SettleIn)
    number = None if form["number"] == "none" else form["number"]
    service.settle(
        found,
        position,
        number=number,
        reason=form["reason"],
        by_name=form["by_name"],
        actor=current_actor(),
        now=clock.now(),
    )
    return outcome(to=url_for(".line", receipt=found.receipt, position=position), said=_("已记录。原答复保留不变。"))


# -- lists as workbooks -------------------------------------------------------------------------------------------


@bp.get("/template.xlsx")
def template() -> ResponseReturnValue:
    """A blank workbook with the columns, drop-downs and explanations."""
    return saved(writing.template(list_columns(), fields=template_fields()), _("设备清单模板.xlsx"))


@bp.post("/workbooks")
@shown_again_by(".new")
def upload_workbook() -> ResponseReturnValue:
    """Take a workbook in for a day; what cannot be read is refused at once."""
    actor, sent = current_actor(), request.files.get("file")
    name = (sent.filename if sent else None) or ""
    content = spool.uploaded(sent.stream if sent else None, name)
    source, layout = workbooks.open_list(content, actor=actor)
    if layout.is_complete and layout.rows > list_columns().most_rows:
        # Totals and notes are no lines: only reading tells whether there are too many.
        read(source, layout, list_columns())
    code = spool.take_in(content, name, purpose=workbooks.PURPOSE, actor=actor, now=clock.now())
    return outcome(to=url_for(".check_workbook", code=code))


@bp.get("/workbooks/<code>")
@unlisted
def check_workbook(code: str) -> ResponseReturnValue:
    """How the workbook was read: sheet, columns, what was left out, every fault; to be corrected or judged."""
    given = request.form if request.method == "POST" else request.args
    found, source, layout, same = _opened(code, given)
    return _check_page(code, found, source, layout, given, said=same)


def _check_page(
    code: str, upload: Upload, source: Source, layout: Layout, given: Mapping[str, str], *, said: bool
) -> ResponseReturnValue:
    """``given`` are the facts of the whole list as far as they are said already, ``said`` whether what it says of columns
    holds. Else those of a table whose headings are not known are guessed, and said to be."""
    known = layout.recognised and layout.heading_row != NO_HEADING
    if not known and not (said and workbook_page.chosen_in(given)):
        layout = workbooks.guess(source, layout)
    reading = read_lines(source, layout) if layout.is_complete else None
    return page(
        "verifications/workbook.html",
        **workbook_page.shown(source, layout, reading),
        code=code,
        upload=upload,
        given=given,
    )


@bp.post("/workbooks/<code>")
@limited("lists")
@shown_again_by(".check_workbook")
def verify_workbook(code: str) -> ResponseReturnValue:
    """Judge it and keep the receipt: at once, or when it is long by the worker, with a page that shows how far it is."""
    actor, now = current_actor(), clock.now()
    found, source, layout, same = _opened(code, request.form)
    if request.form.get("do") == "paste" and (text := paste.pasted_in(source.content)) is not None:
        return _new_page({**request.form, "list": text})
    if request.form.get("do") == "again" or not same:
        return _check_page(code, found, source, layout, request.form, said=same)
    form = read_form(ListBookForm)
    form.pop("sheet")
    opened = workbooks.read_list(source, layout)
    workbooks.remember(layout, actor=actor, now=now)
    # An address is nothing for the worker's queue: such a list is judged at once, as a pasted one is.
    if opened.reading.counts.good > workbooks.AT_ONCE and not form["notify_email"]:
        form.pop("notify_email")
        job = workbooks.begin(opened, found, form, actor=actor, now=now)
        return outcome(to=url_for("jobs_public.show", code=job.code))
    listed = workbooks.questions(opened, {**form, "known": now, "asker": asker_mark()})
    judged = service.judge(listed, now=now, texts_too=False)
    made = workbooks.keep(judged, opened, found, issuer=absolute(""), actor=actor, now=now)
    said = service.not_left(made.verification, listed, now=now)
    return outcome(to=url_for(".receipt", receipt=made.verification.receipt), said=said)


def _opened(code: str, given: Mapping[str, str]) -> tuple[Upload, Source, Layout, bool]:
    """The upload, where in it the list stands by what was chosen on its page, and whether that is the sheet and the
    heading row that the page showed: what was said of the columns of others counts for nothing."""
    actor = current_actor()
    found = uploads.upload_for(actor, code, purpose=workbooks.PURPOSE, now=clock.now())
    content = uploads.content_of(found)
    return found, *workbook_page.laid_out(content, given, actor=actor)


@bp.get("/<receipt>.xlsx")
def returned(receipt: str) -> ResponseReturnValue:
    """The workbook with the answers, for whoever holds the code."""
    found = kept.receipt(receipt)
    url = absolute(url_for(".receipt", receipt=found.receipt))
    return saved(*marked.returned(found, url=url, now=clock.now()))
