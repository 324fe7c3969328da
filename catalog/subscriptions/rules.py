"""What is asked of an address that is left, the words of consent, and how long it holds (PIPL Art. 13, 14, 15). Pure."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from association.kernel.i18n import N_

# Dated settings of the catalog file.
DAYS, REMINDED_BEFORE = "watching_days", "watching_reminder_days"

# What was agreed to is kept by its version; a version's words never change.
CONSENTS: Mapping[str, str] = {
    "2026-1": N_(
        "我同意协会用此地址告知我：所关注的登记暂停、撤销、注销、恢复或失效。地址只作此用，不公开，不提供给他人；到期或退订时删除。可以随时退订。"
    ),
}
CONSENT = "2026-1"

# Against letters to strangers: how many unconfirmed ones an address gets, and how many one asker causes.
UNCONFIRMED_FOR = timedelta(days=7)
MOST_UNCONFIRMED = 3
ASKED_AGAIN_AFTER = timedelta(minutes=10)
ASKED_WITHIN = timedelta(hours=1)
MOST_ASKED = 20
# How many places one address may be told of; a program's address comes with every list it has judged, thirteen a day.
MOST_OF_ADDRESS, MOST_OF_PROGRAM = 500, 5_000
# How many addresses one receipt may be told to.
MOST_OF_RECEIPT = 5


def ends_with_account(*, confirmed: bool, letter: bool, address: str, own: Collection[str]) -> bool:
    """Whether what an account left ends with it: yes, but for a mail address of somebody else who said yes themselves."""
    return not (letter and confirmed and address not in own)


class Excess(StrEnum):
    """Why an address is not added now."""

    ASKER = "asker"
    UNCONFIRMED = "unconfirmed"
    ADDRESS = "address"


def excess(*, letter: bool, asked: int, unconfirmed: int, of_address: int) -> Excess | None:
    """Whether somebody left enough addresses lately, or an address was asked or is told of enough."""
    if asked >= MOST_ASKED:
        return Excess.ASKER
    if letter and unconfirmed >= MOST_UNCONFIRMED:
        return Excess.UNCONFIRMED
    return Excess.ADDRESS if of_address >= most_of(letter=letter) else None


class Again(StrEnum):
    """What leaving an address for the same thing once more does."""

    PROLONGED = "prolonged"
    ASKED = "asked"
    NOTHING = "nothing"


def again(*, letter: bool, confirmed: bool, own: bool, asked_for: timedelta) -> Again:
    """A program is told on for the full time, and so is who asks for their ``own`` address and said yes before. Whoever has
    not said yes may have lost the letter: asked some while ago, they are asked once more. What a stranger asks for an
    address that said yes changes nothing."""
    if not letter or (confirmed and own):
        return Again.PROLONGED
    return Again.ASKED if not confirmed and asked_for >= ASKED_AGAIN_AFTER else Again.NOTHING


def most_of(*, letter: bool) -> int:
    return MOST_OF_ADDRESS if letter else MOST_OF_PROGRAM


def new_code() -> str:
    """What opens a subscription's page: in letters to its address only."""
    return secrets.token_urlsafe(24)


def code_hash(code: str) -> str:
    return hashlib.sha256(f"subscription {code}".encode()).hexdigest()


def address_mark(address: str, secret: str) -> str:
    """By which one address is known again, also after it was erased; a keyed hash, so that nobody can try addresses."""
    return hmac.new(secret.encode(), f"subscription address {address}".encode(), hashlib.sha256).hexdigest()


def runs_until(today: date, days: int) -> date:
    return today + timedelta(days=days)
