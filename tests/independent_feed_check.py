#!/usr/bin/env python3
# ruff: noqa: T201
"""Recompute every hash of the register's feed, with the standard library alone.

    python3 tests/independent_feed_check.py feed.json
    python3 tests/independent_feed_check.py https://host/api/v1/catalog/register/entries

A file holds a list of entries, one page of the feed, a list of pages, or one entry a line. An address is read page
by page. Exit 0: the chain is whole; 1: it is not, and the first entry that does not fit is named; 2: nothing could be
read.

An entry's hash is the SHA-256 of the RFC 8785 canonical JSON of the entry without ``hash``; ``previous`` is the hash
of the entry before it (64 zeros before the first).
"""

import hashlib
import json
import math
import sys
import urllib.parse
import urllib.request
from decimal import Decimal

ZEROS = "0" * 64


def canonical(value):
    """RFC 8785: keys by UTF-16 code units, shortest numbers as ECMAScript writes them, least escaping."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        if abs(value) <= 2**53:
            return str(value)
        return number(float(value))
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(quoted(key) + ":" + canonical(value[key]) for key in keys) + "}"


def quoted(text):
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def number(value):
    """A double as ECMAScript's Number.prototype.toString writes it."""
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    if value == 0:
        return "0"
    if value < 0:
        return "-" + number(-value)
    # repr gives the shortest digits that read back the same; only their layout differs.
    _sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    exponent += len(digits) - len(text)
    point = len(text) + exponent  # where the decimal point stands
    if len(text) <= point <= 21:
        return text + "0" * (point - len(text))
    if 0 < point <= 21:
        return text[:point] + "." + text[point:]
    if -6 < point <= 0:
        return "0." + "0" * -point + text
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return text[0] + ("." + text[1:] if len(text) > 1 else "") + power


def entry_hash(entry):
    body = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(canonical(body).encode("utf-8")).hexdigest()


def first_fault(entries, head=None):
    """Position of the first entry that does not fit; None when the chain is whole and ends at ``head``."""
    previous, position = ZEROS, 0
    for position, entry in enumerate(entries, 1):
        fits = entry.get("entry") == position and entry.get("previous") == previous
        if not fits or entry_hash(entry) != entry.get("hash"):
            return position
        previous = entry["hash"]
    if head is not None and (head["entry"], head["hash"]) != (position, previous):
        return min(position + 1, head["entry"]) or 1
    return None


def from_file(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        content = json.loads(text)
    except ValueError:
        content = [json.loads(line) for line in text.splitlines() if line.strip()]
    pages = content if isinstance(content, list) else [content]
    entries, head = [], None
    for page in pages:
        if "items" in page:
            entries += page["items"]
            head = page.get("head", head)
        else:
            entries.append(page)
    return entries, head


def from_address(address):
    entries, since = [], 0
    while True:
        parts = urllib.parse.urlsplit(address)
        page = parts._replace(query=urllib.parse.urlencode({"since": since, "limit": 1000}))
        with urllib.request.urlopen(urllib.parse.urlunsplit(page), timeout=60) as answer:
            told = json.load(answer)
        if not told["items"]:
            # Entries made while the pages were read are asked for once more: the head belongs to the last page.
            return entries, told["head"]
        entries += told["items"]
        since = told["next_since"]


def main(arguments):
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        source = arguments[0]
        entries, head = from_address(source) if "://" in source else from_file(source)
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot be read: {error}")
        return 2
    fault = first_fault(entries, head)
    if fault is not None:
        print(f"entry {fault} does not fit the chain")
        return 1
    print(f"{len(entries)} entries, every hash holds; head {entries[-1]['hash'] if entries else ZEROS}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
