"""A list of n lines is answered as n single checks are, whatever is registered and asked; in a handful of statements."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from association.kernel.db import db as database
from catalog.categories import queries as categories
from catalog.verifications import many, queries
from catalog.verifications.many import Asked
from tests.catalog.conftest import national_catalog
from tests.catalog.verifications.adapter import a_moment, a_question
from tests.catalog.verifications.cases import Cases
from tests.catalog.verifications.tables import write
from tests.conftest import empty
from tests.contracts.test_statements import counted

__all__ = ["national_catalog"]

LINES = 25


def a_list(cases: Cases, register: list[dict[str, Any]]) -> Iterator[Asked]:
    for _line in range(LINES):
        on, made_on = cases.dates(register)
        yield Asked(a_question(cases.question(register)), date.fromisoformat(on), date.fromisoformat(made_on or on))


def disagreements(seed: int) -> list[str]:
    """The lines whose answer in a list is another than alone."""
    cases = Cases(random.Random(seed))
    register = cases.register()
    write(register)
    try:
        known = a_moment(cases.known(register))
        asked = list(a_list(cases, register))
        view = categories.known_at(known)
        together, _head = many.answers(asked, view, known=known)
        found: list[str] = []
        for one, answer in zip(asked, together, strict=True):
            alone = queries.answer(one.question, on=one.on, made_on=one.made_on, known=known)
            if alone != answer:
                found.append(f"SEED {seed}\n{one}\nalone    {alone.judgement}\ntogether {answer.judgement}\n")
        return found
    finally:
        database.session.rollback()
        empty(database, "register_entry", "evidence_line", "registered_name", "chain_head")


bounded = settings(
    deadline=None,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


@pytest.mark.usefixtures("national_catalog")
@pytest.mark.postgres
@settings(bounded, max_examples=10)
# Two slips in front of a dot: for SR-1356.
@example(151439)
@given(st.integers(0, 2**32 - 1))
def test_a_list_is_answered_as_its_lines_are_alone(seed: int) -> None:
    assert disagreements(seed) == []


@pytest.mark.full
@pytest.mark.usefixtures("national_catalog")
@settings(bounded, max_examples=400)
@given(st.integers(0, 2**32 - 1))
def test_many_lists_are_answered_as_their_lines_are_alone(seed: int) -> None:
    assert disagreements(seed) == []


@pytest.mark.usefixtures("national_catalog")
def test_a_longer_list_takes_no_more_statements() -> None:
    cases = Cases(random.Random(7))
    register = cases.register()
    write(register)
    known = a_moment("2026-11-23T08:00:00Z")
    view = categories.known_at(known)
    taken = []
    for lines in (LINES * 4, LINES * 40):
        asked = [one for _time in range(lines // LINES) for one in a_list(cases, register)]
        with counted() as said:
            many.answers(asked, view, known=known)
        taken.append(len(said))
    # Head; entries and papers of numbers given and of those found; exact names, models and near names by code, name and
    # brand; names that look alike; makers.
    assert max(taken) <= 16
