"""Reminders of certificates that end: whom, when, in which words, once."""

import os
import random
import sys
import time
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import noon
from association.outbox.models import Message
from association.persons import erasure, holdings
from association.persons import service as persons
from association.vocabulary import ConsentPurpose, ErasureGround
from tests.builders import TODAY, actor_of, an_account, an_enterprise
from tests.counting import counted
from tests.training.builders import a_course, a_person, a_practitioner, the_desk
from tests.training.certificates.builders import Passed, a_certificate, a_finished_class, took_part
from tests.training.certificates.years import Life
from training.certificates import holding, queries, reminders, rules, service
from training.certificates.models import Certificate, CertificateReminder
from training.vocabulary import CertificateGround

TOLD = (ConsentPurpose.TRAINING, ConsentPurpose.REMINDERS, ConsentPurpose.EMPLOYER)
DAY = timedelta(days=1)


def run(day: date) -> int:
    return reminders.remind(day, noon(day))


def before(one: Certificate, days: int) -> date:
    assert one.valid_until is not None
    return one.valid_until - timedelta(days=days)


def letters(db: Any, what: str = "") -> list[str]:
    return [one.key for one in db.session.query(Message).order_by(Message.id) if ":end" in one.key and what in one.key]


def a_holder(**more: Any) -> Any:
    person = a_person("王小明", agrees=TOLD, now=noon(TODAY - 20 * DAY), **more)
    return person, a_practitioner(person)


@pytest.mark.parametrize(
    ("left", "due"), [(91, None), (90, 90), (61, 90), (60, 60), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_nearest_reminder_reached_is_due_and_no_other(left, due):
    assert rules.reminder_due(left, (90, 60, 30, 7)) == due


def test_the_days_before_the_end_are_the_association_s_own_and_dated():
    rule = queries.reminder_rule(TODAY)
    assert rule is not None
    assert rule.days == (90, 60, 30, 7)
    assert "协会自定" in rule.source


def test_a_holder_hears_at_ninety_sixty_thirty_and_seven_days_and_at_no_other(db):
    person, account = a_holder()
    one = a_certificate(person)
    heard = [left for left in range(95, -3, -1) if run(before(one, left))]
    assert heard == [90, 60, 30, 7]
    message = db.session.query(Message).filter_by(key=f"certificate:{one.id}:ends:7").one()
    assert (message.to_account_id, message.to_address) == (account.id, account.email)
    assert one.number in message.body
    assert "还有7天" in message.body


def test_twice_on_one_day_tells_once_and_days_that_were_missed_are_made_good_by_one_reminder(db):
    person, _account = a_holder()
    one = a_certificate(person)
    assert [run(before(one, 25)), run(before(one, 25)), run(before(one, 24))] == [1, 0, 0]
    assert letters(db) == [f"certificate:{one.id}:ends:30"]
    assert "还有25天" in db.session.query(Message).filter_by(key=letters(db)[0]).one().body


def test_a_day_s_work_done_late_tells_what_is_due_today_not_what_was_due_then(db):
    person, _account = a_holder()
    one = a_certificate(person)
    assert reminders.remind(before(one, 90), noon(before(one, 29))) == 1
    assert letters(db) == [f"certificate:{one.id}:ends:30"]


def test_nobody_is_told_who_did_not_agree_or_agrees_no_more(db):
    person, _account = a_holder()
    one = a_certificate(person)
    stranger = a_person("李四", now=noon(TODAY - 20 * DAY))
    a_practitioner(stranger)
    a_certificate(stranger)
    assert run(before(one, 90)) == 1
    persons.withdraw_consent(person, ConsentPurpose.REMINDERS, actor=OPERATOR, now=noon(before(one, 61)))
    assert run(before(one, 60)) == 0


def test_who_renewed_hears_no_more_of_the_old_one(db):
    person, _account = a_holder()
    course = a_course()
    one = a_certificate(person, course=course)
    new = a_certificate(person, course=course, on=before(one, 80))
    assert new.renews_id == one.id
    assert run(before(one, 60)) == 0
    # The renewal is withdrawn: the old one still ends, and nothing follows it.
    case = service.propose_withdrawal(
        new,
        ground=CertificateGround.ISSUED_IN_ERROR,
        note="误发",
        effective_from=before(one, 50),
        actor=the_desk(noon(before(one, 50))),
        now=noon(before(one, 50)),
    )
    service.confirm_withdrawal(case, actor=actor_of(an_account(Role.APPROVER)), now=noon(before(one, 50)))
    assert run(before(one, 49)) == 1


def test_a_suspended_certificate_is_silent_and_made_good_when_it_counts_again(db):
    person, _account = a_holder()
    one = a_certificate(person)
    service.suspend(
        one,
        ground=CertificateGround.UNDER_REVIEW,
        note="核查",
        effective_from=before(one, 70),
        actor=OPERATOR,
        now=noon(before(one, 70)),
    )
    assert run(before(one, 60)) == 0
    service.reinstate(one, note="无误", effective_from=before(one, 40), actor=OPERATOR, now=noon(before(one, 40)))
    assert run(before(one, 39)) == 1
    assert letters(db) == [f"certificate:{one.id}:ends:60"]


def test_a_new_certificate_after_a_change_of_name_repeats_nothing(db):
    person, _account = a_holder()
    one = a_certificate(person)
    assert run(before(one, 30)) == 1
    persons.correct(person, name="王晓明", actor=OPERATOR, now=noon(before(one, 29)))
    new = service.replace_after_name_change(one, actor=OPERATOR, now=noon(before(one, 29)))
    assert run(before(one, 28)) == 0
    assert run(before(one, 7)) == 1
    assert letters(db)[-1] == f"certificate:{new.id}:ends:7"


def test_an_enterprise_gets_one_letter_a_day_that_names_its_people_in_each_reader_s_language(db):
    firm, other = an_enterprise(), an_enterprise()
    reader, second = (an_account(Role.INSTALLER, enterprise=firm) for _two in range(2))
    an_account(Role.INSTALLER, enterprise=other)
    second.language = "en"
    db.session.commit()
    of = a_finished_class()
    people = [a_person(name, agrees=TOLD, enterprise=firm, now=noon(TODAY - 20 * DAY)) for name in ("赵一", "钱二")]
    people.append(a_person("孙三", agrees=TOLD[:2], enterprise=firm, now=noon(TODAY - 20 * DAY)))
    rows = [took_part(of, person) for person in people]
    issued = service.issue(
        of, [row.id for row in rows], {one.id: Passed() for one in people}, actor=OPERATOR, now=noon(TODAY)
    )
    assert run(before(issued[0], 90)) == 2
    zh, en = db.session.query(Message).order_by(Message.to_account_id).all()[-2:]
    assert (zh.to_account_id, en.to_account_id) == (reader.id, second.id)
    assert "赵一" in zh.body
    assert "钱二" in zh.body
    assert "孙三" not in zh.body
    assert zh.subject == "本企业人员的2份培训证书即将到期"
    assert en.subject == "Training certificates of your people that end soon: 2"
    # What is due after the day's letter waits for tomorrow's.
    persons.give_consent(
        people[2], ConsentPurpose.EMPLOYER, on_paper=True, actor=OPERATOR, now=noon(before(issued[0], 90))
    )
    assert [run(before(issued[0], 90)), run(before(issued[0], 89))] == [0, 1]
    # A consent that was withdrawn counts from the next run on.
    persons.withdraw_consent(people[0], ConsentPurpose.EMPLOYER, actor=OPERATOR, now=noon(before(issued[0], 61)))
    assert run(before(issued[0], 60)) == 2


def test_erasure_takes_the_reminders_and_a_copy_of_the_data_names_them(db):
    person, _account = a_holder()
    one = a_certificate(person)
    run(before(one, 90))
    sections = {section.title: section.rows for section in holding.HOLDING.take(person)}
    assert [tuple(row)[:3] for row in sections["到期提醒"]] == [(one.number, 90, "本人")]
    erased = {"ground": ErasureGround.REQUEST, "holdings": holdings.everywhere()}
    erasure.erase(person, **erased, actor=OPERATOR, now=noon(before(one, 89)))
    assert db.session.query(CertificateReminder).count() == 0
    assert run(before(one, 60)) == 0


# -- five years ----------------------------------------------------------------------------------------------


def live(db: Any, life: Life, days: int, chance: random.Random, *, most: int, missed: float = 0.03) -> int:
    """Live so many days: things happen, runs are missed, repeated, begun anew; returns how many runs there were."""
    day, skip, runs = life.begins, 0, 0
    for _number in range(days):
        life.happen(day)
        skip = skip - 1 if skip else (chance.randrange(1, 40) if chance.random() < 0.01 else 0)
        if not skip and chance.random() >= missed:
            for _time in range(1 + (chance.random() < 0.05)):
                life.expect(day)
                with counted() as seen:
                    run(day)
                assert len(seen) <= most, len(seen)
                runs += 1
            if chance.random() < 0.1:
                db.session.remove()
        day += DAY
    return runs


def insist_on_once(db: Any, life: Life) -> None:
    found = life.found()
    # Copies that a replacement inherits are no reminders of their own.
    assert set(found) == set(life.log)
    said = db.session.query(Message).filter(Message.key.contains(":end")).all()
    assert len({one.key for one in said}) == len(said)
    holders = [one for one in said if one.key.startswith("certificate:")]
    assert len(holders) == sum(1 for one in life.log if one[2] is None)
    firms = Counter((firm, told) for _root, _days, firm, told in life.log if firm is not None)
    digests = [one for one in said if one.key.startswith("certificates:")]
    assert len(digests) == len(firms)
    for one in digests:
        _a, _b, told, _c, firm, *_rest = one.key.split(":")
        named = one.body.count("T-")
        assert named == min(firms[int(firm), date.fromisoformat(told)], reminders.NAMED)


def test_five_years_of_many_people_with_missed_and_repeated_days(db):
    chance = random.Random(20261128)
    life = Life(120, date(2027, 1, 1), chance)
    # Four days in five are missed here, so that it is quick; hardly any in the long one.
    live(db, life, 5 * 365, chance, most=12, missed=0.8)
    assert len(life.log) > 500
    insist_on_once(db, life)


@pytest.mark.soak
def test_five_years_of_twenty_thousand_people(db):
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    size = int(os.environ.get("SOAK_SIZE") or 20_000)
    sys.stdout.write(f"SEED={seed} SOAK_SIZE={size}\n")
    chance, began = random.Random(seed), time.monotonic()
    life = Life(size, date(2027, 1, 1), chance)
    runs = live(db, life, 5 * 365, chance, most=60)
    insist_on_once(db, life)
    sys.stdout.write(f"{runs} runs, {len(life.log)} reminders, {time.monotonic() - began:.0f} s\n")
