"""What the judge needs of many registrations at once: a handful of statements, however long the list.

Each takes all its values as one JSON parameter, so no limit on parameters is met. Committed rows only; what was
entered after ``head`` was read is left out, so that all statements see one state of the register.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from association.kernel.db import gathered, listed, read
from association.ledger.rules import FIRST
from catalog.evidence.rules import Change, Evidence, EvidenceLine, on_file
from catalog.register.queries import Head, Known
from catalog.register.rules import Entry, Name, StandingAt, in_effect, make_entry, standing_at
from catalog.vocabulary import EntryKind, EvidenceKind

_KINDS = {kind.value: kind for kind in EntryKind}
_PAPER_KINDS = {kind.value: kind for kind in EvidenceKind}
_CHANGES = {change.value: change for change in Change}

_ENTRIES = """
SELECT number, entry, kind, CAST(effective_from AS TEXT), CAST(recorded_at AS TEXT), mandate, CAST(facts AS TEXT), previous, hash
  FROM register_entry WHERE number IN {asked}
"""
_PAPERS = """
SELECT register_number, id, kind, number, issuer, change, CAST(effective_from AS TEXT), CAST(recorded_at AS TEXT),
       CAST(valid_from AS TEXT), CAST(valid_until AS TEXT), document
  FROM evidence_line WHERE register_number IN {asked}
"""
_NAME = """
SELECT n.id, n.number, n.model, n.maker, n.maker_uscc, n.brand, n.model_fold, n.maker_fold, n.brand_fold,
       CAST(n.recorded_at AS TEXT), CAST(n.until_at AS TEXT)
"""
_NAMES = _NAME + "FROM registered_name AS n WHERE {which} IN {asked}"
_MODELS = "SELECT n.{by}, {models} FROM registered_name AS n WHERE n.{by} IN {asked} GROUP BY n.{by}"
_KNOWN = "n.recorded_at <= ? AND (n.until_at IS NULL OR n.until_at > ?)"
_MAKERS = """
SELECT asked.uscc, asked.maker,
       EXISTS (SELECT 1 FROM registered_name AS n WHERE n.maker_uscc = asked.uscc AND n.maker_fold = asked.maker AND {known}),
       EXISTS (SELECT 1 FROM registered_name AS n WHERE n.maker_uscc = asked.uscc AND {known}),
       EXISTS (SELECT 1 FROM registered_name AS n WHERE n.maker_fold = asked.maker AND {known})
  FROM {asked} AS asked
"""
_BRANDS = """
SELECT asked.brand FROM {asked} AS asked WHERE EXISTS (SELECT 1 FROM registered_name AS n WHERE n.brand_fold = asked.brand)
"""
# How a line may say whose product it is, in the order in which it is taken: code, name, brand.
BY = ("maker_uscc", "maker_fold", "brand_fold")


def head() -> Head:
    """The register's head, as everybody sees it."""
    rows = read("SELECT position, seal FROM chain_head WHERE name = 'register'", ())
    return Head(*rows[0]) if rows else Head(0, FIRST)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def known_registrations(numbers: Collection[str], *, known: datetime, head: Head) -> dict[str, Known]:
    """The registrations of ``numbers`` as known then, those that exist: two statements (as ``known_registration``)."""
    if not numbers:
        return {}
    asked = json.dumps(sorted(numbers))
    papers = _papers(asked)
    found = {}
    for number, all_entries in _entries(asked, head).items():
        found[number] = Known(
            number,
            tuple([entry for entry in all_entries if entry.recorded_at <= known]),
            tuple(in_effect(all_entries, known=known)),
            _on_file(papers.get(number, ()), known=known),
            head,
        )
    return found


def standings(
    numbers: Collection[str], *, moments: Sequence[tuple[date, datetime]], head: Head
) -> dict[str, list[StandingAt | None]]:
    """How the registrations of ``numbers`` stand, for each of ``moments`` (a day, as known at a moment): ``None`` where
    there was none yet. One statement."""
    if not numbers:
        return {}
    return {
        number: [
            standing_at(counted, on) if (counted := in_effect(entries, known=known)) else None for on, known in moments
        ]
        for number, entries in _entries(json.dumps(sorted(numbers)), head).items()
    }


def _entries(asked: str, head: Head) -> dict[str, list[Entry]]:
    """All entries up to ``head`` of the numbers ``asked`` (JSON), by number, in order."""
    rows = [row for row in read(_ENTRIES.format(asked=listed("number")), (asked,)) if row[1] <= head.entry]
    # Read as one text: thousands of small ones cost several times as much.
    facts = json.loads(f"[{','.join([row[6] for row in rows])}]")
    entries: dict[str, list[Entry]] = defaultdict(list)
    for (number, place, kind, effective, recorded, mandate, _text, previous, own), said in zip(
        rows, facts, strict=True
    ):
        entries[number].append(
            make_entry(
                place,
                number,
                _KINDS[kind],
                date.fromisoformat(effective),
                _moment(recorded),
                mandate,
                said,
                previous,
                own,
            )
        )
    for of_one in entries.values():
        of_one.sort(key=lambda entry: entry.entry)
    return entries


def _papers(asked: str) -> dict[str, list[tuple[int, EvidenceLine]]]:
    papers: dict[str, list[tuple[int, EvidenceLine]]] = defaultdict(list)
    rows = read(_PAPERS.format(asked=listed("number")), (asked,))
    for registered, place, kind, number, issuer, change, effective, recorded, begins, ends, document in rows:
        line = EvidenceLine(
            _PAPER_KINDS[kind],
            number,
            issuer,
            _CHANGES[change],
            date.fromisoformat(effective),
            _moment(recorded),
            _day(begins),
            _day(ends),
            document or None,
        )
        papers[registered].append((place, line))
    return papers


def _on_file(lines: Iterable[tuple[int, EvidenceLine]], *, known: datetime) -> tuple[Evidence, ...]:
    return on_file([line for _place, line in sorted(lines, key=lambda one: one[0])], known=known)


def _known_names(rows: Iterable[tuple[Any, ...]], *, known: datetime) -> list[Name]:
    """Those of ``rows`` that were known then, in order of number."""
    kept = [row for row in rows if _moment(row[9]) <= known and (row[10] is None or known < _moment(row[10]))]
    kept.sort(key=lambda row: (row[1], row[0]))
    return [Name(*row[1:9]) for row in kept]


def named_exactly(by: str, pairs: Collection[tuple[str, str]], *, known: datetime) -> dict[tuple[str, str], list[Name]]:
    """The names of each of ``pairs``: whose product (by the column ``by`` of BY) and folded model. One statement."""
    found: dict[tuple[str, str], list[Name]] = defaultdict(list)
    if pairs:
        statement = _NAMES.format(which=f"(n.{by}, n.model_fold)", asked=listed("owner", "model"))
        for name in _known_names(read(statement, (_json(sorted(pairs)),)), known=known):
            found[getattr(name, by), name.model_fold].append(name)
    return found


def named_nearly(
    by: str,
    pairs: Collection[tuple[str, str]],
    *,
    near: Callable[[str, str], bool],
    also: Mapping[tuple[str, str], Collection[str]],
    known: datetime,
) -> dict[tuple[str, str], list[Name]]:
    """For each of ``pairs`` (owner by the column ``by`` of BY, folded model) the owner's names with a model that is ``near``
    it, or with one of the models that are ``also`` tried for it, in order of number. Two statements.

    ``near`` is asked of models that may lie one edit away: all that do are among them.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for owner, model in pairs:
        wanted[owner].add(model)
    alike: dict[tuple[str, str], list[str]] = {}
    if wanted:
        # Each owner's models are read once, however many of them are looked for.
        statement = _MODELS.format(by=by, models=gathered("n.model_fold"), asked=listed("owner"))
        for owner, text in read(statement, (_json(sorted(wanted)),)):
            models = _Models(text)
            for model in wanted[owner]:
                if these := [one for one in models.sharing_a_half(model) if near(model, one)]:
                    alike[owner, model] = these
    for pair, tried in also.items():
        if tried:
            alike[pair] = list(dict.fromkeys([*alike.get(pair, ()), *tried]))
    named = named_exactly(by, {(owner, one) for (owner, _), these in alike.items() for one in these}, known=known)
    found = {}
    for (owner, model), these in alike.items():
        names = [name for one in these for name in named.get((owner, one), ())]
        found[owner, model] = sorted(names, key=lambda name: name.number)
    return found


class _Models:
    """The models of one owner, to be looked through for what lies near: all in one text, as there may be thousands.

    They are compared without dots, which count between digits only, so that a slip beside one changes two places.
    """

    def __init__(self, lines: str) -> None:
        bare = lines.replace(".", "")
        self._text = f"\n{bare}\n"
        self._dotted: dict[str, list[str]] = defaultdict(list)
        if bare != lines:
            for model in lines.split("\n"):
                self._dotted[model.replace(".", "")].append(model)

    def sharing_a_half(self, model: str) -> list[str]:
        """The models with the first half of ``model``, but for its last character, or with its second half: one edit leaves
        either as it was."""
        bare = model.replace(".", "")
        half = len(bare) // 2
        found = {*self._with(f"\n{bare[: max(0, half - 1)]}"), *self._with(f"{bare[half:]}\n")}
        return [one for plain in found for one in self._dotted[plain]] if self._dotted else list(found)

    def _with(self, piece: str) -> Iterator[str]:
        """The lines in which ``piece`` stands; it begins or ends by a line break."""
        text, skipped = self._text, piece.startswith("\n")
        place = text.find(piece)
        # The last line break begins no line.
        while 0 <= place < len(text) - 1:
            begin, end = text.rfind("\n", 0, place + skipped) + 1, text.find("\n", place + skipped)
            yield text[begin:end]
            place = text.find(piece, end)


def named_with(models: Collection[str], *, known: datetime) -> dict[str, list[Name]]:
    """Every name of each folded model, whoever makes it. One statement."""
    found: dict[str, list[Name]] = defaultdict(list)
    if models:
        statement = _NAMES.format(which="n.model_fold", asked=listed("model"))
        for name in _known_names(read(statement, (_json(sorted(models)),)), known=known):
            found[name.model_fold].append(name)
    return found


def makers(pairs: Collection[tuple[str, str]], *, known: datetime) -> dict[tuple[str, str], list[Name]]:
    """Whether anybody goes by each code and folded name: names without a product. One statement.

    Where the two never stand together, one stands for all who have the code, and one for all who have the name.
    """
    found: dict[tuple[str, str], list[Name]] = {}
    if pairs:
        moment = known.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        statement = _MAKERS.format(asked=listed("uscc", "maker"), known=_KNOWN)
        for uscc, maker, both, code, name in read(statement, (*[moment] * 6, _json(sorted(pairs)))):
            if both:
                found[uscc, maker] = [_goes_by(uscc, maker)]
            else:
                found[uscc, maker] = [_goes_by(uscc, "")] * bool(code) + [_goes_by("", maker)] * bool(name)
    return found


def brands(folds: Collection[str]) -> set[str]:
    """Those of these folded brands that anybody ever registered. One statement."""
    if not folds:
        return set()
    return {brand for (brand,) in read(_BRANDS.format(asked=listed("brand")), (_json(sorted(folds)),))}


def _goes_by(uscc: str, maker: str) -> Name:
    return Name("", "", "", uscc, "", "", maker, "")


def _json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)
