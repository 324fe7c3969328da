"""The columns of an equipment list (``list_columns``), and the question each of its lines asks. Pure.

The spellings of headings are data: ``data/list_headings.json``.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from association.kernel.i18n import N_
from association.workbooks.columns import ColumnSet, Field
from association.workbooks.parsers import Parser, choice, day, exact, text
from catalog.verifications.blanks import blanks
from catalog.verifications.receipts import MOST_LINES
from catalog.verifications.rules import NamedProof, Question
from catalog.verifications.service import AskedLine
from catalog.vocabulary import EvidenceKind

HEADINGS = Path(__file__).parent / "data" / "list_headings.json"

# How people write the kinds of proof; what is none of them is remarked on and not used.
PROOF_WORDS: Mapping[str, EvidenceKind] = {
    word: kind
    for kind, words in {
        EvidenceKind.TYPE_TEST_REPORT: (
            "型式检验报告", "型式试验报告", "检测报告", "检验报告", "检验检测报告", "质检报告", "测试报告",
            "type test report", "test report", "report",
        ),
        EvidenceKind.VOLUNTARY_CERTIFICATE: (
            "自愿性认证证书", "自愿认证", "自愿性产品认证", "GA认证", "CSP认证", "voluntary certificate", "GA", "CSP",
        ),
        EvidenceKind.CCC_CERTIFICATE: (
            "强制性认证证书", "强制性产品认证证书", "3C", "CCC", "3C证书", "CCC证书", "3C认证", "CCC认证",
            "中国强制性产品认证", "ccc certificate", "Certificate of compulsory certification (CCC)",
        ),
        EvidenceKind.REGISTRATION_APPROVAL: (
            "生产登记批准书", "登记批准书", "批准书", "安全技术防范产品生产登记批准书", "registration approval",
            "Registration approval of production (until 2016)",
        ),
        EvidenceKind.PRODUCTION_LICENCE: ("生产许可证", "工业产品生产许可证", "production licence", "production license",
            "Industrial production licence"),
        EvidenceKind.SAFETY_CERTIFICATE: ("安全认证证书", "安全认证", "safety certificate"),
    }.items()
    for word in (*words, kind.value, kind.zh)
}  # fmt: skip


# key: label, parser, exact, example, hint, width
_FIELDS: tuple[tuple[str, str, Parser, bool, str, str, int], ...] = (
    ("ref", N_("序号"), text(80), False, "1", N_("原样返回"), 8),
    ("subsystem", N_("子系统"), text(200), False, "视频监控", "", 16),
    ("name", N_("产品名称"), text(200), False, "网络摄像机", N_("用于判断是否属于国家目录"), 22),
    ("brand", N_("品牌"), text(200), False, "", N_("没有生产企业时，品牌加型号也可核验"), 12),
    ("model", N_("型号"), exact(120), True, "DS-2CD3T46", N_("逐字照铭牌填写；单元格已设为文本，开头的0不会丢失"), 22),
    ("brand_model", N_("品牌和型号"), exact(240), True, "", "", 24),
    ("specification", N_("规格"), text(2000), False, "", "", 24),
    ("unit", N_("单位"), text(40), False, "台", "", 8),
    ("quantity", N_("数量"), text(40), False, "12", N_("原样返回，不作计算"), 8),
    ("manufacturer", N_("生产企业"), text(200), False, "", N_("按型号核验时需要；照铭牌填写全称"), 28),
    ("manufacturer_uscc", N_("生产企业统一社会信用代码"), exact(40), False, "", N_("18位；填写后以此为准"), 24),
    ("place", N_("安装位置"), text(200), False, "", "", 16),
    ("on", N_("到货日期"), day(), False, "2026-03-01", N_("或拟购日期；不填按清单的日期"), 14),
    ("made_on", N_("生产日期"), day(), False, "2026-02-01", N_("或进口日期；不填按到货日期"), 14),
    (
        "proof_kind",
        N_("证明种类"),
        choice(PROOF_WORDS, shown=tuple(kind.zh for kind in EvidenceKind), lenient=True),
        False,
        "型式检验报告",
        "",
        18,
    ),
    ("proof_number", N_("证明编号"), exact(120), False, "", "", 22),
    ("proof_issuer", N_("出具机构"), text(200), False, "", "", 20),
    ("proof_issued_on", N_("签发日期"), day(), False, "2026-01-15", "", 14),
    ("number", N_("登记编号"), exact(80), True, "SJZ-01-2026-00042-Q", N_("有登记编号的，只填此项即可"), 24),
    ("category", N_("类别代码"), exact(60), False, "01", N_("国家目录的两位类别代码或类别名称，可以不填"), 10),
    ("subtype", N_("种类代码"), exact(60), False, "", N_("国家目录的种类，可以不填"), 14),
    ("remarks", N_("备注"), text(2000), False, "", "", 20),
)
# Columns that people have and nobody is asked to make.
FOUND_ONLY = frozenset({"brand_model"})


# What is given back or only shown: it decides nothing, so nothing in it keeps a line from being judged.
RETURNED = frozenset(
    {"ref", "subsystem", "specification", "unit", "quantity", "place", "proof_issuer", "proof_issued_on", "remarks"}
)
# Of these every text is as good as another.
GIVEN_BACK = RETURNED - {"proof_issuer", "proof_issued_on"}


@cache
def list_columns() -> ColumnSet:
    """The columns of an equipment list: each line needs a number, a model or a name."""
    names: dict[str, list[str]] = json.loads(HEADINGS.read_text(encoding="utf-8"))
    fields = tuple(
        Field(
            key,
            label,
            tuple(names[key]),
            blanks(key, parse) if key not in GIVEN_BACK else parse,
            exact=matters,
            decides=key not in RETURNED,
            example=example,
            hint=hint,
            width=width,
            choices=tuple(kind.zh for kind in EvidenceKind) if key == "proof_kind" else (),
        )
        for key, label, parse, matters, example, hint, width in _FIELDS
    )
    return ColumnSet(
        "equipment_list",
        N_("设备清单"),
        fields,
        either=("number", "model", "name", "brand_model"),
        unasked=FOUND_ONLY,
        titles=("ref", "subsystem", "name"),
        once=("ref", "quantity"),
        details=("specification", "remarks"),
        most_rows=MOST_LINES,
    )


def template_fields() -> tuple[Field, ...]:
    """The columns of the template."""
    return tuple(one for one in list_columns().fields if one.key not in FOUND_ONLY)


def asked_line(values: Mapping[str, Any], row: int) -> AskedLine:
    """The question of a line. Without a number of its own it is called by its row."""

    def said(key: str) -> str:
        return str(values.get(key) or "")

    proof = None
    if said("proof_number"):
        kind = EvidenceKind(values["proof_kind"]) if values.get("proof_kind") else None
        proof = NamedProof(kind, said("proof_number"), said("proof_issuer"), values.get("proof_issued_on"))
    question = Question(
        ref=said("ref") or str(row),
        number=said("number"),
        manufacturer=said("manufacturer"),
        manufacturer_uscc=said("manufacturer_uscc"),
        brand=said("brand"),
        model=said("model"),
        name=said("name"),
        category=said("category"),
        subtype=said("subtype"),
        quantity=said("quantity"),
        proof=proof,
    )
    return AskedLine(question, values.get("on"), values.get("made_on"))
