"""The sentences in which a verdict is given, in the reader's language. They state findings, never a conclusion."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from association.kernel.dates import civil_date
from association.kernel.i18n import N_, _, show_date
from catalog.verifications.rules import Caution, Judgement, Reason
from catalog.vocabulary import ReasonCode, Verdict, WarningCode

MOST_WAITED = timedelta(hours=1)

DISCLAIMER = N_(
    "本结果是登记信息核验结果：不是行政许可，不构成推荐，也不是验收结论；强制性标准的效力不因本结果而改变。"
)

HEADLINES: Mapping[Verdict, str] = {
    Verdict.COMPLIANT: N_("已登记且有效，证明材料覆盖该产品。"),
    Verdict.NOT_COMPLIANT: N_("不符合要求，原因见下。"),
    Verdict.NOT_REGISTERED: N_("没有有效的登记。登记是自愿的，这不表示产品有问题。"),
    Verdict.NOT_IN_CATALOG: N_("不属于国家目录所列产品，无需登记，不表示产品有问题。"),
    Verdict.UNDETERMINED: N_("凭现有信息无法判定，原因见下。"),
}

# Over the counts of a list, where the reasons stand at each line.
HEADLINES_OF_MANY: Mapping[Verdict, str] = {
    **HEADLINES,
    Verdict.NOT_COMPLIANT: N_("不符合要求，原因见各行。"),
    Verdict.UNDETERMINED: N_("凭现有信息无法判定，原因见各行。"),
}

REASONS: Mapping[ReasonCode, str] = {
    ReasonCode.CATEGORY_NOT_IN_CATALOG: N_("“{term}”不属于国家《安全技术防范产品目录》所列类别。"),
    ReasonCode.MISTYPED_NUMBER: N_("登记编号的格式或校验位不对，请对照产品标签或登记信息通知书核对。"),
    ReasonCode.UNKNOWN_NUMBER: N_("登记簿中没有这个登记编号。"),
    ReasonCode.MISTYPED_USCC: N_("统一社会信用代码的格式或校验位不对，请对照营业执照核对。"),
    ReasonCode.SEVERAL_MATCH: N_("符合所填信息的登记不止一个，请改用登记编号核验。"),
    ReasonCode.MANUFACTURER_CONFLICT: N_("所填统一社会信用代码与生产企业名称或登记编号不一致。"),
    ReasonCode.MANUFACTURER_NOT_GIVEN: N_("只有型号不足以判定，请补充生产企业、统一社会信用代码或品牌。"),
    ReasonCode.MODEL_NOT_GIVEN: N_("没有给出型号或登记编号，请补充。"),
    ReasonCode.ONLY_SIMILAR_FOUND: N_("没有完全一致的型号，只找到相似的型号；相似不作为依据。"),
    ReasonCode.NOT_FOUND: N_("登记簿中没有与所填信息完全一致的登记。"),
    ReasonCode.REGISTRATION_SUSPENDED: N_("登记自{since}起暂停。"),
    ReasonCode.REGISTRATION_REVOKED: N_("登记自{since}起被撤销。"),
    ReasonCode.REGISTRATION_NOT_YET_VALID: N_("登记在所选日期尚未生效。"),
    ReasonCode.REGISTRATION_LAPSED: N_("登记有效期已于所选日期前届满，自{since}起失效。"),
    ReasonCode.REGISTRATION_CANCELLED: N_("登记自{since}起注销。"),
    ReasonCode.EVIDENCE_MISSING: N_("没有收录所要求的证明材料。"),
    ReasonCode.EVIDENCE_WRONG_KIND: N_("收录的证明材料种类不是当时所要求的。"),
    ReasonCode.EVIDENCE_NOT_YET_VALID: N_("证明材料在生产日期时尚未生效。"),
    ReasonCode.EVIDENCE_EXPIRED: N_("证明材料自{since}起过期，未覆盖生产日期。"),
    ReasonCode.EVIDENCE_SUSPENDED: N_("证明材料自{since}起被出具机构暂停。"),
    ReasonCode.EVIDENCE_WITHDRAWN: N_("证明材料自{since}起被出具机构撤回。"),
    ReasonCode.REGIME_UNCLEAR: N_("该产品在生产日期时依法需要何种证明，尚未查实，请向协会询问。"),
}

WARNINGS: Mapping[WarningCode, str] = {
    WarningCode.STANDARD_SUPERSEDED: N_("所依据的标准{standard}已被{successors}代替（自{on}起）。"),
    WarningCode.EVIDENCE_ENDS_SOON: N_("证明材料将于{on}到期。"),
    WarningCode.REGISTRATION_ENDS_SOON: N_("登记将于{on}到期。"),
    WarningCode.EVIDENCE_EXPIRED_SINCE: N_("证明材料在生产日期时有效，自{on}起已过期。"),
    WarningCode.PROOF_NOT_ON_FILE: N_("所示证明材料未在本登记中收录，请核对原件。"),
    WarningCode.PROOF_WRONG_KIND: N_("所示证明材料的种类不是当时所要求的。"),
    WarningCode.PROOF_EXPIRED: N_("所示证明材料自{on}起过期，未覆盖生产日期。"),
    WarningCode.FACT_NOT_VERIFIED: N_("判定所依据的目录事实系推得或未查实，未经原文核实。"),
    WarningCode.DETAILS_DIFFER: N_("所填的{fields}与登记不一致，请确认是否同一产品。"),
    WarningCode.CATEGORY_UNREAD: N_("所填类别“{term}”不是国家目录的类别代码或名称，核验时没有采用。"),
    WarningCode.SEVERAL_MODELS: N_("型号一格写的不止是一个型号，其中有登记过的；请一行只写一个型号，分行后重新核验。"),
}

WHAT_TO_DO: Mapping[ReasonCode, str] = {
    ReasonCode.MISTYPED_NUMBER: N_("核对编号后重新核验，或改用生产企业和型号。"),
    ReasonCode.UNKNOWN_NUMBER: N_("核对编号；或按生产企业和型号查询登记簿。"),
    ReasonCode.MISTYPED_USCC: N_("改正代码，或只填生产企业名称。"),
    ReasonCode.SEVERAL_MATCH: N_("从下列登记中找出产品，用登记编号核验。"),
    ReasonCode.MANUFACTURER_CONFLICT: N_("核对铭牌上的生产企业，只填其中正确的一项后重新核验。"),
    ReasonCode.MANUFACTURER_NOT_GIVEN: N_("补充生产企业或品牌后重新核验。"),
    ReasonCode.MODEL_NOT_GIVEN: N_("补充型号后重新核验。"),
    ReasonCode.ONLY_SIMILAR_FOUND: N_("对照铭牌逐字核对型号；如确是下列型号之一，请用登记编号核验。"),
    ReasonCode.NOT_FOUND: N_("核对型号和生产企业；也可请供货方提供登记编号。"),
    ReasonCode.REGISTRATION_SUSPENDED: N_("暂缓采购或安装，向登记人或协会了解情况。"),
    ReasonCode.REGISTRATION_REVOKED: N_("不要采购或安装；已安装的，请联系协会。"),
    ReasonCode.REGISTRATION_LAPSED: N_("向登记人索取现行的登记编号或证明材料。"),
    ReasonCode.REGISTRATION_CANCELLED: N_("向登记人索取现行的登记编号或证明材料。"),
    ReasonCode.REGISTRATION_NOT_YET_VALID: N_("核对到货日期，或待登记生效后再核验。"),
    ReasonCode.REGIME_UNCLEAR: N_("向协会询问，并保留产品随附的全部证明材料。"),
}
_ASK_FOR_EVIDENCE = N_("请供货方提供覆盖生产日期的现行证明材料，并由登记人补交协会。")

_FIELDS: Mapping[str, str] = {
    "model": N_("型号"),
    "manufacturer": N_("生产企业"),
    "brand": N_("品牌"),
    "category": N_("类别"),
    "subtype": N_("种类"),
}


def headline(judgement: Judgement) -> str:
    """One sentence under the verdict's word."""
    return _(HEADLINES[judgement.verdict])


def reason_text(reason: Reason) -> str:
    """The sentence of a reason."""
    values = {**dict(reason.values), "since": show_date(reason.since)}
    return _(REASONS[reason.code], **values)


def warning_text(warning: Caution) -> str:
    """The sentence of a warning."""
    values: dict[str, Any] = {**dict(warning.values), "on": show_date(warning.on)}
    if "successors" in values:
        values["successors"] = _("、").join(values["successors"])
        if warning.on is None:
            return _("所依据的标准{standard}已被{successors}代替（日期未查实）。", **values)
    if "fields" in values:
        values["fields"] = _("、").join(_(_FIELDS[name]) for name in values["fields"])
    return _(WARNINGS[warning.code], **values)


def what_to_do(judgement: Judgement) -> str:
    """What the asker can do now; empty when nothing is to be done."""
    if judgement.verdict in (Verdict.COMPLIANT, Verdict.NOT_IN_CATALOG) or not judgement.reasons:
        return ""
    first = judgement.reasons[0].code
    return _(WHAT_TO_DO.get(first, _ASK_FOR_EVIDENCE))


def what_to_do_about(answer: Mapping[str, Any]) -> str:
    """The same for an answer as it is kept (JSON)."""
    if answer["verdict"] in (Verdict.COMPLIANT, Verdict.NOT_IN_CATALOG) or not answer["reasons"]:
        return ""
    return _(WHAT_TO_DO.get(ReasonCode(answer["reasons"][0]["code"]), _ASK_FOR_EVIDENCE))


def left_to_do(answer: Mapping[str, Any], settled: Mapping[str, Any] | None) -> str:
    """The same for a line: once a person ``settled`` it (by the answer of the product that they chose, an empty one where it
    was none), what was to be done has been done, and what is to be done with that product is said instead."""
    if settled is None:
        return what_to_do_about(answer)
    return what_to_do_about(settled) if settled else ""


# Letters that print like Latin ones, by the beginning of their names in Unicode.
_SCRIPTS: Mapping[str, str] = {
    "GREEK": N_("希腊字母"),
    "CYRILLIC": N_("西里尔字母"),
    "FULLWIDTH": N_("全角"),
    "ROMAN NUMERAL": N_("罗马数字"),
}


def spelled(text: str) -> str:
    """``text`` with what is said of every sign that only looks like another: its script, and its code.

    >>> spelled("\u039f0")
    'Ο（希腊字母U+039F）0'
    """
    return "".join(_spelled(one) for one in text)


def _spelled(sign: str) -> str:
    if " " <= sign < "\x7f" or unicodedata.east_asian_width(sign) == "W":
        return sign
    name = unicodedata.name(sign, "")
    script = next((_(said) for begins, said in _SCRIPTS.items() if begins in name), "")
    shown = sign if sign.isprintable() and not unicodedata.combining(sign) else ""
    return _("{sign}（{script}U+{code}）", sign=shown, script=script, code=f"{ord(sign):04X}")


def verdict_label(code: str) -> str:
    """The word of a verdict's code."""
    return Verdict(code).label


def marks(differs: Iterable[Sequence[Any]]) -> list[tuple[int, str, str]]:
    """The places of a suggestion's model to be marked, each with what was typed and what is registered; a character too
    many in the question marks none."""
    return [
        (place + step, typed, registered) for place, typed, registered in differs for step in range(len(registered))
    ]


def place(ref: str, position: int) -> str:
    """How a line of a list is called: as the list itself calls it, with its place where that is another."""
    if not ref or ref == str(position):
        return str(position)
    return _("{ref}（第{n}行）", ref=ref, n=position)


def own_days(question: Mapping[str, Any], on: date, made_on: date | None) -> list[str]:
    """The days of a line where they are not those of its list (``on``, ``made_on``): they decide its verdict."""
    own, made = (date.fromisoformat(question[name]) for name in ("on", "made_on"))
    found = []
    if own != on:
        found.append(_("到货{day}", day=show_date(own)))
    if made != (made_on or own):
        found.append(_("生产{day}", day=show_date(made)))
    return found


def of_the_past(known: datetime, asked_at: datetime) -> bool:
    """Whether a list was asked as things were known before: whoever reads it must not take it for that day's. A long
    list that waited for its turn was not."""
    return asked_at - known > MOST_WAITED


def settled(number: str | None, verdict: Verdict | None, *, by: str, at: datetime, reason: str) -> str:
    """What a person confirmed of a line, the same on every paper: when, who, which product, how that one is judged, and
    what they went by."""
    when = show_date(civil_date(at))
    if number is None or verdict is None:
        said = _("人工确认（{when}，{who}）：不是所列任何一件。", when=when, who=by)
    else:
        said = _(
            "人工确认（{when}，{who}）：{number}，{verdict}。", when=when, who=by, number=number, verdict=verdict.label
        )
    return said + _("依据：{reason}", reason=reason)


def register_at(entry: int, known: datetime, asked_at: datetime) -> str:
    """How much of the register an answer rests on, ``entry`` being the newest when it was given."""
    if of_the_past(known, asked_at):
        return _("核验时共{entry}条，只计入知悉时点以前记录的", entry=entry)
    return _("截至第{entry}条", entry=entry)


def as_known(known: datetime, asked_at: datetime) -> str:
    """What the answers of a list rest on."""
    if of_the_past(known, asked_at):
        return _("只依据此时以前记录的内容；此后的登记、暂停、撤销没有计入")
    return _("只依据此时已公开、已记录的事实")
