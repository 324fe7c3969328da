"""kill -9 while a revocation is confirmed and while its messages go out: all or nothing, and everybody exactly once.

Real processes confirm and deliver beside a mailbox of files and a program that receives; they are killed at random.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from association.kernel import clock
from association.kernel.actors import NOBODY, OPERATOR, Role
from association.kernel.db import db
from association.outbox import rules as outbox_rules
from association.outbox import service as outbox
from association.outbox.models import Message
from association.vocabulary import MessageChannel, MessageState
from association.webhooks import service as webhooks
from association.webhooks.rules import message_id
from catalog.categories import service as categories
from catalog.categories.catalogfile import OWN_COPY
from catalog.register.models import RegisterEntry
from catalog.revocations.models import Revocation, Told
from catalog.subscriptions import service as subscriptions
from catalog.verifications import service as verifications
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine, AskedList
from catalog.vocabulary import DecisionKind, EntryKind, RevocationState
from tests.association.operations.data import a_process, an_app
from tests.association.webhooks.receiver import Receiver, a_receiver
from tests.builders import a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_submitted, decided, reloaded
from tests.catalog.revocations.conftest import proposed

ANYWHERE = {"WEBHOOKS_ANYWHERE": "1", "BASE_URL": "https://register.example"}
CONFIRM = """
import sys
from association.enterprises import queries as people
from association.kernel import clock
from association.kernel.db import intend_to_write
from catalog.revocations import queries, service
from wsgi import create_app
with create_app().app_context():
    intend_to_write()
    actor = people.actor_of(int(sys.argv[2]), clock.now())
    case = queries.case_for(actor, int(sys.argv[1]))
    print("ready", flush=True)
    service.confirm(case, actor=actor, now=clock.now())
"""
WORKER = """
from association.web import serving
from wsgi import create_app
serving.SECONDS_BETWEEN_CHORES = 0
print("ready", flush=True)
create_app().test_cli_runner().invoke(args=["worker"])
"""


def a_recall(folder: Path, size: int, receiver: Receiver) -> tuple[int, int]:
    """A register with a registration on which ``size`` receipts rest, and a proposal to revoke it: case and approver."""
    with an_app(folder).app_context():
        now = clock.now()
        categories.load(OWN_COPY, actor=OPERATOR, now=now)
        a_mandate()
        firm, reviewer = an_enterprise(), actor_of(an_account(Role.REVIEWER))
        product = a_submitted(actor_of(a_registrant(firm)), firm, now=now)
        decided(product, DecisionKind.APPROVED, reviewer, now=now)
        number = str(reloaded(product).registration_number)
        for place in range(size):
            asked = AskedList([AskedLine(Question(number=number))], known=now)
            made = verifications.verify(asked, actor=NOBODY, now=now).verification
            left = subscriptions.leave(
                MessageChannel.MAIL,
                f"site{place}@example.com",
                verification_id=made.id,
                asker="",
                actor=NOBODY,
                now=now,
            )
            subscriptions.confirm(left, now=now)
            db.session.add(_webhook(left, f"{receiver.url}&place={place}"))
            db.session.commit()
        # Their questions are not what is counted here.
        db.session.query(Message).delete()
        case = proposed(number, reviewer)
        found = case.id, an_account(Role.APPROVER).id
        db.session.remove()
        db.engine.dispose()
    return found


def _webhook(like: subscriptions.Subscription, url: str) -> subscriptions.Subscription:
    made = {column.name: getattr(like, column.name) for column in like.__table__.columns if column.name != "id"}
    made |= {"channel": MessageChannel.WEBHOOK, "address": url, "code": f"w{like.id}", "code_hash": f"w{like.id}"}
    return subscriptions.Subscription(**made)


def kill_at_random(folder: Path, case: int, approver: int, times: int, chance: random.Random) -> None:
    for _time in range(times):
        processes = [a_process(folder, "-c", CONFIRM, str(case), str(approver), **ANYWHERE)]
        processes += [a_process(folder, "-c", WORKER, **ANYWHERE) for _two in range(2)]
        for one in processes:
            assert one.stdout is not None
            one.stdout.readline()
        # The moment of the kill is what is tested.
        time.sleep(chance.uniform(0.0, 0.8))
        for one in chance.sample(processes, len(processes)):
            one.kill()
            one.wait()


def insist_on_everybody_once(folder: Path, case: int, approver: int, size: int, receiver: Receiver) -> None:
    app = an_app(folder, migrated=False)
    app.config.update(WEBHOOKS_ANYWHERE=True, BASE_URL=ANYWHERE["BASE_URL"])
    with app.app_context():
        told = db.session.query(Told).count()
        found = db.session.get_one(Revocation, case)
        # All of it or nothing, whenever it was killed.
        assert (told > 0) == (found.state is RevocationState.CONFIRMED)
        assert db.session.query(RegisterEntry).filter_by(kind=EntryKind.REVOKED).count() == (1 if told else 0)
        db.session.remove()
    if not told:
        last = a_process(folder, "-c", CONFIRM, str(case), str(approver), **ANYWHERE)
        assert last.wait() == 0
    with app.app_context():
        later = clock.now() + timedelta(days=1)
        while outbox.deliver(later) + webhooks.deliver(later):
            later += timedelta(days=1)
        mine = db.session.query(Message).filter(Message.key.startswith(f"revocation:{case}:")).all()
        assert {one.state for one in mine} == {MessageState.DELIVERED}
        assert Counter(one.channel for one in mine) == {MessageChannel.MAIL: size + 1, MessageChannel.WEBHOOK: size}
        letters = {one for one in mine if one.channel is MessageChannel.MAIL}
        files = {path.name: path for path in (folder / "mail").glob("*.eml")}
        assert set(files) == {outbox_rules.file_name(one.id, one.key) for one in letters}
        to = Counter(message_from_bytes(path.read_bytes(), policy=policy.default)["To"] for path in files.values())
        assert set(to.values()) == {1}
        assert len(to) == size + 1
        # A program may hear twice, and knows it by the name; two things are never told under one name.
        heard = Counter((got.path, got.body) for got in receiver.heard)
        assert len(heard) == size
        assert {json.loads(body)["id"] for _path, body in heard} == {
            message_id(one.key) for one in mine if one.channel is MessageChannel.WEBHOOK
        }
        db.session.remove()
        db.engine.dispose()


def through_kills(folder: Path, size: int, kills: int, chance: random.Random) -> None:
    with a_receiver() as receiver:
        case, approver = a_recall(folder, size, receiver)
        kill_at_random(folder, case, approver, kills, chance)
        insist_on_everybody_once(folder, case, approver, size, receiver)


@pytest.mark.full
def test_through_a_few_kills_everybody_is_told_once(tmp_path: Path) -> None:
    through_kills(tmp_path / "data", 12, 2, random.Random())


@pytest.mark.soak
def test_through_many_kills_everybody_is_told_once(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    sys.stdout.write(f"SEED={seed}\n")
    through_kills(tmp_path / "data", int(os.environ.get("SOAK_SIZE") or 200), 12, random.Random(seed))
