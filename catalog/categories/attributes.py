"""Typed parameters of products: what was typed or sent, as a value or a sentence on what is wrong. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from association.kernel.errors import Shortfall
from association.kernel.i18n import _, pick, show_date
from association.kernel.numbers import narrow
from catalog.categories.facts import Allowed, Attribute

Value = str | int | float | bool | list[str] | list[int | float]

LONGEST_TEXT = 200
_LONGEST_NUMBER = 40
_LARGEST = 10**15
_MOST_CHOICES = 60

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PLAIN = re.compile(r"[+-]?(\d{1,15}(\.\d{0,12})?|\.\d{1,12})", re.ASCII)
# A comma is a thousands separator only where it can be nothing else: 12,345.6 and 1,234,567, but not 1,000.
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}((,\d{3}){1,4}\.\d{1,12}|(,\d{3}){2,4})", re.ASCII)
_GROUPED_WHOLE = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3}){1,4}", re.ASCII)
_BETWEEN = re.compile(r"\s*(?:~|…|\.\.+|至|到|—+|–)\s*|\s+to\s+|(?<=[\d.])\s*-\s*(?=[-+.\d])", re.IGNORECASE)
_PARTED = re.compile(r"[,、;|\n]")
_YES = frozenset({"true", "yes", "y", "1", "on", "是", "有"})
_NO = frozenset({"false", "no", "n", "0", "off", "否", "无"})
_ENDS = (("low", "high"), ("min", "max"), ("minimum", "maximum"))


class _Wrong(Exception):
    """What is wrong with a value; never leaves this module."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail


def read_attribute(attribute: Attribute, raw: Any, *, on: date | None = None) -> tuple[Value | None, Shortfall | None]:
    """The value of ``raw`` as it came from a form, a workbook or JSON; or what is wrong with it.

    The shortfall stands at ``attributes.<key>``. Nothing typed is ``None``, and a shortfall only where the
    attribute is required. ``on`` narrows choices to the values that hold on that day. Raises nothing.
    """
    try:
        if _is_blank(raw):
            if attribute.required:
                raise _Wrong("required", _("请填写此项"))
            return None, None
        return _READ[attribute.type](attribute, raw, on), None
    except _Wrong as wrong:
        return None, Shortfall(f"attributes.{attribute.key}", wrong.code, wrong.detail)


def show_value(attribute: Attribute, value: Any) -> str:
    """A value for people: names of choices in the reader's language, numbers with their unit."""
    names = {one.code: pick(one) for one in attribute.allowed or ()}
    if value is None or value == [] or value == "":
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if attribute.type == "choices" and isinstance(value, list):
        return _("、").join(names.get(str(one), str(one)) for one in value)
    if attribute.type == "range" and isinstance(value, list):
        return _with_unit(" ~ ".join(show_number(one) for one in value), attribute)
    if isinstance(value, int | float):
        return _with_unit(show_number(value), attribute)
    return names.get(str(value), str(value))


def show_number(number: Any) -> str:
    """A number as people write it: 24, not 24.0."""
    if isinstance(number, float) and number.is_integer():
        return str(int(number))
    return str(number)


def _with_unit(text: str, attribute: Attribute) -> str:
    if not attribute.unit:
        return text
    return f"{text}{attribute.unit}" if attribute.unit in ("°", "%") else f"{text} {attribute.unit}"


def _nothing(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _is_blank(raw: Any) -> bool:
    if isinstance(raw, list | tuple):
        return all(_nothing(one) for one in raw)
    if isinstance(raw, Mapping):
        return all(_nothing(one) for one in raw.values())
    return _nothing(raw)


def _text(raw: Any, longest: int) -> str:
    if not isinstance(raw, str):
        raise _Wrong("type", _("内容类型不对，请填写文字"))
    if len(raw) > longest:
        raise _Wrong("too_long", _("最多{limit}个字符", limit=longest))
    if _UNFIT.search(raw.strip()):
        raise _Wrong("characters", _("含有无法处理的字符（控制字符或不完整的字符），请删除后重试"))
    return raw.strip()


# -- text --------------------------------------------------------------------------------------------------


def _read_text(attribute: Attribute, raw: Any, _on: date | None) -> str:
    text = _text(raw, LONGEST_TEXT)
    if attribute.pattern is None:
        return text
    plain = narrow(text).replace("×", "x")
    for written in (text, plain, plain.upper(), plain.lower()):
        if re.fullmatch(attribute.pattern, written, re.ASCII):
            return written
    raise _Wrong("pattern", _("写法不符合规定（{pattern}）", pattern=attribute.pattern))


# -- numbers -----------------------------------------------------------------------------------------------


def _typed_number(attribute: Attribute, raw: str) -> str:
    """What was typed, in ASCII and without the attribute's unit."""
    text = narrow(_text(raw, _LONGEST_NUMBER)).replace("\u2212", "-")
    unit = narrow(attribute.unit or "")
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: len(text) - len(unit)].rstrip()
    return text


def _number(attribute: Attribute, raw: Any, *, whole: bool) -> int | float:
    wrong = _Wrong("integer", _("请填写整数")) if whole else _Wrong("number", _("请填写数字"))
    number: int | float
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise wrong
    if isinstance(raw, str):
        text = _typed_number(attribute, raw)
        grouped = _GROUPED.fullmatch(text) or (whole and _GROUPED_WHOLE.fullmatch(text))
        plain = text.replace(",", "") if grouped else text
        if not _PLAIN.fullmatch(plain):
            if "," in text:
                raise _Wrong(wrong.code, _("请填写数字，不要用逗号（例如1000或1.5）"))
            raise wrong
        number = float(plain) if "." in plain else int(plain)
    else:
        number = raw
    if isinstance(number, float) and not math.isfinite(number):
        raise wrong
    if abs(number) > _LARGEST:
        raise _Wrong("maximum", _("数字过大"))
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if whole and not isinstance(number, int):
        raise wrong
    _within(attribute, number)
    return number


def _within(attribute: Attribute, number: int | float) -> None:
    if attribute.minimum is not None and number < attribute.minimum:
        limit = _with_unit(show_number(attribute.minimum), attribute)
        raise _Wrong("minimum", _("不能小于{limit}", limit=limit))
    if attribute.maximum is not None and number > attribute.maximum:
        limit = _with_unit(show_number(attribute.maximum), attribute)
        raise _Wrong("maximum", _("不能大于{limit}", limit=limit))


def _read_integer(attribute: Attribute, raw: Any, _on: date | None) -> int:
    return int(_number(attribute, raw, whole=True))


def _read_number(attribute: Attribute, raw: Any, _on: date | None) -> int | float:
    return _number(attribute, raw, whole=False)


def _ends_of(raw: Any) -> list[Any]:
    wrong = _Wrong("range", _("请填写最低和最高两个数；只有一个值时两处填同一个数"))
    if isinstance(raw, Mapping):
        for names in _ENDS:
            if raw.keys() == set(names):
                return [raw[name] for name in names]
        raise wrong
    if isinstance(raw, str):
        ends: list[Any] = _BETWEEN.split(narrow(_text(raw, 2 * _LONGEST_NUMBER)).replace("\u2212", "-"))
    elif isinstance(raw, list | tuple):
        ends = list(raw)
    else:
        raise wrong
    if len(ends) != 2 or any(_nothing(one) for one in ends):
        raise wrong
    return ends


def _read_range(attribute: Attribute, raw: Any, _on: date | None) -> list[int | float]:
    low, high = (_number(attribute, one, whole=False) for one in _ends_of(raw))
    if high < low:
        raise _Wrong("range", _("最低值{low}大于最高值{high}", low=show_number(low), high=show_number(high)))
    return [low, high]


# -- words -------------------------------------------------------------------------------------------------


def _read_boolean(_attribute: Attribute, raw: Any, _on: date | None) -> bool:
    if isinstance(raw, bool):
        return raw
    word = narrow(raw[:20]).lower() if isinstance(raw, str) else None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise _Wrong("boolean", _("请填写是或否（true或false）"))


def _one_of(attribute: Attribute, raw: Any, on: date | None) -> str:
    """The code of the value meant: by its code, else by its name in either language."""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= _LARGEST:
        raw = str(raw)
    text = _text(raw, LONGEST_TEXT)
    named = [one for one in attribute.allowed or () if one.code == text]
    if not named:
        plain = narrow(text).casefold()
        named = [
            one
            for one in attribute.allowed or ()
            if plain in (narrow(word).casefold() for word in (one.code, one.name_zh, one.name_en))
        ]
    if len({one.code for one in named}) != 1:
        raise _no_choice(attribute, on)
    if on is not None and not any(one.holds(on) for one in named):
        raise _Wrong("choice", _not_then(named[0], on))
    return named[0].code


def _no_choice(attribute: Attribute, on: date | None) -> _Wrong:
    choices = _("、").join(pick(one) for one in attribute.allowed_on(on))
    return _Wrong("choice", _("请从所列选项中选择：{limit}", limit=choices))


def _not_then(one: Allowed, on: date) -> str:
    name, day = pick(one), show_date(on)
    if one.begins is not None and on < one.begins:
        return _("{day}尚无“{name}”，自{begins}起才有", day=day, name=name, begins=show_date(one.begins))
    return _("{day}已无“{name}”，至{ends}为止", day=day, name=name, ends=show_date(one.ends))


def _read_choice(attribute: Attribute, raw: Any, on: date | None) -> str:
    if isinstance(raw, list | tuple) and len(raw) == 1:
        raw = raw[0]
    return _one_of(attribute, raw, on)


def _read_choices(attribute: Attribute, raw: Any, on: date | None) -> list[str]:
    given: Sequence[Any]
    if isinstance(raw, str):
        given = _PARTED.split(raw[: LONGEST_TEXT * 5].replace("，", ",").replace("；", ";"))
    elif isinstance(raw, list | tuple):
        given = raw
    else:
        given = [raw]
    if len(given) > _MOST_CHOICES:
        raise _Wrong("too_many", _("最多{limit}项", limit=_MOST_CHOICES))
    chosen = [_one_of(attribute, one, on) for one in given if not _nothing(one)]
    if not chosen:  # signs between nothing
        raise _no_choice(attribute, on)
    return list(dict.fromkeys(chosen))


_READ: Mapping[str, Any] = {
    "text": _read_text,
    "integer": _read_integer,
    "number": _read_number,
    "boolean": _read_boolean,
    "choice": _read_choice,
    "choices": _read_choices,
    "range": _read_range,
}
