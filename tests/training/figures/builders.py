"""Many certificates at once: as rows, so that thousands of them are there in a second."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert

from association.enterprises.models import Enterprise
from association.kernel.dates import noon
from association.kernel.db import db
from association.mandates import queries as mandates
from association.mandates.models import Mandate
from association.persons.models import Consent, Employment, Person
from association.vocabulary import ConsentPurpose, MandateItem
from tests.builders import TODAY
from tests.training.builders import a_class, a_course
from training.certificates import rules
from training.certificates.models import Certificate, CertificateEvent
from training.courses import queries as courses
from training.courses.models import Course
from training.rosters.models import Enrolment, TrainingClass
from training.vocabulary import CertificateEventKind, EnrolmentState

FIRST_ID = 100_000


def many_places(of: TrainingClass, count: int, *, enterprise: Enterprise | None = None, first: int = 50_000) -> None:
    """``count`` people with a place in a class, who agreed to everything and work for ``enterprise`` if one is given."""
    ids, when = range(FIRST_ID + first, FIRST_ID + first + count), noon(of.begins - timedelta(days=1))
    database_rows: list[tuple[type, list[dict[str, object]]]] = [
        (
            Person,
            [{"id": one, "name": f"批量{one}", "created_at": when, "checked_at": when, "version": 1} for one in ids],
        ),
        (
            Consent,
            [
                {"person_id": one, "purpose": purpose, "notice_version": 1, "given_at": when}
                for one in ids
                for purpose in (ConsentPurpose.TRAINING, ConsentPurpose.EMPLOYER, ConsentPurpose.CERTIFICATE_CHECK)
            ],
        ),
        (
            Enrolment,
            [
                {
                    "class_id": of.id,
                    "person_id": one,
                    "enterprise_id": enterprise.id if enterprise else None,
                    "state": EnrolmentState.ENROLLED,
                    "enrolled_at": when,
                    "queued_at": when,
                    "version": 1,
                }
                for one in ids
            ],
        ),
    ]
    if enterprise is not None:
        worked = [{"person_id": one, "enterprise_id": enterprise.id, "begins": of.begins, "ends": None} for one in ids]
        database_rows.append((Employment, worked))
    for table, rows in database_rows:
        db.session.execute(insert(table), rows)
    db.session.commit()


def many_certificates(
    count: int,
    enterprises: Sequence[Enterprise],
    *,
    course: Course | None = None,
    ends: date = TODAY,
    first: int = 0,
    issued: date = date(2024, 7, 1),
) -> None:
    """``count`` people who agreed to everything, spread over ``enterprises``, each with one certificate; the last days
    are ``ends`` and the days after it, one a person, over a year and again."""
    course = course or a_course()
    of = a_class(course, begins=issued - timedelta(days=30), now=noon(issued - timedelta(days=60)))
    mandate = mandates.in_force(MandateItem.TRAINING, TODAY)
    assert isinstance(mandate, Mandate)
    syllabus = courses.syllabus_on(course, issued)
    assert syllabus is not None
    ids = range(FIRST_ID + first, FIRST_ID + first + count)
    numbers = [rules.certificate_number(2024, one - FIRST_ID + 1) for one in ids]
    common = {"version": 1}
    db.session.execute(
        insert(Person), [{"id": one, "name": f"批量{one}", "created_at": noon(issued), **common} for one in ids]
    )
    db.session.execute(
        insert(Consent),
        [
            {"person_id": one, "purpose": purpose, "notice_version": 1, "given_at": noon(issued)}
            for one in ids
            for purpose in (ConsentPurpose.EMPLOYER, ConsentPurpose.CERTIFICATE_CHECK)
        ],
    )
    db.session.execute(
        insert(Employment),
        [
            {"person_id": one, "enterprise_id": enterprises[one % len(enterprises)].id, "begins": issued, "ends": None}
            for one in ids
        ],
    )
    db.session.execute(
        insert(Certificate),
        [
            {
                "id": one,
                "number": number,
                "code": f"{one:016d}",
                "year": 2024,
                "serial": one - FIRST_ID + 1,
                "person_id": one,
                "name": f"批量{one}",
                "course_id": course.id,
                "syllabus_id": syllabus.id,
                "class_id": of.id,
                "title": course.name,
                "occupation": course.occupation,
                "level": course.level,
                "hours": 80,
                "trained_from": of.begins,
                "trained_until": of.ends,
                "issued_on": issued,
                "valid_from": issued,
                "valid_until": ends + timedelta(days=one % 365),
                "mandate_id": mandate.id,
                "issued_at": noon(issued),
                **common,
            }
            for one, number in zip(ids, numbers, strict=True)
        ],
    )
    db.session.execute(
        insert(CertificateEvent),
        [
            {
                "position": one,
                "number": number,
                "kind": CertificateEventKind.ISSUED,
                "effective_from": issued,
                "recorded_at": noon(issued),
                "mandate": "x",
                "facts": {},
                "valid_from": issued,
                "valid_until": ends + timedelta(days=one % 365),
                "previous": f"p{one}",
                "hash": f"h{one}",
            }
            for one, number in zip(ids, numbers, strict=True)
        ],
    )
    db.session.commit()
