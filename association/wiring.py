"""Puts the ground floor together: database, language, doors, menus."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, appcontext_pushed
from flask_migrate import Migrate

from association import policy, vocabulary
from association.accounts import public as accounts_public
from association.accounts import queries as accounts
from association.accounts import sessions
from association.accounts import views as accounts_views
from association.backups import commands as backup_commands
from association.documents import api as documents_api
from association.documents import views as documents_views
from association.enterprises import api as enterprises_api
from association.enterprises import commands as accounts_commands
from association.enterprises import public as enterprises_public
from association.enterprises import queries as enterprises
from association.enterprises import service as enterprises_service
from association.enterprises import views as enterprises_views
from association.jobs import public as jobs_public
from association.jobs import service as jobs_service
from association.jobs import views as jobs_views
from association.kernel import config
from association.kernel.actors import Actor, Role
from association.kernel.db import db
from association.kernel.i18n import N_, _
from association.ledger import views as ledger_views
from association.ledger import words as ledger_words
from association.mandates import public as mandates_public
from association.mandates import service as mandates_service
from association.mandates import views as mandates_views
from association.outbox import commands as outbox_commands
from association.outbox import queries as outbox
from association.outbox import service as outbox_service
from association.outbox import views as outbox_views
from association.people import views as people_views
from association.persons import commands as persons_commands
from association.persons import holdings
from association.persons import views as persons_views
from association.signing import commands as signing_commands
from association.signing import public as signing_public
from association.signing import views as signing_views
from association.vocabulary import MessageState
from association.web import (
    api,
    daily,
    demonstration,
    front,
    health,
    idempotency,
    identity,
    limits,
    logs,
    menu,
    metrics,
    origin,
    problems,
    render,
    serving,
)
from association.web.menu import Entry, Panel
from association.web.problems import Problem
from association.webhooks import service as webhooks_service
from association.webhooks import views as webhooks_views
from association.workbooks import looking
from association.workbooks import service as workbooks_service
from association.workbooks.problems import PROBLEMS as WORKBOOK_PROBLEMS

migrate = Migrate()

DOORS = (
    accounts_public,
    accounts_views,
    people_views,
    persons_views,
    enterprises_public,
    enterprises_views,
    mandates_public,
    mandates_views,
    documents_views,
    ledger_views,
    outbox_views,
    jobs_public,
    jobs_views,
    signing_public,
    signing_views,
    webhooks_views,
)
API_DOORS = (enterprises_api, documents_api)

PROBLEMS = {
    "consent_missing": Problem(
        409,
        N_("尚未同意个人信息告知"),
        N_("请由本人在“个人信息”页面阅读告知并同意，或在柜台签字后由工作人员登记。"),
    ),
    "person_at_counter": Problem(
        409, N_("须到柜台核对身份证"), N_("请携带身份证到协会柜台，由工作人员核对后把档案关联到您的账号。")
    ),
    "checked_already": Problem(
        409, N_("已在柜台核对"), N_("姓名、身份证号码的更正请携带身份证到协会柜台办理；其他内容可自行更正。")
    ),
}


def init_app(app: Flask) -> None:
    """The floor everything else stands on; it goes first."""
    _hand_down_settings(app)
    db.init_app(app)
    folder = str(Path(app.root_path) / "migrations")
    migrate.init_app(app, db, directory=folder, render_as_batch=True, compare_type=True)

    # The order in which a request meets them: its id, language and the intent to write, then where it comes from.
    logs.init_app(app)
    render.init_app(app)
    origin.init_app(app)
    problems.init_app(app)
    by_session, by_key = enterprises_service.actor_by_session, enterprises_service.actor_by_key
    identity.init_app(app, identity.Directory(by_session, by_key, sessions.note_language))
    limits.init_app(app)
    idempotency.init_app(app)
    menu.init_app(app)
    daily.init_app(app)
    demonstration.init_app(app)
    serving.init_app(app)
    holdings.init_app(app)
    serving.of(app).chores.append(("outbox", outbox_service.deliver))
    serving.of(app).chores.append(("webhooks", webhooks_service.deliver))
    serving.of(app).chores.append(("jobs", jobs_service.work))
    serving.of(app).chores.append(("persons", persons_commands.clear))
    serving.of(app).preparations.append(accounts_commands.first_administrator)
    ledger_words.publish(vocabulary.ACTIONS, vocabulary.SUBJECTS)
    problems.publish(WORKBOOK_PROBLEMS)
    jobs_service.know_people(enterprises.actor_of)
    doors = api.init_app(app)
    app.extensions["smorest"] = doors
    health.init_app(app)
    metrics.init_app(app)
    _hand_in_figures(app)
    front.init_app(app)

    for face in DOORS:
        app.register_blueprint(face.bp)
    app.register_blueprint(signing_public.well_known)
    app.register_blueprint(looking.pieces)
    for programs in API_DOORS:
        doors.register_blueprint(programs.bp)
    app.cli.add_command(accounts_commands.group)
    app.cli.add_command(outbox_commands.group)
    persons_commands.init_app(app)
    backup_commands.init_app(app)
    signing_commands.init_app(app)
    daily.add(app, "mandates", _remind_of_mandates)
    if webhooks_service.deliver not in outbox_commands.OTHERS:
        outbox_commands.OTHERS.append(webhooks_service.deliver)
    daily.add(app, "webhooks", lambda _day, now: webhooks_service.clear(now))
    daily.add(app, "uploads", lambda _day, now: workbooks_service.clear(now))
    daily.add(app, "jobs", lambda _day, now: jobs_service.clear(now))
    problems.publish(PROBLEMS)
    _fill_menus(menu.of(app))


def _remind_of_mandates(day: date, now: datetime) -> int:
    """Who keeps the entrustments, and who gives them, learn in time that one ends."""
    addressees = accounts.holders_of(Role.SECRETARIAT, Role.SUPERVISING_OFFICE)
    return mandates_service.remind(day, now, to=addressees)


def _hand_in_figures(app: Flask) -> None:
    owed, dead = MessageState.OWED, MessageState.DEAD
    metrics.add_gauge(app, "jifang_outbox_owed", "Messages waiting.", lambda: outbox.count_by_state()[owed])
    metrics.add_gauge(app, "jifang_outbox_dead", "Messages given up.", lambda: outbox.count_by_state()[dead])


def _hand_down_settings(app: Flask) -> None:
    def remember(sender: Flask, **_more: Any) -> None:
        config.current.set(sender.config)

    # Kept by the signal itself: two applications in one process (tests) each see their own settings.
    appcontext_pushed.connect(remember, app, weak=False)


def _fill_menus(menus: menu.Menu) -> None:
    menus.public += [
        Entry("enterprises_public.index", N_("企业")),
        Entry("mandates_public.index", N_("委托事项")),
    ]
    menus.member += [
        Entry("accounts.dashboard", N_("工作台")),
        Entry("outbox.inbox", N_("我的消息")),
        Entry("jobs.index", N_("处理记录")),
        Entry("enterprises.desk", N_("企业确认"), policy.see_enterprise_desk),
        Entry("mandates.new", N_("登记委托"), policy.record_mandate),
        Entry("enterprises.mine", N_("我的企业"), _of_trade),
        Entry("persons.index", N_("人员档案"), policy.keep_persons),
        Entry("persons.ours", N_("本企业人员"), policy.see_own_people),
        Entry("persons.mine", N_("个人信息"), _privately),
        Entry("people.index", N_("账号"), policy.see_people),
        Entry("signing.index", N_("签名密钥"), policy.keep_signing_keys),
        Entry("ledger.index", N_("工作日志"), policy.see_ledger),
        Entry("outbox.dead", N_("未能送达的信件"), policy.see_dead_letters),
        Entry("accounts.keys", N_("密钥"), policy.hold_keys),
        Entry("accounts.password", N_("修改密码")),
        Entry("accounts.second_factor", N_("第二重验证")),
        Entry("accounts.own_sessions", N_("登录的设备")),
    ]
    menus.footer += [
        Entry("mandates_public.index", N_("委托事项清单")),
        Entry("enterprises_public.index", N_("已确认企业")),
        Entry("signing_public.index", N_("签名与核对")),
    ]
    menus.panels += [_unread, _unconfirmed, _own_enterprise]


def _of_trade(actor: Actor) -> bool:
    return actor.enterprise_id is not None or (policy.register_enterprise(actor) and not actor.is_staff)


def _privately(actor: Actor) -> bool:
    return actor.person_id is not None or policy.record_own_person(actor)


def _unread(actor: Actor, _now: datetime) -> Panel | None:
    return Panel(_("未读消息"), "/association/outbox/", outbox.count_unread(actor), empty=_("没有未读消息"))


def _unconfirmed(actor: Actor, _now: datetime) -> Panel | None:
    if not policy.see_enterprise_desk(actor):
        return None
    count = enterprises.count_unconfirmed()
    return Panel(_("待确认企业"), "/association/enterprises/desk", count, empty=_("没有待确认的企业"))


def _own_enterprise(actor: Actor, _now: datetime) -> Panel | None:
    if not _of_trade(actor):
        return None
    enterprise = enterprises.own_enterprise(actor)
    text = enterprise.state.label if enterprise is not None else _("尚未填写企业信息，填写并经确认后可办理登记。")
    title = enterprise.name if enterprise is not None else _("我的企业")
    return Panel(title, "/association/enterprises/mine", text=text)
