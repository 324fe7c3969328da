"""A roster's columns, and what is wrong with a row beyond what its cells say. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _
from association.kernel.numbers import normal_identity
from association.persons import rules as persons
from association.workbooks.columns import ColumnSet, Field
from association.workbooks.parsers import choice, exact, text
from training.rosters import rules as rosters
from training.rosters.rules import Slot

YES = {
    "是": "yes",
    "已签": "yes",
    "同意": "yes",
    "有": "yes",
    "yes": "yes",
    "y": "yes",
    "1": "yes",
    "√": "yes",
    "✓": "yes",
}
NO = {"否": "no", "未签": "no", "不同意": "no", "无": "no", "no": "no", "n": "no", "0": "no"}

ROSTER = ColumnSet(
    "roster",
    N_("学员名册"),
    (
        Field(
            "name",
            N_("姓名"),
            (
                "姓名",
                "学员姓名",
                "学员",
                "名字",
                "人员姓名",
                "员工姓名",
                "参训人员",
                "培训人员",
                "报名人",
                "name",
                "full name",
                "trainee",
                "learner",
                "student",
            ),
            text(80),
            required=True,
            example="演示学员",
        ),
        Field(
            "identity",
            N_("身份证号码"),
            (
                "身份证号码",
                "身份证号",
                "身份证",
                "公民身份号码",
                "居民身份证号",
                "身份号码",
                "证件号码",
                "证件号",
                "身份证编号",
                "ID number",
                "identity number",
                "ID card",
                "ID no",
                "citizen number",
            ),
            exact(40),
            required=True,
            exact=True,
            hint=N_("请设为文本格式，否则表格软件会改掉末几位"),
            width=22,
        ),
        Field(
            "phone",
            N_("电话"),
            (
                "电话",
                "手机",
                "手机号",
                "手机号码",
                "联系电话",
                "联系方式",
                "电话号码",
                "移动电话",
                "本人电话",
                "phone",
                "mobile",
                "telephone",
                "contact",
            ),
            exact(40),
            hint=N_("可不填"),
        ),
        Field(
            "uscc",
            N_("单位统一社会信用代码"),
            (
                "单位统一社会信用代码",
                "统一社会信用代码",
                "信用代码",
                "单位代码",
                "企业代码",
                "单位信用代码",
                "企业统一社会信用代码",
                "公司代码",
                "社会信用代码",
                "USCC",
                "enterprise code",
                "employer code",
            ),
            exact(40),
            exact=True,
            hint=N_("不填则不登记任职"),
            width=24,
        ),
        Field(
            "agreed",
            N_("已签个人信息告知"),
            (
                "已签个人信息告知",
                "个人信息告知",
                "个人信息同意",
                "同意书",
                "告知书",
                "已签同意书",
                "是否同意",
                "签署同意书",
                "知情同意",
                "consent",
                "agreed",
                "consent signed",
            ),
            choice({**YES, **NO}, shown=(N_("是"), N_("否"))),
            choices=(N_("是"), N_("否")),
            hint=N_("本人已在纸质告知上签字的填“是”；已在线同意的可不填"),
        ),
    ),
    most_rows=2000,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a roster as far as its cells could be read."""

    row: int
    name: str
    identity: str
    phone: str = ""
    uscc: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is known of somebody with that number: of these facts a row depends."""

    person_id: int
    name: str
    agrees: bool
    enrolled: bool
    employer: int | None
    slots: Sequence[Slot] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: the desk (``enterprise_id`` none), or somebody for an enterprise's own people."""

    enterprise_id: int | None = None


def row_of(number: int, values: Mapping[str, object]) -> Row:
    """The row as rules read it."""
    said = {key: str(value) if value is not None else "" for key, value in values.items()}
    return Row(
        number,
        persons.normal_name(said.get("name", "")),
        normal_identity(said.get("identity", "")),
        said.get("phone", ""),
        said.get("uscc", "").upper(),
        said.get("agreed") == "yes",
    )


def faults(
    row: Row,
    known: KnownPerson | None,
    *,
    first_at: int,
    employers: Mapping[str, int],
    planned: Sequence[Slot],
    asking: Asking,
    today: date,
) -> list[Shortfall]:
    """Everything that keeps one row from being enrolled; who is in the class already has no faults.

    ``first_at``: the row in which the number stands first; ``employers``: confirmed enterprises by code.
    """
    found = [*persons.name_shortfalls(row.name)]
    numbers = persons.identity_shortfalls(row.identity, today=today)
    found += [*numbers, *persons.phone_shortfalls(row.phone)]
    if not numbers and first_at != row.row:
        found.append(Shortfall("identity", "twice", _("与第{row}行是同一个身份证号码", row=first_at)))
    if row.uscc and row.uscc not in employers:
        found.append(
            Shortfall("uscc", "unknown_enterprise", _("没有这个代码的已确认企业，请核对，或先请企业注册并经秘书处确认"))
        )
    if asking.enterprise_id is not None and row.uscc and employers.get(row.uscc) not in (None, asking.enterprise_id):
        found.append(Shortfall("uscc", "other_enterprise", _("只能为本企业人员报名")))
    if known is None:
        if not row.agreed:
            found.append(_no_consent())
        return found
    if row.name and known.name != row.name:
        found.append(
            Shortfall("name", "name_differs", _("与该身份证号码已建档案的姓名不一致，请核对；改名的请先到柜台更正档案"))
        )
    if asking.enterprise_id is not None and known.employer != asking.enterprise_id:
        found.append(Shortfall("identity", "not_yours", _("不能由本企业报名，请由本人报名或联系培训专员")))
        return found
    if known.enrolled:
        return found
    if not known.agrees and not row.agreed:
        found.append(_no_consent())
    clash = rosters.learner_clash(planned, known.slots)
    if clash is not None:
        found.append(Shortfall("name", "clash", clash.detail))
    return found


def _no_consent() -> Shortfall:
    sentence = _("尚未同意“办理培训”的个人信息告知：请本人在线同意，或在纸质告知上签字后填“是”")
    return Shortfall("agreed", "consent_missing", sentence)


def first_rows(rows: Collection[Row]) -> dict[str, int]:
    """For each number the row in which it stands first."""
    found: dict[str, int] = {}
    for one in sorted(rows, key=lambda one: one.row):
        found.setdefault(one.identity, one.row)
    return found
