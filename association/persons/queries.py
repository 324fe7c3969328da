"""Questions about natural persons; every one is answered for somebody (Art. 14)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import ColumnElement, Select, func, or_, select

from association import policy
from association.accounts.models import Account
from association.enterprises.models import Enterprise, Membership
from association.kernel.actors import Actor, Role
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.numbers import normal_identity
from association.kernel.pagination import PER_PAGE, Page
from association.persons import rules
from association.persons.models import Consent, Employment, Erasure, Person
from association.persons.rules import Notice
from association.persons.vault import vault
from association.vocabulary import ConsentPurpose

NOTICES = Path(__file__).parent / "data" / "notices.json"


@cache
def notices() -> tuple[Notice, ...]:
    """Every version of every notice there has been (``data/notices.json``); old ones stay."""
    rows = json.loads(NOTICES.read_text(encoding="utf-8"))
    return tuple(Notice(**{**row, "begins": date.fromisoformat(row["begins"])}) for row in rows)


def notice(purpose: ConsentPurpose, on: date) -> Notice:
    """The notice of a purpose in force on that day. Raises NotFound."""
    found = rules.current_notices(notices(), on).get(purpose.value)
    if found is None:
        raise NotFound
    return found


def by_identity(text: str) -> Person | None:
    """The person with this identity number, in any spelling. For services; pages ask with an actor."""
    return by_identities([text]).get(normal_identity(text))


def by_identities(texts: Iterable[str]) -> dict[str, Person]:
    """The persons with these numbers, by normalised number. One statement a thousand numbers."""
    numbers = {vault().hash_number(number): number for number in map(normal_identity, texts)}
    hashes, found = list(numbers), {}
    for first in range(0, len(hashes), 1000):
        wanted = select(Person).where(Person.identity_hash.in_(hashes[first : first + 1000]))
        for person in db.session.scalars(wanted):
            found[numbers[person.identity_hash or ""]] = person
    return found


def person(person_id: int | None) -> Person:
    """The person with this id; who was merged into another is that other. Raises NotFound.

    For services; pages ask with an actor.
    """
    found = None if person_id is None else db.session.get(Person, person_id)
    if found is not None and found.merged_into_id is not None:
        found = db.session.get(Person, found.merged_into_id)
    if found is None:
        raise NotFound
    return found


def names(ids: Iterable[int]) -> Sequence[str]:
    """The names of these persons, by id. One statement."""
    return db.session.scalars(select(Person.name).where(Person.id.in_(list(ids))).order_by(Person.id)).all()


def own_person(actor: Actor) -> Person | None:
    """The file of whoever asks, if there is one."""
    return None if actor.person_id is None else db.session.get(Person, actor.person_id)


def person_for(actor: Actor, person_id: int, *, today: date) -> Person:
    """A person, if ``actor`` may know of them. Raises NotFound: a stranger's is as good as absent."""
    found = db.session.get(Person, person_id)
    if found is None or not policy.see_person(actor, found, employers_agreed(found, today)):
        raise NotFound
    return found


def employers_agreed(person: Person, today: date, least_version: int = 1) -> frozenset[int]:
    """The enterprise the person works for, if they agreed that it is told; else none."""
    shared = _shared(today, least_version)
    return frozenset(
        db.session.scalars(select(Employment.enterprise_id).where(*shared, Employment.person_id == person.id))
    )


def shared_with(enterprise_id: int, today: date) -> Sequence[int]:
    """Ids of the persons whom an enterprise may see: employed there today, who agreed to it."""
    return db.session.scalars(
        select(Employment.person_id).where(*_shared(today), Employment.enterprise_id == enterprise_id)
    ).all()


def shared_ids(enterprise_id: int, today: date, least_version: int = 1) -> Select[int]:
    """The same as a sub-select, for statements of upper rooms."""
    shared = _shared(today, least_version)
    return select(Employment.person_id).where(*shared, Employment.enterprise_id == enterprise_id)


def has_agreed(purpose: ConsentPurpose) -> ColumnElement[bool]:
    """For statements of upper rooms: a consent to this purpose is in force (correlated with Person)."""
    agreed = select(Consent.id).where(
        Consent.person_id == Person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return agreed.exists()


# The version of the notice "employer" that names continuing hours: who agreed to an older one did not agree to that.
HOURS_NAMED = 3


def is_shared(least_version: int = 1) -> ColumnElement[bool]:
    """For statements of upper rooms: a consent to tell the employer is in force (correlated with Employment), under this
    version of its notice or a later one."""
    return (
        select(Consent.id)
        .where(
            Consent.person_id == Employment.person_id,
            Consent.purpose == ConsentPurpose.EMPLOYER,
            Consent.withdrawn_at.is_(None),
            Consent.notice_version >= least_version,
        )
        .exists()
    )


def _shared(today: date, least_version: int = 1) -> tuple[ColumnElement[bool], ...]:
    current = Employment.begins <= today
    return (current, or_(Employment.ends.is_(None), Employment.ends >= today), is_shared(least_version))


def found_by_desk(actor: Actor, identity: str) -> Person | None:
    """The person with this whole number, for the desk. Raises NotFound without one."""
    if not policy.keep_persons(actor):
        raise NotFound
    return by_identity(identity)


def consents_of(person: Person) -> Sequence[Consent]:
    """All that was agreed to and withdrawn, the newest first."""
    return db.session.scalars(select(Consent).where(Consent.person_id == person.id).order_by(Consent.id.desc())).all()


def consents_in_force(person_ids: Iterable[int]) -> dict[int, frozenset[ConsentPurpose]]:
    """The purposes each person agrees to now. One statement a thousand persons."""
    ids, found = list(person_ids), dict[int, set[ConsentPurpose]]()
    for first in range(0, len(ids), 1000):
        some = select(Consent.person_id, Consent.purpose)
        some = some.where(Consent.person_id.in_(ids[first : first + 1000]), Consent.withdrawn_at.is_(None))
        for person_id, purpose in db.session.execute(some):
            found.setdefault(person_id, set()).add(purpose)
    return {person_id: frozenset(found.get(person_id, ())) for person_id in ids}


def agrees(person: Person, purpose: ConsentPurpose) -> bool:
    """Whether the person agrees to this purpose now."""
    return purpose in consents_in_force([person.id])[person.id]


def open_consents(person: Person, purpose: ConsentPurpose) -> Sequence[Consent]:
    """The consent in force for this purpose, the newest first should there be several."""
    return open_consents_of([person.id], purpose).get(person.id, [])


def open_consents_of(person_ids: Iterable[int], purpose: ConsentPurpose) -> dict[int, list[Consent]]:
    """The same for each of these persons. One statement."""
    wanted = select(Consent).where(
        Consent.person_id.in_(list(person_ids)), Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    found: dict[int, list[Consent]] = {}
    for one in db.session.scalars(wanted.order_by(Consent.id.desc())):
        found.setdefault(one.person_id, []).append(one)
    return found


def employments_of(person: Person) -> Sequence[Employment]:
    """Where the person works and worked, the newest first."""
    found = select(Employment).where(Employment.person_id == person.id)
    return db.session.scalars(found.order_by(Employment.begins.desc(), Employment.id.desc())).all()


def employment_on(person_ids: Iterable[int], day: date) -> dict[int, int]:
    """For each person the enterprise they work for on that day, where known. One statement a thousand persons."""
    ids, found = list(person_ids), dict[int, int]()
    for first in range(0, len(ids), 1000):
        rows = select(Employment.person_id, Employment.enterprise_id).where(
            Employment.person_id.in_(ids[first : first + 1000]),
            Employment.begins <= day,
            or_(Employment.ends.is_(None), Employment.ends >= day),
        )
        for person_id, enterprise_id in db.session.execute(rows):
            found[person_id] = enterprise_id
    return found


@dataclass(frozen=True, slots=True)
class Filters:
    """What the desk looks for: part of a name, or the last four of an identity number; unchecked ones."""

    q: str = ""
    unchecked: bool = False


def desk(actor: Actor, filters: Filters, *, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """Persons by name. Raises NotFound without a desk. Whole numbers are looked for by ``found_by_desk``."""
    if not policy.keep_persons(actor):
        raise NotFound
    statement = select(Person).where(Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    if filters.q:
        named = Person.name.contains(rules.normal_name(filters.q), autoescape=True)
        statement = statement.where(or_(named, Person.identity_tail == normal_identity(filters.q)))
    if filters.unchecked:
        statement = statement.where(Person.checked_at.is_(None))
    number = max(1, number)
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    found = statement.order_by(Person.name, Person.id).limit(per_page).offset((number - 1) * per_page)
    return Page(db.session.scalars(found).all(), number, per_page, total)


def all_sealed() -> Iterator[Person]:
    """Every person with a number, for sealing anew."""
    return iter(db.session.scalars(select(Person).where(Person.identity_hash.is_not(None)).order_by(Person.id)).all())


def account_of(person: Person) -> Account | None:
    """The person's own account."""
    return db.session.scalar(select(Account).where(Account.person_id == person.id))


def is_private(account: Account, today: date) -> bool:
    """Whether nobody acts through this account but for themselves."""
    acting = db.session.scalars(select(Membership).where(Membership.account_id == account.id)).all()
    return account.role_set == {Role.PRACTITIONER} and not any(one.holds(today) for one in acting)


def merged_into(person: Person) -> Sequence[Person]:
    """The closed files of the same person."""
    return db.session.scalars(select(Person).where(Person.merged_into_id == person.id).order_by(Person.id)).all()


def enterprise_names(ids: Iterable[int]) -> dict[int, str]:
    """Names of enterprises. One statement."""
    rows = db.session.execute(select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_(set(ids))))
    return {row[0]: row[1] for row in rows}


def checker(person: Person) -> str:
    """Who looked at the card."""
    return (
        (db.session.scalar(select(Account.name).where(Account.id == person.checked_by)) or "")
        if person.checked_by
        else ""
    )


def employment_for(actor: Actor, person: Person, employment_id: int) -> Employment:
    """An employment of this person, if ``actor`` may end it. Raises NotFound."""
    found = db.session.get(Employment, employment_id)
    if found is None or found.person_id != person.id or not policy.end_employment(actor, person, found.enterprise_id):
        raise NotFound
    return found


def own_people(actor: Actor, *, today: date, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """The people of the enterprise ``actor`` acts for who agreed that it is told, by name. Raises NotFound."""
    if not policy.see_own_people(actor):
        raise NotFound
    shared = select(Employment.person_id).where(*_shared(today), Employment.enterprise_id == actor.enterprise_id)
    statement = select(Person).where(Person.id.in_(shared))
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    found = statement.order_by(Person.name, Person.id).limit(per_page).offset((max(1, number) - 1) * per_page)
    return Page(db.session.scalars(found).all(), max(1, number), per_page, total)


def waiting_to_be_cleared() -> int:
    """Erasures after which the database has not been written anew yet."""
    return db.session.scalar(select(func.count()).select_from(Erasure).where(Erasure.cleared_at.is_(None))) or 0


def erasures() -> Sequence[Erasure]:
    """Every erasure, the oldest first."""
    return db.session.scalars(select(Erasure).order_by(Erasure.id)).all()
