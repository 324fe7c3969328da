"""Nothing is lost silently and nothing is found without reason: the search against one that looks at everything."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from association.kernel.actors import OPERATOR
from bench import fictional
from bench.questions import mixture
from bench.search import build, documents_of
from catalog.categories import catalogfile, queries
from catalog.categories import service as categories
from catalog.register import generations, search
from catalog.register.rules import make_entry, standing_at
from catalog.register.search import Asked, Found
from catalog.vocabulary import Standing
from tests.catalog.register import naive
from tests.catalog.register.large import NOW, SEED, TODAY, Large, large
from tests.seeds import a_seed

__all__ = ["large"]

QUESTIONS = 300


def in_force(register: Large, on: date) -> set[str]:
    found = set()
    for number, product in zip(register.numbers, register.made, strict=True):
        entries = [
            make_entry(place, number, one.kind, one.effective_from, NOW, "", one.facts)
            for place, one in enumerate(product, 1)
        ]
        if standing_at(entries, on).standing is Standing.IN_FORCE:
            found.add(number)
    return found


def assert_right(question: str, found: Found, wanted: list[str]) -> None:
    """What was found is what holds every term, in order; or nothing does, and what was relaxed is said."""
    if found.stage == "exact":
        assert list(found.numbers) == wanted, question
        assert found.total == len(wanted), question
    elif found.terms:
        assert wanted == [], question
        assert found.relaxed or found.stage == "none" or len(found.terms) > 1, question
    assert_nothing_typed_is_dropped(question, [term.typed for term in found.terms], found.ignored)


def assert_nothing_typed_is_dropped(question: str, terms: list[str], ignored: tuple[str, ...]) -> None:
    typed = naive.plain(re.sub(r"型号\s*[:：]", " ", question)).replace(" ", "")
    kept = set("".join(naive.plain(one) for one in (*terms, *ignored))) | set("的和与及或在之")
    assert {one for one in typed if one not in kept} == set(), question


def held_against_each_other(register: Large, questions: list[str], on: date, *, scan: naive.Scan | None = None) -> int:
    """Every question answered twice, the same registrations in the same order; how many had an exact answer."""
    every = naive.products(register.numbers, register.made, on)
    words, forced, exact = naive.Words(on), in_force(register, on), 0
    for question in questions:
        found = search.find(Asked(q=question), on=on, known_now=NOW, seed=SEED, per_page=len(every))
        terms = [words.term(term.typed) for term in found.terms]
        wanted = naive.program().in_order(every, terms, found.phrases, SEED, forced, naive.characters())
        if scan is not None and terms:
            assert scan.in_order(terms, found.phrases) == wanted, question
        exact += found.stage == "exact"
        assert_right(question, found, wanted)
    return exact


def test_every_hit_has_every_term_and_none_that_has_is_missed(large: Large) -> None:
    exact = held_against_each_other(large, mixture(large.made, QUESTIONS, seed=7), TODAY)
    assert exact > QUESTIONS // 2, "the questions are about what is registered"


def test_the_same_holds_for_a_day_of_the_past(large: Large) -> None:
    on = date(2022, 6, 1)
    scan = naive.Scan(of_the_day(large.made, on), SEED)
    held_against_each_other(large, mixture(large.made, 20, seed=8), on, scan=scan)


# -- very many ----------------------------------------------------------------------------------------------


def of_the_day(made: list[fictional.Product], on: date) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every registration with its facts of a day, as the program for the public has them, and whether it is in force."""
    for one in fictional.numbered(made):
        feed = [
            {
                "entry": entry.entry, "kind": entry.kind.value, "facts": entry.facts,
                "effective_from": entry.effective_from.isoformat(),
            }
            for entry in one.entries
        ]  # fmt: skip
        forced = standing_at(one.entries, on).standing is Standing.IN_FORCE
        yield one.number, naive.program().facts_on(feed, on.isoformat()), forced


@pytest.mark.soak
def test_nothing_is_lost_among_very_many(app: Flask, db: SQLAlchemy) -> None:
    size, seed = int(os.environ.get("SOAK_SIZE") or 100_000), a_seed()
    print(f"SOAK_SIZE={size}")  # noqa: T201
    categories.load(catalogfile.OWN_COPY, actor=OPERATOR, now=datetime(2015, 1, 1, tzinfo=UTC))
    made = list(fictional.products(size, seed=seed))
    words, exact = naive.Words(TODAY), 0
    try:
        build(document for one in fictional.numbered(made) for document in documents_of(one))
        scan = naive.Scan(of_the_day(made, TODAY), SEED)
        for question in mixture(made, size // 10, seed=seed):
            found = search.find(Asked(q=question), on=TODAY, known_now=NOW, seed=SEED, per_page=size)
            assert_right(
                question, found, scan.in_order([words.term(term.typed) for term in found.terms], found.phrases)
            )
            exact += found.stage == "exact"
        assert exact > size // 20, "the questions are about what is registered"
    finally:
        # It is of a register that is not in the database.
        search._opened.clear()
        shutil.rmtree(generations.folder())
        queries.forget()
