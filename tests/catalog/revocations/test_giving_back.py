"""A reinstatement says how the registration stands after it, tells whoever was told before, and counts from the day of
the second person."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.accounts.models import Account
from association.kernel import clock
from association.kernel.actors import NOBODY, OPERATOR, Actor, Role
from association.kernel.dates import civil_date, noon
from association.kernel.db import transaction
from association.kernel.errors import Conflict
from association.kernel.i18n import show_date
from association.vocabulary import MessageChannel
from catalog.register import service as register
from catalog.revocations import announcing, objecting, queries, service
from catalog.revocations.models import Revocation
from catalog.subscriptions import service as subscriptions
from catalog.verifications import service as verifications
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine, AskedList
from catalog.vocabulary import EntryKind, ObjectorKind, RevocationKind, Standing
from tests.builders import actor_of, an_account
from tests.catalog.revocations.conftest import asked, messages, proposed, standing
from tests.catalog.small_register import SmallRegister, read

pytestmark = pytest.mark.usefixtures("national_catalog")
SUSPENSION, REVOCATION, REINSTATEMENT = (
    RevocationKind.SUSPENSION,
    RevocationKind.REVOCATION,
    RevocationKind.REINSTATEMENT,
)


@pytest.fixture
def done(number: str, reviewer: Actor, approver: Actor) -> Callable[..., Revocation]:
    """``done(kind)``: proposed by one, confirmed by another."""

    def by_two(kind: RevocationKind, **more: Any) -> Revocation:
        case = proposed(number, reviewer, kind, **more)
        service.confirm(case, actor=approver, now=clock.now())
        return case

    return by_two


def last_words(number: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["effective_from"]) for one in queries.feed(since=0, limit=100) if one["number"] == number]


def test_a_revocation_taken_back_leaves_the_suspension_and_every_message_says_so(
    number: str, installer: Actor, done: Callable[..., Revocation], app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WEBHOOKS_ANYWHERE", True)
    asked(number, installer)
    subscriptions.leave(
        MessageChannel.WEBHOOK, "http://127.0.0.1:9/", number=number, asker="", actor=NOBODY, now=clock.now()
    )
    done(SUSPENSION)
    done(REVOCATION)
    case = done(REINSTATEMENT)
    assert standing(number) is Standing.SUSPENDED
    [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
    assert "登记已恢复" not in letter.subject + letter.body
    assert letter.subject.startswith("撤销已取消，登记现为“暂停”")
    assert "撤销已取消，自始无效；登记现为“暂停”" in letter.body
    [program] = [json.loads(one.body) for one in messages(case) if one.to_url]
    assert (program["kind"], program["standing"]) == ("reinstated", "suspended")
    assert "/catalog/subscriptions/" in program["subscription"]
    # Whoever keeps the last word about a number holds what is so.
    assert [kind for kind, _day in last_words(number)] == ["suspended", "revoked", "reinstated", "suspended"]


def test_what_its_registrant_had_given_up_stays_given_up(
    number: str, owner: Actor, installer: Actor, done: Callable[..., Revocation]
) -> None:
    asked(number, installer)
    service.cancel(number, reason="", actor=owner, now=clock.now())
    done(REVOCATION)
    case = done(REINSTATEMENT)
    assert standing(number) is Standing.CANCELLED
    [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
    assert "登记现为“已注销”" in letter.subject
    assert last_words(number)[-1][0] == "cancelled"


def test_of_a_plain_reinstatement_it_is_said_that_the_registration_holds_again(
    number: str, installer: Actor, done: Callable[..., Revocation]
) -> None:
    asked(number, installer)
    done(SUSPENSION)
    case = done(REINSTATEMENT)
    [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
    assert letter.subject.startswith("登记已恢复")
    assert [kind for kind, _day in last_words(number)] == ["suspended", "reinstated"]


@pytest.mark.parametrize("kind", [SUSPENSION, REVOCATION])
def test_whoever_was_told_before_is_told_that_it_is_over_and_why_they_are_told(
    kind: RevocationKind, number: str, done: Callable[..., Revocation]
) -> None:
    watcher = actor_of(an_account(Role.INSTALLER))
    service.watch(number, actor=watcher, now=clock.now())
    done(kind)
    service.unwatch(number, actor=watcher)
    [letter] = [one for one in messages(done(REINSTATEMENT)) if one.to_account_id == watcher.account_id]
    assert "您收到此信，因为此前通知过您这项登记的暂停或撤销。" in letter.body


def test_the_page_of_what_was_lifted_says_so_and_takes_no_objections(
    number: str, client: FlaskClient, done: Callable[..., Revocation]
) -> None:
    first = done(SUSPENSION)
    page = client.get(f"/catalog/revocations/{first.id}").get_data(as_text=True)
    assert "提出异议" in page
    assert "此后已经解除" not in page
    done(REINSTATEMENT)
    page = client.get(f"/catalog/revocations/{first.id}").get_data(as_text=True)
    assert "此后已经解除" in page
    assert "/objections/new" not in page
    with pytest.raises(Conflict, match="已经解除"):
        objecting.file(
            service.db.session.get_one(Revocation, first.id),
            kind=ObjectorKind.RELIED,
            name="甲",
            email="a@example.com",
            statement="不同意",
            asker="",
            actor=NOBODY,
            now=clock.now(),
        )
    assert "这项决定已经解除" in client.get(f"/catalog/revocations/{first.id}/objections/new").get_data(as_text=True)


def test_the_newest_of_a_day_stands_first_in_the_public_list(number: str, done: Callable[..., Revocation]) -> None:
    for kind in (SUSPENSION, REINSTATEMENT, SUSPENSION):
        done(kind)
    assert [str(one.event.kind) for one in queries.public_list().items] == ["suspended", "reinstated", "suspended"]


def test_what_was_decided_last_stands_first_whatever_day_it_counts_from(
    small: SmallRegister, client: FlaskClient
) -> None:
    """A revocation of today that counts from the first day is news of today; a lapse, which nobody decides, stands at its
    own day, whenever the day's work first saw it."""
    today = civil_date(clock.now())
    small.add("SL-MW-900", first=date(2023, 2, 9), last=date(2026, 2, 8))
    with transaction():
        register.append(
            small.in_force, EntryKind.REVOKED, {}, effective_from=date(2026, 1, 5), mandate=small.mandate,
            actor=OPERATOR, now=clock.now(),
        )  # fmt: skip
    announcing.catch_up(clock.now(), lapses=True)
    shown = [(str(one.event.kind), one.event.effective_from) for one in queries.public_list().items]
    assert shown == [
        ("revoked", date(2026, 1, 5)),  # decided today
        ("lapsed", date(2026, 2, 9)),
        ("cancelled", date(2026, 2, 4)),
        ("suspended", date(2026, 2, 3)),
        ("revoked", date(2026, 2, 1)),
        ("lapsed", date(2023, 1, 1)),
    ]
    page = read(client, "/catalog/revocations?kind=revoked")
    first = page[page.index(small.in_force) :].split("</tr>")[0]
    assert first.index(show_date(today)) < first.index("2026年1月5日"), (
        "the day of the decision, then from when it counts"
    )
    lapsed = read(client, "/catalog/revocations?kind=lapsed")
    assert show_date(today) not in lapsed[lapsed.index("<tbody>") : lapsed.index("</tbody>")]


def test_the_receipt_says_that_it_stands_again_since_the_day_it_was_given_back(
    small: SmallRegister, client: FlaskClient
) -> None:
    """Delivered while it was suspended: "suspended from 3 February, in force today since January" would contradict itself."""
    line = AskedLine(Question(number=small.suspended), on=date(2026, 2, 10))
    then = noon(date(2026, 2, 20))
    made = verifications.verify(AskedList([line], known=then), actor=NOBODY, now=then).verification
    small.then(small.suspended, EntryKind.REINSTATED, date(2026, 3, 1))
    page = read(client, f"/catalog/verifications/{made.receipt}")
    assert "登记自2026年2月3日起暂停。" in page
    assert "自2026年3月1日起" in page
    assert "自2026年1月5日起" not in page
    said = client.get(f"/api/v1/catalog/verifications/{made.receipt}").get_json()["now"][0]
    assert said["verdict"] == "not_compliant"
    assert said["standing_now"] == {"standing": "in_force", "since": "2026-03-01"}
    shown = client.get(f"/api/v1/catalog/register/{small.suspended}").get_json()
    assert (shown["standing_since"], shown["valid_from"]) == ("2026-03-01", "2026-01-05")


def test_the_letter_names_the_published_ground_and_what_it_rests_on(
    number: str, installer: Actor, client: FlaskClient, done: Callable[..., Revocation]
) -> None:
    asked(number, installer)
    case = done(SUSPENSION)
    [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
    assert "\n事由：" in letter.body
    assert "evidence_false" not in letter.body
    said = client.get(f"/api/v1/catalog/revocations/{case.id}").get_json()
    assert f"事由：{said['ground_name']}。依据：{said['law']}\n" in letter.body
    assert (said["ground"], said["standing"]) == ("evidence_false", "suspended")


def test_a_case_says_how_the_registration_stood_after_it_and_how_it_stands_today(
    number: str, client: FlaskClient, done: Callable[..., Revocation]
) -> None:
    first = done(SUSPENSION)
    today = clock.today().isoformat()
    said = client.get(f"/api/v1/catalog/revocations/{first.id}").get_json()
    assert said["standing_now"] == {"standing": "suspended", "since": today}
    done(REINSTATEMENT)
    said = client.get(f"/api/v1/catalog/revocations/{first.id}").get_json()
    assert said["standing"] == "suspended"
    assert said["standing_now"] == {"standing": "in_force", "since": today}


@pytest.mark.parametrize("ground", ["evidence_false", "standard_not_met", "not_sold_in_city"])
def test_what_a_ground_rests_on_is_named_by_its_title_in_the_reader_s_language(
    ground: str, number: str, installer: Actor, client: FlaskClient, done: Callable[..., Revocation]
) -> None:
    """Neither a placeholder nor a bracket within a bracket: it stands in letters, on the page and in the JSON."""
    zh, en = {
        "evidence_false": ("协会拟定的登记规则方案，供讨论与修改", "The association’s draft rules of registration"),
        "standard_not_met": (
            "中华人民共和国标准化法第二十五条，主席令第78号（2017修订）",
            "Standardization Law of the People’s",
        ),
        "not_sold_in_city": (
            "石家庄市安全技术防范管理办法，石家庄市人民政府令第134号",
            "Shijiazhuang Measures for the Admin",
        ),
    }[ground]
    asked(number, installer)
    case = done(REVOCATION, ground=ground)
    [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
    assert f"。依据：{zh}\n" in letter.body
    for language, law in (("zh", zh), ("en", en)):
        spoken = {"Accept-Language": language}
        assert law in client.get(f"/catalog/revocations/{case.id}", headers=spoken).text
        said = client.get(f"/api/v1/catalog/revocations/{case.id}", headers=spoken).get_json()["law"]
        assert said.startswith(law)
        assert "（方案）" not in said
    installer_account = service.db.session.get_one(Account, installer.account_id)
    installer_account.language = "en"
    service.db.session.commit()
    done(REINSTATEMENT)
    again = done(REVOCATION, ground=ground)
    [letter] = [one for one in messages(again) if one.to_account_id == installer.account_id]
    assert f"Basis: {en}" in letter.body
    assert "（" not in letter.body.split("Basis: ")[1].splitlines()[0]
