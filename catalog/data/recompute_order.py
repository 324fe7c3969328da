#!/usr/bin/env python3
# ruff: noqa: T201
"""Recompute the order of a search in the register from the open feed and the public seed. Standard library alone.

    python3 recompute_order.py "https://host/catalog/register?q=…&seed=2026-03-02"
    python3 recompute_order.py "https://host/api/v1/catalog/register?q=…" --on 2026-03-02

The address may be that of the page or of the API, as copied from the browser. What it asks for is asked of the API,
page by page to the end; all facts are read from ``register/entries`` (every entry ever made), the characters' plain
forms and readings from ``/catalog/register/characters.txt``; then everything is worked out here anew: which
registrations hold every term, in which form, with how many points, and the lot that the seed draws.
Exit 0: the very same registrations in the very same order; 1: not, with the first that differs; 2: nothing to compare.

How the order is made: the points of all terms, each in its best form, and nine for each phrase that stands whole; then
those in force on the day; then the smaller SHA-256 of ``<seed> <number>``. How each term was read, and which standing
a registration has on the day, is taken from the answer. A search whose terms had to be relaxed, or with filters other
than class, kind, standing and origin, is not recomputed.
"""

import functools
import hashlib
import json
import re
import sys
import time
import unicodedata
import urllib.error
import urllib.parse
import urllib.request

PHRASE = 9
HAN = "〇々㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
ONE_HAN = re.compile(f"[{HAN}]")


class Characters:
    """Plain forms and readings of characters: ``simple`` and ``said`` by character; what is in neither is itself."""

    def __init__(self, simple=None, said=None):
        self.simple = {} if simple is None else simple
        self.said = {} if said is None else said

    @classmethod
    def read(cls, lines):
        """From lines of character, plain form and readings, parted by tabs."""
        simple, said = {}, {}
        for line in lines:
            one, form, readings = line.rstrip("\n").split("\t")
            simple[one], said[one] = form, readings.split()
        return cls(simple, said)


def plain(text, characters):
    """The form in which names are compared."""
    shown = ""
    for one in unicodedata.normalize("NFKC", text):
        form = " " if 0xD800 <= ord(one) <= 0xDFFF else characters.simple.get(one, one).casefold()
        shown += "".join(c if c.isalnum() or c == "々" else " " for c in form) or " "
    kept = ""
    for one in shown.split():
        if kept and not ONE_HAN.match(kept[-1]) and not ONE_HAN.match(one):
            kept += " "
        kept += one
    return kept


def model_form(text):
    """The form in which models are compared."""
    shown = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    shown = "".join(shown.split())
    kept = ""
    for place, one in enumerate(shown):
        between = place > 0 and shown[place - 1].isdigit() and shown[place + 1 : place + 2].isdigit()
        if one.isalnum() or one in "+*#" or (one == "." and between):
            kept += one
    return kept


def tight(text):
    """Letters and digits alone, upper case."""
    return re.sub("[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).strip().upper())


def standard_forms(text):
    """The forms of a standard's number: as it is, and without its /T."""
    shown = unicodedata.normalize("NFKC", text).upper().replace("—", "-").replace("–", "-")
    key = re.sub(r"[^0-9A-Z.\-\u3400-\u9fff]", "", shown).strip(".-")
    return {key, re.sub(r"^([A-Z][A-Z])T(?=\d)", r"\1", key)}


# Few texts are distinct, and each is asked of many registrations.
@functools.lru_cache(maxsize=200_000)
def holds(text, term, whole=False):
    """Whether a plain text holds a plain term: Han anywhere, words from their beginning (whole: to their end)."""
    found = text.find(term) if term else -1
    while found >= 0:
        begins = ONE_HAN.match(term) or found == 0 or text[found - 1] == " " or ONE_HAN.match(text[found - 1])
        after = text[found + len(term) : found + len(term) + 1]
        ends = not whole or ONE_HAN.match(term[-1]) or not after or after == " " or ONE_HAN.match(after)
        if begins and ends:
            return True
        found = text.find(term, found + 1)
    return False


@functools.lru_cache(maxsize=200_000)
def sounds_like(text, letters, characters):
    """Whether neighbouring Han characters of a plain text are read by the letters: by syllables, or by initials."""
    for place, begin in enumerate(text):
        if not ONE_HAN.match(begin):
            continue
        run = []
        for one in text[place : place + len(letters)]:
            if not ONE_HAN.match(one):
                break
            run.append(characters.said.get(one, ()))
        pairs = list(zip(letters, run, strict=False))
        by_initials = len(pairs) == len(letters) > 1
        if by_initials and all(any(said.startswith(letter) for said in readings) for letter, readings in pairs):
            return True
        if _spelled(run, letters, first=True):
            return True
    return False


def _spelled(run, letters, first):
    for said in run[0] if run else ():
        if said == letters or (not first and said.startswith(letters)):
            return True
        if letters.startswith(said) and _spelled(run[1:], letters[len(said) :], first=False):
            return True
    return False


def values_of(attributes):
    """What the attributes say, as ``key=value``; a range is both its ends."""
    found = set()
    for key, value in attributes.items():
        if isinstance(value, list):
            if len(value) == 2 and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in value):
                found.add(f"{key}={_written(value[0])}~{_written(value[1])}")
            else:
                found |= {f"{key}={_written(one)}" for one in value}
        elif value not in (None, ""):
            found.add(f"{key}={_written(value)}")
    return found


def _written(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)[:80]


class Product:
    """The facts of a registration on a day, in the forms in which they are compared."""

    def __init__(self, number, facts, characters):
        maker, registrant = facts.get("manufacturer") or {}, facts.get("registrant") or {}
        self.number, self.category, self.subtype = number, facts.get("category", ""), facts.get("subtype", "")
        self.origin = facts.get("origin") or ""
        self.number_form = tight(number)
        self.codes = {maker.get("uscc") or "", registrant.get("uscc") or ""} - {""}
        self.model = model_form(facts.get("model") or "")
        self.name = plain(facts.get("name") or "", characters)
        self.name_en = plain(facts.get("name_en") or "", characters)
        self.brand = plain(facts.get("brand") or "", characters)
        self.maker = plain(maker.get("name") or "", characters)
        self.registrant = plain(registrant.get("name") or "", characters)
        self.standards = set().union(*(standard_forms(one) for one in facts.get("standards") or ()))
        self.values = values_of(facts.get("attributes") or {})
        self.classes = {self.category, f"{self.category}.{self.subtype}"}


def points(product, term, characters):
    """The points of the best form in which a product holds a term; 0 when it does not. A term is what the API says."""
    text, model, number = term.get("text", ""), term.get("model", ""), term.get("number", "")
    at_least = 0
    if term.get("whole_number"):
        if product.number == number:
            return 100
    elif number and number in product.number_form:
        at_least = 36
    if term.get("uscc") and term["uscc"] in product.codes:
        return 100
    if model and model in product.model:
        at_least = max(at_least, 60 if product.model == model else 40 if product.model.startswith(model) else 24)
    # From here on by falling points: the first that holds is the best.
    if at_least >= 30:
        return at_least
    if text and text in (product.name, product.brand):
        return 30
    if at_least:
        return at_least
    if term.get("standard") and any(term["standard"] in one for one in product.standards):
        return 22
    if text and holds(product.name, text):
        return 21 if product.name.endswith(text) else 20
    if text and holds(product.brand, text):
        return 18
    if text and (holds(product.maker, text) or holds(product.registrant, text)):
        return 16
    same = term.get("same", ())
    if any(product.name.endswith(word) and holds(product.name, word, True) for word in same):
        return 15
    for word in same:
        if holds(product.name, word, True) or (not ONE_HAN.match(word) and holds(product.name_en, word, True)):
            return 14
    if text and not ONE_HAN.match(text) and holds(product.name_en, text):
        return 12
    if letters := term.get("letters", ""):
        if sounds_like(product.name, letters, characters):
            return 10
        if sounds_like(product.brand, letters, characters) or sounds_like(product.maker, letters, characters):
            return 8
    if not product.classes.isdisjoint(term.get("classes", ())):
        return 7
    values = {*term.get("values", ()), *(f"{key}={_written(float(one))}" for key, one in term.get("measures", ()))}
    return 0 if product.values.isdisjoint(values) else 6


def all_points(product, terms, phrases, characters):
    """The points of all terms together; ``None`` when one is not held."""
    together = 0
    for term in terms:
        worth = points(product, term, characters)
        if not worth:
            return None
        together += worth
    named = (product.name, product.brand, product.maker)
    return together + PHRASE * sum(any(holds(text, phrase) for text in named) for phrase in phrases)


def lot(seed, number):
    """What the seed draws for a number."""
    return hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:16]


def in_order(products, terms, phrases, seed, in_force, characters):
    """The numbers of those that hold every term, in order."""
    placed = []
    for product in products:
        worth = all_points(product, terms, phrases, characters)
        if worth is not None:
            placed.append((-worth, product.number not in in_force, lot(seed, product.number), product.number))
    return [number for *_key, number in sorted(placed)]


# -- the feed ------------------------------------------------------------------------------------------------

CHANGES = ("registered", "renewed", "amended", "corrected")


def in_effect(entries):
    """The entries that count: a correction that names an entry stands in its place, or takes it away."""
    left = {}
    for one in entries:
        said = one["facts"]
        if one["kind"] != "corrected" or said.get("entry") is None:
            left[one["entry"]] = one
        elif said["entry"] in left:
            wrong = left[said["entry"]]
            if not said.get("void"):
                mended = {**wrong["facts"], **(said.get("facts") or {})}
                left[said["entry"]] = {**wrong, "facts": mended, "effective_from": one["effective_from"]}
            elif wrong["kind"] != "registered":
                del left[said["entry"]]
    return [left[place] for place in sorted(left)]


def facts_on(entries, on):
    """The facts of a day; before the first day those of the first."""
    facts = {}
    for one in in_effect(entries):
        if one["kind"] in CHANGES and (not facts or one["effective_from"] <= on):
            facts.update(one["facts"])
    return facts


# -- the comparison ------------------------------------------------------------------------------------------


def get(address):
    """A document from the net, as text."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"not an address of the net: {address}")
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
                return answer.read().decode()
        except urllib.error.HTTPError as refused:
            # Asked too often: the answer says how many seconds to wait.
            seconds = refused.headers.get("Retry-After", "")
            if refused.code != 429 or not seconds.isdigit():
                raise
            time.sleep(int(seconds) + 1)


def pages(fetch, path, asked):
    """Every item of the search, and the first page's own words."""
    items, first, number = [], None, 1
    while True:
        page = json.loads(fetch(f"{path}?{urllib.parse.urlencode({**asked, 'page': number, 'per_page': 200})}"))
        first = first or page
        # The seed of the first page is that of all, also past midnight.
        asked = {**asked, "seed": first["seed"]}
        items += page["items"]
        if number >= page["pages"]:
            return items, first
        number += 1


def feed(fetch, path):
    """Every entry ever made, by number."""
    entries, since = {}, 0
    while True:
        page = json.loads(fetch(f"{path}/entries?since={since}&limit=1000"))
        for one in page["items"]:
            entries.setdefault(one["number"], []).append(one)
        if not page["items"]:
            return entries
        since = page["next_since"]


RECOMPUTED = {"q", "category", "subtype", "origin", "standing", "on", "seed", "sort"}


def compare(fetch, asked):
    """The numbers as they were answered, and as they are worked out here. ``fetch`` reads a path of the host."""
    path = "/api/v1/catalog/register"
    asked = {name: value for name, value in asked.items() if value and name not in ("page", "per_page", "facets")}
    if strange := set(asked) - RECOMPUTED:
        raise LookupError(f"filters that are not recomputed: {', '.join(sorted(strange))}")
    items, said = pages(fetch, path, asked)
    if said["stage"] not in ("exact", "listed"):
        raise LookupError(f"the terms were relaxed ({said['stage']}): they have no points of their own")
    if said["sort"] not in ("relevance", "number"):
        raise LookupError(f"sorted by {said['sort']}")
    characters = Characters.read(fetch("/catalog/register/characters.txt").splitlines())
    products = [
        Product(number, facts_on(entries, said["on"]), characters) for number, entries in feed(fetch, path).items()
    ]
    for name in ("category", "subtype", "origin"):
        products = [one for one in products if not asked.get(name) or getattr(one, name) == asked[name]]
    standing = {one["number"]: one["standing"] for one in items}
    if asked.get("standing"):
        products = [one for one in products if standing.get(one.number) == asked["standing"]]
    if said["sort"] == "number":
        ordered = sorted(one.number for one in products)
    else:
        in_force = {number for number, word in standing.items() if word == "in_force"}
        ordered = in_order(products, said["terms"], said["phrases"], said["seed"], in_force, characters)
    return [one["number"] for one in items], ordered


def main(arguments):
    """Compare, and say what was found."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    address = urllib.parse.urlsplit(arguments[0])
    asked = dict(urllib.parse.parse_qsl(address.query))
    if "--on" in arguments[:-1]:
        asked["on"] = arguments[arguments.index("--on") + 1]
    host = f"{address.scheme}://{address.netloc}"
    try:
        answered, worked_out = compare(lambda path: get(host + path), asked)
    except (LookupError, ValueError, OSError) as why:
        print(f"nothing to compare: {why}")
        return 2
    for place, (one, other) in enumerate(zip(answered, worked_out), 1):  # noqa: B905 (older Pythons too)
        if one != other:
            print(f"place {place}: answered {one}, worked out {other}")
            return 1
    if len(answered) != len(worked_out):
        print(f"answered {len(answered)}, worked out {len(worked_out)}")
        return 1
    print(f"the same {len(answered)} registrations in the same order")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
