"""Who may do what on the catalog floor, on one page. Pure."""

from datetime import datetime
from typing import Protocol

from association.kernel.actors import Actor, Role


class Owned(Protocol):
    """A thing that belongs to an enterprise."""

    @property
    def registrant_id(self) -> int: ...

    @property
    def submitted_at(self) -> datetime | None: ...


def _within(actor: Actor, scope: str) -> bool:
    """Whether a key's scopes reach this far; people at a page have none."""
    return actor.scopes is None or scope in actor.scopes


def draft_product(actor: Actor) -> bool:
    """Makers and sellers alike, from anywhere, may register (Art. 18 item 7); each for its own enterprise."""
    return actor.has(Role.REGISTRANT) and actor.enterprise_id is not None and _within(actor, "products:write")


def list_products(actor: Actor) -> bool:
    """An enterprise sees its own workbench."""
    return actor.has(Role.REGISTRANT) and actor.enterprise_id is not None and _within(actor, "products:read")


def edit_product(actor: Actor, product: Owned) -> bool:
    """Only the registrant, maker or seller, writes its dossier."""
    return draft_product(actor) and product.registrant_id == actor.enterprise_id


def submit_product(actor: Actor, product: Owned) -> bool:
    """Only the registrant vouches for a product; staff who will review it may not submit it."""
    return edit_product(actor, product)


def see_product(actor: Actor, product: Owned) -> bool:
    """Need to know (Art. 14): the registrant's people; the desk only what was handed in to it."""
    if actor.has(Role.REGISTRANT) and product.registrant_id == actor.enterprise_id:
        return _within(actor, "products:read") or _within(actor, "products:write")
    return product.submitted_at is not None and see_cases(actor)


def see_cases(actor: Actor) -> bool:
    """The desk, and those who look over its shoulder (Art. 16)."""
    desk = (Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.SUPERVISING_OFFICE)
    return actor.has(*desk) and _within(actor, "reviews:read")


def decide_review(actor: Actor, product: Owned) -> bool:
    """Nobody decides for an enterprise they belong to (Art. 23; four eyes)."""
    return (
        actor.has(Role.REVIEWER)
        and product.registrant_id not in actor.enterprise_ids
        and _within(actor, "reviews:decide")
    )


def confirm_refusal(actor: Actor, product: Owned, proposed_by: int | None) -> bool:
    """A refusal needs a second person, who belongs neither to the enterprise nor proposed it."""
    return (
        actor.has(Role.APPROVER)
        and product.registrant_id not in actor.enterprise_ids
        and actor.account_id != proposed_by
        and _within(actor, "reviews:decide")
    )


# -- the national catalog -----------------------------------------------------------------------------------


def see_catalog_desk(actor: Actor) -> bool:
    """Who works with the catalog, who keeps it, and those who look over their shoulder (Art. 16)."""
    desk = (
        Role.SECRETARIAT, Role.REVIEWER, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISING_OFFICE,
    )  # fmt: skip
    return actor.has(*desk) and actor.via == "page"


def clear_offered_files(actor: Actor) -> bool:
    """The day's work, or the operator's."""
    return actor.via in ("calendar", "command")


def load_catalog(actor: Actor) -> bool:
    """The operator's command; at a page the secretariat and the system administrator."""
    if actor.via == "command":
        return True
    return actor.has(Role.SECRETARIAT, Role.SYSTEM_ADMINISTRATOR) and actor.via == "page"


def edit_catalog(actor: Actor) -> bool:
    """The association's own words in the catalog are changed by those who load it; a reason is always given."""
    return load_catalog(actor) and actor.via == "page"


# -- verifications ------------------------------------------------------------------------------------------


class Asker(Protocol):
    """A receipt: who asked, if anybody signed in did."""

    @property
    def account_id(self) -> int | None: ...

    @property
    def enterprise_id(self) -> int | None: ...


def verify_list(_actor: Actor) -> bool:
    """Anybody may ask what the register says of a list (Art. 12)."""
    return True


def settle_line(actor: Actor, receipt: Asker) -> bool:
    """Whoever asked, and their enterprise's people; of a list nobody signed for, whoever holds its code."""
    if receipt.account_id is None and receipt.enterprise_id is None:
        return True
    if not actor.signed_in:
        return False
    return actor.account_id == receipt.account_id or (
        receipt.enterprise_id is not None and receipt.enterprise_id == actor.enterprise_id
    )


def see_own_receipts(actor: Actor) -> bool:
    """Everybody who signed in at a page has a list of what they asked."""
    return actor.signed_in and actor.via == "page"


# -- suspension, revocation, reinstatement ----------------------------------------------------------------------


def propose_revocation(actor: Actor, concerned: frozenset[int]) -> bool:
    """Nobody acts on a registration of an enterprise they belong to (Art. 23)."""
    return actor.has(Role.REVIEWER) and concerned.isdisjoint(actor.enterprise_ids) and _within(actor, "reviews:decide")


def confirm_revocation(actor: Actor, concerned: frozenset[int], proposed_by: int | None) -> bool:
    """Four eyes: an approver who neither proposed it nor belongs to the enterprises concerned."""
    return (
        actor.has(Role.APPROVER)
        and concerned.isdisjoint(actor.enterprise_ids)
        and actor.account_id != proposed_by
        and _within(actor, "reviews:decide")
    )


def answer_objection(actor: Actor, concerned: frozenset[int], decided: frozenset[int | None]) -> bool:
    """Of an objection decides somebody who neither proposed nor confirmed what it is about, nor belongs to the firms."""
    return (
        actor.has(Role.REVIEWER, Role.APPROVER)
        and concerned.isdisjoint(actor.enterprise_ids)
        and actor.account_id not in decided
        and _within(actor, "reviews:decide")
    )


def take_back_revocation(actor: Actor, proposed_by: int | None) -> bool:
    """Whoever proposed it may take it back, until it is decided."""
    return actor.account_id is not None and actor.account_id == proposed_by and _within(actor, "reviews:decide")


def cancel_registration(actor: Actor, registrant_id: int | None) -> bool:
    """The registrant gives its own registration up."""
    return registrant_id is not None and draft_product(actor) and actor.enterprise_id == registrant_id


def watch_registrations(actor: Actor) -> bool:
    """Everybody who signed in at a page may ask to hear what happens to a registration."""
    return actor.signed_in and actor.via == "page"
