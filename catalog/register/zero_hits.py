"""What people looked for and did not find, by day, for the staff: words alone, never whose they were.

A page only adds a line to a file of the data folder; the worker brings the lines into ``search_miss``. Nothing that
looks like an identity, telephone or bank number or an address is written down at all.
"""

import json
import os
import re
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select

from association.kernel import config
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from catalog.register.models import SearchMiss
from catalog.register.plain import plain

LONGEST = 40
LARGEST_FILE = 256 * 1024
KEPT_DAYS = 180
_NUMBER = re.compile(r"\d[\d\s\-]{5,}[\dxX]")


def fit(q: str) -> str:
    """The words of a question that may be written down; empty when none may."""
    if "@" in q or "＠" in q or _NUMBER.search(plain(q)):
        return ""
    return plain(q[:200])[:LONGEST].strip()


def note(q: str, *, today: date) -> None:
    """Write down that nothing was found. Never in the way of an answer: what cannot be written is let go."""
    words = fit(q)
    if not words:
        return
    path = _file()
    with suppress(OSError):
        if not path.exists() or path.stat().st_size < LARGEST_FILE:
            line = json.dumps([today.isoformat(), words], ensure_ascii=False) + "\n"
            number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(number, line.encode())
            finally:
                os.close(number)


def _file() -> Path:
    return config.data_dir() / "search-misses"


def gather(now: datetime) -> int:
    """Bring what was written down into the table; a chore. How many questions."""
    taken = _file().with_suffix(".taken")
    # One that was taken and not brought in, because its process ended, comes first.
    if not taken.exists():
        try:
            _file().rename(taken)
        except FileNotFoundError:
            return 0
    counts: Counter[tuple[date, str]] = Counter()
    for line in taken.read_text("utf-8", errors="replace").splitlines():
        with suppress(ValueError, TypeError):
            day, words = json.loads(line)
            counts[date.fromisoformat(day), str(words)[:LONGEST]] += 1
    with transaction():
        oldest = civil_date(now) - timedelta(days=KEPT_DAYS)
        db.session.execute(delete(SearchMiss).where(SearchMiss.day < oldest))
        days = {day for day, _words in counts}
        rows = db.session.scalars(select(SearchMiss).where(SearchMiss.day.in_(days)))
        known = {(row.day, row.query): row for row in rows}
        for (day, words), count in counts.items():
            row = known.get((day, words))
            if row is None:
                db.session.add(SearchMiss(day=day, query=words, count=count))
            else:
                row.count += count
    taken.unlink(missing_ok=True)
    return counts.total()


def page(*, limit: int = 200) -> list[tuple[str, int, date]]:
    """The questions without an answer: words, how often, last asked; the most frequent first."""
    found = (
        select(SearchMiss.query, func.sum(SearchMiss.count).label("times"), func.max(SearchMiss.day))
        .group_by(SearchMiss.query)
        .order_by(func.sum(SearchMiss.count).desc(), SearchMiss.query)
        .limit(limit)
    )
    return [(words, int(times), last) for words, times, last in db.session.execute(found)]
