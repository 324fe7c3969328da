"""Art. 13: who the maker is has no part in a place. The same register twice, the makers' names exchanged."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench import fictional
from catalog.categories import queries
from catalog.register import search
from catalog.register.search import Asked
from tests.catalog.register.large import NOW, TODAY, fill
from tests.conftest import empty, release

QUESTIONS = ("摄像机", "红外", "12m", "gb10408", "hongwai")


def mean_places(made: list[fictional.Product]) -> dict[tuple[str, str], float]:
    """For each question and number the mean place over a month of seeds, as a share of all places."""
    fill(made)
    places: dict[tuple[str, str], float] = {}
    seeds = [(TODAY - timedelta(days=day)).isoformat() for day in range(30)]
    for question in QUESTIONS:
        for seed in seeds:
            found = search.find(Asked(q=question), on=TODAY, known_now=NOW, seed=seed, per_page=1_000).numbers
            for place, number in enumerate(found):
                key = question, number
                places[key] = places.get(key, 0) + place / len(found) / len(seeds)
    return places


def exchanged(made: list[fictional.Product]) -> list[fictional.Product]:
    """The same products, each under the maker and registrant of the one as far from the other end."""
    names = [{key: one[0].facts[key] for key in ("manufacturer", "registrant")} for one in made]
    return [
        [replace(one[0], facts={**one[0].facts, **names[-place]}), *one[1:]] for place, one in enumerate(made, 1)
    ]  # fmt: skip


def test_exchanging_the_makers_names_moves_nobody(db: Any) -> None:
    made = list(fictional.products(300, seed=9))
    before = mean_places(made)
    release()
    empty(db)
    queries.forget()
    after = mean_places(exchanged(made))
    queries.forget()
    assert len(before) > 100
    assert set(before) == set(after)
    assert max(abs(before[key] - after[key]) for key in before) <= 0.02
