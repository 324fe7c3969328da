"""What the page of the search says: filters, facets, what was relaxed, what may have been meant. No SQL, no HTTP."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from babel import Locale
from markupsafe import Markup, escape

from association.kernel.i18n import N_, _, language, pick
from association.kernel.numbers import fold
from catalog.categories.rules import Attribute, CatalogView
from catalog.register.relaxing import How, Relaxed, Suggestion
from catalog.register.search import Asked, marks
from catalog.register.terms import Term
from catalog.vocabulary import Standing

ORDERS = {
    "relevance": N_("相关程度"),
    "number": N_("登记编号"),
    "-number": N_("登记编号，新的在前"),
    "model": N_("型号"),
    "name": N_("产品名称"),
    "manufacturer": N_("生产企业名称"),
}
TITLES = {
    "category": N_("类别"),
    "subtype": N_("种类"),
    "standing": N_("状态"),
    "manufacturer": N_("生产企业"),
    "registrant": N_("登记人"),
    "standard": N_("执行标准"),
    "origin": N_("产地"),
    "year": N_("登记年份"),
}
KINDS = {
    "number": N_("登记编号"),
    "model": N_("型号"),
    "name": N_("名称"),
    "brand": N_("品牌"),
    "manufacturer": N_("生产企业"),
    "category": N_("类别"),
    "subtype": N_("种类"),
    "standard": N_("标准"),
}
_AT_HOME = {"CN-HE": N_("河北省"), "CN": N_("国内其他地区")}
# A long facet shows its most frequent values; the fields beside it take any.
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    """A condition that is in use: what it is, what it says, the names in the address that go when it goes."""

    title: str
    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One value of a facet: what it is called, how many there would be, and whether it is chosen."""

    value: str
    label: str
    count: int
    on: bool


def chosen(asked: Asked, view: CatalogView) -> list[Chosen]:
    """The conditions in use, in the order of the page."""
    found = [Chosen(_("关键词"), asked.q, ("q",))] if asked.q else []
    for name, title in TITLES.items():
        value = getattr(asked, name)
        if value not in ("", None):
            names = ("category", "subtype") if name == "category" else (name,)
            found.append(Chosen(_(title), value_text(name, str(value), asked.category, view), names))
    known = {one.key: one for code in view.classes() for one in view.class_attributes(code.code)}
    for key, op, value in asked.attributes:
        attribute = known.get(key)
        sign = {"min": "≥", "max": "≤"}.get(op, "")
        where = f"attr.{key}" + (f".{op}" if op != "is" else "")
        title = pick(attribute) if attribute else key
        found.append(Chosen(title, f"{sign} {condition_text(attribute, value)}".strip(), (where,)))
    return found


def value_text(name: str, value: str, category: str, view: CatalogView) -> str:
    """What a value of a filter is called."""
    if name == "category":
        known = view.category(value)
        return f"{value} {pick(known)}" if known else value
    if name == "subtype":
        kind = view.subtype(category, value)
        return pick(kind) if kind else value
    if name == "standing":
        return Standing(value).label
    return origin_name(value) if name == "origin" else value


def origin_name(code: str) -> str:
    """What a place of origin is called: the home province, elsewhere in the country, or another country."""
    if code in _AT_HOME:
        return _(_AT_HOME[code])
    return str(Locale.parse("en" if language() == "en" else "zh_Hans").territories.get(code, code))


def condition_text(attribute: Attribute | None, value: str) -> str:
    """What a value of a condition on an attribute is called: with its unit, or the name of the choice."""
    if attribute is None:
        return value
    if attribute.type == "boolean":
        return {"true": _("是"), "false": _("否")}.get(value, value)
    names = {one.code: pick(one) for one in attribute.allowed or ()}
    if value in names:
        return names[value]
    unit = attribute.unit or ""
    return f"{value} {unit}".strip() if unit and not value.endswith(unit) else value


def facet(name: str, counted: Sequence[tuple[str, int]], asked: Asked, view: CatalogView) -> list[Shown]:
    """The values of a facet as the page lists them: a few, the most frequent; what is chosen is always among them."""
    current = str(getattr(asked, name) or "")
    rows = list(counted)
    if name in ("manufacturer", "standard", "origin", "year") and len(rows) > MOST_SHOWN:
        least = sorted((count for _value, count in rows), reverse=True)[MOST_SHOWN - 1]
        # All that are as frequent as the last one shown are shown, or none of them: nobody is cut off by name.
        enough = [one for one in rows if one[1] >= least]
        if len(enough) > 2 * MOST_SHOWN:
            enough = [one for one in rows if one[1] > least]
        rows = enough + [one for one in rows if one[0] == current and one not in enough]
    if name == "standing":
        places = [one.value for one in Standing]
        rows.sort(key=lambda one: places.index(one[0]))
    return [
        Shown(value, value_text(name, value, asked.category, view), count, value == current) for value, count in rows
    ]


# -- what was relaxed ---------------------------------------------------------------------------------------

_HOW = {
    How.LOOK_ALIKE: N_("没有含“{typed}”的登记；已把看起来相像的字符（如0与O、1与I、8与B）当作相同查找。"),
    How.TYPING_ERROR: N_("没有含“{typed}”的登记；已按录入时可能错了一两个字符查找。"),
    How.SOUND: N_("没有含“{typed}”的登记；已按读音相同的字查找。"),
    How.PART: N_("没有含“{typed}”全部文字的登记；已按其中至少一半文字查找。"),
    How.LEFT_OUT: N_("没有含“{typed}”的登记；以下结果没有计入这个词。"),
    How.MOST: N_("没有同时符合全部{of}个词的登记；以下符合其中{held}个。"),
}


def relaxed_sentences(relaxed: Sequence[Relaxed]) -> list[str]:
    """Which terms were taken otherwise than typed, and how: one sentence each."""
    return [_(_HOW[one.how], typed=one.typed, of=one.of, held=one.held) for one in relaxed]


# -- highlights ---------------------------------------------------------------------------------------------


def marker(terms: Sequence[Term]) -> Callable[[str], Markup]:
    """A function that shows a text with what was looked for marked."""

    def marked(text: str) -> Markup:
        shown, at = Markup(""), 0
        for begin, end in marks(text, terms) if terms else ():
            shown += escape(text[at:begin]) + Markup("<mark>") + escape(text[begin:end]) + Markup("</mark>")
            at = end
        return shown + escape(text[at:])

    return marked


def differing_places(suggestion: Suggestion) -> list[int]:
    """The places in the registered model or number, as it is printed, of the characters that differ from the typed."""
    text = suggestion.model if suggestion.what == "model" else suggestion.number
    folded: set[int] = set()
    moved = 0
    for place, typed, registered in suggestion.differs:
        folded.update(range(place + moved, place + moved + len(registered)))
        moved += len(registered) - len(typed)
    places, at = [], 0
    form = fold(text)
    for place, character in enumerate(text):
        if at < len(form) and fold(character)[:1] == form[at]:
            if at in folded:
                places.append(place)
            at += 1
    return places


def attribute_fields(category: str, subtype: str, view: CatalogView, *, on: date) -> list[Attribute]:
    """The attributes of a class (and kind) by which a list can be narrowed; texts cannot."""
    known = view.attributes(category, subtype) if subtype else view.class_attributes(category)
    return [one for one in known if one.type != "text" and (not one.allowed or one.allowed_on(on))]
