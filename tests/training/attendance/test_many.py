"""Three hundred learners at the door within a minute."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from association.checkins import rules as checkins
from association.kernel import clock
from association.kernel.db import db as database
from tests.builders import a_session
from tests.conftest import release
from tests.training.builders import a_class, a_lesson, a_person, a_practitioner, a_room, an_enrolment, at
from training.attendance import queries
from training.attendance.models import SightingRecord

LEARNERS = 300
AT_ONCE = 8


@pytest.mark.full
@pytest.mark.postgres
def test_three_hundred_learners_check_in_within_a_minute_and_none_meets_an_error(app, db, monkeypatch) -> None:
    of = a_class(capacity=400)
    lesson = a_lesson(of, room=a_room(400))
    visitors = []
    for _number in range(LEARNERS):
        person = a_person()
        an_enrolment(of, person)
        visitors.append(a_session(a_practitioner(person), at(of.begins, 9)))
    begins = at(of.begins, 9)
    monkeypatch.setattr(clock, "now", lambda: begins)
    held = queries.held(lesson.id)
    assert held is not None
    code = checkins.code_of(held.door, checkins.step_at(begins))
    lesson_id = lesson.id
    release()

    def arrive(token: str) -> tuple[int, int]:
        telephone = app.test_client()
        with telephone.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        page = telephone.get(f"/training/attendance/come/{code}")
        found = re.search(r'name="admission" value="([^"]+)"', page.text)
        form = {"lesson_id": lesson_id, "admission": found.group(1) if found else ""}
        return page.status_code, telephone.post("/training/attendance/come", data=form).status_code

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(arrive, visitors))
    assert set(answers) == {(200, 303)}
    wanted = select(func.count(func.distinct(SightingRecord.person_id))).where(SightingRecord.lesson_id == lesson_id)
    assert database.session.scalar(wanted) == LEARNERS
