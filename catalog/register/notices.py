"""The registration notice and the label: what the register says of a number, for paper. Public facts only."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel import Locale

from association.kernel.dates import noon
from association.kernel.i18n import N_, _, language, pick, show_date, show_moment
from association.paper.rules import Fact, Facts, Label, Number, Sheet, Table, Value, Words
from association.paper.words import ISSUER, PAGES
from catalog.categories.attributes import show_number, show_value
from catalog.categories.rules import CatalogView
from catalog.evidence.rules import standing as evidence_standing
from catalog.register.queries import Known
from catalog.register.rules import StandingAt, facts_at, standing_at
from catalog.vocabulary import EvidenceKind, Standing

NO_PERMIT = N_("登记信息不是行政许可，不构成推荐，不作验收结论。")

# On these a label may stand: what is over is not put on products any more.
LABELLED = frozenset({Standing.IN_FORCE, Standing.NOT_YET_VALID, Standing.SUSPENDED})


def notice(found: Known, view: CatalogView, *, on: date, address: str, statement: str = "") -> Sheet:
    """登记信息: how the registration stands on ``on``. ``address`` is the full ``/v/`` address in its QR code, which bears
    the signed ``statement`` too."""
    facts, stands = facts_at(found.entries, on), standing_at(found.entries, on)
    category, subtype = facts["category"], facts["subtype"]
    deciding = next((one for one in found.all_entries if one.entry == stands.entry), found.all_entries[-1])
    newest = found.all_entries[-1]
    papers = [
        [
            Value(paper.kind.label),
            Value(paper.number, code=True),
            Value(issuer_name(view, paper.issuer)),
            Value(validity(paper.valid_from, paper.valid_until)),
            Value(evidence_standing(paper, on, regime_end=view.regime_end(paper.kind, category, subtype)).label),
        ]
        for paper in found.evidence
    ]
    ended = stands.standing in (Standing.SUSPENDED, Standing.REVOKED, Standing.CANCELLED)
    parts: list[Any] = [
        Facts(
            _("登记事项"),
            [
                *product_facts(facts, view),
                Fact(_("登记有效期"), Value(validity(stands.valid_from, stands.valid_until))),
                Fact(_("原因"), Value(str(deciding.facts.get("note") or "") if ended else "")),
            ],
        )
    ]
    if parameters := parameter_facts(facts, view):
        parts.append(Facts(_("参数"), parameters, columns=2))
    if papers:
        columns = (_("种类"), _("编号"), _("出具机构"), _("有效期"), _("状态"))
        parts.append(Table(_("证明材料"), columns, (2.2, 2.6, 3, 2.8, 1.6), papers))
    else:
        parts.append(Words(_("证明材料"), [Value(_("这项登记没有收录证明材料。"))]))
    parts.append(
        Facts(
            _("登记依据与日期"),
            [
                Fact(_("委托文件"), Value(deciding.mandate), Value(_("《管理办法》第十八条第七项：产品登记"))),
                Fact(_("首次登记"), Value(show_date(found.all_entries[0].effective_from))),
                Fact(
                    _("最近记入"),
                    Value(show_moment(newest.recorded_at)),
                    Value(_("登记簿第{entry}条，校验值{hash}", entry=newest.entry, hash=newest.hash)),
                ),
                Fact(_("本件所示日期"), Value(show_date(on)), Value(_("此后的变化，扫码或按下列地址查看。"))),
                Fact(_("核对地址"), Value(address, code=True)),
            ],
        )
    )
    return Sheet(
        title=_("登记信息"),
        name=f"{_('登记信息')} {found.number}",
        language=language(),
        issuer=_(ISSUER),
        over=_("产品登记"),
        lead=_(NO_PERMIT),
        number=Number(
            name=_("登记编号"),
            text=found.number,
            word=stands.standing.label,
            sentence=standing_sentence(stands),
            address=address,
            alt=_("二维码，内容为{address}", address=address),
            caption=_("扫码核对最新状态"),
            statement=statement,
        ),
        parts=parts,
        signed=(_(ISSUER), show_date(on)),
        footer=f"{found.number} · {_(NO_PERMIT)}",
        pages=_(PAGES),
        at=noon(on),
        about=_(NO_PERMIT),
        keywords=(found.number,),
    )


def label_of(found: Known, *, on: date, address: str, statement: str = "") -> Label:
    """What a label says: number, model, the address to check them at."""
    return Label(
        number=found.number,
        model=str(facts_at(found.entries, on).get("model") or ""),
        address=address,
        over=_("登记信息"),
        under=_("非行政许可，非推荐"),
        language=language(),
        at=noon(found.all_entries[0].effective_from),
        statement=statement,
    )


# -- what sheets about a product share ----------------------------------------------------------------------


def product_facts(facts: Mapping[str, Any], view: CatalogView, *, with_registrant: bool = True) -> list[Fact]:
    """The product, its maker and who registers it."""
    other = str((facts.get("name_en") if language() == "zh" else facts.get("name")) or "")
    name = str((facts.get("name_en") if language() == "en" else "") or facts.get("name") or "")
    category, subtype = str(facts.get("category") or ""), str(facts.get("subtype") or "")
    known_class, known_subtype = view.category(category), view.subtype(category, subtype)
    kind = pick(known_subtype) if known_subtype else subtype
    return [
        Fact(_("产品名称"), Value(name), Value(other if other != name else "")),
        Fact(_("品牌"), Value(str(facts.get("brand") or ""))),
        Fact(_("型号"), Value(str(facts.get("model") or ""), code=True)),
        Fact(
            _("类别与种类"),
            Value(f"{category} {pick(known_class) if known_class else ''} · {kind}"),
        ),
        Fact(_("生产者"), *_party(facts.get("manufacturer"))),
        *([Fact(_("登记人"), *_party(facts.get("registrant")))] if with_registrant else []),
        Fact(_("执行标准"), Value(_("、").join(str(one) for one in facts.get("standards") or ()))),
    ]


def _party(party: Any) -> tuple[Value, Value]:
    """A firm's name, then its code; for one from abroad where it is."""
    party = party or {}
    country = str(party.get("country") or "CN")
    said = []
    if party.get("uscc"):
        said.append(_("统一社会信用代码{code}", code=party["uscc"]))
    if country != "CN":
        names = Locale.parse("zh_Hans" if language() == "zh" else "en").territories
        said.append(str(names.get(country, country)))
    return Value(str(party.get("name") or "")), Value(_("、").join(said))


def parameter_facts(facts: Mapping[str, Any], view: CatalogView) -> list[Fact]:
    """The parameters that were filled in."""
    known = {one.key: one for one in view.class_attributes(str(facts.get("category")))}
    return [
        Fact(
            pick(known[key]) if key in known else key,
            Value(show_value(known[key], value) if key in known else show_number(value)),
        )
        for key, value in (facts.get("attributes") or {}).items()
        if value not in (None, "", [])
    ]


def issuer_name(view: CatalogView, code: str) -> str:
    """Who made out a paper."""
    issuer = view.issuer(code)
    return pick(issuer) if issuer is not None else code


def validity(first: date | None, last: date | None) -> str:
    """The first and the last good day."""
    if first is None:
        return ""
    if last is None:
        return _("自{begins}起，无截止日期", begins=show_date(first))
    return _("{begins}至{ends}", begins=show_date(first), ends=show_date(last))


def kind_name(code: str) -> str:
    """A kind of evidence by its word."""
    return EvidenceKind(code).label


def standing_sentence(stands: StandingAt) -> str:
    """One sentence on how a registration stands."""
    match stands.standing:
        case Standing.IN_FORCE if stands.valid_until is None:
            return _("登记有效，无截止日期。")
        case Standing.IN_FORCE:
            return _("登记有效，有效期至{ends}。", ends=show_date(stands.valid_until))
        case Standing.NOT_YET_VALID:
            return _("登记自{begins}起生效。", begins=show_date(stands.valid_from))
        case Standing.SUSPENDED:
            return _("登记自{since}起暂停。", since=show_date(stands.since))
        case Standing.REVOKED:
            return _("登记自{since}起被撤销。", since=show_date(stands.since))
        case Standing.CANCELLED:
            return _("登记自{since}起注销。登记自愿，注销不表示产品有问题。", since=show_date(stands.since))
        case Standing.LAPSED:
            return _("有效期已满，自{since}起失效。登记自愿，失效不表示产品有问题。", since=show_date(stands.since))


def paper_rows(papers: Sequence[Mapping[str, Any]], view: CatalogView) -> list[list[Value]]:
    """The papers of a frozen copy: what they are, and the digest of each file."""
    return [
        [
            Value(kind_name(paper["kind"])),
            Value(str(paper["number"]), code=True),
            Value(issuer_name(view, str(paper["issuer"]))),
            Value(validity(_day(paper["valid_from"]), _day(paper["valid_until"]))),
            Value(str(paper["document"]), code=True),
        ]
        for paper in papers
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
