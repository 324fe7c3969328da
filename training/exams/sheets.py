"""What the sign-in sheet of a sitting says: seats and names, places to sign; no number."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from association.kernel.dates import at_clock, civil_date
from association.kernel.i18n import _, show_clock, show_moment
from association.paper.rules import Fact, Facts, Sheet, Table, Value, Words
from association.paper.words import ISSUER, PAGES
from association.persons.models import Person
from training.exams.models import Sitter
from training.exams.queries import Held


def sign_in(found: Held, people: Sequence[tuple[Sitter, Person]], names: Sequence[str], *, now: datetime) -> Sheet:
    """A row to sign for each seat, and the invigilators' signatures beneath."""
    sitting = found.sitting
    columns = (_("座位号"), _("姓名"), _("身份证已核对"), _("考生签名"), _("交卷时间"))
    rows = [(Value(str(sitter.seat)), Value(person.name), Value(""), Value(""), Value("")) for sitter, person in people]
    nobody = Words("", [Value(_("还没有安排考生。"))])
    return Sheet(
        title=_("考试签到表"),
        name=_("考试签到表，{code}", code=sitting.code),
        language="zh",
        issuer=_(ISSUER),
        over=_("培训"),
        lead="",
        parts=[
            Facts(
                "",
                [
                    Fact(_("课程"), Value(found.course.name)),
                    Fact(_("考试编号"), Value(sitting.code, code=True)),
                    Fact(_("科目"), Value(f"{sitting.part.label} · {sitting.means.label}")),
                    Fact(_("时间"), Value(f"{show_moment(sitting.starts_at)}–{show_clock(sitting.ends_at)}")),
                    Fact(_("考场"), Value(found.room.name), Value(found.room.address)),
                    Fact(_("考生"), Value(_("{n}人", n=len(people)))),
                    Fact(_("监考人员"), Value(_("、").join(names))),
                ],
                columns=2,
            ),
            Table("", columns, (0.8, 2.4, 1.8, 3, 1.8), rows) if people else nobody,
            Words("", [Value(_("实到＿＿＿人，缺考＿＿＿人。监考人员签名：＿＿＿＿＿＿＿＿　＿＿＿＿＿＿＿＿"))]),
        ],
        footer=_("本表只用于本场考试签到，用后由培训部门保存，不得拍照外传。"),
        pages=_(PAGES),
        at=at_clock(civil_date(now), time()).astimezone(UTC),
    )
