"""The search of the register against SQLite FTS5: the same tokens, the same questions, in the same run.

The index is built of products made up on the spot, by the code that builds it of the register. FTS5 holds the very
tokens of the very documents in one column (each under the name of its field, so that it needs no column filters), with
``detail=none``, its fastest form, and the columns of the documents beside them. It is given each question read and
written as an expression: any form of every term, as the search itself looks for them; what the search does besides
(spelling out, confirming, points by form, phrases, lots) it is spared. It answers with the first page in its own order
of relevance and the exact number, of what held on the day, under the filters; and with facets where those are asked for.
"""

import argparse
import gc
import logging
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import flask_migrate
import numpy as np

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import intend_to_write
from association.ledger.rules import FIRST
from bench import fictional
from bench.questions import by_kind
from catalog.categories import catalogfile
from catalog.categories import service as categories
from catalog.register import generations, index, rules, search
from catalog.register.documents import FIELDS, Document, documents
from catalog.register.matching import pairs_read_as, read_alone_as
from catalog.register.plain import is_han, runs
from catalog.register.search import Asked
from catalog.register.shelf import Kept, Shelf
from catalog.register.terms import Term
from wsgi import create_app

SIZES = (10_000, 100_000)
QUESTIONS = 1_000
PAGE = 20
TODAY = date(2026, 11, 20)
SEED = TODAY.isoformat()


# -- building -----------------------------------------------------------------------------------------------


def documents_of(registered: fictional.Numbered) -> list[Document]:
    """What the index holds of it."""
    known = datetime.max.replace(tzinfo=UTC)
    return documents(registered.number, rules.in_effect(registered.entries, known=known))


def build(made: Iterable[Document], *, beside: "Baseline | None" = None) -> tuple[float, float]:
    """An index of these, put to use, for a register that has no entry yet. Seconds taken for it, and for the baseline."""
    place = generations.folder() / f"v{time.time_ns()}-0"
    place.mkdir(parents=True)
    own = theirs = 0.0
    begun = time.process_time()
    index.create(place)
    writer = index.writer_of(place)
    own += time.process_time() - begun
    rest = iter(made)
    while batch := list(islice(rest, 2_000)):
        begun = time.process_time()
        for document in batch:
            index.put(writer, document)
        between = time.process_time()
        own += between - begun
        if beside is not None:
            beside.put(batch)
            theirs += time.process_time() - between
    begun = time.process_time()
    generations.write_manifest(place, index.commit(writer, place), 0, FIRST, known={})
    generations.use(place)
    between = time.process_time()
    if beside is not None:
        beside.commit()
    return own + between - begun, theirs + time.process_time() - between


# -- the baseline -------------------------------------------------------------------------------------------

# FTS5's tokenizer takes ASCII letters and digits and everything beyond ASCII; other signs get a place beyond.
_WORD = {code: chr(0xE100 + code) for code in range(128) if not chr(code).isalnum()}
_FIELD = {name: chr(0xE200 + place) for place, name in enumerate(FIELDS)}

_PAGE = """
SELECT doc.number FROM words JOIN doc ON doc.id = words.rowid
 WHERE words MATCH ? AND doc.begins <= ? AND doc.ends >= ? {} ORDER BY words.rank LIMIT 20
"""
_COUNT = """
SELECT count(*) FROM words JOIN doc ON doc.id = words.rowid WHERE words MATCH ? AND doc.begins <= ? AND doc.ends >= ? {}
"""
_FACETS = """
WITH hit AS MATERIALIZED (
  SELECT doc.* FROM words JOIN doc ON doc.id = words.rowid WHERE words MATCH ? AND doc.begins <= ? AND doc.ends >= ? {}
)
SELECT 1, category, count(*) FROM hit GROUP BY 2 UNION ALL SELECT 2, subtype, count(*) FROM hit GROUP BY 2
UNION ALL SELECT 3, maker, count(*) FROM hit GROUP BY 2 UNION ALL SELECT 4, origin, count(*) FROM hit GROUP BY 2
UNION ALL SELECT 5, standing, count(*) FROM hit GROUP BY 2 UNION ALL SELECT 6, year, count(*) FROM hit GROUP BY 2
UNION ALL SELECT 7, standard, count(*) FROM hit GROUP BY 2
"""


def token(name: str, text: str) -> str:
    """A token of a field as FTS5 holds it."""
    return _FIELD[name] + text.translate(_WORD)


class Baseline:
    """The same documents in SQLite."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(path)
        self._db.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA mmap_size = 4000000000;
            CREATE TABLE doc (id INTEGER PRIMARY KEY, number TEXT, begins INT, ends INT, category TEXT, subtype TEXT,
                              maker TEXT, origin TEXT, year INT, standing INT, standard TEXT);
            CREATE VIRTUAL TABLE words USING fts5(tokens, content='', detail=none, tokenize='ascii');
            """
        )
        self._count = 0

    def put(self, made: Sequence[Document]) -> None:
        """More documents."""
        rows, words = [], []
        for one in made:
            self._count += 1
            of = one.stored
            standing = next((code for begins, ends, code in of.stands if begins <= TODAY.toordinal() <= ends), -1)
            rows.append(
                (
                    self._count, of.number, of.begins, of.ends, of.category, of.subtype, of.maker, of.origin,
                    of.key // 100_000 % 10_000, standing, of.standards[0] if of.standards else "",
                )
            )  # fmt: skip
            words.append((self._count, " ".join(token(name, text) for name in one.tokens for text in one.tokens[name])))
        self._db.executemany("INSERT INTO doc VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows)
        self._db.executemany("INSERT INTO words (rowid, tokens) VALUES (?, ?)", words)

    def commit(self) -> None:
        """All in one segment, as the index is."""
        self._db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._db.commit()
        self._db.execute("ANALYZE")

    def find(self, expression: str, category: str, facets: bool) -> int:
        """The first page and the exact number; facets too, when asked for. The number."""
        more = "AND doc.category = ?" if category else ""
        day = TODAY.toordinal()
        asked = (expression, day, day, category) if category else (expression, day, day)
        self._db.execute(_PAGE.format(more), asked).fetchall()
        if facets:
            self._db.execute(_FACETS.format(more), asked).fetchall()
        return int(self._db.execute(_COUNT.format(more), asked).fetchone()[0])

    def close(self) -> None:
        """No more of it."""
        self._db.close()


def expression(shelf: Shelf, terms: Sequence[Term]) -> str:
    """The question for FTS5: of every term any form, as ``matching`` looks for them."""
    return " AND ".join(_any(_forms(shelf, term)) for term in terms)


def _one(name: str, text: str) -> str:
    return f'"{token(name, text)}"'


def _all(parts: Sequence[str]) -> str:
    return f"({' AND '.join(parts)})" if all(parts) and parts else ""


def _any(parts: Iterable[str]) -> str:
    some = list(dict.fromkeys(part for part in parts if part))
    return f"({' OR '.join(some)})" if some else '"nowhere"'


def _holding(name: str, text: str, *, whole: bool = False) -> str:
    parts = []
    for place, run in enumerate(found := runs(text)):
        if is_han(run):
            parts += [_one(name, run[at : at + 2]) for at in range(max(1, len(run) - 1))]
        else:
            parts.append(_one(name, run) + ("" if whole or place + 1 < len(found) else "*"))
    return _all(parts)


def _forms(shelf: Shelf, term: Term) -> list[str]:
    forms = []
    if term.whole_number:
        forms.append(_one("no", term.number))
    if term.uscc:
        forms.append(_one("us", term.uscc))
    if term.model:
        pairs = [term.model[at : at + 2] for at in range(len(term.model) - 1)]
        forms.append(_all([_one("mg", pair) for pair in pairs]))
    if term.standard:
        forms += [_one("st", key) for key in shelf.lexicon("st") if term.standard in key]
    for name in ("nm", "br", "mk", "rg", *(() if term.han else ("ne",))):
        forms.append(_holding(name, term.text))
    for word in term.same:
        forms += [_holding(name, word, whole=True) for name in (("nm",) if is_han(word) else ("nm", "ne"))]
    for name in ("nm", "br", "mk") if term.letters else ():
        initials, first_two = pairs_read_as(shelf, name, term.letters)
        if all(initials):
            forms.append(_all([_any(_one(name, pair) for pair in sorted(pairs)) for pairs in initials]))
        forms += [_one(name, one) for one in sorted(first_two | read_alone_as(shelf, name, term.letters))]
    forms += [_one("cs", code) for code in sorted(term.classes)]
    values = [*sorted(term.values), *(f"{key}={value:g}" for key, value in term.measures)]
    return [*forms, *(_one("at", value) for value in values)]


# -- measuring ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the workload."""

    kind: str
    q: str
    category: str
    facets: bool


def workload(registered: Sequence[tuple[str, Any]], count: int, *, seed: int) -> list[Question]:
    """``count`` different questions; every fourth with facets, every eighth also under a filter."""
    found: dict[Question, None] = {}
    for place, (kind, q) in enumerate(by_kind(registered, 3 * count, seed=seed)):
        category = str(registered[place % len(registered)][1]["category"]) if place % 8 == 0 else ""
        found[Question(kind, q, category, place % 4 == 0)] = None
    return list(found)[:count]


@dataclass(slots=True)
class Figures:
    """Of one size: seconds and bytes, ours and the baseline's; microseconds of every question, at work and cold."""

    size: int
    documents: int
    making: float
    build: tuple[float, float]
    disk: tuple[int, int]
    opening: float
    kinds: list[str]
    at_work: tuple[Any, Any]
    cold: tuple[Any, Any]
    exact: int


def forget(shelf: Shelf) -> None:
    """Everything that was worked out for earlier questions."""
    shelf.kept = Kept(64 << 20)
    for segment in shelf.segments.values():
        segment._postings = Kept(64 << 20)


def ask(question: Question) -> Any:
    """The answer of the search."""
    asked = Asked(q=question.q, category=question.category)
    return search.find(asked, on=TODAY, known_now=clock.now(), seed=SEED, per_page=PAGE, facets=question.facets)


def measure(
    shelf: Shelf, baseline: Baseline, before: Sequence[Question], questions: Sequence[Question], rounds: int
) -> Any:
    """Processor time of every question after ``before`` were asked, ours and the baseline's: the median of the rounds."""
    words = search.words_of(on=TODAY, known_now=clock.now())
    written = {one: expression(shelf, search._read(shelf, one.q, words).terms) for one in (*before, *questions)}
    taken = np.zeros((2, rounds, len(questions)))
    for turn in range(rounds):
        forget(shelf)
        for one in before:
            ask(one)
            baseline.find(written[one], one.category, one.facets)
        for place, one in enumerate(questions):
            begun = time.process_time_ns()
            ask(one)
            between = time.process_time_ns()
            baseline.find(written[one], one.category, one.facets)
            taken[:, turn, place] = between - begun, time.process_time_ns() - between
        gc.collect()
    return np.median(taken, axis=1) / 1_000


def measure_cold(shelf: Shelf, baseline: Baseline, questions: Sequence[Question]) -> Any:
    """The same, no posting list read and nothing worked out before: each question as if it were the day's second one."""
    words = search.words_of(on=TODAY, known_now=clock.now())
    taken = np.zeros((2, len(questions)))
    for place, one in enumerate(questions):
        written = expression(shelf, search._read(shelf, one.q, words).terms)
        forget(shelf)
        ask(Question("", "", "", facets=False))
        begun = time.process_time_ns()
        ask(one)
        between = time.process_time_ns()
        baseline.find(written, one.category, one.facets)
        taken[:, place] = between - begun, time.process_time_ns() - between
    return taken / 1_000


def agreeing(shelf: Shelf, baseline: Baseline, questions: Sequence[Question]) -> int:
    """How many questions both answer with the same number of registrations."""
    words = search.words_of(on=TODAY, known_now=clock.now())
    same = 0
    for one in questions:
        found = ask(one)
        of = baseline.find(expression(shelf, search._read(shelf, one.q, words).terms), one.category, facets=False)
        same += found.total == of
    return same


def run(size: int, *, rounds: int = 3) -> Figures:
    """Everything for one size."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": folder, "DATABASE_URL": "", "RATE_LIMITS": False})
        with app.app_context():
            flask_migrate.upgrade()
            intend_to_write()
            categories.load(catalogfile.OWN_COPY, actor=OPERATOR, now=datetime(2015, 1, 1, tzinfo=UTC))
            every = max(1, size // 5_000)
            some: list[tuple[str, Any]] = []
            count = 0

            def made() -> Any:
                nonlocal count
                for place, one in enumerate(fictional.numbered(fictional.products(size, seed=4))):
                    if place % every == 0:
                        some.append((one.number, one.entries[0].facts))
                    found = documents_of(one)
                    count += len(found)
                    yield from found

            baseline = Baseline(Path(folder) / "baseline.db")
            begun = time.process_time()
            taken = build(made(), beside=baseline)
            making = time.process_time() - begun - sum(taken)
            disk = sum(path.stat().st_size for path in generations.current().iterdir()), baseline.path.stat().st_size
            begun = time.process_time()
            shelf = search._shelf()
            opening = time.process_time() - begun
            before, questions = workload(some, QUESTIONS, seed=1), workload(some, QUESTIONS, seed=2)
            at_work = measure(shelf, baseline, before, questions, rounds)
            cold = measure_cold(shelf, baseline, questions[:200])
            exact = agreeing(shelf, baseline, questions)
            baseline.close()
    kinds = [one.kind for one in questions]
    return Figures(size, count, making, taken, disk, opening, kinds, tuple(at_work), tuple(cold), exact)


def _percentiles(own: Any, theirs: Any) -> str:
    cells = []
    for part in (50, 95, 99):
        one, other = np.percentile(own, part), np.percentile(theirs, part)
        cells.append(f"{one:,.0f} / {other:,.0f} µs = {one / other:.2f}")
    return " | ".join(cells)


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables; ``--sizes`` takes other numbers of registrations, a million among them."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(arguments)
    every = [run(size, rounds=asked.rounds) for size in asked.sizes]
    print("| registrations (documents) | build s | on disk MB | open s | p50 | p95 | p99 |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for one in every:
        own, theirs = one.build
        built = f"{one.making:.0f} + {own:.0f} / {theirs:.0f} = {own / theirs:.1f}"
        disk = f"{one.disk[0] / 1e6:.0f} / {one.disk[1] / 1e6:.0f} = {one.disk[0] / one.disk[1]:.2f}"
        size = f"{one.size:,} ({one.documents:,})"
        print(f"| {size} | {built} | {disk} | {one.opening:.1f} | {_percentiles(*one.at_work)} |")
        print(f"| {size}, cold | | | | {_percentiles(*one.cold)} |")
    print("\n| kind | questions | p50 | p95 | p99 |")
    print("|---|---:|---:|---:|---:|")
    last = every[-1]
    for kind in dict.fromkeys(last.kinds):
        here = np.array([one == kind for one in last.kinds])
        print(f"| {kind} | {here.sum()} | {_percentiles(last.at_work[0][here], last.at_work[1][here])} |")
    first = np.percentile(every[0].at_work[0], (50, 95))
    for one in every:
        grown = np.percentile(one.at_work[0], (50, 95)) / first
        print(f"\n{one.size:,}: {grown[0]:.1f} and {grown[1]:.1f} times the p50 and p95 of {every[0].size:,};")
        print(f"the same number of registrations for {one.exact} of {len(one.kinds)} questions")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
