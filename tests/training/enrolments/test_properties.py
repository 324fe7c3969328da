"""Whatever an enterprise's roster looks like, its arithmetic is right: every row is counted once, the rows given back are
the faulty ones, what is good is enrolled once."""

import io
import random
from dataclasses import dataclass
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select

from association.jobs import service as jobs
from association.kernel.db import db as database
from association.kernel.errors import Invalid
from association.workbooks import service as uploads
from association.workbooks import writing
from association.workbooks.layout import Source
from tests.builders import NOW
from tests.training.builders import a_class, a_person, an_enrolment, an_identity, the_desk
from training.enrolments import queries, service
from training.enrolments.rules import ROSTER
from training.rosters.models import Enrolment
from training.vocabulary import EnrolmentState

pytestmark = pytest.mark.usefixtures("db")

KINDS = (
    "good",
    "good",
    "known",
    "enrolled",
    "no consent",
    "bad check",
    "as number",
    "twice",
    "no name",
    "wrong name",
    "formula",
)


@dataclass
class Shape:
    """How a roster is made: the kinds of its rows, and what its author did to the sheet."""

    kinds: list[str]
    columns: int = 0  # columns of their own beside ours
    title: bool = False  # a merged title over the table
    merged: bool = False  # one merged enterprise cell beside all the rows
    subtotal: int = 0  # after so many rows a subtotal
    blank: int = 0  # after so many rows an empty one
    sheets: int = 0  # sheets before ours
    capacity: int = 30
    seed: int = 0


SHAPES = st.builds(
    Shape,
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=9),
    columns=st.sampled_from((0, 1, 4, 44)),
    title=st.booleans(),
    merged=st.booleans(),
    subtotal=st.integers(0, 4),
    blank=st.integers(0, 4),
    sheets=st.integers(0, 2),
    capacity=st.sampled_from((1, 3, 30)),
    seed=st.integers(0, 9),
)


def _persons(shape: Shape, of: Any) -> list[tuple[str, str, str]]:
    """Name, number and consent of each row; the people who are said to be known are recorded."""
    made: list[tuple[str, str, str]] = []
    for place, kind in enumerate(shape.kinds):
        name, number, agreed = f"学员{place}", an_identity(), "是"
        if kind in ("known", "enrolled", "wrong name"):
            person = a_person("另一姓名" if kind == "wrong name" else name, identity=number)
            if kind == "enrolled":
                an_enrolment(of, person)
        elif kind == "no consent":
            agreed = ""
        elif kind == "bad check":
            number = number[:-1] + ("0" if number[-1] != "0" else "1")
        elif kind == "twice" and made:
            number = made[-1][1]
        elif kind == "no name":
            name = ""
        made.append((name, number, agreed))
    return made


def a_workbook(shape: Shape, people: list[tuple[str, str, str]]) -> bytes:
    """The roster as somebody's program made it."""
    dice, target = random.Random(shape.seed), io.BytesIO()
    own = [f"自用列{number}" for number in range(shape.columns)]
    ours = ["姓名", "身份证号", "手机", "是否同意"]
    headings = ["序号", *ours, *own]
    if shape.columns:
        dice.shuffle(headings)
    places = {heading: column for column, heading in enumerate(headings)}
    with xlsxwriter.Workbook(target) as book:
        for number in range(shape.sheets):
            book.add_worksheet(f"说明{number}").write(0, 0, "填表说明")
        sheet = book.add_worksheet("名册")
        row = 0
        if shape.title:
            sheet.merge_range(0, 0, 0, len(headings) - 1, "某单位参训人员名册")
            row = 1
        for heading, column in places.items():
            sheet.write_string(row, column, heading)
        first = row + 1
        for place, (kind, (name, number, agreed)) in enumerate(zip(shape.kinds, people, strict=True)):
            row += 1
            # Numbers as text here, texts as numbers there: as people's sheets have it.
            if dice.random() < 0.5:
                sheet.write_string(row, places["序号"], str(place + 1))
            else:
                sheet.write_number(row, places["序号"], place + 1)
            if kind == "formula":
                sheet.write_formula(row, places["姓名"], f'="{name}"', None, name)
            else:
                sheet.write_string(row, places["姓名"], name)
            if kind == "as number":
                sheet.write_number(row, places["身份证号"], int(number[:17] + "0"))
            else:
                sheet.write_string(row, places["身份证号"], number)
            if dice.random() < 0.5:
                sheet.write_number(row, places["手机"], 13800000000 + place)
            else:
                sheet.write_string(row, places["手机"], f"138{place:08d}")
            sheet.write_string(row, places["是否同意"], agreed)
            for column in own:
                sheet.write_string(row, places[column], f"{column}的{place}")
            if shape.subtotal and place + 1 == shape.subtotal:
                row += 1
                sheet.write_string(row, places["姓名"], "小计")
                sheet.write_formula(row, places["手机"], f"=SUM(A1:A{row})", None, place + 1)
            if shape.blank and place + 1 == shape.blank:
                row += 1
        if shape.merged and own and row > first:
            sheet.merge_range(first, places[own[0]], row, places[own[0]], "某单位")
    return target.getvalue()


def judged(content: bytes, of: Any, actor: Any) -> queries.Judged:
    source = Source(content)
    return queries.judge(source, source.lay_out(ROSTER), of, actor=actor, now=NOW)


def imported(content: bytes, of: Any, actor: Any) -> dict[str, int]:
    """Import the good rows; what the job counted."""
    code = uploads.take_in(content, "名册.xlsx", purpose=service.PURPOSE, actor=actor, now=NOW)
    job = service.begin(of, code, good_only=True, sheet=None, actor=actor, now=NOW)
    jobs.run(job, now=NOW)
    database.session.expire_all()
    return dict(job.place)


def places(of: Any) -> dict[EnrolmentState, int]:
    rows = select(Enrolment.state, func.count()).where(Enrolment.class_id == of.id).group_by(Enrolment.state)
    return {state: count for state, count in database.session.execute(rows)}  # noqa: C416 - rows are no pairs


def the_arithmetic_holds(shape: Shape) -> None:
    """All of it, of one roster."""
    of, actor = a_class(capacity=shape.capacity), the_desk()
    people = _persons(shape, of)
    content = a_workbook(shape, people)
    one = judged(content, of, actor)
    counts = one.reading.counts
    assert counts.good + counts.faulty == len(shape.kinds), "every person is one row, and nothing else is"
    assert (counts.good, counts.faulty) == (len(one.reading.good), len(one.reading.faulty))
    assert counts.left_out == len(one.reading.left_out)
    left_out = int(0 < shape.subtotal <= len(shape.kinds))
    assert counts.left_out == left_out, "a subtotal is said to be left out, an empty row is none"
    wrong = {"no consent", "bad check", "as number", "no name", "wrong name"}
    assert counts.faulty >= sum(kind in wrong for kind in shape.kinds)
    assert all(line.faults for line in one.reading.faulty)
    back = writing.failing_rows(one.source, one.layout, one.reading.faulty, heading="问题", author="平台")
    sheet = load_workbook(io.BytesIO(back)).active
    assert sheet.max_row - 1 == counts.faulty, "what is given back is what failed"
    before = sum(places(of).values())
    if not counts.good:
        return
    done = imported(content, of, actor)
    assert done["enrolled"] + done["waiting"] + done["there"] == done["good"] == counts.good
    assert done["faulty"] == counts.faulty
    after = places(of)
    assert sum(after.values()) == before + done["enrolled"] + done["waiting"]
    assert after.get(EnrolmentState.ENROLLED, 0) <= shape.capacity
    again = imported(content, of, actor)
    assert (again["enrolled"], again["waiting"]) == (0, 0)
    assert again["there"] == again["good"] == counts.good, "who is in the class has no faults, and no second place"
    assert places(of) == after


QUICK = settings(max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))


@QUICK
@given(SHAPES)
def test_of_any_roster_every_row_is_counted_once_and_enrolled_once(shape):
    the_arithmetic_holds(shape)


@pytest.mark.full
@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(SHAPES)
def test_the_same_of_many_more_rosters(shape):
    the_arithmetic_holds(shape)


def test_all_that_can_be_wrong_in_one_roster_of_fifty_columns():
    the_arithmetic_holds(
        Shape(
            list(dict.fromkeys(KINDS)), columns=45, title=True, merged=True, subtotal=3, blank=5, sheets=2, capacity=3
        )
    )


def test_all_or_nothing_enrols_nobody_of_a_roster_with_one_fault():
    of, actor = a_class(), the_desk()
    shape = Shape(["good", "bad check", "good"])
    content = a_workbook(shape, _persons(shape, of))
    code = uploads.take_in(content, "名册.xlsx", purpose=service.PURPOSE, actor=actor, now=NOW)
    job = service.begin(of, code, good_only=False, sheet=None, actor=actor, now=NOW)
    with pytest.raises(Invalid):
        jobs.run(job, now=NOW)
    assert places(of) == {}
