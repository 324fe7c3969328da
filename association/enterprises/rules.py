"""What a unified social credit code must look like, said in sentences. Pure."""

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _
from association.kernel.numbers import CodeFault, compact, uscc_fault

_SENTENCES: dict[CodeFault, str] = {
    "length": N_("统一社会信用代码为18位，现为{count}位，请对照营业执照核对。"),
    "characters": N_("统一社会信用代码第3至8位为数字，其余为数字和大写字母（无I、O、S、V、Z），请核对。"),
    "organisation_check": N_("统一社会信用代码第9至17位（组织机构代码）校验不符，可能录错一位，请核对。"),
    "check": N_("统一社会信用代码第18位校验不符，可能录错一位，请对照营业执照核对。"),
}


def normal_uscc(text: str) -> str:
    """The one form in which a code is kept and compared."""
    return compact(text)


def uscc_shortfalls(code: str, field: str = "uscc") -> list[Shortfall]:
    """What is wrong with a normalised code; nothing when it is well formed."""
    fault = uscc_fault(code)
    return [] if fault is None else [Shortfall(field, "uscc", _(_SENTENCES[fault], count=len(code)))]
