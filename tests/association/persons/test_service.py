"""Persons: found again by their number, checked at the counter, agreeing purpose by purpose, counted for one enterprise."""

from datetime import date, timedelta

import pytest

from association.kernel.actors import OPERATOR, Role
from association.kernel.db import db
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from association.ledger.queries import lines_about
from association.persons import queries, rules, sealed, service
from association.persons.models import Person
from association.persons.vault import Vault, WrongKey, vault
from association.vocabulary import ConsentPurpose, ReadingReason
from tests.builders import NOW, TODAY, a_registrant, actor_of, an_account, an_enterprise, picture_bytes
from tests.training.builders import a_person, a_practitioner, an_identity, the_desk

pytestmark = pytest.mark.usefixtures("db")


def faults(refused) -> dict[str, str]:
    return {one.field: one.code for one in refused.value.shortfalls}


def test_a_number_is_stored_sealed_and_found_in_any_spelling():
    number = an_identity(77)
    person = a_person("欧阳·娜娜", identity=f" {number.lower()} ")
    row = db.session.connection().exec_driver_sql("SELECT * FROM person").one()
    assert not any(number in str(cell) or number[:14] in str(cell) for cell in row)
    assert person.identity_tail == number[-4:]
    assert queries.by_identity(f"{number[:6]} {number[6:14]} {number[14:]}") is person
    assert vault().open_number(person.identity_sealed) == number


def test_the_same_number_is_taken_once():
    number = an_identity()
    a_person(identity=number)
    with pytest.raises(Invalid) as refused:
        a_person("另一人", identity=number)
    assert faults(refused) == {"identity": "identity_taken"}


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(Invalid) as refused:
        service.record_person("  ", "123", phone="没有", actor=the_desk(), now=NOW)
    assert faults(refused) == {"name": "blank", "identity": "identity_length", "phone": "phone"}


def test_a_seal_of_another_key_is_told():
    sealed = Vault("one secret, long enough to be taken").seal_number("11010519491231002X")
    with pytest.raises(WrongKey, match="SECRET_KEY"):
        Vault("another secret, long enough to be taken").open_number(sealed)


def test_when_the_key_changes_everything_is_sealed_anew_and_found_again():
    number, old = an_identity(), "the secret that was in use before this one"
    person = a_person(identity=number)
    person.identity_sealed, person.identity_hash = Vault(old).seal_number(number), Vault(old).hash_number(number)
    db.session.commit()
    other = a_person()
    assert queries.by_identity(number) is None
    assert sealed.renew_keys(old, actor=OPERATOR, now=NOW) == 1
    assert queries.by_identity(number) is person
    assert sealed.renew_keys(old, actor=OPERATOR, now=NOW) == 0
    assert vault().open_number(other.identity_sealed)


def test_the_ledger_holds_commitments_that_open_and_no_names():
    number = an_identity()
    person = a_person("王小明明", identity=number)
    lines = lines_about(f"person:{person.id}")
    [recorded] = [line for line in lines if line.action == "person.recorded"]
    committed = recorded.facts["commitment"]
    assert rules.opens(committed, person.salt, {"name": "王小明明", "identity": number})
    assert not rules.opens(committed, person.salt, {"name": "王小明", "identity": number})
    assert not rules.opens(committed, "", {"name": "王小明明", "identity": number})
    assert "王小明明" not in str([(line.facts, line.actor_name) for line in lines])


def test_what_a_practitioner_does_is_recorded_without_the_name():
    account = a_practitioner(name="赵钱孙李")
    person = queries.person(account.person_id)
    service.correct(person, phone="0311-0000000", actor=actor_of(account), now=NOW)
    line = lines_about(f"person:{person.id}")[-1]
    assert (line.action, line.actor_id, line.actor_name) == ("person.corrected", account.id, "practitioner")


def test_consents_are_given_and_withdrawn_purpose_by_purpose_with_their_version():
    account = a_practitioner(a_person(agrees=()))
    person, actor = queries.person(account.person_id), actor_of(account)
    given = service.give_consent(person, ConsentPurpose.TRAINING, actor=actor, now=NOW)
    assert (given.notice_version, given.on_paper) == (1, False)
    assert service.give_consent(person, ConsentPurpose.TRAINING, actor=actor, now=NOW) is given
    assert queries.consents_in_force([person.id]) == {person.id: {ConsentPurpose.TRAINING}}
    service.withdraw_consent(person, ConsentPurpose.TRAINING, actor=actor, now=NOW)
    assert not queries.agrees(person, ConsentPurpose.TRAINING)
    assert [one.withdrawn_at for one in queries.consents_of(person)] == [NOW]
    with pytest.raises(Conflict):
        service.withdraw_consent(person, ConsentPurpose.TRAINING, actor=actor, now=NOW)


def test_every_purpose_has_a_notice_in_both_languages():
    current = rules.current_notices(queries.notices(), TODAY)
    assert current.keys() == {purpose.value for purpose in ConsentPurpose}
    assert all(one.text_zh and one.text_en and one.title_zh and one.title_en for one in current.values())
    assert rules.current_notices(queries.notices(), date(2025, 12, 31)) == {}


def test_one_person_counts_for_one_enterprise_at_a_time():
    person, desk = a_person(), the_desk()
    first, second = an_enterprise(), an_enterprise()
    service.employ(person, first.id, begins=date(2024, 1, 1), actor=desk, now=NOW)
    service.employ(person, second.id, begins=date(2025, 7, 1), actor=desk, now=NOW)
    held = [(one.enterprise_id, one.begins, one.ends) for one in queries.employments_of(person)]
    assert held == [(second.id, date(2025, 7, 1), None), (first.id, date(2024, 1, 1), date(2025, 6, 30))]
    with pytest.raises(Invalid) as refused:
        service.employ(person, first.id, begins=date(2023, 1, 1), ends=date(2024, 5, 1), actor=desk, now=NOW)
    assert faults(refused) == {"begins": "overlaps"}
    assert queries.employment_on([person.id], date(2024, 3, 1)) == {person.id: first.id}


def test_an_enterprise_sees_its_own_people_only_and_only_with_consent():
    ours, theirs = an_enterprise(), an_enterprise()
    agreeing = a_person(enterprise=ours, agrees=(ConsentPurpose.TRAINING, ConsentPurpose.EMPLOYER))
    silent = a_person(enterprise=ours)
    us, them = actor_of(a_registrant(ours)), actor_of(a_registrant(theirs))
    assert queries.person_for(us, agreeing.id, today=TODAY) is agreeing
    assert list(queries.own_people(us, today=TODAY).items) == [agreeing]
    for actor, person in ((us, silent), (them, agreeing), (them, silent)):
        with pytest.raises(NotFound):
            queries.person_for(actor, person.id, today=TODAY)
    assert queries.own_people(them, today=TODAY).total == 0
    service.withdraw_consent(agreeing, ConsentPurpose.EMPLOYER, actor=the_desk(), now=NOW)
    with pytest.raises(NotFound):
        queries.person_for(us, agreeing.id, today=TODAY)


def test_who_left_is_seen_no_more():
    ours = an_enterprise()
    person = a_person(enterprise=ours, agrees=(ConsentPurpose.EMPLOYER,))
    us = a_registrant(ours)
    [employment] = queries.employments_of(person)
    service.end_employment(employment, person, last_day=TODAY - timedelta(days=1), actor=actor_of(us), now=NOW)
    with pytest.raises(NotFound):
        queries.person_for(actor_of(us), person.id, today=TODAY)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.TRAINING_STAFF, Role.SECRETARIAT)])
def test_nobody_else_knows_of_a_person(role):
    person = a_person()
    with pytest.raises(NotFound):
        queries.person_for(actor_of(an_account(role)), person.id, today=TODAY)
    with pytest.raises(Forbidden):
        service.record_person("某人", an_identity(), actor=actor_of(an_account(role)), now=NOW)


def test_another_practitioner_neither_sees_nor_corrects():
    person, stranger = a_person(), a_practitioner()
    with pytest.raises(NotFound):
        queries.person_for(actor_of(stranger), person.id, today=TODAY)
    with pytest.raises(Forbidden):
        service.correct(person, name="改名", actor=actor_of(stranger), now=NOW)


def test_the_card_is_looked_at_by_the_desk_and_a_corrected_name_asks_for_it_again():
    account = a_practitioner()
    person, desk = queries.person(account.person_id), the_desk()
    with pytest.raises(Forbidden):
        service.check_card(person, actor=actor_of(account), now=NOW)
    service.check_card(person, actor=desk, now=NOW)
    assert (person.checked_at, person.checked_by) == (NOW, desk.account_id)
    with pytest.raises(Conflict) as refused:
        service.correct(person, name="换个名字", actor=actor_of(account), now=NOW)
    assert refused.value.code == "checked_already"
    service.correct(person, phone="0311-1234567", actor=actor_of(account), now=NOW)
    assert person.checked_at == NOW
    service.correct(person, name="换个名字", actor=desk, now=NOW)
    assert (person.name, person.checked_at) == ("换个名字", None)


def test_a_number_is_corrected_but_never_to_somebody_elses():
    one, other, desk = a_person(), a_person(identity=an_identity(501)), the_desk()
    right = an_identity(502)
    with pytest.raises(Invalid) as refused:
        service.correct(one, identity=an_identity(501), actor=desk, now=NOW)
    assert faults(refused) == {"identity": "identity_taken"}
    service.correct(one, identity=right, actor=desk, now=NOW)
    assert queries.by_identity(right) is one
    assert queries.by_identity(an_identity(501)) is other


def test_a_whole_number_is_read_for_a_reason_and_that_is_recorded():
    number = an_identity()
    person, desk = a_person(identity=number), the_desk()
    assert sealed.read_identity(person, reason=ReadingReason.REPORT, actor=desk, now=NOW) == number
    line = lines_about(f"person:{person.id}")[-1]
    assert (line.action, line.facts, line.actor_id) == ("person.identity_read", {"reason": "report"}, desk.account_id)
    with pytest.raises(Forbidden):
        sealed.read_identity(person, reason=ReadingReason.REPORT, actor=actor_of(a_registrant()), now=NOW)


def test_somebody_makes_the_own_file_but_never_takes_over_another():
    known = an_identity()
    a_person(identity=known)
    account = an_account(Role.PRACTITIONER)
    with pytest.raises(Conflict) as refused:
        service.record_own("冒名", known, actor=actor_of(account), now=NOW)
    assert refused.value.code == "person_at_counter"
    for _more in range(2):
        with pytest.raises(Conflict):
            service.record_own("冒名", known, actor=actor_of(account), now=NOW)
    with pytest.raises(TooMany):
        service.record_own("冒名", known, actor=actor_of(account), now=NOW)
    tomorrow = NOW + timedelta(days=1, minutes=1)
    person = service.record_own("本人", an_identity(), actor=actor_of(account), now=tomorrow)
    assert account.person_id == person.id
    assert queries.agrees(person, ConsentPurpose.TRAINING)
    with pytest.raises(Forbidden):
        service.record_own("再来", an_identity(), actor=actor_of(account), now=NOW)
    with pytest.raises(Forbidden):
        service.record_own("企业", an_identity(), actor=actor_of(a_registrant()), now=NOW)


def test_only_a_private_account_is_linked_and_only_by_the_desk():
    person, desk = a_person(), the_desk()
    with pytest.raises(Conflict):
        service.link(a_registrant(), person, actor=desk, now=NOW)
    account = an_account(Role.PRACTITIONER)
    with pytest.raises(Forbidden):
        service.link(account, person, actor=actor_of(account), now=NOW)
    service.link(account, person, actor=desk, now=NOW)
    assert actor_of(account).person_id == person.id
    with pytest.raises(Conflict):
        service.link(an_account(Role.PRACTITIONER), person, actor=desk, now=NOW)


def test_a_portrait_needs_its_consent_and_goes_with_it():
    account = a_practitioner()
    person, actor = queries.person(account.person_id), actor_of(account)
    picture = picture_bytes("JPEG", (1200, 1600))
    with pytest.raises(Conflict) as refused:
        sealed.file_portrait(person, picture, actor=actor, now=NOW)
    assert refused.value.code == "consent_missing"
    service.give_consent(person, ConsentPurpose.PORTRAIT, actor=actor, now=NOW)
    sealed.file_portrait(person, picture, actor=actor, now=NOW)
    stored = db.session.get(Person, person.id).portrait_sealed
    assert stored is not None
    assert b"JFIF" not in stored
    assert sealed.portrait(person)[:3] == b"\xff\xd8\xff"
    for bad in (b"no picture", picture[: len(picture) // 2], picture_bytes("PNG", (20, 20)), b"%PDF-1.4\n%%EOF"):
        with pytest.raises(Invalid):
            sealed.file_portrait(person, bad, actor=actor, now=NOW)
    service.withdraw_consent(person, ConsentPurpose.PORTRAIT, actor=actor, now=NOW)
    assert sealed.portrait(person) is None
