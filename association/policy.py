"""Who may do what on the ground floor, on one page. Pure: ``(actor, thing…) -> bool``.

Things are known here by the few attributes a permission needs; services insist with ``require``, views ask in
order to show or hide buttons.
"""

from collections.abc import Iterable
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
ENTERPRISE_SCOPES = frozenset({Scope.PRODUCTS_READ, Scope.PRODUCTS_WRITE, Scope.DOCUMENTS_WRITE})
# Who reads files handed in by enterprises: the desk, and those who supervise it (Art. 16).
READERS = (Role.REVIEWER, Role.APPROVER, Role.SECRETARIAT, Role.SUPERVISING_OFFICE, Role.AUDITOR)

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


# -- messages and the ledger --------------------------------------------------------------------------------


def see_dead_letters(actor: Actor) -> bool:
    """Letters that could not be delivered: those who keep the mail server and those who know the addressees. They see
    to whom and about what, never the text."""
    return actor.via == "page" and actor.has(Role.SYSTEM_ADMINISTRATOR, Role.SECRETARIAT)


def see_ledger(actor: Actor) -> bool:
    """Who did what, when and why (Art. 15, 16): those who look over the work, and none who does it."""
    return actor.via == "page" and actor.has(Role.AUDITOR, Role.AUDIT_ADMINISTRATOR, Role.SUPERVISING_OFFICE)
