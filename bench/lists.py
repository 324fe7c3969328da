"""A list of 10,000 lines: judging against one SQL join of the same data, the whole call, and growth with the register.

python -m bench.lists [--size 200000] [--sizes 1000 10000 100000 1000000]
"""

import argparse
import gc
import json
import logging
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

from flask import Flask

from association.kernel import clock
from association.kernel.db import db
from association.kernel.numbers import fold, fold_maker
from bench import single
from catalog.categories import queries as categories
from catalog.verifications import many
from catalog.verifications.many import Asked
from catalog.verifications.rules import Question

Registered = tuple[str, str, str]
DAY = date(2026, 6, 1)
# A million takes minutes to make: by option.
SIZES = (1_000, 10_000, 100_000)

_JOIN = """
SELECT asked.value, n.*, e.*, p.*
  FROM json_each(?) AS asked
  JOIN registered_name AS n ON n.maker_fold = json_extract(asked.value, '$[0]') AND n.model_fold = json_extract(asked.value, '$[1]')
  JOIN register_entry AS e ON e.number = n.number
  LEFT JOIN evidence_line AS p ON p.register_number = n.number
"""


def a_list(registered: Sequence[Registered], lines: int, *, seed: int = 7) -> list[dict[str, str]]:
    """What a project's list is like: of a hundred lines 45 by number, 40 by maker and model as they are typed, 5 with a slip
    of the pen, 10 with goods that nobody registers."""
    dice = random.Random(seed)
    chosen = dice.sample(registered, lines) if lines <= len(registered) else dice.choices(registered, k=lines)
    asked = []
    for place, (number, maker, model) in enumerate(chosen):
        kind = place % 100
        if kind < 45:
            asked.append({"number": number, "model": model})
        elif kind < 85:
            asked.append({"manufacturer": maker, "model": model.lower().replace("-", " ")})
        elif kind < 90:
            spot = dice.randrange(len(model))
            asked.append({"manufacturer": maker, "model": model[:spot] + dice.choice("0O1I8B") + model[spot + 1 :]})
        else:
            asked.append({"name": "网线", "model": f"CAT6-{place}", "manufacturer": f"线缆厂{place % 50}"})
    return asked


def least(work: Callable[[], Any], rounds: int) -> float:
    """The best of some rounds, in seconds of processor time."""
    taken = []
    for _round in range(rounds):
        gc.collect()
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def judging(app: Flask, asked: Sequence[dict[str, str]], *, rounds: int = 5) -> float:
    """Query and judging of a list, without parsing and dumping."""
    with app.app_context():
        now = clock.now()
        view = categories.known_at(now)
        questions = [Asked(Question(**one), DAY, DAY) for one in asked]
        taken = least(lambda: many.answers(questions, view, known=now), rounds)
        db.session.remove()
    return taken


def join(app: Flask, registered: Sequence[Registered], lines: int, *, rounds: int = 5) -> float:
    """The baseline: one SQL join of as many products with their entries and papers, every row fetched."""
    chosen = random.Random(7).sample(registered, lines)
    keys = json.dumps([(fold_maker(maker), fold(model)) for _number, maker, model in chosen], ensure_ascii=False)
    with sqlite3.connect(Path(app.config["DATA_DIR"]) / "registry.db") as connection:
        assert len(connection.execute(_JOIN, (keys,)).fetchall()) == 3 * lines
        taken = least(lambda: connection.execute(_JOIN, (keys,)).fetchall(), rounds)
    connection.close()
    return taken


def call(app: Flask, asked: Sequence[dict[str, str]], *, rounds: int = 3) -> float:
    """The whole JSON call: reading, judging, signing and keeping the receipt, answering."""
    client, body = app.test_client(), {"lines": asked, "on": DAY.isoformat()}
    text = json.dumps(body)
    given = []

    def ask() -> None:
        answer = client.post("/api/v1/catalog/verifications", data=text, content_type="application/json")
        assert answer.status_code == 201
        given.append(answer.headers["Location"])

    taken = least(ask, rounds)
    # It was signed within the call, and not when this is asked for.
    with sqlite3.connect(Path(app.config["DATA_DIR"]) / "registry.db") as connection:
        assert connection.execute("SELECT count(*) FROM signed_paper WHERE subject LIKE 'receipt:%'").fetchone() == (
            len(given),
        )
    connection.close()
    return taken


def run(
    size: int = 200_000, lines: int = 10_000, sizes: Sequence[int] = SIZES
) -> tuple[dict[str, float], list[tuple[int, float]]]:
    """Figures of one long list, and (registrations, milliseconds) of a list of 1,000 lines as the register grows."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        app, registered = single.an_app(size, folder)
        asked = a_list(registered, lines)
        figures = {
            "join": join(app, registered, lines),
            "judging": judging(app, asked),
            "call": call(app, asked),
        }
    return figures, growth(sizes)


def growth(sizes: Sequence[int], lines: int = 1_000, turns: int = 3) -> list[tuple[int, float]]:
    """(Registrations, milliseconds) of a list of ``lines``; the registers in turn, so that a slow minute hits them all."""
    best: dict[int, float] = {}
    with ExitStack() as kept:
        apps = {}
        for size in sizes:
            folder = kept.enter_context(tempfile.TemporaryDirectory())
            app, registered = single.an_app(size, folder)
            # Read anew as from a request: else its texts lie scattered among those of all that were made here.
            apps[size] = (app, json.loads(json.dumps(a_list(registered, lines))))
            del registered
        for _turn in range(turns):
            for size, (app, asked) in apps.items():
                best[size] = min(best.get(size, inf), judging(app, asked, rounds=9) * 1000)
    return list(best.items())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench.lists")
    parser.add_argument("--size", type=int, default=200_000, help="registrations that the long list is asked of")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="registrations, for the growth")
    given = parser.parse_args(arguments)
    figures, grown = run(given.size, sizes=given.sizes)
    print(f"\n| a list of 10,000 lines among {given.size:,} registrations | s of one core (this machine) | ratio |")
    print("|---|---:|---:|")
    for name, what in (
        ("join", "one SQL join of the same data"),
        ("judging", "query and judging"),
        ("call", "the whole JSON call, signing and keeping the receipt too"),
    ):
        print(f"| {what} | {figures[name]:.2f} | {figures[name] / figures['join']:.1f} |")
    print("\n| registrations | ms for a list of 1,000 lines | ratio to the first |")
    print("|---:|---:|---:|")
    for size, taken in grown:
        print(f"| {size:,} | {taken:.0f} | {taken / grown[0][1]:.2f} |")


if __name__ == "__main__":
    main()
