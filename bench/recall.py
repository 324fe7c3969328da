"""Who relied on a registration: found among 10,000 receipts of 200 lines, against one SQL join of the same rows."""

import logging
import secrets
import sqlite3
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.db import db, intend_to_write, transaction
from bench import single
from bench.lists import least
from catalog.revocations import queries, telling
from catalog.revocations.models import Revocation
from catalog.subscriptions import rules as terms
from catalog.verifications import receipts
from catalog.vocabulary import RevocationKind, RevocationState

LINES = 200

_JOIN = """
SELECT line.verification_id, line.position, asked.receipt, asked.asked_at, asked.account_id, asked.enterprise_id, place.*
  FROM verification_line AS line
  JOIN verification AS asked ON asked.id = line.verification_id
  LEFT JOIN subscription AS place ON place.verification_id = asked.id
 WHERE line.number = ? AND line.verdict = 'compliant'
"""


def fill(app: Flask, numbers: list[str], size: int) -> str:
    """``size`` receipts of 200 lines; each rests on the first number among others, and every second left an address
    that said yes, a tenth of them a webhook. Returns that number."""
    now = clock.now()
    told, at = numbers[0], now.replace(tzinfo=None).isoformat(" ", "microseconds")
    until = civil_date(now + timedelta(days=300)).isoformat()
    with sqlite3.connect(Path(app.config["DATA_DIR"]) / "registry.db") as connection:
        for one in range(1, size + 1):
            code = receipts.new_code()
            connection.execute(
                'INSERT INTO verification (id, receipt, receipt_hash, asked_at, known, "on", purpose, project, language, head_entry,'
                " head_hash, lines, summary) VALUES (?, ?, ?, ?, ?, ?, '', '', 'zh', 1, '', ?, '{}')",
                (one, code, receipts.code_hash(code), at, at, at[:10], LINES),
            )
            connection.executemany(
                "INSERT INTO verification_line (verification_id, position, verdict, number, entry) VALUES (?, ?, 'compliant', ?, 1)",
                [
                    (
                        one,
                        place,
                        told if place == 1 + one % LINES else numbers[1 + (one * 7 + place) % (len(numbers) - 1)],
                    )
                    for place in range(1, LINES + 1)
                ],
            )
            if one % 2:
                webhook = one % 20 == 1
                address = f"https://hooks.example.com/{one}" if webhook else f"site{one}@example.com"
                left = secrets.token_urlsafe(24)
                connection.execute(
                    "INSERT INTO subscription (code, code_hash, channel, address, address_mark, verification_id, asker, language,"
                    " consent, asked_at, confirmed_at, until) VALUES (?, ?, ?, ?, ?, ?, '', 'zh', ?, ?, ?, ?)",
                    (left, terms.code_hash(left), "webhook" if webhook else "mail", address, address, one, terms.CONSENT, at, at, until),
                )  # fmt: skip
    connection.close()
    return told


def run(size: int = 10_000) -> dict[str, float]:
    """Seconds of the join, of finding everybody, and of owing everybody a message; and how many they are."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        app, registered = single.an_app(1_000, folder)
        number = fill(app, [one[0] for one in registered], size)
        with sqlite3.connect(Path(folder) / "registry.db") as connection:
            join = least(lambda: connection.execute(_JOIN, (number,)).fetchall(), 5)
        connection.close()
        with app.app_context():
            registration, now = queries.registration(number), clock.now()
            today = civil_date(now)
            begun = time.perf_counter()
            people = len(telling.addressees(registration, today=today))
            first = time.perf_counter() - begun
            finding = least(lambda: telling.addressees(registration, today=today), 3)
            intend_to_write()
            db.session.rollback()
            case = Revocation(
                number=number, kind=RevocationKind.REVOCATION, state=RevocationState.CONFIRMED, ground=None, reason="x",
                evidence="", effective_from=today, proposed_by=None, proposed_by_name="x", proposed_at=now,
                decided_by=None, decided_by_name="x", decided_at=now, mandate_id=None, entry=1,
            )  # fmt: skip
            begun = time.perf_counter()
            with transaction():
                db.session.add(case)
                db.session.flush()
                assert telling.tell(case, registration, today=today, now=now) == people
            owing = time.perf_counter() - begun
            db.session.remove()
            db.engine.dispose()
    return {"join": join, "finding": finding, "first": first, "owing": owing, "people": people}


def main() -> None:
    """Print the table in Markdown."""
    found = run()
    print(
        f"\n| 10,000 receipts of {LINES} lines, {found['people']:,} to be told | seconds (this machine) | ratio to one SQL join |"
    )
    print("|---|---:|---:|")
    print(f"| one SQL join of the same rows | {found['join']:.2f} | 1 |")
    print(
        f"| finding who relied, and at which address | {found['finding']:.2f} | {found['finding'] / found['join']:.1f} |"
    )
    print(f"| the same, first time, wall clock | {found['first']:.2f} | |")
    print(f"| finding, writing and owing every message, wall clock | {found['owing']:.2f} | |")


if __name__ == "__main__":
    main()
