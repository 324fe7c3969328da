"""What hours somebody earned: attended in the association's own classes, and elsewhere as far as the desk accepted it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from association.kernel.dates import civil_date
from association.kernel.db import db
from training.attendance import rules as attendance
from training.attendance.models import SightingRecord
from training.attendance.queries import as_sighting
from training.courses.models import Course, Syllabus
from training.hours import rules
from training.hours.models import HoursEvidence
from training.rosters.models import Enrolment, Lesson, TrainingClass
from training.vocabulary import ClassState, CourseKind, EnrolmentState, EvidenceState, HoursSource

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Credit:
    """Hours that count, with where they are from."""

    source: HoursSource
    begins: date
    ends: date
    hours: int
    professional: bool
    what: str  # the course, or the subject of what was learned elsewhere
    by: str  # the class's code, or the organiser
    minutes: int = 0  # attended, in a class of ours
    id: int = 0  # of the class, or the evidence

    @property
    def year(self) -> int:
        return self.ends.year


def credits_of(person_ids: Iterable[int]) -> dict[int, list[Credit]]:
    """Everything that counts for each person, the oldest first. Two statements a thousand persons."""
    ids, found = sorted(set(person_ids)), defaultdict[int, list[Credit]](list)
    for first in range(0, len(ids), AT_A_TIME):
        some = ids[first : first + AT_A_TIME]
        for person_id, credit in [*_from_classes(some), *_from_outside(some)]:
            found[person_id].append(credit)
    for credits in found.values():
        credits.sort(key=lambda one: (one.ends, one.source.value, one.id))
    return dict(found)


def _from_classes(ids: Sequence[int]) -> Iterator[tuple[int, Credit]]:
    """What was attended in classes of continuing education, class by class and year by year. The subjects of the
    association's own classes are all professional ones."""
    rows = db.session.execute(
        select(SightingRecord, Lesson.starts_at, Lesson.ends_at, TrainingClass, Course.name, Syllabus.hour_minutes)
        .join(Lesson, Lesson.id == SightingRecord.lesson_id)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Syllabus, Syllabus.id == TrainingClass.syllabus_id)
        .join(
            Enrolment,
            (Enrolment.class_id == TrainingClass.id) & (Enrolment.person_id == SightingRecord.person_id),
        )
        .where(
            SightingRecord.person_id.in_(ids),
            Course.kind == CourseKind.CONTINUING,
            Lesson.cancelled_at.is_(None),
            TrainingClass.state != ClassState.CANCELLED,
            Enrolment.state == EnrolmentState.ENROLLED,
        )
    )
    classes: dict[int, tuple[TrainingClass, str, int]] = {}
    seen: dict[tuple[int, int, attendance.Span], list[attendance.Sighting]] = defaultdict(list)
    for record, starts_at, ends_at, of, name, hour_minutes in rows:
        classes[of.id] = (of, name, hour_minutes)
        # One lesson has one span: spans tell the lessons of a class apart, which never overlap for one person.
        span = attendance.Span(starts_at, ends_at, of.both_ways)
        seen[record.person_id, of.id, span].append(as_sighting(record))
    minutes: dict[tuple[int, int, int], int] = defaultdict(int)
    days: dict[tuple[int, int, int], list[date]] = defaultdict(list)
    for (person_id, class_id, span), sightings in seen.items():
        day = civil_date(span.begins)
        there = attendance.attendance(span, sightings).minutes
        minutes[person_id, class_id, day.year] += there
        if there:
            days[person_id, class_id, day.year].append(day)
    for key, attended in minutes.items():
        person_id, class_id, _year = key
        of, name, hour_minutes = classes[class_id]
        hours = rules.class_hours(attended, hour_minutes)
        if hours:
            when = days[key]
            yield (
                person_id,
                Credit(HoursSource.CLASS, min(when), max(when), hours, True, name, of.code, attended, of.id),
            )


def _from_outside(ids: Sequence[int]) -> Iterator[tuple[int, Credit]]:
    columns = (HoursEvidence.id, HoursEvidence.person_id, HoursEvidence.begins, HoursEvidence.ends,
               HoursEvidence.hours_accepted, HoursEvidence.professional, HoursEvidence.subject, HoursEvidence.organiser)  # fmt: skip
    accepted = (HoursEvidence.person_id.in_(ids), HoursEvidence.state == EvidenceState.ACCEPTED)
    for row in db.session.execute(select(*columns).where(*accepted)):
        yield row.person_id, Credit(
            HoursSource.EVIDENCE, row.begins, row.ends, row.hours_accepted, row.professional, row.subject, row.organiser,
            id=row.id,
        )  # fmt: skip
