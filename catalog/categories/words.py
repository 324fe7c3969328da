"""The catalog's facts in words: what a kind is called, what a field is called, how a value reads. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from association.kernel.i18n import N_, _, show_date
from association.kernel.terms import Term
from catalog.categories.attributes import show_number
from catalog.categories.facts import Basis, Binding, FactKind, IssuerKind, StandardRole, Wording
from catalog.vocabulary import Certainty, EvidenceKind, Proof, RevocationKind


class LoadKind(Term):
    """How the catalog was changed."""

    FILE = "file", N_("载入文件")
    EDIT = "edit", N_("工作人员修改")


class Decision(Term):
    """What becomes of a fact that the staff changed and a newer file says otherwise."""

    KEEP = "keep", N_("保留我们的修改")
    TAKE = "take", N_("采用文件的内容")


class Manner(Term):
    """How a person changes a fact."""

    CORRECT = "correct", N_("更正：原来的内容有误")
    SUCCEED = "succeed", N_("接续：从某日起改变，此前不变")


class EndWay(Term):
    """How a person takes a fact out of use."""

    END = "end", N_("到期终止：最后有效日以后不再适用，此前不变")
    WITHDRAW = "withdraw", N_("撤下：本不应列入，自现在起不再采用")


_KINDS: dict[FactKind, str] = {
    FactKind.CITATION: N_("引用文件"),
    FactKind.EDITION: N_("管理状态"),
    FactKind.CLASS: N_("类别"),
    FactKind.SUBTYPE: N_("种类"),
    FactKind.ATTRIBUTE: N_("登记参数"),
    FactKind.REQUIREMENT: N_("证明要求"),
    FactKind.STANDARD: N_("标准"),
    FactKind.EVIDENCE_KIND: N_("证明材料种类"),
    FactKind.ISSUER: N_("发证、检验机构"),
    FactKind.NOT_IN_CATALOG_TERM: N_("目录外用词"),
    FactKind.SYNONYM: N_("同义词"),
    FactKind.CONFUSABLE: N_("易混字符"),
    FactKind.GROUND: N_("不予登记的事由"),
    FactKind.REVOCATION_GROUND: N_("暂停、撤销登记的事由"),
    FactKind.CRITERION: N_("登记条件"),
    FactKind.SETTING: N_("期限与有效期"),
    FactKind.HOLIDAY: N_("节假日与调休"),
}
_FIELDS: dict[str, str] = {
    "accepts": N_("可用的证明材料"),
    "allowed": N_("可选值"),
    "basis": N_("来源"),
    "binding": N_("性质"),
    "certainty": N_("查实程度"),
    "characters": N_("字符"),
    "citation": N_("依据"),
    "class": N_("类别"),
    "classes": N_("适用类别"),
    "code": N_("代码"),
    "date": N_("日期"),
    "demo_only": N_("仅用于演示"),
    "document": N_("文件名称"),
    "ended_day_unclear": N_("终止日未查实的制度"),
    "ended_on_unknown_day": N_("终止日未查实"),
    "ended_with_regime": N_("随制度终止"),
    "from": N_("首日"),
    "grade": N_("来源等级"),
    "has_end_date": N_("是否有截止日期"),
    "id": N_("代码"),
    "issuer": N_("发布机关"),
    "issues": N_("出具的证明材料"),
    "key": N_("代码"),
    "kind": N_("种类"),
    "known_from": N_("公布日"),
    "look_alike_of": N_("易被误认为"),
    "maximum": N_("上限"),
    "minimum": N_("下限"),
    "name_en": N_("英文名称"),
    "name_zh": N_("名称"),
    "note": N_("说明"),
    "note_en": N_("英文说明"),
    "note_zh": N_("说明"),
    "number": N_("编号"),
    "number_note_en": N_("编号规则（英文）"),
    "number_note_zh": N_("编号规则"),
    "number_pattern": N_("编号格式"),
    "other_names_zh": N_("又称"),
    "pattern": N_("写法"),
    "proof": N_("要求"),
    "required": N_("必填"),
    "subtypes": N_("适用种类"),
    "successors": N_("后续标准"),
    "supports": N_("可用于"),
    "term": N_("用词"),
    "title_en": N_("英文标题"),
    "title_zh": N_("标题"),
    "type": N_("类型"),
    "unit": N_("单位"),
    "until": N_("末日"),
    "url": N_("网址"),
    "value": N_("数值"),
    "wording": N_("名称来源"),
    "words": N_("词语"),
}
_HOLIDAYS = {"holiday": N_("放假"), "working_day": N_("调休上班")}
_LISTS = ("code", "on", "earliest", "latest", "classes", "subtypes", "role", "name_zh", "from", "until", "standards",
          "certainty", "citation", "meaning_zh")  # fmt: skip
_DAYS = frozenset({"from", "until", "known_from", "date"})


def kind_label(kind: FactKind) -> str:
    """What facts of a kind are called."""
    return _(_KINDS[kind])


def field_label(name: str) -> str:
    """What a field of a fact is called; the file's own name where nobody named it."""
    return _(_FIELDS[name]) if name in _FIELDS else name


def holiday_kinds() -> list[tuple[str, str]]:
    """The two kinds of days in a yearly notice, as choices."""
    return [(code, _(text)) for code, text in _HOLIDAYS.items()]


def _terms(kind: FactKind, name: str) -> type[Term] | None:
    by_name: dict[str, type[Term]] = {
        "accepts": EvidenceKind,
        "issues": EvidenceKind,
        "proof": Proof,
        "certainty": Certainty,
        "binding": Binding,
        "basis": Basis,
        "wording": Wording,
        "role": StandardRole,
        "supports": RevocationKind,
    }
    return IssuerKind if kind is FactKind.ISSUER and name == "kind" else by_name.get(name)


def show(kind: FactKind, name: str, value: Any) -> str:
    """A value of a field for people; a dash where there is none."""
    if value is None or value == "" or value == []:
        if name == "until" and value is None:
            return _("不限")
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int | float):
        return show_number(value)
    if isinstance(value, Mapping):
        inner = [name for name in _LISTS if value.get(name) not in (None, [], "")]
        return " ".join(show(kind, one, value[one]) for one in inner)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _("；" if any(isinstance(one, Mapping) for one in value) else "、").join(
            show(kind, name, one) for one in value
        )
    if name in _DAYS:
        return _show_day(value)
    if kind is FactKind.HOLIDAY and name == "kind" and value in _HOLIDAYS:
        return _(_HOLIDAYS[value])
    words = _terms(kind, name)
    try:
        return words(value).label if words is not None else str(value)
    except ValueError:
        return str(value)


def _show_day(text: str) -> str:
    try:
        return show_date(date.fromisoformat(text))
    except ValueError:
        return text


def title_of(kind: FactKind, key: str, body: Mapping[str, Any]) -> str:
    """How people know one fact: its class or code, and its name."""
    text = str
    match kind:
        case FactKind.CITATION:
            return f"{body['issuer']} {body['number'] or body['document']}"
        case FactKind.SUBTYPE | FactKind.ATTRIBUTE:
            return f"{key.partition('.')[0]} {body['name_zh']}"
        case FactKind.CLASS:
            return f"{body['code']} {body['name_zh']}"
        case FactKind.REQUIREMENT:
            subtypes = _("、").join(body["subtypes"]) if body["subtypes"] else _("全部种类")
            return f"{body['class']} {subtypes} {show(kind, 'proof', body['proof'])}"
        case FactKind.STANDARD:
            return f"{body['number']} {body['title_zh']}"
        case FactKind.NOT_IN_CATALOG_TERM:
            return text(body["term"])
        case FactKind.CONFUSABLE:
            return " ".join(body["characters"])
        case FactKind.HOLIDAY:
            return f"{_show_day(body['date'])} {body['name_zh']}"
        case _:
            return text(body["name_zh"])
