"""Who may do what on the ground floor, on one page. Pure: ``(actor, thing…) -> bool``.

Things are known here by the few attributes a permission needs; services insist with ``require``, views ask in
order to show or hide buttons.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

from association.kernel.actors import STAFF, Actor, Role
from association.vocabulary import Scope

# Roles people give themselves when they register; all others are given by the association.
SELF_CHOSEN = frozenset({Role.REGISTRANT, Role.INSTALLER, Role.PRACTITIONER})
# Three offices, three people: who makes accounts gives no roles, who gives roles reads no logs, who reads logs changes
# nothing. Together they are held only in demo data and, at the very beginning, by the first administrator.
OFFICES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR})
ENTERPRISE_ROLES = frozenset({Role.REGISTRANT, Role.INSTALLER})
STAFF_SCOPES = frozenset({Scope.REVIEWS_READ, Scope.REVIEWS_DECIDE})
ENTERPRISE_SCOPES = frozenset({
    Scope.PRODUCTS_READ, Scope.PRODUCTS_WRITE, Scope.DOCUMENTS_WRITE, Scope.TRAINING_READ, Scope.TRAINING_WRITE
})  # fmt: skip
# Who reads files handed in by enterprises: the desk, and those who supervise it (Art. 16).
READERS = (Role.REVIEWER, Role.APPROVER, Role.SECRETARIAT, Role.SUPERVISING_OFFICE, Role.AUDITOR)

# Who keeps the files of natural persons: nobody else needs to know (Art. 14, PIPL Art. 51).
TRAINING_DESK = (Role.TRAINING_STAFF, Role.SECRETARIAT)

# Who reads the association's own papers (letters of entrustment).
KEEPERS = (Role.SECRETARIAT, Role.SUPERVISING_OFFICE, Role.AUDITOR)


class OfEnterprise(Protocol):
    """A thing that belongs to an enterprise, or to none."""

    @property
    def enterprise_id(self) -> int | None: ...


class OfAccount(Protocol):
    """A thing that belongs to one account."""

    @property
    def account_id(self) -> int: ...


class Filed(Protocol):
    """A file handed in: by an account, perhaps for an enterprise."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def enterprise_id(self) -> int | None: ...


class Firm(Protocol):
    """An enterprise."""

    @property
    def id(self) -> int: ...


class Natural(Protocol):
    """A natural person's file."""

    @property
    def id(self) -> int: ...


class Person(Protocol):
    """Somebody's account."""

    @property
    def id(self) -> int: ...


def _operator(actor: Actor) -> bool:
    return actor.via == "command"


def within_scope(actor: Actor, scope: Scope) -> bool:
    """A program does only what its key is for; a person at a page is not bound by scopes."""
    return actor.scopes is None or scope.value in actor.scopes


# -- accounts and keys --------------------------------------------------------------------------------------


def create_account(actor: Actor, roles: Iterable[Role]) -> bool:
    """Whoever registers chooses among the outside roles; the system administrator makes accounts, and gives no more:
    what makes somebody staff is given by the security administrator."""
    if _operator(actor):
        return True
    if actor.has(Role.SYSTEM_ADMINISTRATOR) and actor.via == "page":
        return STAFF.isdisjoint(roles)
    return not actor.signed_in and SELF_CHOSEN.issuperset(roles)


def see_people(actor: Actor) -> bool:
    """The list of accounts, for those who administer them."""
    return actor.via == "page" and actor.has(Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR)


def close_account(actor: Actor, account: Person) -> bool:
    """Closing and opening accounts: the system administrator, never the own one."""
    if _operator(actor):
        return True
    return actor.has(Role.SYSTEM_ADMINISTRATOR) and actor.via == "page" and account.id != actor.account_id


def secure_account(actor: Actor, account: Person) -> bool:
    """Giving roles, lifting a lock, ending sessions, resetting a second factor: the security administrator, for
    others only."""
    if _operator(actor):
        return True
    return actor.has(Role.SECURITY_ADMINISTRATOR) and actor.via == "page" and account.id != actor.account_id


def end_session(actor: Actor, session: OfAccount) -> bool:
    """One's own; anybody's by the security administrator."""
    own = session.account_id == actor.account_id
    return _operator(actor) or (actor.via == "page" and (own or actor.has(Role.SECURITY_ADMINISTRATOR)))


def end_sessions(actor: Actor, account: Person) -> bool:
    """The same for all sessions of an account."""
    own = account.id == actor.account_id
    return _operator(actor) or (actor.via == "page" and (own or actor.has(Role.SECURITY_ADMINISTRATOR)))


def hold_keys(actor: Actor) -> bool:
    """Keys are for the staff and for an enterprise's administrators; a key makes no keys."""
    return actor.via == "page" and (actor.is_staff or actor.administers_enterprise)


def make_key(actor: Actor, enterprise_id: int | None, scopes: Iterable[Scope]) -> bool:
    """An enterprise's key by its administrator, for its work; a staff member's for that member's work."""
    if not hold_keys(actor):
        return False
    if enterprise_id is None:
        return actor.is_staff and STAFF_SCOPES.issuperset(scopes)
    return (
        actor.administers_enterprise and actor.enterprise_id == enterprise_id and ENTERPRISE_SCOPES.issuperset(scopes)
    )


class Key(OfEnterprise, OfAccount, Protocol):
    """A key: its holder's, and perhaps an enterprise's."""


def end_key(actor: Actor, key: Key) -> bool:
    """Its holder, an administrator of its enterprise, or the security administrator."""
    if actor.via != "page":
        return False
    own = key.account_id == actor.account_id
    of_enterprise = actor.administers_enterprise and key.enterprise_id == actor.enterprise_id
    return own or of_enterprise or actor.has(Role.SECURITY_ADMINISTRATOR)


def keep_signing_keys(actor: Actor) -> bool:
    """The keys that sign for the association: the security administrator at a page, and the operator."""
    return _operator(actor) or (actor.has(Role.SECURITY_ADMINISTRATOR) and actor.via == "page")


# -- enterprises --------------------------------------------------------------------------------------------


def register_enterprise(actor: Actor) -> bool:
    """Somebody of the trade who acts for no enterprise yet; the secretariat; an operator."""
    if _operator(actor) or actor.has(Role.SECRETARIAT):
        return True
    return actor.via == "page" and actor.has(*ENTERPRISE_ROLES) and actor.enterprise_id is None


def see_enterprise(actor: Actor, enterprise: Firm) -> bool:
    """Its own people, and the staff; others read the public page (Art. 14)."""
    return enterprise.id in actor.enterprise_ids or actor.is_staff or _operator(actor)


def confirm_enterprise(actor: Actor, enterprise: Firm) -> bool:
    """The secretariat, never for an enterprise one belongs to (Art. 13, four eyes)."""
    return _operator(actor) or (
        actor.has(Role.SECRETARIAT) and actor.via == "page" and enterprise.id not in actor.enterprise_ids
    )


suspend_enterprise = confirm_enterprise


def see_enterprise_desk(actor: Actor) -> bool:
    """The list of enterprises that wait for confirmation."""
    return actor.has(Role.SECRETARIAT)


def change_enterprise(actor: Actor, enterprise: Firm) -> bool:
    """Its administrators keep its details current; the secretariat may too."""
    if _operator(actor) or actor.has(Role.SECRETARIAT):
        return True
    return actor.via == "page" and actor.administers_enterprise and actor.enterprise_id == enterprise.id


def rename_enterprise(actor: Actor, enterprise: Firm) -> bool:
    """A confirmed name is changed by who confirms names."""
    return confirm_enterprise(actor, enterprise)


def add_member(actor: Actor, enterprise: Firm) -> bool:
    """An enterprise's administrators choose who acts for it; the secretariat helps."""
    return change_enterprise(actor, enterprise)


# -- mandates -----------------------------------------------------------------------------------------------


def record_mandate(actor: Actor) -> bool:
    """Art. 18: entrustments are recorded by the secretariat, from the office's letter."""
    return _operator(actor) or (actor.has(Role.SECRETARIAT) and actor.via == "page")


end_mandate = record_mandate


def read_mandate_scan(actor: Actor) -> bool:
    """The letter itself: who keeps it, who wrote it, and who looks over both. The public reads its facts."""
    return actor.has(*KEEPERS) and actor.via == "page"


# -- documents ----------------------------------------------------------------------------------------------


def file_document(actor: Actor, enterprise_id: int | None) -> bool:
    """For the enterprise one acts for; without one, the staff."""
    if _operator(actor):
        return True
    if not within_scope(actor, Scope.DOCUMENTS_WRITE):
        return False
    if enterprise_id is None:
        return actor.is_staff
    return actor.enterprise_id == enterprise_id


def see_filing(actor: Actor, filing: Filed) -> bool:
    """Who filed it, the enterprise it was filed for, and the desk; the association's own papers are not the desk's
    (Art. 14)."""
    if filing.enterprise_id is None:
        own = filing.account_id is not None and filing.account_id == actor.account_id
        return own or actor.has(*KEEPERS)
    return actor.has(*READERS) or filing.enterprise_id in actor.enterprise_ids


def read_inline(actor: Actor) -> bool:
    """Reviewers look at evidence beside the case; others download it."""
    return actor.has(*READERS)


# -- long work and uploaded workbooks -------------------------------------------------------------------------


class Held(Protocol):
    """A job or an upload: somebody's, or whoever's that holds its code."""

    @property
    def account_id(self) -> int | None: ...


def see_job(actor: Actor, job: Held) -> bool:
    """Who began it; where nobody was signed in, whoever holds its unguessable code."""
    return job.account_id is None or job.account_id == actor.account_id


cancel_job = see_job
see_upload = see_job


# -- natural persons ----------------------------------------------------------------------------------------


def keep_persons(actor: Actor) -> bool:
    """Recording, correcting, checking the card at the counter: the training desk and the secretariat."""
    return _operator(actor) or (actor.has(*TRAINING_DESK) and actor.via == "page")


def own_person(actor: Actor, person: Natural) -> bool:
    """The file of whoever asks."""
    return actor.via == "page" and actor.person_id is not None and actor.person_id == person.id


def see_person(actor: Actor, person: Natural, employers: Collection[int]) -> bool:
    """The desk, the person, and the enterprise that employs them if they agreed (``employers``: those they agreed to);
    for everybody else there is no such person (Art. 14)."""
    if keep_persons(actor) or own_person(actor, person):
        return True
    return see_own_people(actor) and actor.enterprise_id in employers


def _acts_for_enterprise(actor: Actor) -> bool:
    return actor.enterprise_id is not None and actor.has(*ENTERPRISE_ROLES)


def see_own_people(actor: Actor) -> bool:
    """An enterprise's people who agreed to it, to those who act for it."""
    return _acts_for_enterprise(actor) and within_scope(actor, Scope.TRAINING_READ)


def enrol_own_people(actor: Actor) -> bool:
    """An enterprise sends its own people to a training: those who act for it, and a key made for that."""
    return _acts_for_enterprise(actor) and within_scope(actor, Scope.TRAINING_WRITE)


def record_own_person(actor: Actor) -> bool:
    """Whoever acts for nobody but themselves makes their own file, once."""
    return actor.via == "page" and actor.acts_privately and actor.person_id is None


def erase_persons(actor: Actor) -> bool:
    """The secretariat, when the person asks for it or the data are needed no longer (PIPL Art. 47); the operator."""
    return _operator(actor) or (actor.has(Role.SECRETARIAT) and actor.via == "page")


def end_employment(actor: Actor, person: Natural, enterprise_id: int) -> bool:
    """That somebody left is noted by the desk, by the person, and by the enterprise."""
    of_enterprise = actor.enterprise_id == enterprise_id and actor.administers_enterprise and actor.via == "page"
    return correct_person(actor, person) or of_enterprise


def correct_person(actor: Actor, person: Natural) -> bool:
    """The person (PIPL Art. 46) and the desk."""
    return keep_persons(actor) or own_person(actor, person)


# -- messages and the ledger --------------------------------------------------------------------------------


def see_dead_letters(actor: Actor) -> bool:
    """Letters that could not be delivered: those who keep the mail server and those who know the addressees. They see
    to whom and about what, never the text."""
    return actor.via == "page" and actor.has(Role.SYSTEM_ADMINISTRATOR, Role.SECRETARIAT)


def see_ledger(actor: Actor) -> bool:
    """Who did what, when and why (Art. 15, 16): those who look over the work, and none who does it."""
    return actor.via == "page" and actor.has(Role.AUDITOR, Role.AUDIT_ADMINISTRATOR, Role.SUPERVISING_OFFICE)
