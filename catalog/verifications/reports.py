"""A receipt on paper: the summary, the lines as they were answered, and where the receipt can be read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from association.kernel.i18n import _, language, show_date, show_moment
from association.paper.rules import Fact, Facts, Number, Sheet, Table, Value, Words
from association.paper.words import ISSUER, PAGES
from catalog.verifications import words
from catalog.verifications.kept import KeptLine
from catalog.verifications.models import Verification, VerificationWorkbook
from catalog.vocabulary import ReasonCode, Verdict, WarningCode

# A page takes about thirty. A longer list is printed in volumes, whole, and in one sheet with what asks for something to
# be done first: ten thousand lines in one piece took the press 1.7 GB.
MOST_PRINTED = 500
# How long a text of a cell may be. What a list says of itself may be endless: where a sheet would be too large for the
# press, its cells are cut shorter and warnings are said by their names.
LONGEST_CELL = 120
CUT_SHORTER = (60, 30)
QUIET = (Verdict.COMPLIANT, Verdict.NOT_IN_CATALOG)


@dataclass(frozen=True, slots=True)
class Volume:
    """One of the sheets in which a long list is printed whole: the ``number``-th of ``count``, lines ``first`` to ``last``."""

    number: int
    count: int
    first: int
    last: int


def volumes(lines: int) -> list[Volume]:
    """In which volumes a list of ``lines`` is printed; none where one sheet has room for all of it."""
    if lines <= MOST_PRINTED:
        return []
    begins = range(1, lines + 1, MOST_PRINTED)
    return [
        Volume(number, len(begins), first, min(first + MOST_PRINTED - 1, lines))
        for number, first in enumerate(begins, 1)
    ]


def printed_lines(lines: Sequence[KeptLine]) -> list[KeptLine]:
    """Which of ``lines`` are printed, in order: all of a short list. Of a longer one first what does not comply, then what
    else asks for something, then what is in order but bears a warning."""
    if len(lines) <= MOST_PRINTED:
        return list(lines)
    ranked = sorted(lines, key=lambda line: (_rank(line), line.position))
    return sorted(ranked[:MOST_PRINTED], key=lambda line: line.position)


def _rank(line: KeptLine) -> int:
    if line.answer["verdict"] == Verdict.NOT_COMPLIANT:
        return 0
    if asks(line):
        return 1
    return 2 if line.answer["warnings"] else 3


def asks(line: KeptLine) -> bool:
    """Whether something is to be done about a line, as it was answered."""
    return line.answer["verdict"] not in QUIET


def report(
    verification: Verification,
    lines: Sequence[KeptLine],
    *,
    address: str,
    volume: Volume | None = None,
    workbook: VerificationWorkbook | None = None,
    longest: int = LONGEST_CELL,
) -> Sheet:
    """登记信息核验结果 of the list, as given. ``address`` is the receipt's page, which its QR code bears. ``lines`` are all of
    the list's, or those of ``volume``; ``workbook`` is what is kept of the one that it came from; no text in a cell is
    longer than ``longest``."""
    shown = printed_lines(lines)
    summary = verification.summary
    columns = (_("行"), _("所问"), _("答复"), _("理由和提示"), _("登记编号"))
    left = len(lines) - len(shown)
    more_to_do = sum(map(asks, lines)) - sum(map(asks, shown))
    over, footer = _("清单核验回执"), _("登记信息核验结果 {receipt}", receipt=verification.receipt)
    which = []
    if volume is not None:
        over += f" · {volume_name(volume)}"
        footer += f" · {volume_name(volume)}"
        which = [Fact(_("本册"), Value(volume_name(volume)), Value(volume_lines(volume)))]
    parts: list[Any] = [
        Facts(
            _("这次核验"),
            [
                *which,
                Fact(_("工程名称"), Value(verification.project)),
                Fact(_("核验用途"), Value(verification.purpose)),
                Fact(_("核验时间"), Value(_("{moment}（北京时间）", moment=show_moment(verification.asked_at)))),
                Fact(_("到货日期"), Value(show_date(verification.on)), Value(_("各行另有写明的，按该行"))),
                Fact(
                    _("生产日期"),
                    Value(show_date(verification.made_on) if verification.made_on else _("没有填写，按到货日期")),
                ),
                Fact(
                    _("知悉时点"),
                    Value(_("{moment}（北京时间）", moment=show_moment(verification.known))),
                    Value(words.as_known(verification.known, verification.asked_at)),
                ),
                Fact(
                    _("登记簿"),
                    Value(words.register_at(verification.head_entry, verification.known, verification.asked_at)),
                    Value(verification.head_hash, code=True),
                ),
                Fact(_("核对地址"), Value(address, code=True)),
            ],
        ),
        Facts(
            _("合计"),
            [
                Fact(
                    _("行数"),
                    Value(str(summary["lines"])),
                    Value(_("其中目录内{count}行", count=summary["in_catalog"])),
                ),
                *(Fact(verdict.label, Value(str(summary[verdict.value]))) for verdict in Verdict),
                *_not_verified(workbook),
            ],
            columns=2,
        ),
    ]
    if workbook is not None and (volume is None or volume.number == 1):
        parts += [*_faults(workbook, longest), *_noticed(workbook, longest)]
    rows = [_row(line, verification, longest) for line in shown]
    parts.append(Table(_("逐行结果"), columns, (1, 3.9, 2.2, 4.4, 3.2), rows))
    if left:
        sentence = _(
            "本件印出{shown}行，先印不符合的，再印其他需要处理的。其余{left}行中还有{more}行需要处理，见分册、核对地址的页面或表格。",
            shown=len(shown),
            left=left,
            more=more_to_do,
        )
        parts.append(Words("", [Value(sentence)]))
    if any(line.settled for line in shown):
        parts.append(Words("", [Value(_("“人工确认”是另加的记录，不改变当时的答复。"))]))
    parts.append(Words(_("说明"), [Value(_(words.DISCLAIMER))]))
    return Sheet(
        title=_("登记信息核验结果"),
        name=f"{_('登记信息核验结果')} {verification.receipt}",
        language=language(),
        issuer=_(ISSUER),
        over=over,
        lead=_(words.DISCLAIMER),
        parts=parts,
        number=Number(
            name=_("回执编号"),
            text=verification.receipt,
            word=_("{count}行", count=verification.lines),
            sentence=_("以下是当时的答复。各行的现状，扫码查看。"),
            address=address,
            alt=_("核验回执的二维码"),
            caption=_("扫码查看现状"),
        ),
        footer=footer,
        pages=_(PAGES),
        at=verification.asked_at,
    )


def volume_name(volume: Volume) -> str:
    """「第2册（共20册）」."""
    return _("第{number}册（共{count}册）", number=volume.number, count=volume.count)


def volume_lines(volume: Volume) -> str:
    """「第501至1000行」."""
    return _("第{first}至{last}行", first=volume.first, last=volume.last)


def _not_verified(workbook: VerificationWorkbook | None) -> list[Fact]:
    """How many rows of a workbook were not judged: whoever reads the totals must not take them for the whole list."""
    if workbook is None or not workbook.faulty + workbook.left_out:
        return []
    return [
        Fact(_("有误，未核验"), Value(str(workbook.faulty)), Value(_("表格中的行，不在以上合计之内"))),
        Fact(_("不是明细，未计入"), Value(str(workbook.left_out)), Value(_("合计、说明、空白等行"))),
    ]


def _faults(workbook: VerificationWorkbook, longest: int) -> list[Words]:
    """Why rows of the workbook were not judged, in the words of the receipt."""
    faults = workbook.said["faults"]
    if not faults:
        return []
    said = [Value(_clipped(sentence, longest)) for sentence in faults]
    known = workbook.said.get("read")
    if known is None or len(known["faults"]) > len(faults):
        said.append(Value(_("只列出前{count}处；下载的表格里逐处标出。", count=len(faults))))
    return [Words(_("有误未核验的{count}行", count=workbook.faulty), said)]


def _noticed(workbook: VerificationWorkbook, longest: int) -> list[Words]:
    """What was noticed of rows that were judged (a number that a spreadsheet ate), and of the workbook (hidden rows, sheets
    that were not read): whoever has only the paper must know it too."""
    noticed = [*(workbook.said.get("remarks") or []), *workbook.said["notices"]]
    if not noticed:
        return []
    return [Words(_("读取时注意到的"), [Value(_clipped(sentence, longest)) for sentence in noticed])]


def _row(line: KeptLine, verification: Verification, longest: int) -> list[Value]:
    question, answer = line.question, line.answer
    maker = [question.get(name, "") for name in ("manufacturer", "manufacturer_uscc", "brand")]
    # By what it is looked up first: what a list says of it besides may be so long that it is cut.
    asked = [question.get("model", ""), question.get("number", ""), *maker, question.get("name", "")]
    registration = answer["registration"]
    worded = longest == LONGEST_CELL and verification.language == language()
    warnings = " ".join(_warnings(line, worded))
    found = [_reasons(line, worded, longest), warnings, *_settled(line, longest), _to_do(line, longest)]
    what = _clipped(" ".join(text for text in asked if text), longest)
    return [
        Value(words.place(_clipped(question.get("ref", ""), longest), line.position)),
        Value(" ".join([what, *words.own_days(line.question, verification.on, verification.made_on)]).strip()),
        Value(Verdict(answer["verdict"]).label),
        Value(" ".join(text for text in found if text)),
        Value(registration["number"] if registration else "", code=True),
    ]


# What was said of a line in full sentences is printed so where the receipt speaks the sheet's language and there is room;
# else by its name and day.


def _warnings(line: KeptLine, worded: bool) -> list[str]:
    return [
        _("提示：{detail}", detail=one["detail"] if worded else _named(WarningCode(one["code"]).label, one.get("on")))
        for one in line.answer["warnings"]
    ]


def _reasons(line: KeptLine, worded: bool, longest: int) -> str:
    reasons = line.answer["reasons"]
    if worded:
        said = (
            "".join(one["detail"] for one in reasons)
            if language() == "zh"
            else " ".join(one["detail"] for one in reasons)
        )
        if len(said) <= longest:
            return said
    return _clipped(_("；").join(_named(ReasonCode(one["code"]).label, one.get("since")) for one in reasons), longest)


def _named(label: str, day: str | None) -> str:
    return f"{label} {show_date(date.fromisoformat(day))}" if day else label


def _settled(line: KeptLine, longest: int) -> list[str]:
    """Who found out which product it is: what that one comes to must not be cut off, what they went by may."""
    if (one := line.settled) is None:
        return []
    by = _clipped(one.by_name, longest // 2)
    return [words.settled(one.number, one.verdict, by=by, at=one.settled_at, reason=_clipped(one.reason, longest))]


def _to_do(line: KeptLine, longest: int) -> str:
    if longest < LONGEST_CELL:
        return ""
    return words.left_to_do(line.answer, line.settled.answer if line.settled else None)


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
