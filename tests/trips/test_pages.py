"""Every page as it is read, by everybody, in both languages: sound in its markup, and in one language throughout."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup

from tests.conftest import ON_POSTGRES
from tests.house import matrix
from tests.house.addresses import BEHIND_THE_DOOR, PUBLIC
from tests.house.markup import faults
from tests.house.showroom import Showroom
from tests.house.test_words import CHINESE

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(ON_POSTGRES, reason="what pages say does not depend on the database"),
]

PEOPLE = ("stranger", "maker", "reviewer", "secretariat", "system", "security", "auditor")
REFUSALS = frozenset({"401", "403", "404", "sign-in"})
# The description of the API has both languages side by side.
SIDE_BY_SIDE = "/api/v1/docs"
# What a page marks as of the other language: names, numbers and texts as they were registered, the link to it.
MARKED = {
    language: re.compile(rf'<([a-z0-9]+)\b[^>]*\blang="{other}"[^>]*>.*?</\1>', re.DOTALL)
    for language, other in (("en", "zh(?:-Hans|-CN)?"), ("zh", "en"))
}
STRANGE = {"en": CHINESE, "zh": re.compile("[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,})+")}
NO_WORDS = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
TAG = re.compile("<[^>]*>")
ATTRIBUTES = re.compile(r'\b(?:value|href|src|content|data-[a-z-]+|action)="[^"]*"')


@dataclass(frozen=True)
class Seen:
    """A page, and who saw it where first."""

    address: str
    who: str
    language: str
    text: str


def _asked(showroom: Showroom) -> Iterator[tuple[str, str, str]]:
    """Who asks by which method for what: every page, and every form sent empty, to be shown again with its faults. Where the
    table says that somebody is turned away, they are shown one page of that kind, not the same one hundreds of times."""
    with showroom.app.app_context():
        known = matrix.things()
    answers, turned_away = matrix.kept(), set[tuple[str, str]]()
    for route in matrix.routes(showroom.app):
        sample = matrix.sample_of(route, known)
        view = showroom.app.view_functions[route.endpoint]
        if route.programs and route.address != SIDE_BY_SIDE:
            continue
        if sample is not None and (route.method == "GET" or hasattr(view, "shown_again_by")):
            address = matrix.address_of(showroom.app, route, sample)
            answered = answers.get((route.guard, route.method, route.address, "own"), {})
            for who in PEOPLE:
                answer = answered.get(who, "")
                if answer in REFUSALS and (who, answer) in turned_away:
                    continue
                turned_away.add((who, answer))
                yield who, route.method, address
    yield from (("stranger", "GET", address) for address in PUBLIC)
    yield from ((who, "GET", address) for who, address in BEHIND_THE_DOOR)


def _visitor(showroom: Showroom, who: str) -> FlaskClient:
    return showroom.stranger() if who == "stranger" else showroom.person(who)


@pytest.fixture(scope="module")
def pages(showroom: Showroom) -> list[Seen]:
    """Every different page."""
    found: dict[tuple[str, str], Seen] = {}
    with matrix.nothing_printed():
        for who, method, address in _asked(showroom):
            for language in ("zh", "en"):
                answer = _visitor(showroom, who).open(address, method=method, headers={"Accept-Language": language})
                assert answer.status_code < 500, address
                if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
                    found.setdefault((language, answer.text), Seen(address, who, language, answer.text))
    return list(found.values())


@pytest.fixture(scope="module")
def data(showroom: Showroom) -> str:
    """Everything the database knows, as one text to look into."""
    found = []
    with closing(sqlite3.connect(showroom.url.removeprefix("sqlite:///"))) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                texts = [cell for cell in row if isinstance(cell, str)]
                found += [cell.encode().decode("unicode_escape") if "\\u" in cell else cell for cell in texts]
    return "\n".join(found)


def test_the_walk_saw_pages_of_every_kind(pages: list[Seen]) -> None:
    assert len(pages) > 500
    assert sum('class="field-error' in page.text or "aria-invalid" in page.text for page in pages) > 10


def test_the_markup_of_every_page_is_sound(pages: list[Seen]) -> None:
    wrong = {f"{page.address} ({page.who}, {page.language})": found for page in pages if (found := faults(page.text))}
    assert wrong == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_speaks_one_language_but_for_names(pages: list[Seen], data: str, language: str) -> None:
    left: dict[str, list[str]] = {}
    for page in pages:
        if page.language != language or page.address == SIDE_BY_SIDE:
            continue
        found = [
            piece
            for piece in STRANGE[language].findall(_words(page))
            if len(piece) > 1 and piece not in data + page.address
        ]
        if found:
            left.setdefault(f"{page.address} ({page.who})", sorted(set(found)))
    assert left == {}


def _words(page: Seen) -> str:
    body = MARKED[page.language].sub("", NO_WORDS.sub("", page.text))
    return Markup(TAG.sub(" | ", ATTRIBUTES.sub("", body))).unescape()
