"""The catalog file: what is wrong with it, which facts it says, and what changes when it is loaded. Pure."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from association.kernel.errors import Shortfall
from association.kernel.i18n import _
from association.kernel.numbers import fold_standard
from association.ledger.rules import canonical
from catalog.categories.rules import FactKind

OWN_COPY = Path(__file__).parent.parent / "data" / "catalog.json"
SCHEMA = Path(__file__).parent.parent / "data" / "catalog.schema.json"

# What the registry computes with; a file without one of them would leave a deadline without a length.
NEEDED_SETTINGS = (
    "registration_validity_years",
    "renewal_opens_days_before",
    "acceptance_working_days",
    "review_working_days",
    "ends_soon_days",
    "watching_days",
    "watching_reminder_days",
    "objection_days",
)

_SECTIONS: dict[str, tuple[FactKind, str]] = {
    "citations": (FactKind.CITATION, "id"),
    "editions": (FactKind.EDITION, "id"),
    "classes": (FactKind.CLASS, "code"),
    "requirements": (FactKind.REQUIREMENT, "id"),
    "standards": (FactKind.STANDARD, "number"),
    "evidence_kinds": (FactKind.EVIDENCE_KIND, "code"),
    "issuers": (FactKind.ISSUER, "code"),
    "not_in_catalog_terms": (FactKind.NOT_IN_CATALOG_TERM, "term"),
    "synonyms": (FactKind.SYNONYM, "code"),
    "confusables": (FactKind.CONFUSABLE, ""),
    "grounds_of_refusal": (FactKind.GROUND, "code"),
    "grounds_of_revocation": (FactKind.REVOCATION_GROUND, "code"),
    "criteria": (FactKind.CRITERION, "code"),
    "settings": (FactKind.SETTING, "key"),
    "holidays": (FactKind.HOLIDAY, "date"),
}
# Rows of these may follow each other under one name, each with days of its own.
_SUCCESSIVE = frozenset(
    {"not_in_catalog_terms", "synonyms", "grounds_of_refusal", "grounds_of_revocation", "criteria", "settings"}
)

# Law is known from its publication. The rest is the association's own: in a later file it is known from the
# loading, so that an earlier answer stays what it was.
PUBLISHED = frozenset(
    {
        FactKind.CITATION,
        FactKind.EDITION,
        FactKind.CLASS,
        FactKind.SUBTYPE,
        FactKind.REQUIREMENT,
        FactKind.STANDARD,
        FactKind.EVIDENCE_KIND,
        FactKind.HOLIDAY,
    }
)

_DAYS = frozenset({"from", "until", "known_from", "date", "on", "earliest", "latest", "as_of"})
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LARGEST = 2**53 - 1
_LONGEST = 4000
_LONGEST_KEY = 60
# The catalog has some ten thousand values, six deep: a file far beyond that is none, and costs time to find out.
MOST_VALUES = 150_000
DEEPEST = 30
# Nobody reads more; what comes after them is said to be there.
MOST_FAULTS = 500

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FileFact:
    """One fact as a file says it."""

    kind: FactKind
    key: str
    body: Mapping[str, Any]


# -- reading -----------------------------------------------------------------------------------------------


def read(text: bytes | str) -> tuple[Any, list[Shortfall]]:
    """The file's JSON, or why it cannot be read."""

    def no_constant(name: str) -> Any:
        raise ValueError(name)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [name for name, times in Counter(name for name, _value in pairs).items() if times > 1]
        if twice:
            raise ValueError(twice[0])
        return dict(pairs)

    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        data = json.loads(text, parse_constant=no_constant, object_pairs_hook=once)
    except UnicodeDecodeError:
        return None, [Shortfall("", "json", _("文件不是UTF-8编码"))]
    except json.JSONDecodeError as error:
        found = _("不是完整的JSON：第{line}行第{column}列附近", line=error.lineno, column=error.colno)
        return None, [Shortfall("", "json", found)]
    except ValueError as error:
        return None, [Shortfall("", "json", _("JSON中有重复的名称或无法表示的值：{value}", value=str(error)[:80]))]
    except RecursionError:
        return None, [Shortfall("", "json", _("JSON嵌套过深"))]
    if (too_much := _size_fault(data)) is not None:
        return None, [too_much]
    return _with_later_terms(data), []


# The association's own terms that came after the form of the file was settled: a file that was made to the older form
# is as good as before, and says of them what the registry's own file says.
LATER_SECTION = "grounds_of_revocation"
LATER_SETTINGS = ("watching_days", "watching_reminder_days", "objection_days")


def _with_later_terms(data: Any) -> Any:
    if not isinstance(data, dict) or not isinstance(data.get("settings"), list):
        return data
    named = {one.get("key") for one in data["settings"] if isinstance(one, dict)}
    lacks = [key for key in LATER_SETTINGS if key not in named]
    if LATER_SECTION in data and not lacks:
        return data
    own = json.loads(OWN_COPY.read_text(encoding="utf-8"))
    return (
        {LATER_SECTION: own[LATER_SECTION]}
        | data
        | {"settings": data["settings"] + [one for one in own["settings"] if one["key"] in lacks]}
    )


def _size_fault(data: Any) -> Shortfall | None:
    """Whether it is too deep or too much to be a catalog; without recursion, whatever it is."""
    values, layer, depth = 0, [data], 0
    while layer:
        values, depth = values + len(layer), depth + 1
        if depth > DEEPEST:
            return Shortfall("", "json", _("JSON嵌套过深"))
        if values > MOST_VALUES:
            return Shortfall("", "too_many", _("内容过多，最多{limit}个值", limit=MOST_VALUES))
        inner: list[Any] = []
        for one in layer:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
        layer = inner
    return None


# -- faults ------------------------------------------------------------------------------------------------


def faults(data: Any) -> list[Shortfall]:
    """Everything that is wrong with the file, each at its place; nothing when it can be loaded."""
    found = list(islice(_plain_faults(data, ()), MOST_FAULTS + 1))
    if found:  # numbers and characters that could not even be stored or compared
        return found
    shape = [*_schema_faults(data)]
    found = [Shortfall(_field(where), code, detail) for where, code, detail in shape]
    if len(found) > MOST_FAULTS:
        return found
    if isinstance(data, Mapping):
        broken = {where[:2] for where, _code, _detail in shape if where}
        found += _Sense(data, broken).faults()
    return list(dict.fromkeys(found))


def remarks(data: Mapping[str, Any]) -> list[str]:
    """What is allowed but worth a look: standards named that the file does not list."""
    numbers = {fold_standard(one["number"]) for one in data["standards"]}
    found = [
        _("{number}：后续标准{successor}不在文件中", number=one["number"], successor=successor)
        for one in data["standards"]
        for successor in one["successors"]
        if fold_standard(successor) not in numbers
    ]
    found += [
        _(
            "{key}：取值{code}所依标准{number}不在文件中",
            key=f"{c['code']}.{a['key']}",
            code=one["code"],
            number=number,
        )
        for c in data["classes"]
        for a in c["attributes"]
        for one in a["allowed"] or ()
        for number in one["standards"]
        if fold_standard(number) not in numbers
    ]
    return found


def _field(where: Where) -> str:
    return ".".join(str(step) for step in where)


def _plain_faults(value: Any, where: Where) -> Iterator[Shortfall]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if _UNFIT.search(name) or "." in name:
                yield Shortfall(_field(where), "characters", _("名称中含有无法处理的字符"))
            else:
                yield from _plain_faults(inner, (*where, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _plain_faults(inner, (*where, place))
    elif isinstance(value, str):
        if _UNFIT.search(value):
            yield Shortfall(_field(where), "characters", _("含有控制字符、换行或不完整的字符"))
        elif len(value) > _LONGEST:
            yield Shortfall(_field(where), "too_long", _("最多{limit}个字符", limit=_LONGEST))
    elif isinstance(value, int | float) and not isinstance(value, bool) and not -_LARGEST <= value <= _LARGEST:
        yield Shortfall(_field(where), "number", _("数字过大，无法准确保存"))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _schema_faults(data: Any) -> Iterator[tuple[Where, str, str]]:
    errors = islice(_validator().iter_errors(data), MOST_FAULTS + 1)
    for error in sorted(errors, key=lambda one: [str(step) for step in one.absolute_path]):
        yield from _said(error)


_TYPES = {
    "string": "文本",
    "null": "空（null）",
    "array": "列表",
    "object": "对象",
    "integer": "整数",
    "number": "数字",
    "boolean": "true或false",
}


def _said(error: ValidationError) -> Iterator[tuple[Where, str, str]]:
    """A fault of the schema in plain words."""
    where: Where = tuple(error.absolute_path)
    rule = str(error.validator)
    limit: Any = error.validator_value
    given: Any = error.instance
    match rule:
        case "required":
            missing = [name for name in limit if name not in given]
            # The library yields one fault per missing name; each is named in its message.
            name = next((one for one in missing if error.message.startswith(repr(one))), "")
            yield (*where, name), "required", _("缺少此项")
        case "type":
            names = [limit] if isinstance(limit, str) else list(limit)
            yield (
                where,
                "type",
                _("类型不对，应为{types}", types=" / ".join(_(_TYPES[name]) for name in names)),
            )
        case "enum":
            yield where, "choice", _("只能是：{choices}", choices=", ".join(map(str, limit)))
        case "const":
            yield where, "choice", _("只能是：{choices}", choices=limit)
        case "pattern":
            yield where, "pattern", _("写法不符合规定（{pattern}）", pattern=limit)
        case "minLength" | "minItems":
            yield where, "blank", _("不能为空，至少{limit}个", limit=limit)
        case "maxLength" | "maxItems":
            yield where, "too_many", _("过多，最多{limit}个", limit=limit)
        case "uniqueItems":
            yield where, "duplicate", _("有重复的内容")
        case _:
            yield where, "invalid", error.message[:200]


class _Sense:
    """What a schema cannot say. Works on the parts that have the right shape: all faults at once."""

    def __init__(self, data: Mapping[str, Any], broken: set[Where]) -> None:
        self.data, self.broken = data, broken
        self.found: list[Shortfall] = []
        self.citations = self._names("citations", "id")
        self.codes = self._names("classes", "code")
        self.subtypes: dict[str, set[str]] = {}
        for one in self._raw("classes"):
            listed = one.get("subtypes")
            codes = {s.get("code") for s in listed if isinstance(s, Mapping)} if isinstance(listed, list) else set()
            self.subtypes[str(one.get("code"))] = {code for code in codes if isinstance(code, str)}

    def faults(self) -> list[Shortfall]:
        for section in _SECTIONS:
            for place, item in self._sound(section):
                self._walk(item, (section, place))
        if isinstance(meta := self.data.get("meta"), Mapping) and isinstance(meta.get("as_of"), str):
            self._day(meta["as_of"], ("meta", "as_of"))
        self._unique()
        for place, item in self._sound("classes"):
            self._class(item, ("classes", place))
        self._references()
        self._successions()
        self._no_day_without_requirement()
        self._settings()
        return self.found

    # -- small things

    def _say(self, where: Where, code: str, detail: str) -> None:
        self.found.append(Shortfall(_field(where), code, detail))

    def _raw(self, section: str) -> list[Mapping[str, Any]]:
        listed = self.data.get(section)
        return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []

    def _names(self, section: str, key: str) -> set[str]:
        return {one[key] for one in self._raw(section) if isinstance(one.get(key), str)}

    def _sound(self, section: str) -> list[tuple[int, Any]]:
        listed = self.data.get(section)
        if not isinstance(listed, list) or (section,) in self.broken:
            return []
        return [(place, one) for place, one in enumerate(listed) if (section, place) not in self.broken]

    def _day(self, text: str, where: Where) -> date | None:
        try:
            if not text.isascii():
                raise ValueError(text)
            day = date.fromisoformat(text)
        except ValueError:
            self._say(where, "date", _("没有这一天：{day}", day=text))
            return None
        if not 1900 <= day.year <= 2100:
            self._say(where, "date_range", _("日期须在1900年至2100年之间"))
        return day

    def _walk(self, value: Any, where: Where) -> None:
        """Days that exist, from before until, and citations that resolve: wherever they stand."""
        if isinstance(value, list):
            for place, inner in enumerate(value):
                self._walk(inner, (*where, place))
        if not isinstance(value, Mapping):
            return
        days = {
            name: self._day(inner, (*where, name))
            for name, inner in value.items()
            if name in _DAYS and isinstance(inner, str)
        }
        for first, last in (("from", "until"), ("earliest", "latest")):
            begins, ends = days.get(first), days.get(last)
            if begins is not None and ends is not None and ends < begins:
                self._say((*where, last), "order", _("末日{ends}早于首日{begins}", ends=ends, begins=begins))
        cited = value.get("citation")
        if isinstance(cited, str) and cited not in self.citations:
            self._say((*where, "citation"), "reference", _("没有这份引用文件：{name}", name=cited))
        for name, inner in value.items():
            self._walk(inner, (*where, name))

    # -- keys

    def _unique(self) -> None:
        for section, (_kind, key) in _SECTIONS.items():
            if section == "confusables":
                continue
            names = [(place, one[key]) for place, one in self._sound(section)]
            for place, name in names:
                if len(name) > _LONGEST_KEY:
                    self._say((section, place, key), "too_long", _("最多{limit}个字符", limit=_LONGEST_KEY))
            if section not in _SUCCESSIVE:
                self._once(names, section, key)
        if isinstance(self.data.get("confusables"), list):
            groups = [(place, "".join(one)) for place, one in self._sound("confusables")]
            self._once(groups, "confusables", "")

    def _once(self, names: Iterable[tuple[int, str]], section: str | Where, key: str) -> None:
        seen: dict[str, int] = {}
        at = (section,) if isinstance(section, str) else section
        for place, name in names:
            folded = fold_standard(name) if section == "standards" else name
            if folded in seen:
                where: Where = (*at, place, key) if key else (*at, place)
                self._say(where, "duplicate", _("{name}已在第{place}项出现", name=name, place=seen[folded]))
            seen.setdefault(folded, place)

    # -- classes

    def _class(self, item: Mapping[str, Any], where: Where) -> None:
        if not item["code"].isascii():
            self._say((*where, "code"), "pattern", _("类别代码为两位数字，例如01"))
        for part in ("subtypes", "attributes"):
            key = "code" if part == "subtypes" else "key"
            self._once([(place, one[key]) for place, one in enumerate(item[part])], (*where, part), key)
        for place, attribute in enumerate(item["attributes"]):
            self._attribute(attribute, item["code"], (*where, "attributes", place))

    def _attribute(self, attribute: Mapping[str, Any], code: str, where: Where) -> None:
        self._known_subtypes(attribute["subtypes"], [code], (*where, "subtypes"))
        least, most = attribute["minimum"], attribute["maximum"]
        if least is not None and most is not None and most < least:
            self._say((*where, "maximum"), "order", _("上限{most}小于下限{least}", most=most, least=least))
        self._pattern(attribute["pattern"], (*where, "pattern"))
        self._overlaps([(place, one["code"], one) for place, one in enumerate(attribute["allowed"] or ())],
                       (*where, "allowed"))  # fmt: skip

    def _pattern(self, pattern: str | None, where: Where) -> None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            self._say(where, "pattern", _("正则表达式无法使用：{why}", why=error))

    def _known_subtypes(self, named: Sequence[str] | None, codes: Sequence[str], where: Where) -> None:
        known = set().union(*(self.subtypes.get(code, set()) for code in codes))
        for place, name in enumerate(named or ()):
            if name not in known:
                detail = _("{codes}类没有这个种类：{name}", codes="、".join(codes), name=name)
                self._say((*where, place), "reference", detail)

    def _known_class(self, code: str, where: Where) -> None:
        if code not in self.codes:
            self._say(where, "reference", _("没有这个类别：{code}", code=code))

    # -- references between sections

    def _references(self) -> None:
        for place, row in self._sound("requirements"):
            at: Where = ("requirements", place)
            self._known_class(row["class"], (*at, "class"))
            self._known_subtypes(row["subtypes"], [row["class"]], (*at, "subtypes"))
            if row["proof"] in ("mandatory", "customary") and not row["accepts"]:
                self._say((*at, "accepts"), "blank", _("要求证明材料，却没有列出接受的种类"))
        for place, standard in self._sound("standards"):
            for inner, scope in enumerate(standard["classes"]):
                at = ("standards", place, "classes", inner)
                self._known_class(scope["code"], (*at, "code"))
                self._known_subtypes(scope["subtypes"], [scope["code"]], (*at, "subtypes"))
        for place, kind in self._sound("evidence_kinds"):
            self._pattern(kind["number_pattern"], ("evidence_kinds", place, "number_pattern"))
            for part in ("ended_with_regime", "ended_day_unclear"):
                for inner, ending in enumerate(kind[part]):
                    at = ("evidence_kinds", place, part, inner)
                    for order, code in enumerate(ending["classes"]):
                        self._known_class(code, (*at, "classes", order))
                    self._known_subtypes(ending["subtypes"], ending["classes"], (*at, "subtypes"))
        issuers = self._names("issuers", "code")
        for place, issuer in self._sound("issuers"):
            if issuer["look_alike_of"] is not None and issuer["look_alike_of"] not in issuers:
                detail = _("没有这个机构：{name}", name=issuer["look_alike_of"])
                self._say(("issuers", place, "look_alike_of"), "reference", detail)

    # -- days

    def _overlaps(self, rows: Sequence[tuple[int, str, Mapping[str, Any]]], where: Where) -> None:
        """Rows of one name may follow each other, never overlap."""
        kept: dict[str, list[tuple[str, str, int]]] = {}
        for place, name, row in rows:
            begins, ends = row["from"] or "0000", row["until"] or "9999"
            for first, last, other in kept.get(name, ()):
                if begins <= last and first <= ends:
                    detail = _("{name}与第{place}项的起止日期重叠", name=name, place=other)
                    self._say((*where, place), "overlap", detail)
                    break
            kept.setdefault(name, []).append((begins, ends, place))

    def _successions(self) -> None:
        for section in sorted(_SUCCESSIVE):
            key = _SECTIONS[section][1]
            self._overlaps([(place, one[key], one) for place, one in self._sound(section)], (section,))
        # One state of the catalog on each day: all editions share one name here.
        self._overlaps([(place, _("管理状态"), one) for place, one in self._sound("editions")], ("editions",))

    def _no_day_without_requirement(self) -> None:
        if ("requirements",) in self.broken or any(where[:1] == ("requirements",) for where in self.broken):
            return
        rows = [row for _place, row in self._sound("requirements")]
        for place, item in self._sound("classes"):
            for inner, subtype in enumerate(item["subtypes"]):
                spans = [
                    (row["from"], row["until"])
                    for row in rows
                    if row["class"] == item["code"] and (row["subtypes"] is None or subtype["code"] in row["subtypes"])
                ]
                first = max(item["from"], subtype["from"])
                last = min(item["until"] or "9999-12-31", subtype["until"] or "9999-12-31")
                for begins, ends in _gaps(spans, first, last):
                    detail = _(
                        "{code}类{name}从{begins}至{ends}没有任何要求行",
                        code=item["code"],
                        name=subtype["code"],
                        begins=begins,
                        ends=ends or _("今后"),
                    )
                    self._say(("classes", place, "subtypes", inner), "no_requirement", detail)

    def _settings(self) -> None:
        if ("settings",) in self.broken or not isinstance(self.data.get("settings"), list):
            return
        names = self._names("settings", "key")
        for key in NEEDED_SETTINGS:
            if key not in names:
                self._say(("settings",), "required", _("缺少设置：{key}", key=key))
        for place, setting in self._sound("settings"):
            value = setting["value"]
            whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 3650
            if setting["key"] in NEEDED_SETTINGS and not whole:
                self._say(("settings", place, "value"), "integer", _("应为1至3650之间的整数"))


def _gaps(spans: Iterable[tuple[str, str | None]], first: str, last: str) -> Iterator[tuple[str, str | None]]:
    """Days from ``first`` to ``last`` that no span covers. ``9999-12-31`` and ``None`` are open."""
    try:
        days = sorted((date.fromisoformat(a), date.fromisoformat(b or "9999-12-31")) for a, b in spans)
        cursor, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:  # a day that does not exist is told of elsewhere
        return
    one = timedelta(days=1)
    for begins, ends in days:
        if cursor > end or begins > end:
            break
        if begins > cursor:
            yield cursor.isoformat(), (begins - one).isoformat()
        if ends == date.max:
            return
        cursor = max(cursor, ends + one)
    if cursor <= end:
        yield cursor.isoformat(), None if end == date.max else end.isoformat()


# -- facts -------------------------------------------------------------------------------------------------


def facts_in(data: Mapping[str, Any]) -> list[FileFact]:
    """The facts a sound file says, in file order, each under a key that stays when its words change."""
    found: list[FileFact] = []
    for section, (kind, key) in _SECTIONS.items():
        for item in data[section]:
            if kind is FactKind.CONFUSABLE:
                # Groups have no name: a changed group is another group.
                found.append(FileFact(kind, "".join(item), {"characters": item}))
            elif kind is FactKind.CLASS:
                body = {name: value for name, value in item.items() if name not in ("subtypes", "attributes")}
                found.append(FileFact(kind, item[key], body))
                found += [FileFact(FactKind.SUBTYPE, f"{item['code']}.{one['code']}", one) for one in item["subtypes"]]
                found += [
                    FileFact(FactKind.ATTRIBUTE, f"{item['code']}.{one['key']}", one) for one in item["attributes"]
                ]
            elif section in _SUCCESSIVE and item["from"] is not None:
                found.append(FileFact(kind, f"{item[key]}@{item['from']}", item))
            else:
                found.append(FileFact(kind, item[key], item))
    return found


FactName = tuple[FactKind, str]


def key_of(kind: FactKind, body: Mapping[str, Any]) -> str:
    """The key of a fact of the association's own words: what it is called, and from when where names may return."""
    if kind is FactKind.CONFUSABLE:
        return "".join(body["characters"])
    section, name = next((section, name) for section, (one, name) in _SECTIONS.items() if one is kind)
    if section in _SUCCESSIVE and body["from"] is not None:
        return f"{body[name]}@{body['from']}"
    return str(body[name])


def successive(kind: FactKind) -> bool:
    """Whether facts of one name may follow each other, each with days of its own."""
    return any(one is kind and section in _SUCCESSIVE for section, (one, _name) in _SECTIONS.items())


def key_field(kind: FactKind) -> str:
    """The field that names a fact of this kind."""
    return next(name for one, name in _SECTIONS.values() if one is kind) or "characters"


@dataclass(frozen=True, slots=True)
class OnFile:
    """What the database says now under a key; ``body`` is ``None`` when the fact was taken away.

    ``edited``: the staff said so last, not a file; ``file_body`` is what a file said last.
    """

    place: float
    version: int
    body: Mapping[str, Any] | None
    edited: bool = False
    file_body: Mapping[str, Any] | None = None


def current(on_file: Mapping[FactName, OnFile]) -> list[FileFact]:
    """What holds now, in the order of its places."""
    there = [(name, one) for name, one in on_file.items() if one.body is not None]
    there.sort(key=lambda pair: pair[1].place)
    return [FileFact(kind, key, one.body) for (kind, key), one in there if one.body is not None]


def data_of(facts: Iterable[FileFact], *, as_of: str) -> dict[str, Any]:
    """The file that would say these facts: the way back from ``facts_in``, so that one set of rules judges both."""
    data: dict[str, Any] = {name: [] for name in _SECTIONS}
    data["meta"] = {"title_zh": "—", "title_en": "—", "as_of": as_of, "format": 1, "conventions": {}}
    inner: list[FileFact] = []
    section_of = {kind: section for section, (kind, _key) in _SECTIONS.items()}
    classes: dict[str, dict[str, Any]] = {}
    for fact in facts:
        if fact.kind in (FactKind.SUBTYPE, FactKind.ATTRIBUTE):
            inner.append(fact)
        elif fact.kind is FactKind.CONFUSABLE:
            data["confusables"].append(list(fact.body["characters"]))
        elif fact.kind is FactKind.CLASS:
            classes[fact.key] = {**fact.body, "subtypes": [], "attributes": []}
            data["classes"].append(classes[fact.key])
        else:
            data[section_of[fact.kind]].append(dict(fact.body))
    for fact in inner:
        part = "subtypes" if fact.kind is FactKind.SUBTYPE else "attributes"
        if (of := classes.get(fact.key.partition(".")[0])) is not None:
            of[part].append(dict(fact.body))
    return data


def place_in(data: Mapping[str, Any], kind: FactKind, key: str) -> str:
    """Where the fact of this name stands in a file, as faults name it: ``settings.3``."""
    section = next(section for section, (one, _name) in _SECTIONS.items() if one is kind)
    bodies = ({"characters": one} if kind is FactKind.CONFUSABLE else one for one in data[section])
    place = next((place for place, body in enumerate(bodies) if key_of(kind, body) == key), -1)
    return f"{section}.{place}"


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be written. ``corrects``: it counts from the moment of loading, not from publication."""

    fact: FileFact
    place: float
    version: int
    corrects: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What loading a file changes, by kind and key."""

    added: tuple[NewVersion, ...]
    changed: tuple[NewVersion, ...]
    removed: tuple[tuple[FactKind, str], ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def settle(changes: Changes, kept: set[FactName]) -> Changes:
    """The same changes without those of the facts in ``kept``: what the staff said of them stays."""
    return replace(
        changes,
        added=tuple(one for one in changes.added if (one.fact.kind, one.fact.key) not in kept),
        changed=tuple(one for one in changes.changed if (one.fact.kind, one.fact.key) not in kept),
        removed=tuple(name for name in changes.removed if name not in kept),
    )


def after(on_file: Mapping[FactName, OnFile], changes: Changes) -> list[FileFact]:
    """What would hold once the changes are made."""
    new = {(one.fact.kind, one.fact.key): one for one in (*changes.added, *changes.changed)}
    gone = set(changes.removed)
    rows = [
        (one.place, FileFact(*name, one.body))
        for name, one in on_file.items()
        if one.body is not None and name not in new and name not in gone
    ]
    rows += [(one.place, one.fact) for one in new.values()]
    return [fact for _place, fact in sorted(rows, key=lambda row: row[0])]


def compare(on_file: Mapping[tuple[FactKind, str], OnFile], facts: Sequence[FileFact]) -> Changes:
    """What a file changes in what is on file. Bodies are compared as canonical JSON; order is no change."""
    added: list[NewVersion] = []
    changed: list[NewVersion] = []
    same = 0
    places = _places(on_file, facts)
    for fact in facts:
        before, place = on_file.get((fact.kind, fact.key)), places[fact.kind, fact.key]
        if before is None:
            own = bool(on_file) and fact.kind not in PUBLISHED
            added.append(NewVersion(fact, place, 1, corrects=own))
        elif before.body is None:
            added.append(NewVersion(fact, place, before.version + 1, corrects=True))
        elif canonical(before.body) != canonical(fact.body):
            changed.append(NewVersion(fact, place, before.version + 1, corrects=True))
        else:
            same += 1
    said = {(fact.kind, fact.key) for fact in facts}
    removed = [name for name, before in on_file.items() if before.body is not None and name not in said]
    return Changes(tuple(added), tuple(changed), tuple(removed), same)


def _places(
    on_file: Mapping[tuple[FactKind, str], OnFile], facts: Sequence[FileFact]
) -> dict[tuple[FactKind, str], float]:
    """Where each fact stands among its kind: the old keep theirs, the new go between neighbours."""
    places: dict[tuple[FactKind, str], float] = {}
    for kind in FactKind:
        names = [(fact.kind, fact.key) for fact in facts if fact.kind is kind]
        last = 0.0
        for order, name in enumerate(names):
            if name in on_file:
                last = on_file[name].place
            else:
                later = (on_file[one].place for one in names[order + 1 :] if one in on_file)
                after = next((place for place in later if place > last), None)
                last = last + 1 if after is None else (last + after) / 2
            places[name] = last
    return places
