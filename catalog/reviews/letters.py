"""Letters of return and of refusal: what was decided, on which ground, why, and how to answer."""

from collections.abc import Mapping, Sequence

from association.enterprises.models import Enterprise
from association.kernel.dates import civil_date
from association.kernel.i18n import N_, _, pick, show_date, show_moment
from association.paper.rules import Fact, Facts, Part, Remarks, Sheet, Value, Words
from association.paper.words import ISSUER, PAGES
from catalog.categories.rules import CatalogView
from catalog.products import words
from catalog.products.models import Submission
from catalog.register import notices
from catalog.reviews.models import Decision
from catalog.vocabulary import DecisionKind

_FIELDS: Mapping[str, str] = {
    "name": N_("产品名称"),
    "name_en": N_("英文名称"),
    "brand": N_("品牌"),
    "model": N_("型号"),
    "manufacturer": N_("生产者"),
    "standards": N_("执行标准"),
    "evidence": N_("证明材料"),
    "authorisation": N_("授权书"),
}


def letter(
    decision: Decision,
    proposal: Decision | None,
    submission: Submission,
    enterprise: Enterprise,
    view: CatalogView,
    *,
    mandate: str,
    address: str,
) -> Sheet:
    """补正通知 or 不予登记通知. ``proposal`` is the first person's, whose ground and reason the refusal bears."""
    refused = decision.kind is DecisionKind.REFUSAL_CONFIRMED
    title = _("不予登记通知") if refused else _("补正通知")
    said = {"when": show_moment(submission.submitted_at), "round": submission.round}
    opening = (
        _("贵单位于{when}提交的登记申请（第{round}次提交），经审查并由第二人复核，不予登记。", **said)
        if refused
        else _("贵单位于{when}提交的登记申请（第{round}次提交），经审查需要补正。请按下列意见修改后重新提交。", **said)
    )
    parts: list[Part] = [
        Words("", [Value(_("{name}：", name=enterprise.name)), Value(opening)]),
        Facts(
            _("申请"),
            [
                Fact(
                    _("申请"), Value(_("第{id}号，第{round}次提交", id=submission.product_id, round=submission.round))
                ),
                *(one for one in notices.product_facts(submission.facts, view)[:4]),
                Fact(_("申请页面"), Value(address, code=True)),
                Fact(_("内容指纹"), Value(submission.digest, code=True)),
                Fact(_("作出日期"), Value(show_date(civil_date(decision.decided_at)))),
                Fact(_("委托文件"), Value(mandate), Value(_("《管理办法》第十八条第七项：产品登记"))),
            ],
        ),
        *(
            _refusal(decision, proposal, view)
            if refused
            else _return(decision, view, str(submission.facts.get("category")))
        ),
    ]
    return Sheet(
        title=title,
        name=_("{title}，申请第{id}号", title=title, id=submission.product_id),
        language="zh",
        issuer=_(ISSUER),
        over=_("产品登记"),
        lead="",
        parts=parts,
        signed=(_(ISSUER), show_date(civil_date(decision.decided_at))),
        footer=_("申请第{id}号 · {sentence}", id=submission.product_id, sentence=title),
        pages=_(PAGES),
        at=decision.decided_at,
    )


def _return(decision: Decision, view: CatalogView, category: str) -> Sequence[Part]:
    names = {f"attributes.{one.key}": pick(one) for one in view.class_attributes(category)}
    remarks = [
        (names.get(field) or _(_FIELDS.get(field, field)), str(text))
        for field, text in decision.remarks.items()
        if text
    ]
    parts: list[Part] = []
    if remarks:
        parts.append(Remarks(_("需要补正的内容"), remarks))
    if decision.reason:
        parts.append(Words(_("总的意见"), _paragraphs(decision.reason)))
    parts.append(
        Words(
            _("怎样补正"),
            [
                Value(
                    _(
                        "登录平台，打开本申请，逐项修改后重新提交；没有意见的内容不必再填。办理期限从重新提交之日重新计算。"
                    )
                ),
                Value(_("对补正意见有异议的，可以写明申请编号和理由，向协会提出。")),
            ],
        )
    )
    return parts


def _refusal(decision: Decision, proposal: Decision | None, view: CatalogView) -> Sequence[Part]:
    told = proposal or decision
    ground = words.ground_name(view, decision.ground or told.ground, decision.decided_at)
    return [
        Words(_("不予登记的事由"), [Value(ground)]),
        Words(_("理由"), _paragraphs(told.reason)),
        Words(
            _("怎样提出异议"),
            [
                Value(_("对本决定有异议的，可以写明申请编号、不同意的内容和理由，附上有关材料，向协会提出。")),
                Value(
                    _(
                        "补齐条件后，也可以重新申请登记。登记是自愿的，不收费；不予登记不是行政处罚，也不是对产品质量的结论。"
                    )
                ),
            ],
        ),
    ]


def _paragraphs(text: str) -> list[Value]:
    return [Value(line) for line in text.splitlines() if line.strip()]
