"""Demo rows of continuing hours: certificates of some years ago, hours that are complete, that are missing, that wait."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from association.accounts import queries as accounts
from association.enterprises import queries as enterprises
from association.kernel.actors import Actor
from association.kernel.dates import add_months, add_years, civil_date, noon
from association.mandates import queries as mandates
from association.persons.models import Person
from association.vocabulary import MandateItem
from training.certificates import entering
from training.courses import queries as courses_known
from training.courses import service as courses
from training.courses.models import Course
from training.courses.rules import SubjectPlan, SyllabusPlan
from training.hours import service
from training.rosters import service as rosters
from training.vocabulary import ClassState, CourseKind, Level, Part

MONTHS = 36
HOURS = 24
DAY = timedelta(days=1)
# A page that is plainly no real proof; the number makes each another one.
PROOF = "%PDF-1.4\n% 演示数据，并非真实证明 {number}\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def load(people: Sequence[Person], *, basis: str, occupation: str, actor: Actor, now: datetime) -> None:
    """The first practitioner has all hours and a certificate that ends soon, the third lacks hours and waits for evidence
    to be looked at, the twelfth has none; through the services, inside the caller's transaction."""
    today = civil_date(now)
    course = courses.create_course(
        "YW-5",
        "技防系统运行维护岗位培训",
        occupation=occupation,
        level=Level.FIVE,
        kind=CourseKind.INITIAL,
        summary="学习已建系统的巡检、维护和故障处理；证书要求继续教育。演示数据。",
        actor=actor,
        now=now,
    )
    plan = SyllabusPlan(
        begins=add_years(today, -4),
        subjects=[SubjectPlan("巡检与维护", Part.PRACTICE, 40), SubjectPlan("系统运行基础", Part.THEORY, 40)],
        entry="初中及以上文化程度",
        validity_months=MONTHS,
        continuing_hours=HOURS,
        professional_share=66,
        carry_over=True,
        basis=basis,
    )
    courses.publish_syllabus(course, plan, actor=actor, now=now)
    ends_soon = add_years(today, -3) + timedelta(days=50)
    _certificates(course, f"{ends_soon.year}-YW5-D1", ends_soon, [people[0], people[2]], actor=actor)
    lasting = add_years(today, -1) - timedelta(days=40)
    _certificates(course, f"{lasting.year}-YW5-D2", lasting, [people[1], people[11]], actor=actor)
    desk = accounts.account_by_email(f"training{accounts.DEMO_DOMAIN}")
    staff = enterprises.actor_of(desk.id, now) if desk is not None else None
    year = today.year
    for number, (person, ends, hours, accepted) in enumerate(
        (
            (people[0], date(year - 2, 9, 10), 30, True),
            (people[0], date(year - 1, 6, 20), 24, True),
            (people[2], date(year - 1, 8, 15), 8, True),
            (people[2], date(year - 1, 11, 5), 12, False),
        )
    ):
        one = service.hand_in(
            person,
            organiser="示例安防培训中心（虚构）",
            subject="新标准宣贯与案例分析（演示）",
            begins=ends - 2 * DAY,
            ends=ends,
            hours=hours,
            professional=True,
            proof=PROOF.format(number=number).encode(),
            actor=actor,
            now=now,
        )
        if accepted and staff is not None:
            service.accept(one, hours_accepted=hours, professional=True, actor=staff, now=now)


def _certificates(course: Course, code: str, issued: date, people: Sequence[Person], *, actor: Actor) -> None:
    """A class of ten days, over on the day before, and its certificates, as they were issued then."""
    at = noon(issued)
    of = rosters.open_class(
        course,
        code=code,
        begins=issued - 10 * DAY,
        ends=issued - DAY,
        capacity=30,
        place="示例市示例区虚构路2号",
        note="演示数据，并非真实班级。",
        state=ClassState.OPEN,
        actor=actor,
        now=at - 30 * DAY,
    )
    mandate = mandates.require_in_force(MandateItem.TRAINING, issued)
    syllabus = courses_known.syllabus(of.syllabus_id)
    for person in people:
        row = rosters.enrol(of, person, actor=actor, now=at - 20 * DAY)
        entering.enter(
            course,
            syllabus,
            of,
            person,
            80,
            valid_from=issued,
            valid_until=add_months(issued, MONTHS) - DAY,
            enrolment_id=row.id,
            mandate=mandate,
            actor=actor,
            now=at,
        )
