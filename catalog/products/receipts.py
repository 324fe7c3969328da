"""The receipt of a submission: what was handed in, when, and by when it is dealt with."""

from datetime import date

from association.kernel.dates import civil_date
from association.kernel.i18n import _, show_date, show_moment
from association.paper.rules import Fact, Facts, Sheet, Table, Value, Words
from association.paper.words import ISSUER, PAGES
from association.workdays.rules import add_working_days
from catalog.categories.rules import CatalogView
from catalog.products.models import Submission
from catalog.register import notices


def deadline(submission: Submission, view: CatalogView) -> date:
    """The last day of the time promised; ``view`` is the catalog as it was known when it was handed in."""
    day = civil_date(submission.submitted_at)
    holidays, worked = view.holidays()
    days = view.whole("acceptance_working_days", day) + view.whole("review_working_days", day)
    return add_working_days(day, days, holidays=holidays, worked=worked)


def receipt(submission: Submission, view: CatalogView, *, address: str) -> Sheet:
    """提交回执 of the frozen copy ``submission``. ``address`` is the application's page."""
    facts = submission.facts
    registrant = facts.get("registrant") or {}
    papers = notices.paper_rows(submission.papers, view)
    parameters = notices.parameter_facts(facts, view)
    columns = (_("种类"), _("编号"), _("出具机构"), _("有效期"), _("文件的SHA-256"))
    return Sheet(
        title=_("提交回执"),
        name=_("提交回执，申请第{id}号，第{round}次提交", id=submission.product_id, round=submission.round),
        language="zh",
        issuer=_(ISSUER),
        over=_("产品登记"),
        lead=_("本回执只证明下列内容已经提交，不表示予以登记。"),
        parts=[
            Facts(
                _("提交"),
                [
                    Fact(
                        _("登记人"),
                        Value(str(registrant.get("name") or "")),
                        Value(_("统一社会信用代码{code}", code=registrant.get("uscc") or "—")),
                    ),
                    Fact(
                        _("申请"),
                        Value(_("第{id}号，第{round}次提交", id=submission.product_id, round=submission.round)),
                    ),
                    Fact(_("提交时间"), Value(_("{moment}（北京时间）", moment=show_moment(submission.submitted_at)))),
                    Fact(_("提交人"), Value(submission.submitted_by_name)),
                    Fact(
                        _("办结期限"),
                        Value(show_date(deadline(submission, view))),
                        Value(_("按公布的期限，从次日起按工作日计算；重新提交的，重新计算。")),
                    ),
                    Fact(_("申请页面"), Value(address, code=True)),
                    Fact(
                        _("内容指纹"),
                        Value(submission.digest, code=True),
                        Value(_("所填内容和所附材料的SHA-256；协会审查的就是这份内容，期间不能改动。")),
                    ),
                ],
            ),
            Facts(_("所填内容"), notices.product_facts(facts, view, with_registrant=False)),
            *([Facts(_("参数"), parameters, columns=2)] if parameters else []),
            Table(_("所附材料"), columns, (2, 2.4, 2.6, 2.4, 3.2), papers)
            if papers
            else Words(_("所附材料"), [Value(_("没有附材料。"))]),
            Words(_("声明"), [Value(_(submission.declaration))]),
        ],
        signed=(_(ISSUER), show_date(civil_date(submission.submitted_at))),
        footer=_("申请第{id}号 · {sentence}", id=submission.product_id, sentence=_(notices.NO_PERMIT)),
        pages=_(PAGES),
        at=submission.submitted_at,
    )
