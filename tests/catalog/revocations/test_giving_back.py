"""A reinstatement says how the registration stands after it, tells whoever was told before, and counts from the day of
the second person."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.kernel import clock
from association.kernel.actors import NOBODY, Actor, Role
from association.kernel.errors import Conflict
from association.vocabulary import MessageChannel
from catalog.revocations import objecting, queries, service
from catalog.revocations.models import Revocation
from catalog.subscriptions import service as subscriptions
from catalog.vocabulary import ObjectorKind, RevocationKind, Standing
from tests.builders import actor_of, an_account
from tests.catalog.revocations.conftest import asked, messages, proposed, standing

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


def test_the_letter_names_the_published_ground_and_what_it_rests_on(
    number: str, installer: Actor, client: FlaskClient, done: Callable[..., Revocation]
) -> None:
    asked(number, installer)
    case = done(SUSPENSION)
    [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
    assert "\n事由：" in letter.body
    assert "evidence_false" not in letter.body
    said = client.get(f"/api/v1/catalog/revocations/{case.id}").get_json()
    assert f"事由：{said['ground_name']}" in letter.body
    assert (said["ground"], said["standing"]) == ("evidence_false", "suspended")
