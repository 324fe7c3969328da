"""The desk's list of hours as a workbook."""

from collections.abc import Iterable

from association.kernel.i18n import _
from association.workbooks import writing
from training.hours.queries import Standing


def workbook(found: Iterable[Standing]) -> bytes:
    """Everybody the filters leave, by name; names and numbers are text cells, whatever they look like."""
    headings = [
        (_("姓名"), 18), (_("证书编号"), 24), (_("课程"), 36), (_("有效期至"), 14), (_("状态"), 14), (_("年度"), 8),
        (_("要求学时"), 10), (_("本年学时"), 10), (_("结转学时"), 10), (_("已计学时"), 10), (_("还缺学时"), 10),
        (_("其中专业科目"), 14), (_("截止日期"), 14), (_("以前年度缺"), 12),
    ]  # fmt: skip
    return writing.workbook(_("继续教育学时"), headings, (_row(one) for one in found))


def _row(one: Standing) -> list[writing.Value]:
    now, until = one.this_year, one.certificate.valid_until
    year: list[writing.Value] = [""] * 8
    if now is not None:
        year = [
            now.year, now.asked.hours, now.earned, now.carried_in, now.counted, now.missing, now.missing_professional,
            now.last_day.isoformat(),
        ]  # fmt: skip
    return [
        one.name, one.certificate.number, one.certificate.title, until.isoformat() if until else "", one.state.label, *year,
        sum(each.missing for each in one.behind),
    ]  # fmt: skip
