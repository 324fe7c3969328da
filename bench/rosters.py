"""A training roster: rows a second of reading and judging it and of enrolling it.

    python -m bench.rosters

Two baselines of the same run: python-calamine reading the same file (what any program needs to see the rows), and one plain
``executemany`` of the same persons and places into two tables of an SQLite file with the same keys (what it costs to keep
them at all: no law, no sealing, no ledger). Processor time, the best of some rounds; enrolling is done once, because it
changes things.
"""

import logging
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import flask_migrate
import python_calamine
import xlsxwriter

from association.accounts.models import Account
from association.enterprises import queries as enterprises
from association.jobs import service as jobs
from association.kernel import clock
from association.kernel.actors import OPERATOR, Actor, Role
from association.kernel.db import db, intend_to_write
from association.kernel.numbers import identity_check
from association.mandates import service as mandates
from association.vocabulary import MandateItem
from association.workbooks import service as uploads
from association.workbooks.layout import Source
from bench.lists import least
from training.courses import service as courses
from training.courses.rules import SubjectPlan, SyllabusPlan
from training.enrolments import queries, service
from training.enrolments.rules import ROSTER
from training.rosters import service as rosters
from training.rosters.models import TrainingClass
from training.vocabulary import CourseKind, Level, Part
from wsgi import create_app

HEADINGS = ("序号", "姓名", "身份证号", "手机", "是否同意", "班组", "岗位", "入职日期", "学历", "备注")


def an_identity(number: int) -> str:
    """A well-formed number of a region that does not exist, another for each ``number``."""
    body = f"990000{date(1990, 3, 7) - timedelta(days=number // 1000):%Y%m%d}{number % 1000:03d}"
    return body + identity_check(body)


def a_workbook(rows: int) -> bytes:
    """A roster as an enterprise has it: a title, ten columns, everybody new and without faults."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "参训人员名册")
        sheet.write_row(1, 0, HEADINGS)
        for place in range(rows):
            sheet.write_row(
                place + 2,
                0,
                (place + 1, f"学员{place}", an_identity(place), f"138{place:08d}", "是", f"{place % 20}班", "安装", "2024-03-01", "高中", ""),
            )  # fmt: skip
    return target.getvalue()


def a_class(places: int) -> TrainingClass:
    """A class with room for everybody, opened as the desk opens it."""
    now, who = clock.now(), OPERATOR
    today = clock.today()
    mandates.record_mandate(
        number="示例〔2004〕5号", item=MandateItem.TRAINING, issuer="示例", begins=date(2004, 5, 1), actor=who, now=now
    )
    course = courses.create_course(
        "BENCH", "安装维护员", occupation="安装维护员", level=Level.FIVE, kind=CourseKind.INITIAL, actor=who, now=now
    )
    plan = SyllabusPlan(
        begins=date(2024, 1, 1),
        subjects=(SubjectPlan("报警系统", Part.THEORY, 20), SubjectPlan("安装", Part.PRACTICE, 60)),
    )
    courses.publish_syllabus(course, plan, actor=who, now=now)
    begins = today + timedelta(days=10)
    return rosters.open_class(course, code="BENCH-1", begins=begins, ends=begins, capacity=places, actor=who, now=now)


def the_desk() -> Actor:
    """Somebody of the training desk: a job is done in somebody's name."""
    account = Account(
        email="desk@bench.example", name="培训专员", password_hash="", roles=[Role.TRAINING_STAFF.value],
        session_stamp="bench", active=True, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(account)
    db.session.commit()
    actor = enterprises.actor_of(account.id, clock.now())
    assert actor is not None
    return actor


def plain_insert(rows: int, folder: str) -> Callable[[], None]:
    """The baseline of enrolling: the same people and places by two ``executemany`` and one commit."""
    people = [(f"学员{place}", an_identity(place), f"138{place:08d}") for place in range(rows)]
    places = [(1, place + 1, "enrolled") for place in range(rows)]

    def insert() -> None:
        path = Path(folder) / "plain.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, number TEXT UNIQUE, phone TEXT)"
            )
            connection.execute(
                "CREATE TABLE enrolment (id INTEGER PRIMARY KEY, class INT, person INT, state TEXT, UNIQUE (class, person))"
            )
            connection.executemany("INSERT INTO person (name, number, phone) VALUES (?, ?, ?)", people)
            connection.executemany("INSERT INTO enrolment (class, person, state) VALUES (?, ?, ?)", places)

    return insert


def _enrol(of: TrainingClass, content: bytes, actor: Actor) -> dict[str, Any]:
    now = clock.now()
    code = uploads.take_in(content, "a.xlsx", purpose=service.PURPOSE, actor=actor, now=now)
    job = service.begin(of, code, good_only=True, sheet=None, actor=actor, now=now)
    jobs.run(job, now=now)
    return dict(job.place)


def run(rows: int = 200, *, rounds: int = 3) -> dict[str, float]:
    """Seconds of processor time: ``calamine``, ``insert`` (the baselines), ``judging``, ``enrolling``, ``again``."""
    logging.disable(logging.INFO)
    content = a_workbook(rows)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": folder, "DATABASE_URL": "", "PROPAGATE_EXCEPTIONS": True, "RATE_LIMITS": False})
        with app.app_context():
            flask_migrate.upgrade()
            intend_to_write()
            of, desk, now = a_class(rows), the_desk(), clock.now()

            def judge() -> queries.Judged:
                source = Source(content)
                return queries.judge(source, source.lay_out(ROSTER), of, actor=desk, now=now)

            def look() -> list[list[Any]]:
                return (
                    python_calamine.CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
                )

            assert len(look()) == rows + 2
            assert judge().reading.counts.good == rows
            took = {
                "calamine": least(look, rounds),
                "judging": least(judge, rounds),
                "insert": least(plain_insert(rows, folder), rounds),
            }
            for what, enrolled in (("enrolling", rows), ("again", 0)):
                begun = time.process_time()
                done = _enrol(of, content, desk)
                took[what] = time.process_time() - begun
                assert done["enrolled"] == enrolled
                assert done["good"] == rows
            db.session.remove()
    return took


def main() -> None:
    """Print the table."""
    print("| step | rows | rows a second (this machine) | baseline | ratio |")
    print("|---|---:|---:|---|---:|")
    for rows in (200,):
        took = run(rows)
        for what, step, baseline, name in (
            ("reading and judging", "judging", "calamine", "python-calamine reading the file"),
            ("enrolling", "enrolling", "insert", "one plain executemany"),
            ("the same file again", "again", "calamine", "python-calamine reading the file"),
        ):
            ratio = took[step] / took[baseline]
            print(f"| {what} | {rows:,} | {rows / took[step]:,.0f} | {name} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
