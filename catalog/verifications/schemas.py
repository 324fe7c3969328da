"""What a question and a verdict look like to programs (contract.md)."""

import math
from typing import Any

from marshmallow import fields, post_load, validates_schema
from marshmallow.exceptions import ValidationError

from association.accounts.rules import address_shortfalls
from association.kernel import config
from association.web.fields import Anything, Day, In, Moment, Out, PlainOut, Several, Text, Whole, Word
from association.webhooks import rules as programs
from catalog.register.schemas import EvidenceOut, HeadOut, PartyOut
from catalog.subscriptions.schemas import MailAddress, NotifiedOut
from catalog.verifications.receipts import MOST_LINES
from catalog.verifications.rules import NamedProof, Question
from catalog.verifications.service import AskedLine
from catalog.vocabulary import EvidenceKind, Verdict

LONGEST_TEXT = 200


class CheckIn(In):
    """One product: its number, or maker and model, or brand and model."""

    number = Text(
        80, metadata={"description": "登记编号，分隔符、大小写、全半角不限 / registration number, in any writing"}
    )
    manufacturer = Text(LONGEST_TEXT)
    manufacturer_uscc = Text(40)
    brand = Text(LONGEST_TEXT)
    model = Text(120)
    name = Text(LONGEST_TEXT)
    category = Text(60)
    subtype = Text(60)
    on = Day(metadata={"description": "到货或拟购日期，默认今天 / day of delivery or purchase, default today"})
    made_on = Day(metadata={"description": "生产或进口日期，默认同on / day of making or import, default on"})
    known = Moment(
        metadata={"description": "知悉时点（日期或时刻），默认现在，不得晚于现在 / moment of knowledge, default now"}
    )

    @validates_schema
    def _something_is_asked(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not any(data.get(name) for name in ("number", "model", "name")):
            raise ValidationError("required", field_name="number")

    @post_load
    def _question(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        dates = {name: data.pop(name, None) for name in ("on", "made_on", "known")}
        return {"question": Question(**data), **dates}


class NumberOrModel(Text):
    """As typed; of a label's address what stands before the statement, which a page with scripts checks."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str) and "/v/" in value:
            value = value.partition("#")[0]
        return super()._deserialize(value, attr, data, **kwargs)


class BoxIn(In):
    """The two boxes of the home page: number or model, and maker, its code, or brand."""

    item = NumberOrModel(120, load_default="")
    maker = Text(LONGEST_TEXT, load_default="")


class ProofIn(In):
    """The proof that a line names."""

    kind = Word(EvidenceKind, required=True)
    number = Text(120, required=True)
    issuer = Text(LONGEST_TEXT)
    issued_on = Day()

    @post_load
    def _proof(self, data: dict[str, Any], **kwargs: Any) -> NamedProof:
        return NamedProof(**data)


class Quantity(Text):
    """A quantity as it stands in the list, text or number; it is repeated, never counted."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not math.isfinite(value):
                # 1e999 is JSON, but no number that programs can agree on.
                raise ValidationError("number")
            value = format(value, ".15g") if isinstance(value, float) else str(value)
        return super()._deserialize(value, attr, data, **kwargs)


class LineIn(In):
    """One line of a list: a product as in ``check``, with its own days where they differ from the list's."""

    ref = Text(80, metadata={"description": "清单中的行号或编号，原样返回 / given back as it is"})
    number = Text(80)
    manufacturer = Text(LONGEST_TEXT)
    manufacturer_uscc = Text(40)
    brand = Text(LONGEST_TEXT)
    model = Text(120)
    name = Text(LONGEST_TEXT)
    category = Text(60)
    subtype = Text(60)
    quantity = Quantity(40)
    on = Day(allow_none=True)
    made_on = Day(allow_none=True)
    proof = fields.Nested(ProofIn, allow_none=True)

    @validates_schema
    def _something_is_asked(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not any(data.get(name) for name in ("number", "model", "name")):
            raise ValidationError("required", field_name="number")

    @post_load
    def _line(self, data: dict[str, Any], **kwargs: Any) -> AskedLine:
        on, made_on = data.pop("on", None), data.pop("made_on", None)
        return AskedLine(Question(**data), on, made_on)


class NotifyIn(In):
    """Where to tell of what happens later to a registration relied on.

    A mail address is asked first, by one letter; nothing else goes there before its holder says yes on a page. A webhook
    is an https address on the public network that gets signed messages (docs/webhooks.md).
    """

    email = Text(254)
    webhook = Text(500)

    @validates_schema
    def _addresses(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("email") and address_shortfalls(data["email"]):
            raise ValidationError("email", field_name="email")
        if data.get("webhook") and not programs.read_address(
            data["webhook"], anywhere=config.setting("WEBHOOKS_ANYWHERE")
        ):
            raise ValidationError("webhook", field_name="webhook")


class ListIn(In):
    """A list to be judged and kept."""

    on = Day(allow_none=True, metadata={"description": "各行没有写明时的到货日期，默认今天 / default today"})
    made_on = Day(allow_none=True)
    known = Moment(allow_none=True)
    purpose = Text(LONGEST_TEXT)
    project = Text(LONGEST_TEXT)
    notify = fields.Nested(NotifyIn, allow_none=True)
    lines = Several(
        fields.Nested(LineIn),
        MOST_LINES,
        required=True,
        metadata={"description": f"1–{MOST_LINES}", "minItems": 1, "maxItems": MOST_LINES},
    )

    @validates_schema
    def _has_lines(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("lines") == []:
            raise ValidationError("no_lines", field_name="lines")


class PastedIn(In):
    """The page's list: rows as they are pasted from a spreadsheet."""

    list = Text(MOST_LINES * 700, required=True, blank=False, lines=True, trim=False)
    on = Day(allow_none=True, load_default=None)
    made_on = Day(allow_none=True, load_default=None)
    purpose = Text(LONGEST_TEXT, load_default="")
    project = Text(LONGEST_TEXT, load_default="")
    notify_email = MailAddress(load_default="")


class ScannedIn(In):
    """Numbers scanned on site, one a line."""

    list = Text(60_000, required=True, blank=False, lines=True)
    project = Text(LONGEST_TEXT, load_default="")


class ListBookIn(In):
    """The page of an uploaded workbook: the sheet, and the facts of the whole list."""

    sheet = Text(255, load_default=None, allow_none=True)
    on = Day(allow_none=True, load_default=None)
    made_on = Day(allow_none=True, load_default=None)
    purpose = Text(LONGEST_TEXT, load_default="")
    project = Text(LONGEST_TEXT, load_default="")


class ListBookForm(ListBookIn):
    """The same with where to tell of changes, as the form for a pasted list has it."""

    notify_email = MailAddress(load_default="")


class ListBookQuery(ListBookIn):
    """A workbook sent by a program: what the body cannot say of itself stands in the address.

    ``heading_row``: where the headings stand, 0 when there are none; ``columns``: what the columns are, from A on.
    """

    heading_row = Whole(0, 1_048_576, allow_none=True, load_default=None)
    columns = Text(400, load_default="")
    known = Moment(allow_none=True, load_default=None)
    filename = Text(200, load_default="")


class ReceiptPageIn(In):
    """Which lines of a receipt are shown."""

    verdict = Word(Verdict, allow_none=True, load_default=None)
    page = Whole(1, MOST_LINES, load_default=1)


class ReportQuery(In):
    """Which volume of a long list is printed; without, one sheet with what asks for something to be done first."""

    volume = Whole(1, MOST_LINES, allow_none=True, load_default=None)


class PageIn(In):
    """A page of one's own receipts."""

    page = Whole(1, 1_000_000, load_default=1)


class SettleIn(In):
    """Which suggestion a line means (``none``: none of them), why, and who says so."""

    number = Text(40, required=True, blank=False)
    reason = Text(1000, load_default="", lines=True)
    by_name = Text(120, load_default="")


class ReasonOut(Out):
    code = fields.String()
    detail = fields.String()
    since = fields.String(allow_none=True)
    law = fields.String(allow_none=True)


class WarningOut(Out):
    code = fields.String()
    detail = fields.String()
    on = fields.String(allow_none=True)


class FoundOut(Out):
    """The registration that a verdict is about."""

    number = fields.String()
    name = fields.String()
    brand = fields.String()
    model = fields.String()
    manufacturer = fields.Nested(PartyOut)
    registrant = fields.Nested(PartyOut)
    category = fields.String()
    subtype = fields.String()
    standing = fields.String()
    valid_from = fields.String(allow_none=True)
    valid_until = fields.String(allow_none=True)


class SuggestionOut(Out):
    number = fields.String()
    model = fields.String()
    manufacturer = fields.String()
    differs = Anything(metadata={"type": "array", "items": {"type": "array"}})


class LineOut(PlainOut):
    """A verdict with everything it rests on."""

    ref = fields.String(allow_none=True)
    verdict = fields.String()
    compliant = fields.Boolean(allow_none=True)
    label = fields.String()
    detail = fields.String()
    on = fields.String()
    made_on = fields.String()
    known = fields.String()
    matched_by = fields.String(allow_none=True)
    reasons = fields.List(fields.Nested(ReasonOut))
    warnings = fields.List(fields.Nested(WarningOut))
    registration = fields.Nested(FoundOut, allow_none=True)
    entry = fields.Integer(allow_none=True)
    requirements = fields.List(fields.String())
    evidence = fields.List(fields.Nested(EvidenceOut))
    suggestions = fields.List(fields.Nested(SuggestionOut))


class VerdictOut(LineOut):
    """A verdict alone, with the register's head."""

    head = fields.Nested(HeadOut)
    disclaimer = fields.String()


class SummaryOut(Out):
    """How many lines have each verdict; lines outside the catalog are no fault and not counted in ``in_catalog``."""

    lines = fields.Integer()
    in_catalog = fields.Integer()
    compliant = fields.Integer()
    not_compliant = fields.Integer()
    not_registered = fields.Integer()
    not_in_catalog = fields.Integer()
    undetermined = fields.Integer()


class CellSaidOut(Out):
    """Something said of a cell of a workbook: its address, the column it was taken for, a code, the sentence."""

    cell = fields.String()
    column = fields.String()
    code = fields.String()
    detail = fields.String()


class RowLeftOutOut(Out):
    """A row that was left out, and why."""

    row = fields.Integer()
    code = fields.String()


class WorkbookOut(Out):
    """How a workbook was read: ``rows`` = lines judged + ``faulty`` + ``left_out``; ``line_rows`` gives the row of each line."""

    sheet = fields.String()
    heading_row = fields.Integer()
    columns = Anything(metadata={"type": "object"})
    rows = fields.Integer()
    good = fields.Integer()
    faulty = fields.Integer()
    left_out = fields.Integer()
    line_rows = fields.List(fields.Integer())
    faults = fields.List(fields.Nested(CellSaidOut))
    remarks = fields.List(fields.Nested(CellSaidOut))
    rows_left_out = fields.List(fields.Nested(RowLeftOutOut))
    notices = fields.List(fields.String())


class ReceiptOut(PlainOut):
    """A list that was judged: whoever holds ``receipt`` can read it again at ``url``."""

    receipt = fields.String()
    url = fields.String()
    asked_at = fields.String()
    known = fields.String()
    on = fields.String()
    made_on = fields.String(allow_none=True)
    purpose = fields.String()
    project = fields.String()
    language = fields.String()
    head = fields.Nested(HeadOut)
    summary = fields.Nested(SummaryOut)
    disclaimer = fields.String()
    workbook = fields.Nested(WorkbookOut, metadata={"description": "仅当发来的是工作簿 / only for a workbook"})
    notify = fields.Nested(NotifiedOut, metadata={"description": "仅当请求中有notify / only where the list had notify"})
    lines = fields.List(fields.Nested(LineOut))


class SettledOut(Out):
    """What a person found out about a line that could not be decided."""

    number = fields.String(allow_none=True)
    verdict = fields.String(allow_none=True)
    reason = fields.String()
    by = fields.String()
    at = fields.String()


class StandingNowOut(Out):
    """How a registration stands today, and since when."""

    standing = fields.String()
    since = fields.String(allow_none=True)


class NowOut(LineOut):
    """How a line stands now: the same question on its own days, what differs from the answer as given (`differs`), how the
    registration stands today, and who settled it."""

    position = fields.Integer()
    changed = fields.Boolean()
    differs = fields.List(fields.String())
    standing_now = fields.Nested(StandingNowOut, allow_none=True)
    settled = fields.List(fields.Nested(SettledOut))


class KeptOut(ReceiptOut):
    """A receipt read again: ``questions`` and ``lines`` as given, ``now`` as they stand."""

    questions = Anything(metadata={"type": "array", "items": {"type": "object"}})
    now = fields.List(fields.Nested(NowOut))
    now_head = fields.Nested(HeadOut)
    now_at = fields.String()
