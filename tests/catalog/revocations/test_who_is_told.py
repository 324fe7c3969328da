"""Whoever relies on a registration is told once, in their language, with a way out; also while a list is being judged."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from association.accounts.models import Account
from association.enterprises.models import Membership
from association.kernel import clock
from association.kernel.actors import NOBODY, Actor, Role
from association.kernel.db import db
from association.kernel.i18n import speaking
from association.outbox.models import Message
from association.vocabulary import MessageChannel
from catalog.revocations import service
from catalog.revocations.models import Revocation, Watch
from catalog.subscriptions import service as subscriptions
from catalog.verifications import kept
from catalog.verifications import service as verifications
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine, AskedList
from catalog.vocabulary import RevocationKind, Verdict
from tests.builders import actor_of, an_account, an_enterprise
from tests.catalog.revocations.conftest import asked, messages, proposed

pytestmark = pytest.mark.usefixtures("national_catalog")


@pytest.fixture
def suspended(number: str, reviewer: Actor, approver: Actor) -> Callable[[], Revocation]:
    """``suspended()``: proposed by one, confirmed by another."""

    def by_two() -> Revocation:
        case = proposed(number, reviewer, RevocationKind.SUSPENSION)
        service.confirm(case, actor=approver, now=clock.now())
        return case

    return by_two


def left_by_mail(address: str, number: str) -> None:
    left = subscriptions.leave(MessageChannel.MAIL, address, number=number, asker="", actor=NOBODY, now=clock.now())
    subscriptions.confirm(left, now=clock.now())


def test_what_was_asked_for_a_firm_is_told_to_who_acts_for_it_today(
    number: str, suspended: Callable[[], Revocation]
) -> None:
    firm = an_enterprise()
    gone, here = an_account(Role.INSTALLER, enterprise=firm), an_account(Role.INSTALLER, enterprise=firm)
    receipt = asked(number, actor_of(gone))
    db.session.scalars(select(Membership).where(Membership.account_id == gone.id)).one().ends = (
        clock.today() - timedelta(days=1)
    )
    db.session.commit()
    told = messages(suspended())
    assert gone.id not in {one.to_account_id for one in told}
    [letter] = [one for one in told if one.to_account_id == here.id]
    assert receipt in letter.body


def test_where_nobody_acts_for_the_firm_any_more_whoever_asked_is_told(
    number: str, suspended: Callable[[], Revocation]
) -> None:
    alone = an_account(Role.INSTALLER, enterprise=an_enterprise())
    asked(number, actor_of(alone))
    db.session.scalars(select(Membership).where(Membership.account_id == alone.id)).one().ends = (
        clock.today() - timedelta(days=1)
    )
    db.session.commit()
    assert alone.id in {one.to_account_id for one in messages(suspended())}


def test_a_colleague_who_left_their_address_too_gets_one_letter(
    number: str, suspended: Callable[[], Revocation]
) -> None:
    firm = an_enterprise()
    closed, here = an_account(Role.INSTALLER, enterprise=firm), an_account(Role.INSTALLER, enterprise=firm)
    asked(number, actor_of(closed))
    closed.active = False
    db.session.commit()
    left_by_mail(here.email, number)
    told = [one for one in messages(suspended()) if one.to_address == here.email]
    assert len(told) == 1


def test_what_an_account_s_holder_left_besides_can_be_ended_from_the_letter(
    number: str, installer: Actor, suspended: Callable[[], Revocation]
) -> None:
    asked(number, installer)
    address = db.session.get_one(Account, installer.account_id).email
    left_by_mail(address, number)
    [letter] = [one for one in messages(suspended()) if one.to_account_id == installer.account_id]
    assert "可以在这里取消" in letter.body
    assert "/catalog/subscriptions/" in letter.body


def test_people_are_written_to_in_their_own_language(
    number: str, installer: Actor, owner: Actor, suspended: Callable[[], Revocation]
) -> None:
    for actor in (installer, owner):
        db.session.get_one(Account, actor.account_id).language = "en"
    db.session.commit()
    asked(number, installer)
    with speaking("en"):
        left_by_mail("stranger@example.org", number)
    told = {one.to_account_id: one for one in messages(suspended())}
    for account_id in (installer.account_id, owner.account_id, None):
        letter = told[account_id]
        assert "suspended" in letter.subject.lower()
        assert letter.language == "en", "so the line that leads to the platform is English too"
    question = db.session.scalars(select(Message).where(Message.to_address == "stranger@example.org")).first()
    assert question is not None
    assert question.language == "en"


def test_who_watches_is_reminded_by_letter_in_their_language(number: str, installer: Actor) -> None:
    account = db.session.get_one(Account, installer.account_id)
    account.language = "en"
    service.watch(number, actor=installer, now=clock.now())
    until = db.session.scalars(select(Watch)).one().until
    later = clock.now() + (until - clock.today())
    assert service.remind_watchers(later) == 1
    letter = db.session.scalars(select(Message).where(Message.key.startswith("watching:"))).one()
    assert letter.to_address == account.email
    assert "end" in letter.subject.lower()


def test_a_list_judged_while_a_registration_is_taken_away_is_judged_again(
    number: str, installer: Actor, suspended: Callable[[], Revocation]
) -> None:
    now = clock.now()
    judged = verifications.judge(AskedList([AskedLine(Question(number=number))], known=now), now=now)
    assert [one.verdict for one in judged.outcomes] == [Verdict.COMPLIANT]
    case = suspended()
    made = verifications.keep(judged, actor=installer, now=now)
    assert made.verification.summary["not_compliant"] == 1
    assert b'"verdict":"not_compliant"' in made.answers[0]
    assert made.verification.head_entry == case.entry
    assert kept.relied_on(number) == []


def test_what_was_asked_as_known_before_stays_as_it_was_known(
    number: str, installer: Actor, suspended: Callable[[], Revocation]
) -> None:
    now = clock.now() + timedelta(minutes=1)
    asked_of_the_past = AskedList([AskedLine(Question(number=number))], known=now - timedelta(minutes=1))
    judged = verifications.judge(asked_of_the_past, now=now)
    suspended()
    made = verifications.keep(judged, actor=installer, now=now)
    assert made.verification.summary["compliant"] == 1
