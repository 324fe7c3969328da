"""Receipts: their codes, the lines as they are kept, the summary, and what differs between two answers. Pure."""

import hashlib
import json
import secrets
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from association.kernel.numbers import compact
from catalog.verifications.many import Asked
from catalog.verifications.rules import Question
from catalog.vocabulary import Verdict

MOST_LINES = 10_000
# Lines of one part: also a page of the list, so that a page reads one part.
PART = 100

# Crockford's base 32: no letter that looks like a digit. 25 signs carry 125 bits.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _GROUP = 25, 5
_READ_AS = str.maketrans("OIL", "011")


def new_code() -> str:
    """A receipt's code that nobody can guess, such as ``7F3KQ-…``: five groups of five."""
    return _grouped("".join(secrets.choice(_SIGNS) for _place in range(_LENGTH)))


def _grouped(code: str) -> str:
    return "-".join(code[place : place + _GROUP] for place in range(0, _LENGTH, _GROUP))


def read_code(text: str) -> str:
    """The code in ``text`` as it is kept, in any case and with any separators; empty when it cannot be one."""
    code = compact(text[:80]).translate(_READ_AS)
    return _grouped(code) if len(code) == _LENGTH and set(code) <= set(_SIGNS) else ""


def code_hash(code: str) -> str:
    """What a receipt is found by."""
    return hashlib.sha256(f"receipt {code}".encode()).hexdigest()


def summary(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many lines have each verdict. Lines outside the catalog are no fault: ``in_catalog`` counts the others."""
    counts = Counter(verdicts)
    total = counts.total()
    return {
        "lines": total,
        "in_catalog": total - counts[Verdict.NOT_IN_CATALOG],
        **{verdict.value: counts[verdict] for verdict in Verdict},
    }


def asked_json(asked: Asked) -> dict[str, Any]:
    """A line as it was asked, with the days it was judged by; what was not given is left out."""
    question = asked.question
    said: dict[str, Any] = {
        name: text
        for name in (
            "ref", "number", "manufacturer", "manufacturer_uscc", "brand", "model", "name", "category", "subtype",
            "quantity",
        )
        if (text := getattr(question, name))
    }  # fmt: skip
    said |= {"on": asked.on.isoformat(), "made_on": asked.made_on.isoformat()}
    if (proof := question.proof) is not None:
        said["proof"] = ({"kind": proof.kind.value} if proof.kind else {}) | {"number": proof.number}
        if proof.issuer:
            said["proof"]["issuer"] = proof.issuer
        if proof.issued_on:
            said["proof"]["issued_on"] = proof.issued_on.isoformat()
    return said


def packed(questions: Sequence[bytes], answers: Sequence[bytes], *, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """The parts of a list whose questions and answers are JSON: the position of the first line, and the body. ``first``
    lines, a multiple of ``PART``, come before. Of canonical JSON the parts hold canonical JSON."""
    for place in range(0, len(answers), PART):
        pairs = zip(answers[place : place + PART], questions[place : place + PART], strict=True)
        text = b",".join(b'{"answer":%b,"question":%b}' % pair for pair in pairs)
        yield first + place + 1, zlib.compress(b"[%b]" % text, 1)


def unpacked(body: bytes) -> list[dict[str, Any]]:
    """The lines of a part, each ``{"question", "answer"}``."""
    lines: list[dict[str, Any]] = json.loads(zlib.decompress(body))
    return lines


def as_signed(body: bytes) -> bytes:
    """The lines of a part as they stand in the signed form, with commas between: of a part of canonical JSON."""
    return zlib.decompress(body)[1:-1]


# What may differ between an answer as given and the same question asked now, with what is compared of it.
def differing(given: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What of an answer is no longer as it was given: ``verdict``, ``reasons``, ``registration``, ``evidence`` …"""
    return [name for name in _COMPARED if _seen(given, name) != _seen(now, name)]


_COMPARED = ("verdict", "reasons", "warnings", "registration", "evidence", "entry")


def _seen(answer: Mapping[str, Any], name: str) -> Any:
    """The part of an answer that says something about the goods, whatever the language it is said in."""
    value = answer.get(name)
    if name in ("reasons", "warnings"):
        return [(one["code"], one.get("since"), one.get("on")) for one in value or ()]
    if name == "evidence":
        return [{key: text for key, text in one.items() if key != "label"} for one in value or ()]
    return value


def question_of(said: Mapping[str, Any]) -> Question:
    """The question of a kept line, without the proof it named."""
    return Question(**{name: text for name, text in said.items() if name not in ("on", "made_on", "proof")})
