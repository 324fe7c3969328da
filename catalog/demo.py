"""``flask demo load``: plainly fictional data, so that everything can be tried (``data/products-sample.csv``).

220 registrations with their histories, enterprises, an account for every role, and cases in every state. All of it
goes in as one transaction, through the same services that real work uses.
"""

import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from association.accounts import queries as accounts_known
from association.accounts import service as accounts
from association.accounts.models import Account
from association.accounts.public import DEMO_PASSWORD
from association.documents import service as documents
from association.enterprises import service as enterprises
from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import NOBODY, OPERATOR, STAFF, Actor, Role
from association.kernel.dates import civil_date, noon, term_of_validity
from association.kernel.db import db, intend_to_write, transaction
from association.kernel.numbers import organisation_check, uscc_check
from association.mandates import queries as mandates_known
from association.mandates import service as mandates
from association.mandates.models import Mandate
from association.vocabulary import EnterpriseKind, MandateItem, MessageChannel
from association.web import demonstration, menu
from catalog import demo_later
from catalog.categories import queries as categories
from catalog.evidence.rules import Change, EvidenceLine
from catalog.products import service as products
from catalog.products.models import Product
from catalog.register import queries as known
from catalog.register import service as register
from catalog.register.models import RegisterEntry
from catalog.register.rows import rows_of
from catalog.reviews import queries as desk
from catalog.reviews import service as reviews
from catalog.revocations import announcing, objecting, telling
from catalog.revocations import queries as revocations_known
from catalog.revocations import service as revocations
from catalog.revocations.models import Revocation
from catalog.subscriptions import service as subscriptions
from catalog.verifications import queries as judging
from catalog.verifications import service as verifications
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine, AskedList
from catalog.vocabulary import (
    DecisionKind,
    EntryKind,
    EvidenceKind,
    ObjectorKind,
    RevocationKind,
    RevocationState,
    Standing,
    Verdict,
)

SAMPLE = Path(__file__).parent / "data" / "products-sample.csv"
ACTOR = replace(OPERATOR, name="演示数据")
BEGUN = date(2004, 5, 1)
WHILE = timedelta(days=20)  # between the lists that rest on a registration and its revocation

MAKER, MAKER2, SELLER = "91130105PDY000036K", "91130102PDY00001XD", "91130102PDY0002718"

BRANDS = {MAKER: "虚构报警", MAKER2: "示例电子", SELLER: "示例商贸"}

# Organisation codes PDY00001 to PDY99999 are set aside for private use (GB 11714-1997): no real body can own one.
INSTALLER_BODY, NEWCOMER_BODY = "PDY09001", "PDY09002"

PEOPLE: tuple[tuple[str, str, tuple[Role, ...], str | None, bool], ...] = (
    ("admin", "演示管理员", (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR), None, False),
    ("reviewer", "演示审核员甲", (Role.REVIEWER,), None, False),
    ("reviewer2", "演示审核员乙", (Role.REVIEWER,), None, False),
    ("approver", "演示复核人", (Role.APPROVER,), None, False),
    ("training", "演示培训专员", (Role.TRAINING_STAFF,), None, False),
    ("trainer", "演示教员", (Role.TRAINER,), None, False),
    ("editor", "演示信息员", (Role.EDITOR,), None, False),
    ("secretariat", "演示秘书", (Role.SECRETARIAT,), None, False),
    ("office", "演示技防办", (Role.SUPERVISING_OFFICE,), None, False),
    ("auditor", "演示审计员", (Role.AUDITOR,), None, False),
    ("maker", "演示生产企业甲", (Role.REGISTRANT,), MAKER, True),
    ("maker2", "演示生产企业乙", (Role.REGISTRANT,), MAKER2, True),
    ("seller", "演示销售企业", (Role.REGISTRANT,), SELLER, True),
    ("installer", "演示施工企业", (Role.INSTALLER,), "installer", True),
    ("acceptance", "演示验收人员", (Role.ACCEPTANCE_OFFICER,), None, False),
    ("practitioner", "演示从业人员", (Role.PRACTITIONER,), None, False),
    ("newcomer", "演示新企业", (Role.REGISTRANT,), "newcomer", True),
    ("examiner", "演示考评员甲", (Role.TRAINER,), None, False),
    ("examiner2", "演示考评员乙", (Role.TRAINER,), None, False),
)  # fmt: skip

demo_commands = AppGroup("demo", help="Fictional data to try everything with.")


def init_app(app: Flask) -> None:
    """The command, and the mark on every page."""
    app.cli.add_command(demo_commands)
    menu.of(app).demo = is_loaded


def is_loaded() -> bool:
    """Whether the register holds demo data. Asked once a process: demo data is loaded before a server starts."""
    known: bool | None = current_app.extensions.get("demo_loaded")
    if known is None:
        known = bool(accounts_known.demo_accounts())
        current_app.extensions["demo_loaded"] = known
    return known


def forget() -> None:
    """Ask again."""
    current_app.extensions.pop("demo_loaded", None)


@demo_commands.command("load")
def load_command() -> None:
    """Load the demo data into an empty register."""
    intend_to_write()
    if accounts_known.demo_accounts():
        click.echo("demo data: already there")
        return
    if db.session.scalar(select(Enterprise.id).limit(1)) is not None:
        raise click.ClickException("demo data goes into an empty register only; choose a new DATA_DIR")
    with click.progressbar(length=0, label="demo data") as bar:
        load(now=clock.now(), tick=lambda done, of: _show(bar, done, of))
    click.echo(f"demo data: loaded; sign in as maker@demo.example, reviewer@demo.example … with {DEMO_PASSWORD}")


def _show(bar: Any, done: int, of: int) -> None:
    bar.length = of
    bar.update(done - bar.pos)


def prepare() -> str:
    """For ``flask up``: a new register gets the demo data, unless DEMO=0; says how to sign in."""
    if os.environ.get("DEMO", "1") != "0" and not accounts_known.any_account():
        load(now=clock.now())
    forget()
    if not is_loaded():
        return ""
    listed = "\n".join(f"  {account.email:<32} {account.name}" for account in accounts_known.demo_accounts())
    return f"\ndemo accounts (演示账号), password {DEMO_PASSWORD}:\n{listed}"


def load(*, now: datetime, tick: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Load everything: the register and its people in one step, then what people do with it."""
    with transaction():
        mandate = _mandates(now=now)
        rows = list(_rows())
        firms = _enterprises(rows, now=now)
        people = _people(firms, now=now)
        _registrations(rows, mandate, now=now, tick=tick)
        _cases(firms, people, now=now)
        for add in demonstration.others():
            add(now)
    # Lists are judged by what is committed, and each is kept by itself.
    number, entry, receipt_id = _lists(people, now=now)
    with transaction():
        _revocations(number, entry, receipt_id, people, now=now)
    forget()


def _rows() -> Iterator[dict[str, Any]]:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {**row, **{key: json.loads(row[key]) for key in ("evidence", "attributes", "history")}}


def _mandates(*, now: datetime) -> Mandate:
    made = {
        item: mandates.record_mandate(
            f"示例公技防委〔2004〕{item.value}号",
            item,
            issuer="示例市公安局技防管理办公室（演示数据）",
            begins=BEGUN,
            note="演示数据，并非真实委托",
            actor=ACTOR,
            now=now,
        )
        for item in MandateItem
    }
    return made[MandateItem.REGISTRATION]


def a_code(body: str, region: str = "130102") -> str:
    """A well-formed unified code around an organisation code of the reserved range."""
    plain = f"91{region}{body}{organisation_check(body)}"
    return plain + uscc_check(plain)


def _enterprises(rows: list[dict[str, Any]], *, now: datetime) -> dict[str, Enterprise]:
    wanted: dict[str, tuple[str, EnterpriseKind]] = {}
    for row in rows:
        if row["manufacturer_uscc"]:
            wanted[row["manufacturer_uscc"]] = (row["manufacturer"], EnterpriseKind.MANUFACTURER)
    for row in rows:
        if row["registrant_uscc"]:
            wanted.setdefault(row["registrant_uscc"], (row["registrant"], EnterpriseKind.SELLER))
    wanted[a_code(INSTALLER_BODY)] = ("石家庄演示安防工程有限公司", EnterpriseKind.INSTALLER)
    wanted[a_code(NEWCOMER_BODY)] = ("河北虚构新锐电子有限公司", EnterpriseKind.MANUFACTURER)
    firms: dict[str, Enterprise] = {}
    for code, (name, kind) in wanted.items():
        firm = enterprises.register_enterprise(
            code,
            name,
            kind=kind,
            address="示例市示例区虚构路1号",
            contact_name="示例联系人",
            contact_phone="0311-00000000",
            actor=ACTOR,
            now=now,
        )
        if code != a_code(NEWCOMER_BODY):
            enterprises.confirm(firm, actor=ACTOR, now=now)
        firms[code] = firm
    firms["installer"], firms["newcomer"] = firms[a_code(INSTALLER_BODY)], firms[a_code(NEWCOMER_BODY)]
    return firms


def _people(firms: Mapping[str, Enterprise], *, now: datetime) -> dict[str, Actor]:
    people: dict[str, Actor] = {}
    for who, name, roles, firm, administers in PEOPLE:
        account = accounts.create_account(
            f"{who}{accounts_known.DEMO_DOMAIN}", name, DEMO_PASSWORD, roles, actor=ACTOR, now=now
        )
        enterprise = firms[firm] if firm else None
        if enterprise is not None:
            enterprises.add_member(enterprise, account, administrator=administers, actor=ACTOR, now=now)
        people[who] = _actor(account, roles, enterprise)
    return people


def _actor(account: Account, roles: tuple[Role, ...], enterprise: Enterprise | None) -> Actor:
    own = frozenset({enterprise.id}) if enterprise and not STAFF.intersection(roles) else frozenset()
    return Actor(
        account.id,
        account.name,
        frozenset(roles),
        enterprise.id if enterprise else None,
        own,
        enterprise.name if enterprise else "",
        True,
    )


# -- the sample's registrations -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Step:
    """One thing that was recorded on a day."""

    on: date
    do: Callable[[], None]


def _registrations(
    rows: list[dict[str, Any]], mandate: Mandate, *, now: datetime, tick: Callable[[int, int], None]
) -> None:
    years = categories.known_at(now).whole("registration_validity_years", civil_date(now))
    numbers: dict[int, str] = {}
    steps: list[_Step] = []
    since, today = demo_later.goes_on_from(rows), civil_date(now)
    for index, row in enumerate(rows):
        steps.extend(_steps(index, row, numbers, mandate, years))
        steps.extend(_later(index, row, numbers, mandate, years, since=since, today=today))
    # Stable: what was recorded on one day keeps the sample's order.
    steps.sort(key=lambda step: step.on)
    for done, step in enumerate(steps, 1):
        step.do()
        tick(done, len(steps))


def _steps(index: int, row: dict[str, Any], numbers: dict[int, str], mandate: Mandate, years: int) -> Iterator[_Step]:
    first = date.fromisoformat(row["history"][0]["recorded_on"])
    for position, happened in enumerate(row["history"]):
        on = date.fromisoformat(happened["recorded_on"])
        last = position == len(row["history"]) - 1
        yield _Step(on, _entry(index, row, happened, numbers, mandate, years, first=first, last=last))
    for paper in row["evidence"]:
        issued = date.fromisoformat(paper["issued_on"])
        if issued > first:
            yield _Step(issued, _paper(index, paper, numbers, noon(issued)))


def _later(
    index: int, row: dict[str, Any], numbers: dict[int, str], mandate: Mandate, years: int, *, since: date, today: date
) -> Iterator[_Step]:
    for renewal in demo_later.renewals(row, since=since, today=today, years=years):
        add = _entry(index, row, renewal.happened(), numbers, mandate, years, first=renewal.recorded_on, last=False)
        yield _Step(renewal.recorded_on, add)
    for paper in demo_later.papers(row, since=since, today=today):
        issued = date.fromisoformat(paper["issued_on"])
        yield _Step(issued, _paper(index, paper, numbers, noon(issued)))


def _entry(
    index: int,
    row: dict[str, Any],
    happened: dict[str, Any],
    numbers: dict[int, str],
    mandate: Mandate,
    years: int,
    *,
    first: date,
    last: bool,
) -> Callable[[], None]:
    kind = EntryKind(happened["kind"])
    effective = date.fromisoformat(happened["effective_from"])
    recorded = noon(date.fromisoformat(happened["recorded_on"]))

    def do() -> None:
        facts: dict[str, Any] = {"note": happened["note_zh"]}
        if kind in (EntryKind.REGISTERED, EntryKind.RENEWED):
            facts["valid_from"] = effective.isoformat()
            facts["valid_until"] = term_of_validity(effective, years).isoformat()
        if kind is EntryKind.REGISTERED:
            early = [paper for paper in row["evidence"] if date.fromisoformat(paper["issued_on"]) <= first]
            numbers[index] = register.enter(
                {**facts, **_facts(row), "evidence": [_paper_facts(paper) for paper in early]},
                effective_from=effective,
                evidence=[_line(paper, recorded) for paper in early],
                mandate=mandate,
                actor=ACTOR,
                now=recorded,
            )
        else:
            register.append(
                numbers[index], kind, facts, effective_from=effective, mandate=mandate, actor=ACTOR, now=recorded
            )
        if last:
            for paper in row["evidence"]:
                change = {"suspended": Change.SUSPENDED, "withdrawn": Change.WITHDRAWN}.get(paper["standing"])
                if change is not None:
                    line = _line(paper, recorded)
                    changed = replace(line, change=change, effective_from=effective, valid_from=None, valid_until=None)
                    register.file_evidence(numbers[index], changed, actor=ACTOR)

    return do


def _paper(index: int, paper: dict[str, Any], numbers: dict[int, str], at: datetime) -> Callable[[], None]:
    return lambda: register.file_evidence(numbers[index], _line(paper, at), actor=ACTOR)


def _line(paper: dict[str, Any], at: datetime) -> EvidenceLine:
    issued = date.fromisoformat(paper["issued_on"])
    until = date.fromisoformat(paper["valid_until"]) if paper["valid_until"] else None
    return EvidenceLine(
        EvidenceKind(paper["kind"]), paper["number"], paper["issuer"], Change.RECORDED, issued, at, issued, until
    )


def _paper_facts(paper: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": paper["kind"],
        "number": paper["number"],
        "issuer": paper["issuer"],
        "valid_from": paper["issued_on"],
        "valid_until": paper["valid_until"] or None,
    }


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "category": row["class_code"],
        "subtype": row["subtype"],
        "name": row["name_zh"],
        "name_en": row["name_en"],
        "brand": row["brand"],
        "model": row["model"],
        "manufacturer": {
            "name": row["manufacturer"],
            "uscc": row["manufacturer_uscc"] or None,
            "country": row["manufacturer_country"],
        },
        "registrant": {"name": row["registrant"], "uscc": row["registrant_uscc"]},
        "origin": row["origin"],
        "standards": [one.strip() for one in row["standards"].split(";") if one.strip()],
        "attributes": row["attributes"],
    }


def _lists(people: Mapping[str, Actor], *, now: datetime) -> tuple[str, RegisterEntry, int]:
    """Lists that are compliant: a registration they rest on today; the newest revocation of the sample, on whose
    registration others rested before it was made; and the receipt among those that nobody signed for."""
    today = civil_date(now)
    in_force = [number for number, standing in known.standings(today).items() if standing is Standing.IN_FORCE]
    found = rows_of(in_force[:60], on=today, known=now)
    concerned = {MAKER, MAKER2, SELLER}
    number = [one.number for one in found if not {one.registrant_uscc, one.manufacturer_uscc} & concerned][-1]
    entry = _a_revocation()
    before = entry.recorded_at - WHILE
    lists = (
        (number, "虚构小区技防改造", people["installer"], now),
        (entry.number, "虚构银行网点改造", people["installer"], before),
        (entry.number, "虚构学校验收", people["acceptance"], before),
        (entry.number, "虚构仓库", NOBODY, before),
    )
    for about, project, actor, at in lists:
        asked = AskedList([AskedLine(Question(number=about))], known=at, project=project)
        made = verifications.verify(asked, actor=actor, now=at).verification
    return number, entry, made.id


def _a_revocation() -> RegisterEntry:
    """The sample's newest revocation, for evidence that was withdrawn, of a registration that was compliant before."""
    revoked = select(RegisterEntry).where(RegisterEntry.kind == EntryKind.REVOKED)
    for entry in db.session.scalars(revoked.order_by(RegisterEntry.recorded_at.desc())):
        before = entry.recorded_at - WHILE
        asked = judging.answer(Question(number=entry.number), on=civil_date(before), made_on=None, known=before)
        if asked.judgement.verdict is Verdict.COMPLIANT and entry.facts["note"] == "证明材料被出具机构撤回":
            return entry
    raise LookupError("the sample holds no such revocation")


def _revocations(
    number: str, entry: RegisterEntry, receipt_id: int, people: Mapping[str, Actor], *, now: datetime
) -> None:
    """The case of the sample's newest revocation, with everybody told and an objection filed; and a proposal to revoke
    another registration that waits for a second person."""
    today = civil_date(now)
    _revoked(entry, receipt_id, people)
    revocations.watch(number, actor=people["installer"], now=now)
    revocations.propose(
        number,
        RevocationKind.REVOCATION,
        ground="evidence_false",
        reason="演示：登记人所附检验报告的编号，出具机构答复查无此号。",
        evidence="演示材料：虚构的复函，编号“示例复函-001”。",
        effective_from=today,
        actor=people["reviewer"],
        now=now,
    )
    announcing.catch_up(now, lapses=True)


def _revoked(entry: RegisterEntry, receipt_id: int, people: Mapping[str, Actor]) -> None:
    """What led to an entry of the sample, and who was told of it, as on its day."""
    at, before = entry.recorded_at, entry.recorded_at - WHILE
    left = subscriptions.leave(
        MessageChannel.MAIL, "site@demo.example", verification_id=receipt_id, asker="", actor=NOBODY, now=before
    )
    subscriptions.confirm(left, now=before)
    reviewer, approver = people["reviewer"], people["approver"]
    case = Revocation(
        number=entry.number,
        kind=RevocationKind.REVOCATION,
        state=RevocationState.CONFIRMED,
        ground="evidence_ended",
        reason="演示：" + str(entry.facts["note"]) + "，登记人未能说明。",
        evidence="演示材料：虚构的撤回通知，编号“示例撤回-001”。",
        effective_from=entry.effective_from,
        proposed_by=reviewer.account_id,
        proposed_by_name=reviewer.name,
        proposed_at=at - timedelta(days=3),
        decided_by=approver.account_id,
        decided_by_name=approver.name,
        decided_at=at,
        mandate_id=mandates_known.require_in_force(MandateItem.REGISTRATION, on=civil_date(at)).id,
        entry=entry.entry,
    )
    db.session.add(case)
    db.session.flush()
    telling.tell(case, revocations_known.registration(entry.number), today=civil_date(at), now=at)
    objecting.file(
        case,
        kind=ObjectorKind.RELIED,
        name="石家庄演示安防工程有限公司",
        email="installer@demo.example",
        statement="演示：出具机构撤回的是同系列另一型号的报告，请核对报告编号。",
        asker="",
        actor=people["installer"],
        now=at + timedelta(days=5),
    )


# -- cases in every state -----------------------------------------------------------------------------------


def a_pdf(text: str) -> bytes:
    """A one-page PDF that says ``text`` (ASCII) and that it is a demonstration."""
    stream = f"BT /F1 18 Tf 60 760 Td (DEMO - fictional document) Tj 0 -40 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _cases(firms: Mapping[str, Enterprise], people: Mapping[str, Actor], *, now: datetime) -> None:
    maker, maker2, seller = people["maker"], people["maker2"], people["seller"]
    reviewer, approver = people["reviewer"], people["approver"]

    def days_ago(days: int) -> datetime:
        return now - timedelta(days=days)

    products.draft(
        "01",
        "passive_infrared",
        {"name": "室内用被动红外入侵探测器", "brand": "虚构报警"},
        actor=maker,
        now=days_ago(1),
    )
    _dossier(
        maker,
        firms[MAKER],
        "02",
        "wired",
        "SL-CP-901",
        {"zone_count": "16", "comm_methods": ["ip", "4g"]},
        now=days_ago(1),
    )

    waiting = _dossier(maker, firms[MAKER], "01", "passive_infrared", "SL-PIR-901", _PIR, now=days_ago(4))
    products.submit(waiting, declared=True, actor=maker, now=days_ago(3))
    overdue = _dossier(maker2, firms[MAKER2], "02", "wireless", "SE-CW-777", {"zone_count": "32"}, now=days_ago(40))
    products.submit(overdue, declared=True, actor=maker2, now=days_ago(39))

    returned = _dossier(
        maker, firms[MAKER], "01", "glass_break", "SL-GB-901", {"detection_range_m": "8"}, now=days_ago(9)
    )
    products.submit(returned, declared=True, actor=maker, now=days_ago(8))
    reviews.decide(
        desk.case_for(reviewer, returned.id, now=days_ago(6)),
        DecisionKind.RETURNED,
        version=returned.version,
        reason="请补正下列各项后再次提交。",
        remarks={"model": "检验报告上的型号为SL-GB-901A，请核对。", "evidence": "请附检验报告全部页。"},
        actor=reviewer,
        now=days_ago(6),
    )

    proposed = _dossier(seller, firms[SELLER], "10", "camera", "IPC-DEMO-1", {"megapixels": "4"}, now=days_ago(7))
    products.submit(proposed, declared=True, actor=seller, now=days_ago(6))
    _refuse(proposed, reviewer, now=days_ago(5))

    refused = _dossier(maker2, firms[MAKER2], "07", "video", "SE-VI-300", {}, now=days_ago(30))
    products.submit(refused, declared=True, actor=maker2, now=days_ago(29))
    _refuse(refused, reviewer, now=days_ago(27))
    reviews.decide(
        desk.case_for(approver, refused.id, now=days_ago(26)),
        DecisionKind.REFUSAL_CONFIRMED,
        version=refused.version,
        actor=approver,
        now=days_ago(26),
    )


_PIR = {
    "detection_range_m": "12",
    "detection_angle_deg": "90",
    "alarm_output": ["relay_nc"],
    "operating_temp_c": ["-10", "55"],
}


def _refuse(product: Product, reviewer: Actor, *, now: datetime) -> None:
    reviews.decide(
        desk.case_for(reviewer, product.id, now=now),
        DecisionKind.REFUSAL_PROPOSED,
        version=product.version,
        ground="facts_inconsistent",
        reason="所附检验报告载明的产品与申请登记的产品不是同一型号。",
        actor=reviewer,
        now=now,
    )


def _dossier(
    actor: Actor,
    firm: Enterprise,
    category: str,
    subtype: str,
    model: str,
    attributes: Mapping[str, Any],
    *,
    now: datetime,
) -> Product:
    view, today = categories.known_at(now), civil_date(now)
    kind = view.subtype(category, subtype)
    standards = [one for one in view.standards(category, subtype) if one.in_force(today)]
    product = products.draft(
        category,
        subtype,
        {
            "name": kind.name_zh if kind else model,
            "brand": BRANDS[firm.uscc],
            "model": model,
            "manufacturer_name": firm.name,
            "manufacturer_country": "CN",
            "manufacturer_uscc": firm.uscc,
            "standards": standards[0].number if standards else f"Q/SLSP {model}",
            "attributes": dict(attributes),
        },
        actor=actor,
        now=now,
    )
    filing = documents.file(
        io.BytesIO(a_pdf(f"Type-test report for model {model}")),
        f"检验报告-{model}.pdf",
        actor=actor,
        enterprise_id=firm.id,
        now=now,
    )
    issued = today - timedelta(days=30)
    products.add_paper(
        product,
        kind=EvidenceKind.TYPE_TEST_REPORT,
        number=f"示例检字({issued.year})第{product.id:05d}号",
        issuer="demo-test",
        valid_from=issued,
        valid_until=term_of_validity(issued, 2),
        filing=filing,
        demo=True,
        actor=actor,
        now=now,
    )
    return product
