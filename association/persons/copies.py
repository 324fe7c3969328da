"""A copy of everything that is held of a person (PIPL Art. 45): to be read (PDF), to be worked with (xlsx), for programs (JSON)."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from association.kernel.dates import civil_date, show_utc
from association.kernel.i18n import _, language, pick, show_date, show_moment
from association.paper.rules import Fact, Facts, Sheet, Table, Value, Words
from association.paper.words import ISSUER, PAGES
from association.persons import queries
from association.persons.holdings import Holding, Section
from association.persons.models import Person

LONGEST_SHEET_NAME = 31


def sections_of(person: Person, holdings: Iterable[Holding], *, identity: str) -> list[Section]:
    """All of it, part by part, in the reader's language. ``identity``: the whole number, whose reading was recorded."""
    facts = [
        (_("姓名"), person.name),
        (_("身份证号码"), identity),
        (_("联系电话"), person.phone),
        (_("邮箱"), person.email),
        (_("建档时间"), person.created_at),
        (_("柜台核对时间"), person.checked_at),
        (_("证书照片"), _("有") if person.portrait_sealed else _("无")),
    ]
    own = [
        Section(_("基本信息"), (_("项目"), _("内容")), facts),
        _account(person),
        _consents(person),
        _employments(person),
    ]
    return [*own, *(section for room in holdings for section in room.take(person))]


def _account(person: Person) -> Section:
    account = queries.account_of(person)
    rows = [] if account is None else [(account.email, account.name, account.language, account.created_at)]
    return Section(_("账号"), (_("邮箱"), _("名称"), _("信件语言"), _("建立时间")), rows)


def _consents(person: Person) -> Section:
    columns = (_("用途"), _("告知版本"), _("方式"), _("同意时间"), _("撤回时间"))
    rows = [
        (
            one.purpose.label,
            one.notice_version,
            _("书面") if one.on_paper else _("网上"),
            one.given_at,
            one.withdrawn_at,
        )
        for one in queries.consents_of(person)
    ]
    return Section(_("同意记录"), columns, rows)


def _employments(person: Person) -> Section:
    known = queries.employments_of(person)
    names = queries.enterprise_names(one.enterprise_id for one in known)
    rows = [(names.get(one.enterprise_id, ""), one.begins, one.ends) for one in known]
    return Section(_("任职"), (_("企业"), _("开始日期"), _("截止日期")), rows)


def as_json(person: Person, sections: Sequence[Section], *, now: datetime) -> bytes:
    """One object: when it was made, and each section's rows by column."""
    body = {
        "made_at": show_utc(now),
        "person": person.id,
        "sections": [
            {"title": one.title, "rows": [dict(zip(one.columns, map(_plain, row), strict=True)) for row in one.rows]}
            for one in sections
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def as_workbook(sections: Sequence[Section], *, now: datetime) -> bytes:
    """One sheet a section; every cell is text, so that no program reads a number into it."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": _("个人信息副本"), "created": now.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for section in sections:
            sheet = book.add_worksheet(section.title[:LONGEST_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(0, len(section.columns) - 1), 24, text)
            for column, name in enumerate(section.columns):
                sheet.write_string(0, column, name, head)
            for place, row in enumerate(section.rows, 1):
                for column, value in enumerate(row):
                    sheet.write_string(place, column, _shown(value), text)
    return target.getvalue()


def as_sheet(person: Person, sections: Sequence[Section], *, now: datetime) -> Sheet:
    """The copy on paper, in the reader's language: what is one thing a line as facts, the rest as tables."""
    return Sheet(
        title=_("个人信息副本"),
        name=_("个人信息副本，档案{id}", id=person.id),
        language=language(),
        issuer=_(ISSUER),
        over=_("人员档案"),
        lead=_(
            "以下是协会截至{moment}（北京时间）保存的全部个人信息。含完整的身份证号码，请妥善保管。",
            moment=show_moment(now),
        ),
        parts=[_part(one) for one in sections],
        footer=_("依据《中华人民共和国个人信息保护法》第四十五条提供给本人。"),
        pages=_(PAGES),
        at=now,
    )


def _part(section: Section) -> Facts | Table | Words:
    if not section.rows:
        return Words(section.title, [Value(_("没有记录。"))])
    if len(section.columns) == 2:
        return Facts(section.title, [Fact(str(name), Value(_on_paper(value))) for name, value in section.rows])
    rows = [[Value(_on_paper(value)) for value in row] for row in section.rows]
    # What is long gets more of the line, within bounds that leave every column readable.
    widest = [max(map(len, (name, *(row[at].text for row in rows)))) for at, name in enumerate(section.columns)]
    return Table(section.title, section.columns, [min(max(one, 5), 16) / 5 for one in widest], rows)


def _on_paper(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return show_date(value)
    return _shown(value) or "—"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return show_utc(value)
    return value.isoformat() if isinstance(value, date) else value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return show_moment(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def file_name(person: Person, form: str, now: datetime) -> str:
    """What the copy is called: no name in it."""
    return f"person-{person.id}-{civil_date(now):%Y%m%d}.{form}"


def notice_text(notice: Any) -> str:
    """A notice in the reader's language."""
    return pick(notice, "text")
