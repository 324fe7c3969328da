"""Two people take a registration away, and everybody who relied on it learns, once."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from association.enterprises.models import Enterprise
from association.kernel import clock, site
from association.kernel.actors import NOBODY, OPERATOR, Actor, Role
from association.kernel.dates import civil_date, noon
from association.kernel.errors import Conflict, Forbidden, Invalid, NoMandate, NotFound
from association.mandates.models import Mandate
from association.outbox import service as outbox
from association.outbox.models import Message
from association.persons import erasure, holdings
from association.persons import service as persons
from association.vocabulary import ErasureGround, MessageChannel, MessageState
from association.webhooks import service as webhooks
from association.webhooks.rules import message_id
from catalog.register.models import RegisterEntry, StandingSpan
from catalog.revocations import announcing, queries, service
from catalog.revocations.models import Revocation, Told, Watch
from catalog.subscriptions import queries as known
from catalog.subscriptions import service as subscriptions
from catalog.subscriptions.models import Subscription
from catalog.verifications import service as verifications
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine, AskedList
from catalog.vocabulary import RevocationKind, RevocationState, Standing
from tests.association.webhooks.receiver import a_receiver
from tests.builders import a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.revocations.conftest import asked, messages, proposed, standing
from tests.catalog.small_register import mistyped, never_given
from training.demo import an_identity

pytestmark = pytest.mark.usefixtures("national_catalog")


def counted(case: Revocation) -> tuple[int, int, int, int]:
    counts = queries.counts(case)
    return counts.owed, counts.told, counts.unreached, counts.acknowledged


def test_messages_lead_to_where_the_site_was_last_found(
    number: str,
    reviewer: Actor,
    approver: Actor,
    installer: Actor,
    app: Any,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
    monkeypatch.setitem(app.config, "WEBHOOKS_ANYWHERE", True)
    receipt = asked(number, installer)
    subscriptions.leave(
        MessageChannel.WEBHOOK, "http://127.0.0.1:9/", number=number, asker="", actor=NOBODY, now=clock.now()
    )
    first = proposed(number, reviewer, RevocationKind.SUSPENSION)
    service.confirm(first, actor=approver, now=clock.now())
    # Nobody knows where the site is: no bare path is passed off as an address.
    [told] = [one for one in messages(first) if one.to_account_id == installer.account_id]
    assert f"平台网址后接 /catalog/verifications/{receipt}" in told.body
    site.note("http://127.0.0.1:8000")
    second = proposed(number, reviewer, RevocationKind.REINSTATEMENT)
    service.confirm(second, actor=approver, now=clock.now())
    [told] = [one for one in messages(second) if one.to_account_id == installer.account_id]
    assert f"：http://127.0.0.1:8000/catalog/verifications/{receipt}" in told.body
    [program] = [one for one in messages(second) if one.to_url]
    assert json.loads(program.body)["url"] == f"http://127.0.0.1:8000/api/v1/catalog/revocations/{second.id}"


def test_everybody_who_relied_is_told_exactly_once(
    number: str, owner: Actor, reviewer: Actor, approver: Actor, installer: Actor
) -> None:
    asked(number, installer)
    asked(number, installer)  # a second receipt of the same person is named in the one letter
    asked(number, NOBODY, "site@example.com")
    asked(number, NOBODY, "SITE@example.com")
    asked(number, NOBODY)  # left nothing: nobody can be told
    watcher = actor_of(an_account(Role.INSTALLER))
    service.watch(number, actor=watcher, now=clock.now())
    service.watch(number, actor=installer, now=clock.now())
    case = proposed(number, reviewer)
    assert messages(case) == []
    assert service.confirm(case, actor=approver, now=clock.now()) == 4
    owed = messages(case)
    assert sorted(one.to_account_id or 0 for one in owed) == sorted(
        [0, owner.account_id, installer.account_id, watcher.account_id]
    )
    of_installer = next(one for one in owed if one.to_account_id == installer.account_id)
    assert of_installer.body.count("第1、2行") == 2
    assert [one.to_address for one in owed if one.to_account_id is None] == ["site@example.com"]
    assert "检验报告查无此号" in of_installer.body
    assert "异议" in of_installer.body
    assert standing(number) is Standing.REVOKED
    with pytest.raises(Conflict):
        service.confirm(case, actor=approver, now=clock.now())
    assert len(messages(case)) == 4


def test_a_letter_names_a_line_as_the_receipt_does_and_leads_to_it(
    number: str, reviewer: Actor, approver: Actor, installer: Actor, client: FlaskClient
) -> None:
    """Of a list with a faulty row, number 12 is the eleventh line: whoever looks for 11 finds another product."""
    other = [AskedLine(Question(ref=str(place), name="脚手架")) for place in range(1, 11)]
    lines = [*other, AskedLine(Question(ref="12", number=number))]
    more = [AskedLine(Question(ref=ref, number=number)) for ref in ("A-3", "", "3")]
    one, two = (
        verifications.verify(AskedList(asked_lines, known=clock.now()), actor=installer, now=clock.now()).verification
        for asked_lines in (lines, more)
    )
    case = proposed(number, reviewer)
    service.confirm(case, actor=approver, now=clock.now())
    [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
    assert "的回执，序号12（清单第11行）：" in letter.body
    assert f"/catalog/verifications/{one.receipt}/11\n" in letter.body
    assert "的回执，序号A-3（清单第1行）、第2行、第3行：" in letter.body
    assert f"/catalog/verifications/{two.receipt}\n" in letter.body
    page = client.get(f"/catalog/verifications/{one.receipt}/11").get_data(as_text=True)
    assert "清单第11行" in page
    assert "清单中的编号：12" in page


def test_the_same_people_hear_of_a_reinstatement(
    number: str, reviewer: Actor, approver: Actor, installer: Actor
) -> None:
    asked(number, installer)
    first = proposed(number, reviewer, RevocationKind.SUSPENSION)
    service.confirm(first, actor=approver, now=clock.now())
    assert standing(number) is Standing.SUSPENDED
    second = proposed(number, reviewer, RevocationKind.REINSTATEMENT, ground=None)
    service.confirm(second, actor=approver, now=clock.now())
    assert standing(number) is Standing.IN_FORCE
    assert {one.to_account_id for one in messages(first)} == {one.to_account_id for one in messages(second)}


def test_nothing_stays_when_telling_fails(
    number: str, reviewer: Actor, approver: Actor, installer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(number, installer)
    case = proposed(number, reviewer)
    before = service.db.session.scalar(select(func.count()).select_from(RegisterEntry))

    def breaks(*_args: object, **_more: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(announcing, "catch_up", breaks)
        with pytest.raises(RuntimeError):
            service.confirm(case, actor=approver, now=clock.now())
    session = service.db.session
    session.expire_all()
    again = queries.case_for(reviewer, case.id)
    assert again.state is RevocationState.PROPOSED
    assert messages(again) == []
    assert session.scalar(select(func.count()).select_from(RegisterEntry)) == before
    assert session.scalar(select(func.count()).select_from(Told)) == 0
    service.confirm(again, actor=approver, now=clock.now())
    assert len(messages(again)) == 2


def test_two_people_who_are_not_of_the_enterprise(
    number: str, maker: Enterprise, reviewer: Actor, approver: Actor
) -> None:
    own_reviewer = actor_of(an_account(Role.REVIEWER, enterprise=maker))
    own_approver = actor_of(an_account(Role.APPROVER, enterprise=maker))
    with pytest.raises(Forbidden):
        proposed(number, own_reviewer)
    with pytest.raises(Forbidden):
        proposed(number, approver)
    both = actor_of(an_account(Role.REVIEWER, Role.APPROVER))
    case = proposed(number, both)
    for wrong in (both, own_approver, reviewer):
        with pytest.raises(Forbidden):
            service.confirm(case, actor=wrong, now=clock.now())
    with pytest.raises(Forbidden):
        service.take_back(case, actor=reviewer, now=clock.now())
    assert standing(number) is Standing.IN_FORCE
    service.confirm(case, actor=approver, now=clock.now())


def test_what_a_proposal_must_say(number: str, reviewer: Actor) -> None:
    today = clock.today()
    for more, field in (
        ({"ground": None}, "ground"),
        ({"ground": "because"}, "ground"),
        ({"reason": ""}, "reason"),
        ({"effective_from": today + timedelta(days=1)}, "effective_from"),
        ({"effective_from": today - timedelta(days=1)}, "effective_from"),
        ({"kind": RevocationKind.CANCELLATION}, "kind"),
    ):
        with pytest.raises(Invalid) as refused:
            proposed(number, reviewer, **more)
        assert [one.field for one in refused.value.shortfalls] == [field]
    with pytest.raises(Conflict):
        proposed(number, reviewer, RevocationKind.REINSTATEMENT)
    proposed(number, reviewer)
    with pytest.raises(Conflict):
        proposed(number, reviewer)


def test_what_is_only_being_examined_stops_a_registration_and_does_not_end_it(
    number: str, approver: Actor, browser: Callable[..., FlaskClient]
) -> None:
    account = an_account(Role.REVIEWER)
    reviewer = actor_of(account)
    with pytest.raises(Invalid) as refused:
        proposed(number, reviewer, ground="under_examination")
    assert [(one.field, one.code) for one in refused.value.shortfalls] == [("ground", "choice")]
    assert "撤销登记" in refused.value.shortfalls[0].detail
    page = browser(account).get(f"/catalog/revocations/propose/{number}").text
    assert "有初步证据，正在核查（只能用于暂停登记）" in page
    case = proposed(number, reviewer, RevocationKind.SUSPENSION, ground="under_examination")
    case.kind = RevocationKind.REVOCATION  # proposed before the ground said what it supports
    service.db.session.commit()
    with pytest.raises(Invalid):
        service.confirm(case, actor=approver, now=clock.now())
    case.kind = RevocationKind.SUSPENSION
    service.db.session.commit()
    service.confirm(case, actor=approver, now=clock.now())
    assert standing(number) is Standing.SUSPENDED


def test_without_a_mandate_nothing_is_proposed_or_confirmed(
    number: str, mandate: Mandate, reviewer: Actor, approver: Actor
) -> None:
    case = proposed(number, reviewer)
    mandate.ended_on = clock.today() - timedelta(days=1)
    service.db.session.commit()
    with pytest.raises(NoMandate):
        service.confirm(case, actor=approver, now=clock.now())


def test_a_proposal_is_sent_back_with_a_reason_or_taken_back(number: str, reviewer: Actor, approver: Actor) -> None:
    case = proposed(number, reviewer)
    with pytest.raises(Invalid):
        service.reject(case, reason="", actor=approver, now=clock.now())
    service.reject(case, reason="复函不清楚", actor=approver, now=clock.now())
    assert case.state is RevocationState.REJECTED
    again = proposed(number, reviewer)
    service.take_back(again, actor=reviewer, now=clock.now())
    with pytest.raises(Conflict):
        service.confirm(again, actor=approver, now=clock.now())
    with pytest.raises(NotFound):
        queries.published(again.id)
    assert standing(number) is Standing.IN_FORCE


def test_a_registrant_gives_up_its_own_registration_alone(
    number: str, owner: Actor, installer: Actor, program: Any
) -> None:
    stranger = actor_of(a_registrant(an_enterprise()))
    asked(number, installer)
    with pytest.raises(Forbidden):
        service.cancel(number, reason="", actor=stranger, now=clock.now())
    case = service.cancel(number, reason="停产", actor=owner, now=clock.now())
    assert standing(number) is Standing.CANCELLED
    assert {one.to_account_id for one in messages(case)} == {owner.account_id, installer.account_id}


def test_who_was_told_is_counted_and_never_named(
    number: str, reviewer: Actor, approver: Actor, installer: Actor, client: FlaskClient
) -> None:
    asked(number, installer)
    case = proposed(number, reviewer)
    service.confirm(case, actor=approver, now=clock.now())
    assert counted(case) == (2, 0, 0, 0)
    outbox.deliver(clock.now())
    mine = next(one for one in messages(case) if one.to_account_id == installer.account_id)
    outbox.mark_read(mine, actor=installer, now=clock.now())
    assert counted(case) == (2, 2, 0, 1)
    shown = client.get(f"/catalog/revocations/{case.id}")
    assert shown.status_code == 200
    assert installer.name not in shown.text
    assert mine.to_address not in shown.text
    assert "出具机构的复函" not in shown.text
    told = client.get(f"/api/v1/catalog/revocations/{case.id}").get_json()["told"]
    by_channel = told.pop("by_channel")
    assert told == {"owed": 2, "told": 2, "unreached": 0, "acknowledged": 1}
    assert by_channel["account"] == told
    assert by_channel["mail"] == by_channel["webhook"] == dict.fromkeys(told, 0)


def test_the_feed_tells_entries_and_lapses_in_an_order_that_stays(
    number: str, reviewer: Actor, approver: Actor, client: FlaskClient
) -> None:
    now = clock.now()
    case = proposed(number, reviewer, RevocationKind.SUSPENSION)
    service.confirm(case, actor=approver, now=now)
    feed = client.get("/api/v1/catalog/revocations").get_json()
    assert [(one["position"], one["kind"], one["entry"]) for one in feed["items"]] == [(1, "suspended", case.entry)]
    assert feed["next_since"] == 1
    assert feed["items"][0]["revocation"] == case.id
    back = proposed(number, reviewer, RevocationKind.REINSTATEMENT, ground=None)
    service.confirm(back, actor=approver, now=now)
    later = now + timedelta(days=5 * 366)
    assert announcing.catch_up(later, lapses=True) == 1
    assert announcing.catch_up(later, lapses=True) == 0
    items = client.get("/api/v1/catalog/revocations?since=1").get_json()["items"]
    assert [(one["position"], one["kind"]) for one in items] == [(2, "reinstated"), (3, "lapsed")]
    assert items[1]["entry"] is None
    for beyond in (3, 4, feed["head"]["entry"] + 1000, 10**30):
        # Whoever took the entry of the head for a position would otherwise wait for ever, and miss what is next.
        end = client.get(f"/api/v1/catalog/revocations?since={beyond}").get_json()
        assert (end["items"], end["next_since"]) == ([], 3)
    assert client.get("/api/v1/catalog/revocations?since=x").status_code == 422


def test_an_empty_proposal_is_told_all_that_it_lacks_at_once(number: str, browser: Callable[..., FlaskClient]) -> None:
    desk, at = browser(an_account(Role.REVIEWER)), f"/catalog/revocations/propose/{number}"

    def lacking(**form: str) -> list[str]:
        page = desk.post(at, data={"ground": "", "reason": "", "effective_from": "", **form})
        assert page.status_code == 422
        return [name for name in ("kind", "ground", "reason", "effective_from") if f'id="f-{name}-error"' in page.text]

    assert lacking() == ["kind", "ground", "reason", "effective_from"]
    assert lacking(effective_from=clock.today().isoformat()) == ["kind", "ground", "reason"]
    assert lacking(kind="reinstatement") == ["reason", "effective_from"]
    assert lacking(kind="suspension", reason="查无此号") == ["ground", "effective_from"]


def test_a_watch_ends_with_its_day_and_on_request(number: str, installer: Actor, owner: Actor) -> None:
    now = clock.now()
    service.watch(number, actor=installer, now=now)
    service.watch(number, actor=installer, now=now)
    service.watch(number, actor=owner, now=now)
    assert queries.watched_by(installer).total == 1
    service.unwatch(number, actor=installer)
    assert queries.watched_by(installer).total == 0
    assert service.clear_watches(civil_date(now + timedelta(days=366))) == 0
    assert service.clear_watches(civil_date(now + timedelta(days=367))) == 1
    assert service.db.session.scalar(select(func.count()).select_from(Watch)) == 0
    with pytest.raises(Forbidden):
        service.watch(number, actor=NOBODY, now=now)


def test_by_the_pages_a_list_is_compliant_then_revoked_and_the_inbox_says_so(
    number: str, browser: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    buyer = an_account(Role.INSTALLER, enterprise=an_enterprise())
    receipt = asked(number, actor_of(buyer))
    desk, second = browser(an_account(Role.REVIEWER)), browser(an_account(Role.APPROVER))
    site = browser(buyer)
    at = f"/catalog/revocations/propose/{number}"
    assert site.get(at).status_code == 404
    assert client.get(at).status_code == 303
    assert number in desk.get(at).text
    form = {
        "kind": "revocation",
        "ground": "evidence_false",
        "reason": "检验报告查无此号",
        "effective_from": clock.today().isoformat(),
    }
    wrong = desk.post(at, data={**form, "ground": ""})
    assert wrong.status_code == 422
    assert "检验报告查无此号" in wrong.text
    made = desk.post(at, data=form)
    assert made.status_code == 303
    case = made.location
    assert desk.post(f"{case}/confirm").status_code == 403
    assert site.post(f"{case}/confirm").status_code == 404
    assert "2" in second.get(case).text
    assert second.post(f"{case}/confirm").status_code == 303
    assert second.post(f"{case}/confirm").status_code == 409
    assert second.get(case).status_code == 200
    assert number in client.get("/catalog/revocations").text
    assert number in client.get("/catalog/revocations?kind=revoked").text
    assert number not in client.get("/catalog/revocations?kind=lapsed").text
    assert "登记已撤销" in site.get("/association/outbox/").text
    assert "2行的现状与当时的答复不同" in client.get(f"/catalog/verifications/{receipt}").text
    assert "已撤销" in client.get(f"/catalog/register/{number}").text


def test_watching_by_the_pages(number: str, browser: Callable[..., FlaskClient]) -> None:
    site = browser(an_account(Role.INSTALLER))
    assert site.post("/catalog/revocations/watching", data={"number": number.lower()}).status_code == 303
    assert number in site.get("/catalog/revocations/watching").text
    for typed, sentence in (
        ("", "请填写此项"),
        ("nonsense", "没有这个登记编号"),
        (never_given(), "没有这个登记编号"),
        (mistyped(number), "的校验位不对"),
    ):
        wrong = site.post("/catalog/revocations/watching", data={"number": typed})
        assert wrong.status_code == 422
        assert sentence in wrong.text
        assert 'id="f-number"' in wrong.text
        assert f'value="{typed}"' in wrong.text
    assert site.post(f"/catalog/revocations/watching/{number}/end").status_code == 303
    assert number not in site.get("/catalog/revocations/watching").text


def test_a_registrant_cancels_by_the_pages(number: str, maker: Enterprise, browser: Callable[..., FlaskClient]) -> None:
    at = f"/catalog/revocations/cancel/{number}"
    other, own = browser(a_registrant(an_enterprise())), browser(a_registrant(maker))
    assert other.get(at).status_code == 404
    assert other.post(at, data={"sure": "yes"}).status_code == 404
    assert own.get(at).status_code == 200
    assert own.post(at, data={"reason": "停产"}).status_code == 422
    assert own.post(at, data={"reason": "停产", "sure": "yes"}).status_code == 303
    assert standing(number) is Standing.CANCELLED


def test_whoever_holds_a_receipt_reads_what_was_left_and_what_was_posted(
    number: str, reviewer: Actor, approver: Actor, client: FlaskClient, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WEBHOOKS_ANYWHERE", True)
    with a_receiver() as receiver:
        notify = {"email": "site@example.com", "webhook": receiver.url}
        lists = "/api/v1/catalog/verifications"
        mine = client.post(lists, json={"lines": [{"number": number}], "notify": notify}).get_json()["receipt"]
        second = {"lines": [{"model": "x", "name": "y"}, {"number": number}], "notify": {"webhook": receiver.url}}
        client.post(lists, json=second)
        other = client.post(lists, json={"lines": [{"number": number}]}).get_json()["receipt"]
        case = proposed(number, reviewer)
        service.confirm(case, actor=approver, now=clock.now())
        assert counted(case)[0] == 2  # the registrant and the program: the address has not said yes
        webhooks.deliver(clock.now())
        [got] = receiver.heard
        said = json.loads(got.body)
        assert (said["type"], said["number"], said["revocation"]) == ("registration.revoked", number, case.id)
        assert [one["lines"] for one in said["receipts"]] == [[1], [2]]
        assert said["receipts"][0]["receipt"] == mine
        told = client.get(f"/api/v1/catalog/revocations/receipts/{mine}").get_json()
        assert {(one["channel"], one["confirmed"]) for one in told["left"]} == {("mail", False), ("webhook", True)}
        assert [(one["state"], [each["status"] for each in one["tries"]]) for one in told["messages"]] == [
            ("delivered", [204])
        ]
        assert "s3cret" not in json.dumps(told)
        assert "site@" not in json.dumps(told)
        assert "204" in client.get(f"/catalog/revocations/receipts/{mine}").text
        stranger = client.get(f"/api/v1/catalog/revocations/receipts/{other}").get_json()
        assert (stranger["left"], stranger["messages"]) == ([], [])
        assert client.get("/api/v1/catalog/revocations/receipts/00000-00000-00000-00000-00000").status_code == 404


def test_whoever_leaves_a_program_for_a_registration_is_shown_the_page_that_logs_and_ends_it(
    number: str, reviewer: Actor, approver: Actor, client: FlaskClient, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WEBHOOKS_ANYWHERE", True)
    with a_receiver() as receiver:
        form = {"webhook": receiver.url}
        answer = client.post(f"/catalog/revocations/registrations/{number}", data=form)
        one = service.db.session.scalars(select(Subscription)).one()
        assert answer.location == subscriptions.address_of(one)
        shown = client.get(answer.location).text
        assert "请保存本页地址" in shown
        assert "还没有推送" in shown
        service.confirm(proposed(number, reviewer, RevocationKind.SUSPENSION), actor=approver, now=clock.now())
        webhooks.deliver(clock.now())
        [got] = receiver.heard
        shown = client.get(answer.location).text
        assert json.loads(got.body)["id"] in shown
        assert "204" in shown
        assert "s3cret" not in shown
        assert client.post(f"{answer.location}/end").status_code == 303
        assert client.get(answer.location).status_code == 404


def test_the_log_of_a_program_has_that_its_time_ends_and_that_a_registration_lapsed(
    number: str, client: FlaskClient
) -> None:
    url, now = "https://hooks.example.com/in", clock.now()
    asking = {"lines": [{"number": number}], "notify": {"webhook": url}}
    receipt = client.post("/api/v1/catalog/verifications", json=asking).get_json()["receipt"]
    followed = client.post(f"/catalog/revocations/registrations/{number}", data={"webhook": url}).location
    subscriptions.remind(now + timedelta(days=340))
    told = client.get(f"/api/v1/catalog/revocations/receipts/{receipt}").get_json()
    ends = service.db.session.scalars(select(Message).where(Message.to_url == url).order_by(Message.id)).all()
    assert [one["id"] for one in told["messages"]] == [message_id(ends[0].key)]
    assert message_id(ends[1].key) in client.get(followed).text
    last = service.db.session.scalars(select(StandingSpan.ends)).one()
    assert last is not None
    for one in service.db.session.scalars(select(Subscription)):
        one.until = last + timedelta(days=2)
    service.db.session.commit()
    announcing.catch_up(noon(last + timedelta(days=1)), lapses=True)
    assert client.get(followed).text.count("登记已失效") == 1


def test_a_program_that_came_with_a_list_is_told_which_page_ends_it(number: str, client: FlaskClient) -> None:
    notify = {"webhook": "https://hooks.example.com/in", "email": "site@example.com"}
    lists = "/api/v1/catalog/verifications"
    said = client.post(lists, json={"lines": [{"number": number}], "notify": notify}).get_json()["notify"]
    program = said["webhook"]["subscription"].removeprefix("http://localhost")
    assert "hooks.example.com" in client.get(program).text
    # What opens the page of a mail address is for the reader of its letter alone.
    assert said["email"] == {"left": True}


def test_every_message_to_a_program_names_the_page_that_ends_them(
    number: str, client: FlaskClient, reviewer: Actor, approver: Actor, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "BASE_URL", "https://register.example")
    hook = "https://hooks.example.com/in"
    subscriptions.leave(MessageChannel.WEBHOOK, hook, number=number, asker="", actor=NOBODY, now=clock.now())
    case = proposed(number, reviewer)
    service.confirm(case, actor=approver, now=clock.now())
    [told] = [json.loads(one.body) for one in messages(case) if one.to_url]
    page = told["subscription"].removeprefix("https://register.example")
    assert "hooks.example.com" in client.get(page).text


def test_another_receipt_s_address_cannot_be_ended_with_one_s_own(number: str, client: FlaskClient) -> None:
    lists, hook = "/api/v1/catalog/verifications", {"webhook": "https://hooks.example.com/in"}
    asking = {"lines": [{"number": number}], "notify": hook}
    mine, other = (client.post(lists, json=asking).get_json()["receipt"] for _two in range(2))
    left = service.db.session.scalars(select(Subscription).order_by(Subscription.id)).all()
    ids = [one.id for one in left]
    assert client.post(f"/catalog/revocations/receipts/{mine}/{ids[1]}/end").status_code == 404
    assert client.post(f"/catalog/revocations/receipts/{other}/{ids[1]}/end").status_code == 303
    assert service.db.session.scalars(select(Subscription.id)).all() == [ids[0]]


def test_a_receipt_takes_five_addresses_and_each_of_them_again(number: str, client: FlaskClient) -> None:
    made = client.post("/api/v1/catalog/verifications", json={"lines": [{"number": number}]})
    at = f"/catalog/revocations/receipts/{made.get_json()['receipt']}"
    for count in range(4):
        assert client.post(at, data={"webhook": f"https://hooks.example.com/{count}"}).status_code == 303
    both = {"email": "site@example.com", "webhook": "https://hooks.example.com/4"}
    refused = client.post(at, data=both)
    assert refused.status_code == 409
    assert "最多留5个地址" in refused.text
    # Nothing half: neither of the two, and no letter.
    assert service.db.session.query(Subscription).count() == 4
    assert service.db.session.query(Message).filter_by(to_address="site@example.com").count() == 0
    assert client.post(at, data={"webhook": "https://hooks.example.com/4"}).status_code == 303
    assert client.post(at, data={"webhook": "https://hooks.example.com/0"}).status_code == 303
    assert client.post(at, data={"webhook": "https://hooks.example.com/5"}).status_code == 409
    assert service.db.session.query(Subscription).count() == 5


def test_what_somebody_follows_goes_with_their_file(number: str, db: Any) -> None:
    account = an_account(Role.PRACTITIONER)
    actor = actor_of(account)
    person = persons.record_person("某人", an_identity(700), actor=OPERATOR, now=clock.now())
    account.person_id = person.id
    db.session.commit()
    service.watch(number, actor=actor, now=clock.now())
    service.follow_registration(
        number, email="", webhook="https://hooks.example.com/in", asker="", actor=actor, now=clock.now()
    )
    erasure.erase(person, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=OPERATOR, now=clock.now())
    assert db.session.scalar(select(func.count()).select_from(Watch)) == 0
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0


def test_one_who_is_erased_takes_nobody_else_s_message_along(
    number: str, reviewer: Actor, approver: Actor, installer: Actor, db: Any
) -> None:
    url, now = "https://hooks.example.com/firm", clock.now()
    account = an_account(Role.PRACTITIONER)
    person = persons.record_person("某人", an_identity(700), actor=OPERATOR, now=now)
    account.person_id = person.id
    db.session.commit()
    service.follow_registration(number, email="", webhook=url, asker="", actor=actor_of(account), now=now)
    lines = [AskedLine(Question(number=number))]
    verifications.verify(AskedList(lines, known=now, notify_webhook=url), actor=installer, now=now)
    case = proposed(number, reviewer)
    service.confirm(case, actor=approver, now=now)
    [owed] = [one for one in messages(case) if one.to_url]
    assert owed.to_account_id == account.id
    erasure.erase(person, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=OPERATOR, now=now)
    [still] = [one for one in messages(case) if one.to_url]
    assert (still.to_account_id, still.to_url, still.state) == (None, url, MessageState.OWED)
    assert [one.account_id for one in db.session.scalars(select(Subscription))] == [installer.account_id]


def test_two_who_leave_one_program_s_address_have_each_their_own_and_it_is_told_once(
    number: str, reviewer: Actor, approver: Actor, installer: Actor, db: Any
) -> None:
    url, now = "https://hooks.example.com/firm", clock.now()
    first = actor_of(an_account(Role.INSTALLER))
    for actor in (first, installer, first, NOBODY):
        service.follow_registration(number, email="", webhook=url, asker="", actor=actor, now=now)
    assert len(known.of_account(installer, today=clock.today())) == 1
    case = proposed(number, reviewer, RevocationKind.SUSPENSION)
    service.confirm(case, actor=approver, now=now)
    assert len([one for one in messages(case) if one.to_url]) == 1
    assert first.account_id is not None
    subscriptions.end_of_account(first.account_id)
    db.session.commit()
    left = [one.account_id for one in db.session.scalars(select(Subscription).order_by(Subscription.id))]
    assert left == [installer.account_id, None]


def test_who_follows_is_reminded_once_in_the_inbox_before_it_ends(number: str, installer: Actor) -> None:
    now = clock.now()
    service.watch(number, actor=installer, now=now)
    assert service.remind_watchers(now + timedelta(days=330)) == 0
    for days in (336, 337, 350):
        service.remind_watchers(now + timedelta(days=days))
    told = service.db.session.scalars(select(Message).where(Message.to_account_id == installer.account_id)).all()
    assert [one.subject for one in told] == ["关注即将到期"]
    service.watch(number, actor=installer, now=now + timedelta(days=350))
    assert service.remind_watchers(now + timedelta(days=360)) == 0
