"""Role × route: what everybody gets at every route, as a table that a person can review (``matrix.csv``).

    python -m tests.house.matrix     asks everybody at every route and writes the table anew; then read its difference

Rows are routes, asked once of a thing of the demo's ``maker`` ("own") and once of a thing that does not exist
("none"). Columns are people; at the API they show keys, and who has none is not asked. ``sign-in`` is a redirect to
the sign-in page. Where something was changed the register is put back, so that the order of the questions is nothing.
"""

import csv
import sqlite3
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from association.web.identity import for_programs
from tests.house.samples import Sample, Things, things
from tests.house.showroom import Showroom, showroom_in

TABLE = Path(__file__).parent / "matrix.csv"
OUTSIDE = ("practitioner", "acceptance", "installer", "newcomer", "maker2", "clerk", "maker")
STAFF = (
    "reviewer",
    "approver",
    "training",
    "trainer",
    "editor",
    "secretariat",
    "office",
    "auditor",
    "system",
    "security",
    "audit",
)
PEOPLE = ("stranger", *OUTSIDE, *STAFF)
PROGRAMS = ("reader",)
COLUMNS = (*PEOPLE, *PROGRAMS)
# A thing that does not exist is asked for by these; the others would get the same.
ASK_FOR_NOTHING = ("stranger", "maker", "reviewer", "secretariat", "security")


@dataclass(frozen=True)
class Route:
    """One method of one rule."""

    method: str
    rule: Rule
    guard: str

    @property
    def endpoint(self) -> str:
        return self.rule.endpoint

    @property
    def address(self) -> str:
        return self.rule.rule

    @property
    def programs(self) -> bool:
        return for_programs(self.address)


Row = tuple[str, str, str, str]
Table = dict[Row, dict[str, str]]


def guard_of(app: Flask, endpoint: str) -> str:
    """The guard of the door that ``endpoint`` stands behind; empty for what the framework serves."""
    name = endpoint.rpartition(".")[0]
    return str(getattr(app.blueprints.get(name), "guard", ""))


def routes(app: Flask) -> list[Route]:
    """Every route there is, by address."""
    found = [
        Route(method, rule, guard_of(app, rule.endpoint))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda one: (one.address, one.method))


def sample_of(route: Route, known: Things) -> Sample | None:
    """What to ask; ``None`` where nobody has said it."""
    if route.endpoint in known.samples:
        return known.samples[route.endpoint]
    # Without arguments a page is simply opened, and a button without fields simply pressed.
    return Sample() if not route.rule.arguments else None


def caller(room: Showroom, known: Things, route: Route, who: str) -> FlaskClient | None:
    """``who`` at this route: at a browser, or as a program where there is a key."""
    if who == "stranger":
        return room.stranger()
    if route.programs:
        return room.program(known.keys[who]) if who in known.keys else None
    return None if who in PROGRAMS else room.person(who)


def address_of(app: Flask, route: Route, sample: Sample) -> str:
    """Where ``sample`` is asked."""
    with app.test_request_context():
        return url_for(route.endpoint, **sample.args)


def ask(visitor: FlaskClient, route: Route, address: str, sample: Sample) -> str:
    """The answer, in a word."""
    sent: dict[str, Any] = {}
    if sample.json is not None:
        sent["json"] = sample.json
    elif route.method != "GET":
        sent["data"] = sample.form()
    answer = visitor.open(address, method=route.method, query_string=sample.query, **sent)
    if answer.status_code == 303 and answer.headers["Location"].startswith("/accounts/login"):
        return "sign-in"
    return str(answer.status_code)


@contextmanager
def nothing_printed() -> Iterator[None]:
    """Files are answered, but not set in type: that takes longer than everything else together."""
    with mock.patch("association.paper.answers.print_job", lambda job, **how: b"printed"):
        yield


@contextmanager
def no_words_lost_on_refusals() -> Iterator[None]:
    """Refusals have their status, but no page round them: two in three answers are such, and only the status is written down."""
    with mock.patch("association.web.problems.render_template", lambda *_what, **_how: "refused"):
        yield


class Watch:
    """Tells whether the database was changed."""

    def __init__(self, room: Showroom) -> None:
        self.connection = sqlite3.connect(room.url.removeprefix("sqlite:///"))
        self.seen = self._now()

    def _now(self) -> int:
        version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def changed(self) -> bool:
        now = self._now()
        before, self.seen = self.seen, now
        return now != before

    def close(self) -> None:
        self.connection.close()


@dataclass
class Asked:
    """The whole table; every route; those that nobody has said how to ask; and what it was asked of."""

    table: Table
    routes: list[Route]
    unsaid: list[Route]
    known: Things


def asked(room: Showroom, people: Collection[str] = COLUMNS) -> Asked:
    """Everybody, or only these ``people``, asked at every route."""
    with room.app.app_context():
        known = things()
    for who in PEOPLE[1:]:
        if who in people:
            room.person(who)
    room.keep()
    watch = Watch(room)
    table: Table = {}
    unsaid: list[Route] = []
    all_routes = routes(room.app)
    with nothing_printed(), no_words_lost_on_refusals():
        for route in all_routes:
            sample = sample_of(route, known)
            if sample is None:
                unsaid.append(route)
                continue
            for thing, one in (("own", sample), ("none", sample.missing())):
                if thing == "none" and one.args == sample.args:
                    continue
                row = (route.guard, route.method, route.address, thing)
                table[row] = {}
                address = address_of(room.app, route, one)
                for who in COLUMNS if thing == "own" else ASK_FOR_NOTHING:
                    if who not in people:
                        continue
                    visitor = caller(room, known, route, who)
                    if visitor is None:
                        continue
                    table[row][who] = ask(visitor, route, address, one)
                    if watch.changed():
                        room.put_back(forget=route.endpoint.startswith("categories."))
                        watch.changed()
    watch.close()
    return Asked(table, all_routes, unsaid, known)


def written(table: Table) -> str:
    """The table as it is kept."""
    rows = [["door", "method", "address", "thing", *COLUMNS]]
    rows += [[*row, *(answers.get(who, "") for who in COLUMNS)] for row, answers in table.items()]
    return "".join(",".join(_quoted(cell) for cell in row) + "\n" for row in rows)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell


def kept() -> Table:
    """The table as it was last reviewed."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (one["door"], one["method"], one["address"], one["thing"]): {
                who: one[who] for who in COLUMNS if one.get(who)
            }
            for one in csv.DictReader(file)
        }


def differences(table: Table, people: Collection[str] = COLUMNS) -> list[str]:
    """What ``people`` get in ``table`` and the kept table does not say."""
    reviewed = kept()
    return [
        f"{row[1]} {row[2]} ({row[3]}): {who} gets {answers.get(who)}, the table says {reviewed.get(row, {}).get(who)}"
        for row, answers in table.items()
        for who in people
        if answers.get(who) != reviewed.get(row, {}).get(who)
    ] + [f"{' '.join(row)}: no row, or one too many" for row in reviewed.keys() ^ table.keys()]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        base, folder = Path(name), Path(name) / "room"
        for room in showroom_in(folder, base):
            found = asked(room)
        TABLE.write_text(written(found.table), encoding="utf-8")
    for route in found.unsaid:
        print(f"nobody says how to ask {route.method} {route.address} ({route.endpoint}): tests/house/samples.py")
    print(f"{len(found.table)} rows")


if __name__ == "__main__":
    main()
