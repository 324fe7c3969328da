"""The signed form of a receipt (docs/proofs.md, section 2): made with the receipt, and given out again as it was."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from association.kernel.dates import show_utc
from association.kernel.db import intend_to_write, let_go
from association.signing import queries as signing_known
from association.signing import service as signing
from association.signing.rules import Unsigned, canonical
from catalog.register import queries as register
from catalog.verifications import kept, words
from catalog.verifications.models import Verification

KIND = "receipt"


def content_of(verification: Verification, lines: Iterable[bytes], entries: set[int]) -> Unsigned:
    """What is signed, as canonical JSON: question and answer line by line (``lines``: canonical JSON, one line or some with
    commas between at a time), the ``entries`` relied on with their hashes, the register's head, the moments. Who asked is
    no part of it."""
    whole = canonical(
        {
            "receipt": verification.receipt,
            "asked_at": show_utc(verification.asked_at),
            "known": show_utc(verification.known),
            "on": verification.on.isoformat(),
            "made_on": verification.made_on.isoformat() if verification.made_on else None,
            "purpose": verification.purpose,
            "project": verification.project,
            "language": verification.language,
            "head": {"entry": verification.head_entry, "hash": verification.head_hash},
            "summary": dict(verification.summary),
            "lines": [],
            "entries": [
                {"entry": entry, "hash": hash_} for entry, hash_ in sorted(register.hashes_of(entries).items())
            ],
            "disclaimer": words.DISCLAIMER,
        }
    )
    # Within a text the quotation marks would be escaped: this stands there once.
    before, empty, after = whole.partition(b'"lines":[]')
    assert empty
    return Unsigned(_pieces(before, lines, after))


def _pieces(before: bytes, lines: Iterable[bytes], after: bytes) -> Iterator[bytes]:
    # One after the other: ten thousand of them at once are thirty megabytes.
    yield before + b'"lines":['
    for place, one in enumerate(lines):
        yield (b"," if place else b"") + one
    yield b"]" + after


def keep(verification: Verification, content: Unsigned, *, issuer: str, now: datetime) -> None:
    """Sign ``content`` and keep it; inside the transaction that keeps the receipt."""
    signing.keep_signed(_subject(verification), content, kind=KIND, issuer=issuer, now=now)


def proof_of(verification: Verification, *, issuer: str, now: datetime) -> str:
    """The JWS of a receipt. One that was kept without (by a program within the house) is signed now, and kept."""
    found = signing_known.signed_paper(_subject(verification))
    if found is None:
        # What older parts hold need not be canonical JSON.
        lines = (canonical({"question": one.question, "answer": one.answer}) for one in kept.each_line(verification))
        content = content_of(verification, lines, kept.entries_of(verification))
        # What was read is let go of, so that the writer's place can be taken from the beginning.
        let_go()
        intend_to_write()
        keep(verification, content, issuer=issuer, now=now)
        found = signing_known.signed_paper(_subject(verification))
    assert found is not None
    return found


def _subject(verification: Verification) -> str:
    # By its hash: the code itself opens the receipt, and many may read the ledger.
    return f"receipt:{verification.receipt_hash}"
