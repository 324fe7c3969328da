"""What the tests of revocations share: the people, a registration, a list that relies on it."""

from typing import Any

import pytest
from sqlalchemy import select

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import Actor, Role
from association.mandates.models import Mandate
from association.outbox.models import Message
from association.vocabulary import MessageChannel
from catalog.register import queries as register
from catalog.register.rules import standing_at
from catalog.revocations import service
from catalog.revocations.models import Revocation
from catalog.subscriptions import service as subscriptions
from catalog.verifications import service as verifications
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine, AskedList
from catalog.vocabulary import DecisionKind, RevocationKind, Standing
from tests.builders import a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_submitted, decided, reloaded
from tests.catalog.small_register import small

__all__ = ["small"]


@pytest.fixture
def mandate(db: Any) -> Mandate:
    return a_mandate()


@pytest.fixture
def maker(db: Any) -> Enterprise:
    return an_enterprise()


@pytest.fixture
def owner(maker: Enterprise) -> Actor:
    return actor_of(a_registrant(maker))


@pytest.fixture
def reviewer(db: Any) -> Actor:
    return actor_of(an_account(Role.REVIEWER))


@pytest.fixture
def approver(db: Any) -> Actor:
    return actor_of(an_account(Role.APPROVER))


@pytest.fixture
def installer(db: Any) -> Actor:
    return actor_of(an_account(Role.INSTALLER, enterprise=an_enterprise()))


@pytest.fixture
def number(mandate: Mandate, maker: Enterprise, owner: Actor, reviewer: Actor) -> str:
    product = a_submitted(owner, maker, now=clock.now())
    decided(product, DecisionKind.APPROVED, reviewer, now=clock.now())
    found = reloaded(product).registration_number
    assert found is not None
    return found


def proposed(number: str, actor: Actor, kind: RevocationKind = RevocationKind.REVOCATION, **more: Any) -> Revocation:
    what: dict[str, Any] = {
        "ground": "evidence_false",
        "reason": "检验报告查无此号",
        "evidence": "出具机构的复函",
        "effective_from": clock.today(),
        **more,
    }
    return service.propose(number, kind, **what, actor=actor, now=clock.now())


def asked(number: str, actor: Actor, email: str = "") -> str:
    lines = [AskedLine(Question(number=number)), AskedLine(Question(number=number))]
    made = verifications.verify(AskedList(lines, known=clock.now()), actor=actor, now=clock.now()).verification
    if email:
        left = subscriptions.leave(
            MessageChannel.MAIL, email, verification_id=made.id, asker="", actor=actor, now=clock.now()
        )
        subscriptions.confirm(left, now=clock.now())
    return made.receipt


def messages(case: Revocation) -> list[Message]:
    found = select(Message).where(Message.key.startswith(f"revocation:{case.id}:")).order_by(Message.key)
    return list(service.db.session.scalars(found))


def standing(number: str) -> Standing:
    return standing_at(register.registration_to_show(number, known=clock.now()).entries, clock.today()).standing
