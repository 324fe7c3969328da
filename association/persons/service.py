"""Recording persons, what they agree to, where they work. (What is sealed: ``sealed.py``; erasure and merging:
``erasure.py``.)"""

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from association import policy
from association.accounts import failures
from association.accounts.models import Account
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, lock_row, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall, TooMany
from association.kernel.i18n import _, show_date
from association.kernel.numbers import narrow, normal_identity
from association.ledger import service as ledger
from association.persons import queries, rules
from association.persons.models import Consent, Employment, Person
from association.persons.vault import vault
from association.vocabulary import ConsentPurpose

# Whoever makes their own file learns of a number that is taken; nobody learns it of many.
MOST_TAKEN_NUMBERS = 3


def record_person(name: str, identity: str, *, phone: str = "", email: str = "", actor: Actor, now: datetime) -> Person:
    """A new person's file. Raises Invalid: for a number that is not well formed, or that somebody here has already.

    Who records somebody else's file is of the desk; a person makes the own one through ``record_own``.
    """
    require(policy.keep_persons, actor)
    return _record(name, identity, phone, email, actor=actor, now=now)


def enter_person(name: str, identity: str, *, phone: str = "", email: str = "", actor: Actor, now: datetime) -> Person:
    """The same inside the caller's transaction, whose permission the caller has checked (an enterprise's roster)."""
    return _record(name, identity, phone, email, actor=actor, now=now)


def _record(name: str, identity: str, phone: str, email: str, *, actor: Actor, now: datetime) -> Person:
    return enter_persons([NewPerson(name, identity, phone, email)], actor=actor, now=now)[0]


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a file begins with, as it was typed."""

    name: str
    identity: str
    phone: str = ""
    email: str = ""


# What wraps the check of each of several, by its place among them: to say of whom a refusal speaks.
Naming = Callable[[int], AbstractContextManager[Any]]


def unnamed(_place: int) -> AbstractContextManager[Any]:
    """For one alone: a refusal needs no place."""
    return nullcontext()


def enter_persons(
    wanted: Sequence[NewPerson], *, actor: Actor, now: datetime, naming: Naming = unnamed
) -> Sequence[Person]:
    """Several at once, all or nobody, in a handful of statements; the caller has checked the permission."""
    if not wanted:
        return []
    numbers = [normal_identity(one.identity) for one in wanted]
    taken = set(queries.by_identities(numbers))
    made = []
    for place, (one, number) in enumerate(zip(wanted, numbers, strict=True)):
        name, phone = rules.normal_name(one.name), narrow(one.phone)
        found = [
            *rules.name_shortfalls(name),
            *rules.identity_shortfalls(number, today=civil_date(now)),
            *rules.phone_shortfalls(phone),
        ]
        if not found and number in taken:
            sentence = _("已有使用此身份证号码的档案，请核对号码；确是同一人的，请使用已有档案。")
            found.append(Shortfall("identity", "identity_taken", sentence))
        if found:
            with naming(place):
                raise invalid(*found)
        taken.add(number)
        made.append(
            Person(
                name=name,
                identity_sealed=vault().seal_number(number),
                identity_hash=vault().hash_number(number),
                identity_tail=number[-4:],
                phone=phone,
                email=one.email.strip(),
                salt=secrets.token_hex(32),
                created_at=now,
            )
        )
    with transaction():
        db.session.add_all(made)
        db.session.flush()
        lines = [
            _line("person.recorded", person, of={"name": person.name, "identity": number})
            for person, number in zip(made, numbers, strict=True)
        ]
        ledger.record_many(lines, actor=actor, at=now)
    return made


def note(action: str, person: Person, *, actor: Actor, now: datetime, of: Any = None, **facts: Any) -> None:
    """A line of the ledger about a person: it names the file, and holds a commitment in place of personal facts."""
    ledger.record_many([_line(action, person, of=of, **facts)], actor=actor, at=now)


def _line(action: str, person: Person, *, of: Any = None, **facts: Any) -> tuple[str, str, dict[str, Any]]:
    if of is not None:
        facts["commitment"] = rules.commitment(person.salt, of)
    return action, f"person:{person.id}", facts


def commit(person: Person, **facts: Any) -> str:
    """What upper rooms put in a sealed record in place of personal facts; it opens until the person is erased."""
    insist_present(person)
    return rules.commitment(person.salt, facts)


def insist_present(person: Person) -> None:
    """Raises Conflict when the file is closed."""
    if person.erased_at is not None:
        raise Conflict(_("此人的个人信息已删除，不能再办理。"))
    if person.merged_into_id is not None:
        raise Conflict(_("这份档案已并入同一人的另一份档案，请使用后者。"))


# -- consents -----------------------------------------------------------------------------------------------


def give_consent(
    person: Person, purpose: ConsentPurpose, *, on_paper: bool = False, actor: Actor, now: datetime
) -> Consent:
    """The person agrees to a purpose, under the notice in force today; the desk notes a signed sheet.

    Agreeing again to the same version changes nothing; a newer version takes the place of the older.
    """
    require(policy.correct_person, actor, person)
    return enter_consent(person, purpose, on_paper=on_paper, actor=actor, now=now)


def enter_consent(
    person: Person, purpose: ConsentPurpose, *, on_paper: bool = True, actor: Actor, now: datetime
) -> Consent:
    """The same inside the caller's transaction, whose permission the caller has checked (a roster that says who signed)."""
    return enter_consents([person], purpose, on_paper=on_paper, actor=actor, now=now)[0]


def enter_consents(
    people: Sequence[Person],
    purpose: ConsentPurpose,
    *,
    on_paper: bool = True,
    actor: Actor,
    now: datetime,
    naming: Naming = unnamed,
) -> Sequence[Consent]:
    """The same of several people, in a handful of statements."""
    if not people:
        return []
    for place, person in enumerate(people):
        with naming(place):
            insist_present(person)
    version = queries.notice(purpose, civil_date(now)).version
    ids = [person.id for person in people]
    consents, made, lines = [], [], []
    with transaction():
        db.session.execute(lock_row(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id)))
        known = queries.open_consents_of(ids, purpose)
        for person in people:
            given = known.get(person.id, ())
            if given and given[0].notice_version == version:
                consents.append(given[0])
                continue
            for one in given:
                one.withdrawn_at = now
            paper = on_paper or not policy.own_person(actor, person)
            consent = Consent(
                person_id=person.id, purpose=purpose, notice_version=version, given_at=now, on_paper=paper
            )
            known[person.id] = [consent]
            consents.append(consent)
            made.append(consent)
            facts = {"purpose": purpose.value, "version": version, "on_paper": paper}
            lines.append(_line("person.consented", person, **facts))
        if made:
            db.session.add_all(made)
            db.session.flush()
            ledger.record_many(lines, actor=actor, at=now)
    return consents


def withdraw_consent(person: Person, purpose: ConsentPurpose, *, actor: Actor, now: datetime) -> None:
    """The person no longer agrees, from now on; the portrait goes with its consent. Raises Conflict."""
    require(policy.correct_person, actor, person)
    with transaction():
        # However it came that there are two: none of them stays.
        given = queries.open_consents(person, purpose)
        if not given:
            raise Conflict(_("没有需要撤回的同意。"))
        for one in given:
            one.withdrawn_at = now
        if purpose is ConsentPurpose.PORTRAIT:
            person.portrait_sealed = None
        note("person.consent_withdrawn", person, actor=actor, now=now, purpose=purpose.value)


# -- employments --------------------------------------------------------------------------------------------


def employ(
    person: Person, enterprise_id: int, *, begins: date, ends: date | None = None, actor: Actor, now: datetime
) -> Employment:
    """The person works for an enterprise from ``begins``; for one at a time.

    An employment still open that began before is ended the day before. Raises Invalid when the days overlap another.
    """
    require(policy.correct_person, actor, person)
    insist_present(person)
    with transaction():
        return enter_employment(person, enterprise_id, begins=begins, ends=ends, actor=actor, now=now)


def enter_employment(
    person: Person, enterprise_id: int, *, begins: date, ends: date | None = None, actor: Actor, now: datetime
) -> Employment:
    """The same inside the caller's transaction, whose permission the caller has checked."""
    if ends is not None and ends < begins:
        raise invalid(Shortfall("ends", "before_begin", _("截止日期不能早于开始日期")))
    known = queries.employments_of(person)
    for one in known:
        if one.ends is None and one.begins < begins:
            one.ends = begins - timedelta(days=1)
    clash = rules.overlapping(known, begins, ends)
    if clash:
        first = clash[0]
        sentence = _(
            "与已登记的任职（{begins}至{ends}）日期重叠；一个人同一时间只计入一家企业。",
            begins=show_date(first.begins),
            ends=show_date(first.ends) if first.ends else _("今"),
        )
        raise invalid(Shortfall("begins", "overlaps", sentence))
    employment = Employment(person_id=person.id, enterprise_id=enterprise_id, begins=begins, ends=ends)
    db.session.flush()
    db.session.add(employment)
    db.session.flush()
    facts = {"enterprise": enterprise_id, "begins": begins.isoformat()}
    note("person.employed", person, actor=actor, now=now, **facts)
    return employment


def invalid(*found: Shortfall) -> Invalid:
    """What a form of these pages answers."""
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)


def end_employment(employment: Employment, person: Person, *, last_day: date, actor: Actor, now: datetime) -> None:
    """The person worked there until ``last_day``. Raises Invalid, and Conflict when it is over already."""
    require(policy.end_employment, actor, person, employment.enterprise_id)
    if employment.ends is not None:
        raise Conflict(_("此项任职已结束。"))
    if last_day < employment.begins:
        raise invalid(Shortfall("last_day", "before_begin", _("截止日期不能早于开始日期")))
    with transaction():
        employment.ends = last_day
        facts = {"enterprise": employment.enterprise_id, "last_day": last_day.isoformat()}
        note("person.employment_ended", person, actor=actor, now=now, **facts)


# -- the own file, corrections, the card at the counter -----------------------------------------------------


def record_own(name: str, identity: str, *, phone: str = "", email: str = "", actor: Actor, now: datetime) -> Person:
    """Whoever acts for nobody but themselves makes their own file and agrees to be trained.

    A number that is here already is taken over at the counter only, with the card: anybody may know a number. Raises
    Invalid, Conflict (``person_at_counter``), TooMany.
    """
    require(policy.record_own_person, actor)
    number = normal_identity(identity)
    found = [*rules.name_shortfalls(rules.normal_name(name)), *rules.identity_shortfalls(number, today=civil_date(now))]
    if found:
        raise invalid(*found)
    mark = failures.of_numbers(actor.account_id or 0)
    if failures.counted(mark, now=now) >= MOST_TAKEN_NUMBERS:
        sentence = _("今天填写的身份证号码多次与已有档案相同，请明天再试，或携带身份证到协会柜台办理。")
        raise TooMany(sentence, retry_after=24 * 3600)
    if queries.by_identity(number) is not None:
        failures.count(mark, now=now)
        raise Conflict(
            _("此身份证号码已有档案。为保护本人，请携带身份证到协会柜台，由工作人员核对后关联到您的账号。"),
            code="person_at_counter",
        )
    with transaction():
        person = _record(name, identity, phone, email, actor=actor, now=now)
        account = db.session.get_one(Account, actor.account_id)
        _link(account, person, actor=actor, now=now)
        # The account is the person's from here on, whatever the session still says.
        own = replace(actor, person_id=person.id)
        give_consent(person, ConsentPurpose.TRAINING, actor=own, now=now)
    return person


def link(account: Account, person: Person, *, actor: Actor, now: datetime) -> None:
    """The account is the person's own: made by them, or linked at the counter. Raises Conflict.

    An account that holds an office or acts for an enterprise is none: what is done there is recorded by name.
    """
    require(policy.keep_persons, actor)
    insist_present(person)
    with transaction():
        _link(account, person, actor=actor, now=now)


def _link(account: Account, person: Person, *, actor: Actor, now: datetime) -> None:
    if account.person_id == person.id:
        raise Conflict(_("账号已经关联。"))
    if account.person_id is not None or queries.account_of(person) is not None:
        raise Conflict(_("此账号或此人已有关联，请核对；一个人只用一个账号。"))
    if not queries.is_private(account, civil_date(now)):
        raise Conflict(_("只有仅为从业人员、不担任其他角色也不代表企业的账号可以关联。"))
    account.person_id = person.id
    db.session.flush()
    note("person.account_linked", person, actor=actor, now=now, account=account.id)


def correct(person: Person, *, actor: Actor, now: datetime, **details: str) -> None:
    """Correct ``name``, ``phone``, ``email``, ``identity``; or some. Raises Invalid.

    A corrected name or number has to be checked at the counter again; who was checked corrects them there.
    """
    require(policy.correct_person, actor, person)
    insist_present(person)
    new = {name: _NORMAL[name](value) for name, value in details.items()}
    found: list[Shortfall] = []
    if "name" in new:
        found += rules.name_shortfalls(new["name"])
    if "phone" in new:
        found += rules.phone_shortfalls(new["phone"])
    number = new.pop("identity", "")
    if number:
        found += rules.identity_shortfalls(number, today=civil_date(now))
        other = queries.by_identity(number)
        if other is not None and other.id != person.id:
            sentence = _("另一份档案已使用此身份证号码；确是同一人的，请先合并两份档案。")
            found.append(Shortfall("identity", "identity_taken", sentence))
    if found:
        raise invalid(*found)
    changed = sorted(name for name, value in new.items() if getattr(person, name) != value)
    renumbered = bool(number) and vault().hash_number(number) != person.identity_hash
    proven = {"name"} & set(changed) or renumbered
    if proven and person.checked_at is not None and not policy.keep_persons(actor):
        raise Conflict(
            _("姓名和身份证号码已在柜台核对。需要更正的，请携带身份证到协会柜台办理。"), code="checked_already"
        )
    if not changed and not renumbered:
        return
    with transaction():
        for name in changed:
            setattr(person, name, new[name])
        if renumbered:
            person.identity_sealed, person.identity_hash = vault().seal_number(number), vault().hash_number(number)
            person.identity_tail = number[-4:]
        if proven:
            person.checked_at = person.checked_by = None
        db.session.flush()
        of = {"name": person.name, "identity": vault().open_number(person.identity_sealed)}
        fields = changed + ["identity"] * renumbered
        note("person.corrected", person, actor=actor, now=now, of=of, fields=fields)


_NORMAL: dict[str, Callable[[str], str]] = {
    "name": rules.normal_name,
    "phone": narrow,
    "email": str.strip,
    "identity": normal_identity,
}


def check_card(person: Person, *, actor: Actor, now: datetime) -> None:
    """Somebody of the desk looked at the card and found name and number on file to be right. No copy is made."""
    require(policy.keep_persons, actor)
    insist_present(person)
    with transaction():
        person.checked_at, person.checked_by = now, actor.account_id
        note("person.checked", person, actor=actor, now=now)
