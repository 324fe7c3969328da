"""Puts the catalog floor together: doors, commands, menus, problems."""

from datetime import date, datetime

from flask import Flask

from association.backups import commands as backup_commands
from association.jobs import service as jobs_service
from association.kernel.actors import CALENDAR, Actor
from association.kernel.dates import civil_date
from association.kernel.i18n import N_, _
from association.ledger import words as ledger_words
from association.mandates import done as mandates
from association.mandates.models import Mandate
from association.persons import holdings
from association.web import daily, front, health, menu, metrics, problems, serving
from association.web.menu import Entry, Panel
from association.web.problems import Problem
from association.webhooks import service as webhooks_service
from association.workbooks.writing import XLSX
from catalog import demo, policy, vocabulary
from catalog.categories import api as categories_api
from catalog.categories import offers, touched
from catalog.categories import public as categories_public
from catalog.categories import queries as categories
from catalog.categories import views as categories_views
from catalog.categories.commands import catalog_commands, prepare_catalog
from catalog.categories.difference import Scope
from catalog.products import api as products_api
from catalog.products import paper as products_paper
from catalog.products import queries as products
from catalog.products import touched as touched_cases
from catalog.products import views as products_views
from catalog.register import api as register_api
from catalog.register import offline as register_offline
from catalog.register import paper as register_paper
from catalog.register import public as register_public
from catalog.register import queries as register
from catalog.register import search, zero_hits
from catalog.register import touched as touched_registrations
from catalog.register import views as register_views
from catalog.register.commands import faults_of_all, prepare_index, register_commands
from catalog.register.under_mandate import entered_under
from catalog.reviews import api as reviews_api
from catalog.reviews import paper as reviews_paper
from catalog.reviews import queries as reviews
from catalog.reviews import views as reviews_views
from catalog.reviews.under_mandate import decided_under
from catalog.revocations import announcing, objecting
from catalog.revocations import api as revocations_api
from catalog.revocations import holding as revocations_holding
from catalog.revocations import paper as revocations_paper
from catalog.revocations import public as revocations_public
from catalog.revocations import queries as revocations
from catalog.revocations import service as revoking
from catalog.revocations import views as revocations_views
from catalog.subscriptions import holding as subscriptions_holding
from catalog.subscriptions import public as subscriptions_public
from catalog.subscriptions import queries as subscriptions_known
from catalog.subscriptions import service as subscriptions
from catalog.verifications import api as verifications_api
from catalog.verifications import onsite as verifications_onsite
from catalog.verifications import paper as verifications_paper
from catalog.verifications import public as verifications_public
from catalog.verifications import views as verifications_views
from catalog.verifications.workbooks import WORK as LIST_WORK
from catalog.vocabulary import CaseState, DecisionKind, EntryKind, ObjectionState, RevocationState

DOORS = (
    verifications_public.home,
    verifications_onsite.bp,
    verifications_public.bp,
    verifications_views.bp,
    verifications_paper.bp,
    register_public.bp,
    register_public.short,
    register_views.bp,
    register_offline.bp,
    register_paper.bp,
    categories_public.bp,
    categories_public.criteria,
    categories_views.bp,
    products_views.bp,
    products_paper.bp,
    reviews_views.bp,
    reviews_paper.bp,
    subscriptions_public.bp,
    revocations_public.bp,
    revocations_paper.bp,
    revocations_views.bp,
)
API_DOORS = (
    categories_api.bp,
    categories_api.editions,
    register_api.bp,
    verifications_api.bp,
    products_api.bp,
    reviews_api.bp,
    revocations_api.bp,
)

PROBLEMS = {
    "unknown_receipt": Problem(404, N_("没有这张核验回执"), N_("请核对回执编号，或打开收到的完整地址。")),
    "unknown_number": Problem(404, N_("没有这个登记编号"), N_("请核对编号，或按生产企业和型号查询登记簿。")),
    "mistyped_number": Problem(404, N_("登记编号有误"), N_("编号的校验位不对，通常是某一位写错或看错，请对照产品标签或通知书核对。")),
    "not_known_then": Problem(404, N_("当时尚未登记"), N_("在所选时点，登记簿中还没有这个编号；请改用较晚的时点。")),
    "enterprise_unconfirmed": Problem(409, N_("企业尚待确认"), N_("秘书处确认企业信息后即可提交，填写的内容已保存。")),
    "not_editable": Problem(409, N_("现在不能修改"), N_("申请已提交或已有结论；需要修改的，请先撤回。")),
    "search_not_ready": Problem(503, N_("搜索索引正在建立"), N_("请稍候再试；按编号查看登记、核验产品都不受影响。")),
    "already_registered": Problem(409, N_("同一产品已登记"), N_("请查看已有的登记；如系不同产品，请核对生产者和型号。")),
}  # fmt: skip


# For robots: the register, the national catalog and what was revoked are open; receipts and desks are not (web/front.py).
ROBOTS = {
    "/catalog/categories/desk": False,
    "/catalog/products/": False,
    "/catalog/register/misses": False,
    "/catalog/reviews/": False,
    "/catalog/revocations/cancel/": False,
    "/catalog/revocations/desk": False,
    "/catalog/revocations/objections/": False,
    "/catalog/revocations/propose/": False,
    "/catalog/revocations/receipts/": False,
    "/catalog/revocations/registrations/": False,
    "/catalog/revocations/watching": False,
    "/catalog/subscriptions/": False,
    "/catalog/verifications/": False,
    "/catalog/verifications/new$": True,
    "/catalog/verifications/scan$": True,
}


def init_app(app: Flask) -> None:
    """The floor of the register; the ground floor is there already."""
    problems.publish(PROBLEMS)
    problems.publish_accepted("verifications_api.verify", XLSX, "text/csv")
    front.publish_for_robots(ROBOTS)
    ledger_words.publish(vocabulary.ACTIONS, vocabulary.SUBJECTS)
    doors = app.extensions["smorest"]
    for door in DOORS:
        app.register_blueprint(door)
    for programs in API_DOORS:
        doors.register_blueprint(programs)
    app.cli.add_command(catalog_commands)
    app.cli.add_command(register_commands)
    serving.of(app).preparations[:0] = [prepare_catalog, demo.prepare, prepare_index]
    serving.of(app).chores += [("search index", search.catch_up), ("search misses", zero_hits.gather)]
    jobs_service.publish(LIST_WORK)
    daily.add(app, "search index", lambda _day, _now: search.check())
    demo.init_app(app)
    _hand_down(app)
    health.add_check(app, _catalog_is_there)
    health.add_check(app, search.ready)
    backup_commands.add_check(app, faults_of_all)
    daily.add(app, "offered files", lambda _day, now: offers.clear(actor=CALENDAR, now=now))
    daily.add(app, "lapses", lambda _day, now: announcing.catch_up(now, lapses=True))
    daily.add(app, "watching", lambda day, _now: revoking.clear_watches(day))
    daily.add(app, "reminders to watchers", lambda _day, now: revoking.remind_watchers(now))
    daily.add(app, "reminders to subscribers", lambda _day, now: subscriptions.remind(now))
    holdings.add(app, subscriptions_holding.HOLDING)
    holdings.add(app, revocations_holding.HOLDING)
    daily.add(app, "subscriptions", lambda _day, now: subscriptions.clear(now))
    if subscriptions.end_of_url not in webhooks_service.GONE:
        webhooks_service.GONE.append(subscriptions.end_of_url)
    if revocations.posted_about not in subscriptions_known.LOGS:
        subscriptions_known.LOGS.append(revocations.posted_about)
    metrics.add_gauge(app, "jifang_register_entries", "Entries of the register.", lambda: register.head().entry)
    _fill_menus(menu.of(app))


def _catalog_is_there() -> str:
    loaded = categories.is_loaded()
    return "" if loaded else "catalog: not loaded (run `flask catalog load catalog/data/catalog.json`)"


def _hand_down(app: Flask) -> None:
    """What lower rooms ask of upper ones."""
    touched.add(app, _touched_registrations)
    touched.add(app, _touched_cases)
    mandates.add(app, _under_mandate)


def _under_mandate(mandate: Mandate) -> list[mandates.Figure]:
    """For the public page of a mandate: registrations are public, cases are not, so of decisions only numbers."""
    entered, decided = entered_under(mandate), decided_under(mandate)
    links = [menu.Link(f"/catalog/register/{one[0]}", " ".join(one)) for one in entered.latest]
    figures = [
        mandates.Figure(
            _("登记簿：{kind}", kind=kind.label), entered.counts[kind], links if kind is EntryKind.REGISTERED else ()
        )
        for kind in EntryKind
        if kind in entered.counts
    ]
    figures += [
        mandates.Figure(_("审查：{kind}", kind=kind.label), decided[kind]) for kind in DecisionKind if kind in decided
    ]
    return figures


def _touched_registrations(_actor: Actor, scope: Scope, on: date) -> touched.Touched:
    found = touched_registrations.in_force_within(scope, on=on)
    links = [menu.Link(f"/catalog/register/{one[0]}", " ".join(one)) for one in found.first]
    return touched.Touched(_("有效登记"), found.total, links, found.by_place, found.by_standard, found.by_issuer)


def _touched_cases(actor: Actor, scope: Scope, _on: date) -> touched.Touched:
    found = touched_cases.under_way_within(scope)
    shown = found.cases[: touched_registrations.MOST_LISTED] if policy.see_cases(actor) else ()
    links = [menu.Link(f"/catalog/reviews/{product_id}", title) for product_id, title in shown]
    return touched.Touched(
        _("办理中的申请"), len(found.cases), links, found.by_place, found.by_standard, found.by_issuer
    )


def _fill_menus(menus: menu.Menu) -> None:
    menus.public[:0] = [
        Entry("verifications_public.new", N_("核验产品")),
        Entry("register_public.index", N_("登记簿")),
        Entry("categories_public.index", N_("国家目录")),
        Entry("revocations_public.index", N_("暂停与撤销")),
    ]
    menus.member[1:1] = [
        Entry("products.index", N_("登记申请"), policy.list_products),
        Entry("reviews.index", N_("审查"), policy.see_cases),
        Entry("revocations.desk", N_("暂停与撤销"), policy.see_cases),
        Entry("verifications.index", N_("我的核验记录"), policy.see_own_receipts),
        Entry("revocations.watching", N_("关注的登记"), policy.watch_registrations),
        Entry("categories.desk", N_("目录维护"), policy.see_catalog_desk),
        Entry("register.misses", N_("没有查到的词"), policy.see_catalog_desk),
    ]
    menus.footer[:0] = [
        Entry("verifications_home.help_page", N_("使用说明")),
        Entry("verifications_home.open_data", N_("开放数据")),
        Entry("web_front.api_docs", N_("接口说明")),
        Entry("criteria_public.published", N_("登记条件与办理期限")),
    ]
    menus.panels[:0] = [_own_products, _desk, _revocations, _objections]


def _own_products(actor: Actor, _now: datetime) -> Panel | None:
    if not policy.list_products(actor):
        return None
    counts = products.counts_by_state(actor)
    rows = [
        menu.Link(f"/catalog/products/?state={state.value}", f"{state.label} {counts[state]}")
        for state in CaseState
        if counts.get(state)
    ]
    return Panel(_("登记申请"), "/catalog/products/", sum(counts.values()), rows=rows, empty=_("还没有登记申请"))


def _desk(actor: Actor, now: datetime) -> Panel | None:
    if not policy.see_cases(actor):
        return None
    found = reviews.queue(actor, today=civil_date(now), per_page=5)
    rows = [
        menu.Link(f"/catalog/reviews/{one.product.id}", f"{one.product.title} · {one.registrant}")
        for one in found.items
    ]
    return Panel(_("待审查"), "/catalog/reviews/", found.total, rows=rows, empty=_("没有待审查的申请"))


def _revocations(actor: Actor, _now: datetime) -> Panel | None:
    if not policy.see_cases(actor):
        return None
    found = revocations.desk(actor, state=RevocationState.PROPOSED, per_page=5)
    rows = [
        menu.Link(f"/catalog/revocations/desk/{one.case.id}", f"{one.case.kind.label} · {one.case.number}")
        for one in found.items
    ]
    return Panel(
        _("待确认的暂停与撤销"), "/catalog/revocations/desk", found.total, rows=rows, empty=_("没有待确认的提议")
    )


def _objections(actor: Actor, _now: datetime) -> Panel | None:
    if not policy.see_cases(actor):
        return None
    found = objecting.desk(actor, state=ObjectionState.FILED, per_page=5)
    rows = [
        menu.Link(
            f"/catalog/revocations/desk/objections/{one.objection.id}", f"{one.case.kind.label} · {one.case.number}"
        )
        for one in found.items
    ]
    return Panel(
        _("待答复的异议"), "/catalog/revocations/desk/objections", found.total, rows=rows, empty=_("没有待答复的异议")
    )
