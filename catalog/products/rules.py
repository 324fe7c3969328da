"""What a dossier must show before staff will read it (Art. 12, Art. 18 item 7). Pure.

A dossier is kept as it was typed; ``read`` gives its facts and everything that keeps it from being submitted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _, pick, show_date
from association.kernel.numbers import compact, fold, narrow, uscc_fault
from catalog.categories.attributes import read_attribute
from catalog.categories.facts import Attribute
from catalog.categories.rules import CatalogView
from catalog.evidence.rules import Evidence, covers
from catalog.vocabulary import CaseState, EvidenceKind, Proof

EDITABLE = frozenset({CaseState.DRAFT, CaseState.RETURNED})
SUBMITTABLE = EDITABLE
WITHDRAWABLE = frozenset({CaseState.SUBMITTED})
DELETABLE = frozenset({CaseState.DRAFT})

HOME_COUNTRY = "CN"

# Plain fields of every dossier, in the order of the form, with their label and longest text.
FIELDS: Mapping[str, tuple[str, int]] = {
    "name": (N_("产品名称"), 200),
    "name_en": (N_("英文名称"), 200),
    "brand": (N_("品牌"), 120),
    "model": (N_("型号"), 120),
    "manufacturer_name": (N_("生产者名称"), 200),
    "manufacturer_country": (N_("生产者所在国家或地区"), 2),
    "manufacturer_uscc": (N_("生产者统一社会信用代码"), 40),
    "standards": (N_("执行标准"), 1000),
}
REQUIRED = ("name", "model", "manufacturer_name", "manufacturer_country", "standards")
MOST_STANDARDS = 20

USCC_FAULTS = {
    "length": N_("统一社会信用代码应为18位"),
    "characters": N_("统一社会信用代码含有不应出现的字符（不用字母I、O、S、V、Z）"),
    "organisation_check": N_("第9至17位（组织机构代码）的校验位不对，请对照营业执照核对"),
    "check": N_("最后一位校验位不对，请对照营业执照核对"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece of evidence of a dossier: what it says of itself, and the file it is."""

    id: int
    kind: EvidenceKind
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None
    document: str

    def as_evidence(self) -> Evidence:
        return Evidence(self.kind, self.number, self.issuer, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True)
class Registrant:
    """Who registers: maker or seller."""

    name: str
    uscc: str


def split_standards(text: str) -> list[str]:
    """Numbers of standards, one a line or parted by commas or semicolons, each once."""
    parted = text.replace("；", ";").replace("，", ";").replace("、", ";").replace(",", ";").replace("\n", ";")
    return list(dict.fromkeys(" ".join(narrow(one).split()) for one in parted.split(";") if one.strip()))


def maker_is_registrant(dossier: Mapping[str, Any], registrant: Registrant) -> bool:
    """Whether the maker named is the registrant itself; another one's letter of authorisation is needed."""
    return compact(str(dossier.get("manufacturer_uscc") or "")) == registrant.uscc


def read(
    dossier: Mapping[str, Any],
    papers: Sequence[Paper],
    registrant: Registrant,
    view: CatalogView,
    *,
    category: str,
    subtype: str,
    authorised: bool,
    today: date,
) -> tuple[dict[str, Any], list[Shortfall]]:
    """The facts of a dossier as they would be registered, and everything that is missing or wrong, all at once.

    ``authorised`` says whether a letter of authorisation is on file.
    """
    facts: dict[str, Any] = {"category": category, "subtype": subtype}
    found: list[Shortfall] = []
    catalog_class = view.class_on(category, today)
    if catalog_class is None:
        found.append(Shortfall("category", "category_not_in_catalog", _("该类别现不在国家目录内，不能登记。")))
    elif subtype not in {one.code for one in view.subtypes(category, today)}:
        found.append(Shortfall("subtype", "choice", _("请选择该类别下的产品种类。")))

    text = {key: str(dossier.get(key) or "").strip() for key in FIELDS}
    found.extend(
        Shortfall(key, "missing", _("请填写{field}", field=_(FIELDS[key][0]))) for key in REQUIRED if not text[key]
    )
    for key, (field, longest) in FIELDS.items():
        if len(text[key]) > longest:
            found.append(Shortfall(key, "too_long", _("{field}最多{limit}个字符", field=_(field), limit=longest)))
    if text["model"] and not fold(text["model"]):
        found.append(Shortfall("model", "invalid", _("型号中至少要有一个字母或数字")))
    facts["name"], facts["name_en"], facts["brand"], facts["model"] = (
        text["name"],
        text["name_en"],
        text["brand"],
        text["model"],
    )

    country, code = text["manufacturer_country"].upper(), compact(text["manufacturer_uscc"])
    if country == HOME_COUNTRY:
        if not code:
            found.append(Shortfall("manufacturer_uscc", "missing", _("境内生产者须填写统一社会信用代码")))
        elif (fault := uscc_fault(code)) is not None:
            found.append(Shortfall("manufacturer_uscc", "uscc", _(USCC_FAULTS[fault])))
    elif country and code:
        found.append(Shortfall("manufacturer_uscc", "invalid", _("境外生产者没有统一社会信用代码，请留空")))
    facts["manufacturer"] = {"name": text["manufacturer_name"], "uscc": code or None, "country": country}
    facts["registrant"] = {"name": registrant.name, "uscc": registrant.uscc}
    facts["origin"] = origin(country, code)
    if not maker_is_registrant(dossier, registrant) and not authorised:
        found.append(Shortfall("authorisation", "missing", _("登记人不是生产者的，须附生产者的授权书。")))

    standards = split_standards(text["standards"])
    if len(standards) > MOST_STANDARDS:
        found.append(Shortfall("standards", "too_many", _("执行标准最多{limit}项", limit=MOST_STANDARDS)))
    found.extend(
        Shortfall("standards", "too_long", _("标准编号过长：{standard}", standard=standard[:40]))
        for standard in standards
        if len(standard) > 80
    )
    facts["standards"] = standards

    facts["attributes"], faults = read_attributes(dossier, view, category=category, subtype=subtype, today=today)
    found.extend(faults)
    found.extend(evidence_shortfalls(papers, view, category=category, subtype=subtype, today=today))
    return facts, found


def read_attributes(
    dossier: Mapping[str, Any], view: CatalogView, *, category: str, subtype: str, today: date
) -> tuple[dict[str, Any], list[Shortfall]]:
    """The class's attributes as typed values, and what is wrong with them."""
    raw = dossier.get("attributes") or {}
    values: dict[str, Any] = {}
    found: list[Shortfall] = []
    asked: Sequence[Attribute] = view.attributes(category, subtype)
    for attribute in asked:
        field = f"attributes.{attribute.key}"
        given = raw.get(attribute.key)
        if is_blank(given):
            if attribute.required:
                found.append(Shortfall(field, "missing", _("请填写{field}", field=pick(attribute))))
            continue
        value, fault = read_attribute(attribute, given, on=today)
        if fault is not None:
            named = _("{field}：{detail}", field=pick(attribute), detail=fault.detail)
            found.append(Shortfall(fault.field, fault.code, named))
        else:
            values[attribute.key] = value
    found.extend(
        Shortfall(f"attributes.{key}", "unknown", _("该种类没有这个参数"))
        for key in sorted(raw.keys() - {attribute.key for attribute in asked})
        if not is_blank(raw[key])
    )
    return values, found


def is_blank(given: Any) -> bool:
    """Whether nothing was filled in: no text, an empty choice, a range with two empty ends."""
    if isinstance(given, list | tuple):
        return all(is_blank(one) for one in given)
    return given is None or (isinstance(given, str) and not given.strip())


def evidence_shortfalls(
    papers: Sequence[Paper], view: CatalogView, *, category: str, subtype: str, today: date
) -> list[Shortfall]:
    """What is missing of the evidence today: one paper of an accepted kind in force is enough (published criteria)."""
    rows = view.requirements(category, subtype, today)
    if not rows or any(row.proof is Proof.NONE for row in rows):
        return []
    accepted = frozenset(kind for row in rows for kind in row.accepts)
    names = _("、").join(kind.label for kind in EvidenceKind if kind in accepted)
    if not papers:
        return [Shortfall("evidence", "evidence_missing", _("请附上一份现行有效的证明材料：{kinds}", kinds=names))]
    right = [paper for paper in papers if paper.kind in accepted]
    if not right:
        return [Shortfall("evidence", "evidence_wrong_kind", _("本类产品现接受的证明材料为：{kinds}", kinds=names))]
    good = [
        paper
        for paper in right
        if covers(paper.as_evidence(), today, regime_end=view.regime_end(paper.kind, category, subtype))
    ]
    if good:
        return []
    last = max((paper.valid_until for paper in right if paper.valid_until is not None), default=None)
    if last is not None and last < today:
        detail = _("证明材料已于{day}到期，请附上现行有效的一份。", day=show_date(last))
        return [Shortfall("evidence", "evidence_expired", detail)]
    return [Shortfall("evidence", "evidence_not_yet_valid", _("证明材料尚未生效，请附上现行有效的一份。"))]


def paper_shortfalls(
    view: CatalogView,
    *,
    kind: EvidenceKind,
    number: str,
    issuer: str,
    valid_from: date,
    valid_until: date | None,
    demo: bool,
    today: date,
) -> list[Shortfall]:
    """What is wrong with one paper by itself."""
    found: list[Shortfall] = []
    fact = view.evidence_kind(kind)
    if not any(character.isalnum() for character in number):
        found.append(Shortfall("number", "invalid", _("编号中至少要有一个字母或数字")))
    known = {one.code: one for one in view.issuers(valid_from, kind=kind, demo=demo)}
    if issuer not in known:
        found.append(Shortfall("issuer", "choice", _("请从列表中选择当时可出具该类证明材料的机构")))
    if valid_from > today:
        found.append(Shortfall("valid_from", "future", _("出具日期不能晚于今天")))
    if valid_until is not None and valid_until < valid_from:
        found.append(Shortfall("valid_until", "order", _("有效期至不能早于出具日期")))
    if fact is not None and fact.has_end_date == "always" and valid_until is None:
        found.append(Shortfall("valid_until", "missing", _("该类证明材料须填写有效期至")))
    return found


def number_is_unusual(view: CatalogView, kind: EvidenceKind, number: str) -> bool:
    """Whether a paper's number has not the usual shape: a mark for the reviewer, no fault (early ones differ)."""
    fact = view.evidence_kind(kind)
    if fact is None or fact.number_pattern is None:
        return False
    return re.fullmatch(fact.number_pattern, re.sub(r"[\s-]", "", narrow(number).upper())) is None


# GB/T 2260: the first two digits of a region are its province. Kept for statistics only; it decides nothing.
_HOME_PROVINCE = "13"


def origin(country: str, uscc: str) -> str:
    """Place of origin for statistics: the home province, elsewhere in the country, or another country."""
    if country != HOME_COUNTRY:
        return country
    return "CN-HE" if uscc[2:4] == _HOME_PROVINCE else "CN"


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> frozenset[str]:
    """Names of the fields that differ between two frozen copies; all is new when there was none."""
    if before is None:
        return frozenset()
    changed = {key for key in before.keys() | after.keys() if key != "attributes" and before.get(key) != after.get(key)}
    old, new = before.get("attributes") or {}, after.get("attributes") or {}
    changed |= {f"attributes.{key}" for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    return frozenset(changed)
