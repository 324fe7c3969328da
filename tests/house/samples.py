"""What each route is asked for in the matrix: a thing of the demo's ``maker``, and a form that would do something.

A route that takes arguments or changes something needs a line here; the matrix says which is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from association.accounts.models import Account, ApiKey, SessionRecord
from association.accounts.queries import account_by_email
from association.documents import service as documents
from association.enterprises.models import Enterprise, Membership
from association.jobs.models import Job
from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import term_of_validity
from association.kernel.db import db, transaction
from association.mandates.models import Mandate
from association.outbox.models import Message
from association.persons import sealed
from association.persons import service as persons
from association.persons.models import Employment, Person
from association.signing import service as signing
from association.signing.models import SigningKey
from association.vocabulary import ConsentPurpose, JobState, MandateItem, MessageChannel, MessageState, Scope
from association.workbooks import service as uploads
from catalog import demo
from catalog.categories.models import CatalogFact
from catalog.products.models import Product, ProductPaper
from catalog.register import queries
from catalog.register.rows import rows_of
from catalog.reviews.models import Decision
from catalog.revocations import objecting
from catalog.revocations import service as revocations
from catalog.revocations.models import Revocation
from catalog.subscriptions import service as subscriptions
from catalog.verifications import service as verifications
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine, AskedList
from catalog.verifications.workbooks import PURPOSE
from catalog.vocabulary import CaseState, ObjectorKind, RevocationKind, RevocationState, Standing
from tests.builders import a_key, a_session, actor_of, an_account, pdf_bytes, picture_bytes
from tests.training.builders import a_room
from training.certificates import entering, outside, shares
from training.certificates import service as certificates
from training.certificates.models import Certificate, CertificatePrint, CertificateShare
from training.courses.models import Course, Room, Syllabus, Trainer
from training.demo import an_identity
from training.enrolments import service as enrolments
from training.enrolments.rules import Row
from training.exams import service as exams
from training.exams.models import Appeal, OnDuty, Sitter, Sitting
from training.hours import service as hours
from training.papers import queries as papers_known
from training.papers import service as papers
from training.questions.models import Question as BankQuestion
from training.rosters import queries as rosters_queries
from training.rosters.models import Enrolment, Lesson, TrainingClass
from training.vocabulary import CertificateGround, Duty, Means, Part

Form = dict[str, Any]
NEW_PASSWORD = "another horse battery"
FAR_ID = 999_999


@dataclass(frozen=True)
class Sample:
    """Arguments of a route, and what is sent with it. ``make`` prepares what the form names."""

    args: dict[str, Any] = field(default_factory=dict)
    form: Callable[[], Form] = dict
    json: dict[str, Any] | None = None
    query: str = ""
    how: frozenset[str] = frozenset()  # arguments that say how, not what

    def missing(self) -> "Sample":
        """The same, asked of a thing that does not exist."""
        args = {name: value if name in self.how else _absent(value) for name, value in self.args.items()}
        return replace(self, args=args)


def _absent(value: Any) -> Any:
    return FAR_ID if isinstance(value, int) else "no-such-thing"


def _of_late() -> dict[str, str]:
    today = clock.today()
    return {"valid_from": today.isoformat(), "valid_until": term_of_validity(today, 2).isoformat()}


def _pdf() -> tuple[BytesIO, str]:
    return BytesIO(pdf_bytes("matrix")), "paper.pdf"


@dataclass
class Things:
    """Ids and numbers of the demo's things, and keys of its programs."""

    samples: dict[str, Sample]
    keys: dict[str, str]


def _one(statement: Any) -> Any:
    return db.session.scalars(statement.limit(1)).one()


def _product(model: str) -> Product:
    found = [one for one in db.session.scalars(sa.select(Product)) if one.dossier.get("model") == model]
    assert len(found) == 1, model
    return found[0]


def _account(name: str) -> Account:
    account = account_by_email(f"{name}@demo.example")
    assert account is not None
    return account


def _firm_of(account: Account) -> Enterprise:
    return _one(sa.select(Enterprise).join(Membership).where(Membership.account_id == account.id))


def _certificates(person: Person, other: Person, of: TrainingClass) -> tuple[Certificate, int, int, str, str]:
    """A certificate of ``person``; a share link; a proposal about a certificate of ``other``; a printed batch; a secret."""
    now = clock.now()
    owner = replace(OPERATOR, via="page", person_id=person.id)
    held, concerned = (_issued(one, of, now=now) for one in (person, other))
    secret = shares.make(person, days=7, whole_name=True, with_outside=True, label="", actor=owner, now=now)
    shown = _one(sa.select(CertificateShare.id))
    case = certificates.propose_withdrawal(
        concerned,
        ground=CertificateGround.MISUSE,
        note="经过",
        effective_from=clock.today(),
        actor=actor_of(_account("training"), now),
        now=now,
    )
    printed = CertificatePrint(
        code="matrix-print", class_id=of.id, account_id=_account("training").id, form="a4", pages=1, content=b"%PDF-", made_at=now
    )  # fmt: skip
    db.session.add(printed)
    db.session.commit()
    return held, shown, case.id, printed.code, secret


def _issued(person: Person, of: TrainingClass, *, now: datetime) -> Certificate:
    """A certificate as a class gives one, without the class having been held."""
    with transaction():
        served = sa.select(Certificate.enrolment_id).where(Certificate.enrolment_id.is_not(None))
        row = _one(sa.select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.id.not_in(served)))
        return entering.enter(
            db.session.get_one(Course, of.course_id),
            db.session.get_one(Syllabus, of.syllabus_id),
            db.session.get_one(TrainingClass, row.class_id),
            person,
            80,
            valid_from=clock.today(),
            valid_until=None,
            enrolment_id=row.id,
            mandate=_one(sa.select(Mandate).where(Mandate.item == MandateItem.TRAINING)),
            actor=OPERATOR,
            now=now,
        )


def _questions() -> dict[str, Sample]:
    """The question bank of the demo."""
    one = _one(sa.select(BankQuestion).order_by(BankQuestion.id))
    which = {"question_id": one.id}
    form = {
        "kind": "judgement", "subject": one.subject, "difficulty": "easy", "stem": "新题", "answers": ["A"], "seen": "1",
    }  # fmt: skip
    table = f"题型,科目,难度,题干,答案\n判断,{one.subject},易,表中的题,对\n".encode()
    code = uploads.take_in(
        table, "题.csv", purpose="questions", actor=actor_of(_account("training"), clock.now()), now=clock.now()
    )
    return {
        "questions.add": Sample(form=lambda: form),
        "questions.show": Sample(which),
        "questions.edit": Sample(which),
        "questions.change": Sample(which, lambda: {**form, "stem": "改过的题"}),
        "questions.retire": Sample(which, lambda: {"why": "过时"}),
        "questions.reinstate": Sample(which),
        "questions.upload": Sample(form=lambda: {"file": (BytesIO(table), "题.csv")}),
        "questions.look_through": Sample({"code": code}),
        "questions.choose": Sample({"code": code}),
        "questions.enter": Sample({"code": code}, lambda: {"rows": "all"}),
        "questions.failing": Sample({"code": code}),
    }


def _papers(person: Person, of: TrainingClass, room: Room) -> dict[str, Sample]:
    """A sitting on screen under way, and one that is over and released, of both of which ``person`` has a paper."""
    now = clock.now()
    account = _one(sa.select(Account).where(Account.person_id == person.id))
    actor = actor_of(account, now)
    subject = _one(sa.select(BankQuestion.subject))
    made = []
    for number, (starts_at, over) in enumerate(((now - timedelta(minutes=9), False), (now - timedelta(days=1), True))):
        sitting = Sitting(
            code=f"MATRIX-L{number}", class_id=of.id, part=Part.THEORY, means=Means.BANK, starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90), minutes=60, room_id=room.id, seats=9, tolerance=10, appeal_days=15,
            plan=[{"subject": subject, "points": 20, "count": 5, "difficulty": "", "kind": ""}], mandate_id=of.mandate_id,
            arranged_at=starts_at,
        )  # fmt: skip
        with transaction():
            db.session.add(sitting)
            db.session.flush()
            sitter = Sitter(
                sitting_id=sitting.id, person_id=person.id, seat=1, admitted_at=starts_at, came_at=starts_at
            )
            db.session.add(sitter)
        own = papers_known.own(actor, sitting.id)
        papers.open_paper(own, actor=actor, now=starts_at)
        if over:
            papers.submit(papers_known.own(actor, sitting.id), actor=actor, now=starts_at + timedelta(minutes=5))
            with transaction():
                sitting.released_at = now
        made.append((sitting, sitter))
    (going, sitter), (over_one, _seat) = made
    here = {"sitting_id": going.id}
    one = {**here, "sitter_id": sitter.id}
    return {
        "papers.own": Sample(here),
        "papers.start": Sample(here),
        "papers.question": Sample({**here, "place": 1}, how=frozenset({"place"})),
        "papers.answer": Sample({**here, "place": 1}, lambda: {"answer": "A"}, how=frozenset({"place"})),
        "papers.time_left": Sample(here),
        "papers.handing_in": Sample(here),
        "papers.submit": Sample(here),
        "papers.review": Sample({"sitting_id": over_one.id}),
        "papers.desk": Sample(here),
        "papers.mark": Sample(here),
        "papers.read": Sample(one),
        "papers.extend": Sample(one, lambda: {"minutes": "5", "why": "断网"}),
        "papers.analysis": Sample({"sitting_id": over_one.id}),
        "papers.over_time": Sample({"question_id": _one(sa.select(BankQuestion.id))}),
    }


def _outside(person: Person) -> dict[str, Sample]:
    """An outside certificate with its scan."""
    one = outside.record(
        person, issuer="示例发证单位", title="示例证书", number="示例0", level="", issued_on=date(2024, 1, 1), valid_until=None,
        proof=pdf_bytes("matrix"), actor=OPERATOR, now=clock.now(),
    )  # fmt: skip
    which = {"outside_id": one.id}
    return {
        "certificates.proof": Sample(which),
        "certificates.remove_outside": Sample(which),
        "certificates.check_outside": Sample(which, lambda: {"state": "checked"}),
    }


def _hours(person: Person, numbered: dict[str, str]) -> dict[str, Sample]:
    """Evidence of continuing hours that the person's employer handed in, and nobody has looked at."""
    today = clock.today()
    paper = {
        "organiser": "示例主办单位",
        "subject": "示例内容",
        "begins": "2026-01-05",
        "ends": "2026-01-05",
        "hours": "4",
    }
    one = hours.hand_in(
        person, organiser="示例主办单位", subject="示例内容", begins=today - timedelta(days=9), ends=today - timedelta(days=9),
        hours=4, professional=True, proof=pdf_bytes("hours"), actor=actor_of(_account("installer"), clock.now()), now=clock.now(),
    )  # fmt: skip
    which, whom = {"evidence_id": one.id}, {"person_id": person.id}
    return {
        "hours.person": Sample(whom),
        "hours.hand_in_own": Sample(form=lambda: {**paper, "proof": _pdf()}),
        "hours.hand_in_for": Sample(whom, lambda: {**paper, "proof": (BytesIO(pdf_bytes("another")), "paper.pdf")}),
        "hours.renew": Sample(numbered),
        "hours.evidence": Sample(which),
        "hours.proof": Sample(which),
        "hours.accept": Sample(which, lambda: {"hours_accepted": "4", "professional": "yes"}),
        "hours.refuse": Sample(which, lambda: {"reason": "理由"}),
        "hours.take_back": Sample(which),
    }


def _training() -> dict[str, Sample]:
    """The training floor and the persons of the demo."""
    person = _one(sa.select(Person).where(Person.name == "演示从业人员"))
    other = _one(sa.select(Person).where(Person.name == "演示学员25"))
    # What the samples need to be there: a portrait, and an account that is nobody's yet.
    for purpose in (ConsentPurpose.PORTRAIT, ConsentPurpose.REMINDERS):
        persons.give_consent(person, purpose, on_paper=True, actor=OPERATOR, now=clock.now())
    sealed.file_portrait(person, picture_bytes("PNG", (300, 400)), actor=OPERATOR, now=clock.now())
    unlinked = an_account(Role.PRACTITIONER, email="unlinked@test.example")
    begun = _one(sa.select(TrainingClass).where(TrainingClass.code.endswith("AZ5-D1")))
    employment = _one(sa.select(Employment).where(Employment.person_id == person.id))
    course = _one(sa.select(Course).where(Course.code == "AZ-5"))
    of = _one(sa.select(TrainingClass).where(TrainingClass.code.endswith("AZ5-D2")))
    lesson = _one(sa.select(Lesson).where(Lesson.class_id == of.id).order_by(Lesson.id))
    sent = Row(1, "派员", an_identity(901), agreed=True)
    [(_row, ours, _there)] = enrolments.enrol_own(
        of, [sent], actor=actor_of(_account("installer"), clock.now()), now=clock.now()
    )
    enrolment = _one(sa.select(Enrolment).where(Enrolment.class_id == of.id).order_by(Enrolment.id))
    room = _one(sa.select(Room).where(Room.name == "演示教室一"))
    trainer = _one(sa.select(Trainer).where(Trainer.name == "演示教员"))
    whom, which, what = {"person_id": person.id}, {"class_id": of.id}, {"code": course.code}
    hour = {**which, "lesson_id": lesson.id}
    today = clock.today()
    data = {"name": "新人", "identity": an_identity(900), "training": "yes"}
    days = {"begins": of.begins.isoformat(), "ends": of.ends.isoformat(), "capacity": "30", "fee": "0"}
    slot = {"title": "新课", "day": of.begins.isoformat(), "begins_at": "19:00", "ends_at": "20:00"}
    syllabus = {
        "begins": (today + timedelta(days=700)).isoformat(), "hour_minutes": "45", "theory_pass": "60", "minimum_attendance": "80",
        "resits": "1", "continuing_hours": "0", "professional_share": "0", "subject_1_name": "新科目", "subject_1_hours": "8",
    }  # fmt: skip
    held, shown, proposed, batch, secret = _certificates(person, other, of)
    numbered, at_class = {"number": held.number}, {"class_id": held.class_id}
    outside_one = {"issuer": "示例发证单位", "title": "示例证书", "issued_on": "2024-01-01"}
    dated = {"note": "经过", "effective_from": today.isoformat()}
    of_certificates = {
        "certificates_public.check": Sample(form=lambda: {"number": held.number, "name": held.name}),
        "certificates_public.show": Sample({"code": held.code}),
        "certificates_public.shared": Sample({"token": secret}),
        "certificates_short.follow": Sample({"code": held.code}),
        "certificates_api.show": Sample({"code": held.code}),
        "certificates_paper.sheet": Sample({**numbered, "form": "a4"}, how=frozenset({"form"})),
        "certificates_paper.badge": Sample({**numbered, "form": "jwt"}, how=frozenset({"form"})),
        "certificates_paper.batch": Sample({"code": batch}),
        "certificates.present": Sample(numbered),
        "certificates.share": Sample(form=lambda: {"days": "7"}),
        "certificates.end_share": Sample({"share_id": shown}),
        "certificates.record_own": Sample(form=lambda: {**outside_one, "number": "示例1"}),
        "certificates.record_for": Sample(whom, lambda: {**outside_one, "number": "示例2"}),
        "certificates.person": Sample(whom),
        "certificates.class_page": Sample(at_class),
        "certificates.preview": Sample(at_class, lambda: {"place": str(held.enrolment_id)}),
        "certificates.issue": Sample(at_class, lambda: {"place": str(held.enrolment_id)}),
        "certificates.print_class": Sample(at_class, lambda: {"form": "card"}),
        "certificates.file": Sample(numbered),
        "certificates.suspend": Sample(numbered, lambda: {**dated, "ground": "under_review"}),
        "certificates.reinstate": Sample(numbered, lambda: dated),
        "certificates.replace": Sample(numbered),
        "certificates.propose": Sample(numbered, lambda: {**dated, "ground": "misuse"}),
        "certificates.case": Sample({"case_id": proposed}),
        "certificates.confirm": Sample({"case_id": proposed}),
        "certificates.reject": Sample({"case_id": proposed}, lambda: {"reason": "理由"}),
        "certificates.take_back": Sample({"case_id": proposed}),
        **_hours(person, numbered),
        "figures.staffing_of": Sample({"enterprise_id": employment.enterprise_id}),
        "figures.staffing_workbook": Sample({"enterprise_id": employment.enterprise_id}),
        **_questions(),
        **_papers(person, begun, room),
        "signing_well_known.key": Sample({"kid": str(_one(sa.select(SigningKey.kid)))}),
        **_outside(person),
    }
    return of_certificates | {
        "persons.find": Sample(form=lambda: {"identity": an_identity(25)}),
        "persons.record": Sample(form=lambda: data),
        "persons.record_own": Sample(form=lambda: data),
        "persons.show": Sample(whom),
        "persons.correct": Sample(whom, lambda: {"name": person.name, "phone": "0311-1"}),
        "persons.check": Sample(whom),
        "persons.consent": Sample(whom, lambda: {"purpose": "portrait"}),
        "persons.withdraw": Sample(whom, lambda: {"purpose": "reminders"}),
        "persons.employ": Sample(whom, lambda: {"uscc": demo.MAKER, "begins": today.isoformat()}),
        "persons.end_employment": Sample(
            {**whom, "employment_id": employment.id}, lambda: {"last_day": today.isoformat()}
        ),
        "persons.identity": Sample(whom, lambda: {"reason": "report"}),
        "persons.take_copy": Sample(whom, lambda: {"form": "json"}),
        "persons.portrait": Sample(whom),
        "persons.file_portrait": Sample(
            whom, lambda: {"portrait": (BytesIO(picture_bytes("PNG", (300, 400))), "p.png")}
        ),
        "persons.remove_portrait": Sample(whom),
        "persons.link": Sample({"person_id": other.id}, lambda: {"account": unlinked.email}),
        "persons.merging": Sample(whom),
        "persons.merge": Sample(whom, lambda: {"gone": str(other.id), "ground": "mistyped"}),
        "persons.erasing": Sample(whom),
        "persons.erase": Sample(whom, lambda: {"ground": "request", "name": person.name}),
        "courses_public.show": Sample(what),
        "courses_public.version": Sample({**what, "number": 1}, how=frozenset({"number"})),
        "courses.create": Sample(
            form=lambda: {"code": "ZZ-1", "name": "新课程", "occupation": "职业", "level": "five", "kind": "initial"}
        ),
        "courses.edit": Sample(what),
        "courses.change": Sample(what, lambda: {"name": "改名课程"}),
        "courses.retire": Sample(what, lambda: {"last_day": today.isoformat()}),
        "courses.new_version": Sample(what),
        "courses.publish": Sample(what, lambda: syllabus),
        "courses.record_room": Sample(form=lambda: {"name": "新教室", "kind": "classroom", "seats": "20"}),
        "courses.room": Sample({"room_id": room.id}),
        "courses.change_room": Sample({"room_id": room.id}, lambda: {"seats": "20"}),
        "courses.record_trainer": Sample(form=lambda: {"name": "新教员"}),
        "courses.trainer": Sample({"trainer_id": trainer.id}),
        "courses.note_qualification": Sample(
            {"trainer_id": trainer.id}, lambda: {"kind": "level_four", "since": "2020-01-01"}
        ),
        "courses.rest_trainer": Sample({"trainer_id": trainer.id}),
        "rosters_public.show": Sample(which),
        "rosters_public.calendar": Sample(which),
        "rosters_public.own_calendar": Sample({"token": "wrong"}),
        "rosters.enrol": Sample(which),
        "rosters.leave": Sample({"class_id": begun.id}),
        "rosters.open_class": Sample(form=lambda: {"course": course.code, "code": "NEW-1", **days}),
        "rosters.edit": Sample(which),
        "rosters.change": Sample(which, lambda: days),
        "rosters.set_state": Sample(which, lambda: {"state": "closed"}),
        "rosters.timetable": Sample(which),
        "rosters.plan_lesson": Sample(which, lambda: slot),
        "rosters.lesson": Sample(hour),
        "rosters.change_lesson": Sample(hour, lambda: slot),
        "rosters.cancel_lesson": Sample(hour),
        "rosters.roster": Sample(which),
        "rosters.add": Sample(which, lambda: {"identity": an_identity(5)}),
        "rosters.workbook": Sample(which),
        "rosters.ask_withdrawal": Sample(which),
        "rosters.withdraw": Sample(which, lambda: {"row": str(enrolment.id)}),
        "attendance.come": Sample({"code": "wrong"}),
        "enrolments_api.create": Sample(
            json={"class": of.code, "people": [{"name": "派员二", "identity": an_identity(902), "agreed": True}]}
        ),
        "enrolments_api.withdraw": Sample({"enrolment_id": ours.id}),
        "enrolments.new": Sample(which),
        "enrolments.template": Sample(which),
        "enrolments.upload": Sample(which),
        "enrolments.look_through": Sample({**which, "code": "wrong"}, how=frozenset({"code"})),
        "enrolments.choose": Sample({**which, "code": "wrong"}, how=frozenset({"code"})),
        "enrolments.enrol": Sample({**which, "code": "wrong"}, how=frozenset({"code"})),
        "enrolments.failing": Sample({**which, "code": "wrong"}, how=frozenset({"code"})),
        "attendance.arrive": Sample(form=lambda: {"lesson_id": str(hour["lesson_id"]), "digits": "000000"}),
        "attendance.lesson": Sample({"lesson_id": hour["lesson_id"]}),
        "attendance.state": Sample(
            {"lesson_id": hour["lesson_id"]}, lambda: {"people": [str(person.id)], "kind": "present", "why": "核对"}
        ),
        "attendance.door": Sample({"lesson_id": hour["lesson_id"]}),
        "attendance.door_code": Sample({"lesson_id": hour["lesson_id"]}),
        "attendance.device": Sample({"lesson_id": hour["lesson_id"]}),
        "attendance.hand_in": Sample({"lesson_id": hour["lesson_id"]}),
        "attendance.sheet": Sample(which),
        **_exams(begun),
        "rosters_paper.sign_in": Sample(which),
        "rosters_paper.badges": Sample(which),
        "rosters_paper.roster": Sample(which),
    }


def _exams(of: TrainingClass) -> dict[str, Sample]:
    """The demo's examinations: one that is to come, one that is over."""
    coming = _one(sa.select(Sitting).where(Sitting.code.endswith("AZ5-D0-L2")))
    over = _one(sa.select(Sitting).where(Sitting.code.endswith("AZ5-D0-L1")))
    seat = _one(sa.select(Sitter).where(Sitter.sitting_id == coming.id))
    marked = _one(sa.select(Sitter).where(Sitter.sitting_id == over.id).order_by(Sitter.seat))
    practice = _one(sa.select(Sitting).where(Sitting.code.endswith("AZ5-D0-S1")))
    scored = _one(sa.select(Sitter).where(Sitter.sitting_id == practice.id).order_by(Sitter.seat))
    checked = {"sitting_id": practice.id, "sitter_id": scored.id}
    waiting = _one(sa.select(Appeal))
    # Within the days after the release: what the demo's own learner may do.
    own = marked
    over.released_at = clock.now()
    db.session.commit()
    room = _one(sa.select(Room).where(Room.name == "演示教室二"))
    which, at = {"sitting_id": coming.id}, {"sitting_id": coming.id, "sitter_id": seat.id}
    going, ended = _held(over, 6, ends_in=1), _held(over, 7, ends_in=-1)
    running = {"sitting_id": going.sitting_id, "sitter_id": going.id}
    unmarked = {"sitting_id": ended.sitting_id}
    day = (clock.today() + timedelta(days=60)).isoformat()
    when = {"day": day, "begins_at": "09:00", "ends_at": "10:30", "room": str(room.id)}
    duty = {"invigilators": [str(_account("trainer").id)]}
    return {
        "exams.arrange": Sample(form=lambda: {"class": str(of.id), "way": "theory.sheet", **when}),
        "exams.edit": Sample(which),
        "exams.change": Sample(which, lambda: when),
        "exams.cancel": Sample(which, lambda: {"why": "停电"}),
        "exams.duties": Sample(which),
        "exams.set_duties": Sample(which, lambda: duty),
        "exams.show": Sample(which),
        "exams.candidates": Sample(which),
        "exams.admit": Sample(which, lambda: {"all": "yes"}),
        "exams.leave_out": Sample(at, lambda: {"why": "请假"}),
        "exams.door": Sample(which),
        "exams.let_in": Sample(running),
        "exams.note_absent": Sample(running),
        "exams.note_the_rest_absent": Sample(unmarked),
        "exams.marks": Sample(which),
        "exams.record_marks": Sample(unmarked, lambda: {f"mark_{ended.id}": "70"}),
        "exams.sitter": Sample(at),
        "exams.correct": Sample(
            {"sitting_id": over.id, "sitter_id": marked.id}, lambda: {"mark": "89", "why": "漏加一题"}
        ),
        "exams.release": Sample({"sitting_id": over.id}),
        "exams_paper.sign_in": Sample(which),
        "marksheets.new": Sample(unmarked),
        "marksheets.template": Sample(unmarked),
        "marksheets.upload": Sample(unmarked),
        "marksheets.look_through": Sample({**unmarked, "code": "wrong"}, how=frozenset({"code"})),
        "marksheets.choose": Sample({**unmarked, "code": "wrong"}, how=frozenset({"code"})),
        "marksheets.enter": Sample({**unmarked, "code": "wrong"}, how=frozenset({"code"})),
        "marksheets.failing": Sample({**unmarked, "code": "wrong"}, how=frozenset({"code"})),
        "scores.sitting": Sample({"sitting_id": practice.id}),
        "scores.sitter": Sample(checked),
        "scores.score": Sample(checked, lambda: {"points_1": "20"}),
        "scores.decide_together": Sample(checked, lambda: {"mark": "70", "why": "议定"}),
        "results.appeal": Sample({"sitter_id": own.id}),
        "results.lodge": Sample({"sitter_id": own.id}, lambda: {"text": "请复核"}),
        "results.case": Sample({"appeal_id": waiting.id}),
        "results.decide": Sample({"appeal_id": waiting.id}, lambda: {"answer": "维持"}),
    }


def _held(like: Sitting, place: int, *, ends_in: int) -> Sitter:
    """A resit that somebody of the demo sits in ``ends_in`` hours, for the doors that open on the day only."""
    now = clock.now()
    ends_at = now + timedelta(hours=ends_in)
    made = exams.arrange(
        rosters_queries.training_class(like.class_id),
        like.part,
        like.means,
        starts_at=ends_at - timedelta(hours=1, minutes=30),
        ends_at=ends_at,
        minutes=90,
        room_id=a_room().id,
        actor=OPERATOR,
        now=now - timedelta(days=1),
    )
    # As rows: whatever the hour, the demo's plan may have these people at a lesson at this time.
    seat = _one(sa.select(Sitter).where(Sitter.sitting_id == like.id, Sitter.seat == place + 1))
    sitter = Sitter(sitting_id=made.id, person_id=seat.person_id, seat=1, admitted_at=made.arranged_at)
    duties = (
        OnDuty(sitting_id=made.id, account_id=_account(name).id, duty=Duty.INVIGILATOR)
        for name in ("trainer", "training")
    )
    with transaction():
        db.session.add_all([sitter, *duties])
    return sitter


def things() -> Things:
    """Find them, or make them. Runs in an application context."""
    now = clock.now()
    maker, clerk, practitioner = _account("maker"), _account("clerk"), _account("practitioner")
    installer = _account("installer")
    firm = _one(sa.select(Enterprise).where(Enterprise.uscc == demo.MAKER))
    other = _one(sa.select(Enterprise).where(Enterprise.uscc == demo.MAKER2))
    waiting_firm = _one(sa.select(Enterprise).where(Enterprise.uscc == demo.a_code(demo.NEWCOMER_BODY)))
    keys = {
        "maker": a_key(maker, firm),
        "maker2": a_key(_account("maker2"), other),
        "reviewer": a_key(_account("reviewer"), scopes=(Scope.REVIEWS_READ, Scope.REVIEWS_DECIDE)),
        "approver": a_key(_account("approver"), scopes=(Scope.REVIEWS_READ, Scope.REVIEWS_DECIDE)),
        "reader": a_key(maker, firm, scopes=(Scope.PRODUCTS_READ,)),
        "installer": a_key(installer, _firm_of(installer), scopes=(Scope.TRAINING_READ, Scope.TRAINING_WRITE)),
    }
    key = _one(sa.select(ApiKey).where(ApiKey.account_id == maker.id).order_by(ApiKey.id))
    draft, submitted, returned = _product("SL-CP-901"), _product("SL-PIR-901"), _product("SL-GB-901")
    paper = _one(sa.select(ProductPaper).where(ProductPaper.product_id == draft.id))
    decision = _one(sa.select(Decision).where(Decision.product_id == returned.id))
    a_session(maker, now)
    session = _one(sa.select(SessionRecord).where(SessionRecord.account_id == maker.id).order_by(SessionRecord.id))
    message = _one(sa.select(Message).where(Message.to_account_id == maker.id))
    dead = Message(
        key="matrix:dead",
        to_account_id=practitioner.id,
        to_address=practitioner.email,
        subject="未送达",
        body="未送达",
        url="",
        created_at=now,
        next_try_at=now,
        state=MessageState.DEAD,
    )
    db.session.add(dead)
    mandate = _one(sa.select(Mandate).where(Mandate.item == MandateItem.REGISTRATION))
    training = _one(sa.select(Mandate).where(Mandate.item == MandateItem.TRAINING))
    secretary = actor_of(_account("secretariat"), now)
    letter = documents.file(
        BytesIO(pdf_bytes("letter")), "letter.pdf", actor=secretary, enterprise_id=None, now=now, field="scan"
    )
    training.document_id = letter.document_id
    db.session.commit()
    standings = queries.standings(clock.today())
    in_force = rows_of(
        [one for one, word in standings.items() if word is Standing.IN_FORCE], on=clock.today(), known=now
    )
    registered = in_force[0]
    number = registered.number
    job = Job(
        code="matrix-" + "x" * 15, kind="matrix", title="示例工作", account_id=maker.id, language="zh", arguments={},
        place={}, state=JobState.QUEUED, created_at=now,
    )  # fmt: skip
    db.session.add(job)
    db.session.commit()
    similar = Question(model=f"{registered.model}7", manufacturer=registered.manufacturer)
    asked = AskedList([AskedLine(similar)], known=now)
    verified = verifications.verify(asked, actor=actor_of(maker, now), now=now).verification
    receipt, hook = verified.receipt, {"webhook": "https://hooks.example.com/in"}
    with_receipt = subscriptions.leave(
        MessageChannel.MAIL,
        "left@example.com",
        verification_id=verified.id,
        asker="",
        actor=actor_of(maker, now),
        now=now,
    )
    mine = subscriptions.leave(
        MessageChannel.WEBHOOK, hook["webhook"], number=number, asker="", actor=actor_of(maker, now), now=now
    )
    proposed = _one(sa.select(Revocation).where(Revocation.state == RevocationState.PROPOSED))
    told = revocations.propose(
        in_force[8].number,
        RevocationKind.SUSPENSION,
        ground="evidence_false",
        reason="材料待核实",
        evidence="",
        effective_from=clock.today(),
        actor=actor_of(_account("reviewer"), now),
        now=now,
    )
    revocations.confirm(told, actor=actor_of(_account("approver"), now), now=now)
    objection = objecting.file(
        told, kind=ObjectorKind.OTHER, name="某人", email="a@example.com", statement="不同意", asker="",
        actor=actor_of(installer, now), now=now,
    )  # fmt: skip
    own = next(one.number for one in in_force if one.registrant_uscc == demo.MAKER)
    sheet = f"型号,生产企业\n{registered.model},{registered.manufacturer}\n".encode()
    uploaded = uploads.take_in(sheet, "a.csv", purpose=PURPOSE, actor=actor_of(maker, now), now=now)
    kid = signing.ensure(actor=OPERATOR, now=now).kid
    synonym = _one(sa.select(CatalogFact).where(CatalogFact.kind == "ground", CatalogFact.superseded_at.is_(None)))
    why, label = {"reason": "核对后决定"}, {"size": "50x30", "kind": "svg"}
    product, case = {"product_id": draft.id}, {"product_id": submitted.id}
    decide = {"decision": "returned", "version": str(submitted.version), "reason": "请补正型号"}
    version = submitted.version
    report = {"kind": "type_test_report", "number": "检字第9号", "issuer": "mps1", **_of_late()}
    samples = {
        # accounts
        "accounts.address_submit": Sample(form=lambda: {"email": "new@demo.example", "password": "x"}),
        "accounts.address_confirm": Sample({"token": "wrong"}),
        "accounts.address_confirm_submit": Sample({"token": "wrong"}),
        "accounts.make_key": Sample(form=lambda: {"name": "程序", "scopes": "products:read"}),
        "accounts.end_key": Sample({"key_id": key.id}),
        "accounts.replace_key": Sample({"key_id": key.id}, lambda: {"overlap_days": "7"}),
        "accounts.password_submit": Sample(form=lambda: {"old": "wrong", "new": NEW_PASSWORD}),
        "accounts.second_factor_confirm": Sample(form=lambda: {"code": "000000"}),
        "accounts.second_factor_end": Sample(form=lambda: {"code": "000000", "password": "x"}),
        "accounts.second_factor_recovery": Sample(form=lambda: {"code": "000000"}),
        "accounts.end_session": Sample({"session_id": session.id}),
        "accounts_public.confirm": Sample({"token": "wrong"}),
        "accounts_public.confirm_submit": Sample({"token": "wrong"}, lambda: {"password": "x"}),
        "accounts_public.forgotten_submit": Sample(form=lambda: {"email": "nobody@demo.example"}),
        "accounts_public.sign_in_submit": Sample(form=lambda: {"email": "nobody@demo.example", "password": "x"}),
        "accounts_public.code_submit": Sample(form=lambda: {"code": "000000"}),
        "accounts_public.register_submit": Sample(
            form=lambda: {
                "name": "新人",
                "email": "new@demo.example",
                "password": NEW_PASSWORD,
                "role": Role.REGISTRANT.value,
            }
        ),
        "accounts_public.reset": Sample({"token": "wrong"}),
        "accounts_public.reset_submit": Sample({"token": "wrong"}, lambda: {"new": NEW_PASSWORD}),
        # people
        "people.show": Sample({"account_id": practitioner.id}),
        "people.make": Sample(form=lambda: {"name": "新人", "email": "made@demo.example"}),
        "people.give_roles": Sample({"account_id": practitioner.id}, lambda: {"roles": "practitioner", **why}),
        "people.close": Sample({"account_id": practitioner.id}, lambda: why),
        "people.reopen": Sample({"account_id": practitioner.id}, lambda: why),
        "people.unlock": Sample({"account_id": practitioner.id}),
        "people.end_sessions": Sample({"account_id": practitioner.id}),
        "people.reset_second_factor": Sample({"account_id": practitioner.id}, lambda: why),
        # enterprises, mandates, files, messages
        "enterprises_public.invited": Sample({"token": "wrong"}),
        "enterprises_public.accept": Sample({"token": "wrong"}, lambda: {"name": "新人", "password": NEW_PASSWORD}),
        "enterprises_public.show": Sample({"uscc": demo.MAKER}),
        "enterprises.desk_one": Sample({"enterprise_id": waiting_firm.id}),
        "enterprises.confirm": Sample({"enterprise_id": waiting_firm.id}),
        "enterprises.suspend": Sample({"enterprise_id": firm.id}, lambda: why),
        "enterprises.register": Sample(form=lambda: {"name": "河北再造电子有限公司", "uscc": demo.a_code("PDY09009")}),
        "enterprises.change": Sample(form=lambda: {"name": firm.name, "kind": "manufacturer"}),
        "enterprises.add_user": Sample(form=lambda: {"email": "user@demo.example", "name": "同事"}),
        "enterprises.end_user": Sample({"account_id": clerk.id}),
        "mandates_public.show": Sample({"mandate_id": mandate.id}),
        "mandates.ending": Sample({"mandate_id": mandate.id}),
        "mandates.end": Sample({"mandate_id": mandate.id}, lambda: {"last_day": now.date().isoformat()}),
        "mandates.scan": Sample({"mandate_id": training.id}),
        "mandates.attach": Sample({"mandate_id": mandate.id}, lambda: {"scan": _pdf()}),
        "mandates.record": Sample(
            form=lambda: {"number": "示例9号", "item": "5", "issuer": "示例机关", "begins": "2026-01-01"}
        ),
        "documents.show": Sample({"filing_id": paper.filing_id}),
        "signing.switch": Sample(form=lambda: why),
        "signing.giving_up": Sample({"kid": kid}),
        "signing.give_up": Sample({"kid": kid}, lambda: {"kid": kid, **why}),
        "ledger.export": Sample(form=lambda: {"form": "csv"}),
        "outbox.resend": Sample({"message_id": dead.id}),
        "outbox.read": Sample({"message_id": message.id}),
        # the national catalog
        "categories_public.show": Sample({"code": "01"}),
        "categories.offer": Sample(form=lambda: {"file": (BytesIO(b"{}"), "catalog.json")}),
        "categories.file": Sample({"sha256": "0" * 64}),
        "categories.load": Sample({"sha256": "0" * 64}, lambda: {"basis": "1", **why}),
        "categories.facts": Sample({"kind": "ground"}),
        "categories.new": Sample({"kind": "ground"}),
        "categories.add": Sample({"kind": "ground"}, lambda: why),
        "categories.history": Sample({"fact_id": synonym.id}),
        "categories.edit": Sample({"fact_id": synonym.id}),
        "categories.change": Sample({"fact_id": synonym.id}, lambda: why),
        "categories.ending": Sample({"fact_id": synonym.id}),
        "categories.end": Sample({"fact_id": synonym.id}, lambda: {"way": "withdraw", **why}),
        # the workbench
        "products.create": Sample(form=lambda: {"category": "01", "subtype": "passive_infrared"}),
        "products.show": Sample(product),
        "products.edit": Sample(product),
        "products.save": Sample(product, lambda: {"brand": "新牌"}),
        "products.add_paper": Sample(product, lambda: {**report, "file": _pdf()}),
        "products.remove_paper": Sample({**product, "paper_id": paper.id}),
        "products.submit": Sample(product, lambda: {"declared": "1"}),
        "products.withdraw": Sample(case),
        "products.discard": Sample(product),
        "products_paper.receipt": Sample(case),
        "products_paper.all_labels": Sample(label, how=frozenset(label)),
        "reviews_paper.last_letter": Sample({"product_id": returned.id}),
        "reviews_paper.letter": Sample({"product_id": returned.id, "decision_id": decision.id}),
        # the desk
        "reviews.show": Sample(case),
        "reviews.decide": Sample(case, lambda: decide),
        # the register
        "register_public.show": Sample({"number": number}),
        "register_public.qr": Sample({"number": number}),
        "register_short.follow": Sample({"number": number}),
        "register_paper.notice": Sample({"number": number}),
        "register_paper.label": Sample({"number": number, **label}, how=frozenset(label)),
        # long work
        "jobs_public.show": Sample({"code": job.code}),
        "jobs_public.cancel": Sample({"code": job.code}),
        # lists and receipts
        "verifications_public.verify": Sample(form=lambda: {"list": number}),
        "verifications_public.receipt": Sample({"receipt": receipt}),
        "verifications_public.line": Sample({"receipt": receipt, "position": 1}, how=frozenset({"position"})),
        "verifications_public.settle": Sample(
            {"receipt": receipt, "position": 1},
            lambda: {"number": "none", "reason": "对照铭牌核对"},
            how=frozenset({"position"}),
        ),
        "verifications_public.returned": Sample({"receipt": receipt}),
        "verifications_public.upload_workbook": Sample(
            form=lambda: {"file": (BytesIO(f"型号\n{number}".encode()), "a.csv")}
        ),
        "verifications_public.check_workbook": Sample({"code": uploaded}),
        "verifications_public.verify_workbook": Sample({"code": uploaded}),
        "verifications_api.returned": Sample({"receipt": receipt}),
        "verifications_api.verify": Sample(json={"lines": [{"number": number}]}),
        "verifications_paper.report": Sample({"receipt": receipt}),
        "verifications_paper.volumes": Sample({"receipt": receipt}),
        "verifications_paper.proof": Sample({"receipt": receipt}),
        "verifications_api.report": Sample({"receipt": receipt}),
        "verifications_api.volumes": Sample({"receipt": receipt}),
        "verifications_api.receipt": Sample({"receipt": receipt}),
        "verifications_api.proof": Sample({"receipt": receipt}),
        "verifications_onsite.judge": Sample(form=lambda: {"list": number}),
        # pages that explain
        "web_front.problem": Sample({"code": "not_found"}),
        "static": Sample({"filename": "registry.css"}),
        # programs
        "documents_api.file": Sample(form=lambda: {"file": _pdf()}),
        "enterprises_api.show": Sample({"uscc": demo.MAKER}),
        "products_api.create": Sample(json={"category": "01", "subtype": "passive_infrared"}),
        "products_api.show": Sample(product),
        "products_api.save": Sample(product, json={"brand": "新牌"}),
        "products_api.add_paper": Sample(
            product,
            json={**report, "filing": paper.filing_id},
        ),
        "products_api.submit": Sample(product, json={"declared": True}),
        "register_api.show": Sample({"number": number}),
        "reviews_api.show": Sample(case),
        "reviews_api.decide": Sample(case, json={"decision": "returned", "version": version, "reason": "请补正型号"}),
        # suspension, revocation, reinstatement, watching
        "revocations_public.show": Sample({"revocation_id": told.id}),
        "revocations_api.show": Sample({"revocation_id": told.id}),
        "revocations_api.cancel": Sample(json={"number": own}),
        "revocations.case": Sample({"revocation_id": proposed.id}),
        "revocations.confirm": Sample({"revocation_id": proposed.id}),
        "revocations.reject": Sample({"revocation_id": proposed.id}, lambda: why),
        "revocations.take_back": Sample({"revocation_id": proposed.id}),
        "revocations.propose": Sample({"number": number}),
        "revocations.propose_submit": Sample(
            {"number": number},
            lambda: {
                "kind": "suspension",
                "ground": "evidence_false",
                "reason": "材料待核实",
                "effective_from": clock.today().isoformat(),
            },
        ),
        "revocations.cancelling": Sample({"number": own}),
        "revocations.cancel": Sample({"number": own}, lambda: {"sure": "yes"}),
        "revocations.watch": Sample(form=lambda: {"number": number}),
        "revocations.unwatch": Sample({"number": number}),
        "revocations.end_left": Sample({"subscription_id": mine.id}),
        "revocations_public.new_objection": Sample({"revocation_id": told.id}),
        "revocations_public.file_objection": Sample(
            {"revocation_id": told.id},
            lambda: {"kind": "other", "name": "某人", "email": "a@example.com", "statement": "不同意"},
        ),
        "revocations_public.objection": Sample({"code": objection.code}),
        "revocations.objection": Sample({"objection_id": objection.id}),
        "revocations.answer_objection": Sample(
            {"objection_id": objection.id}, lambda: {"state": "dismissed", "answer": "复核无误"}
        ),
        "revocations_api.following": Sample({"receipt": receipt}),
        "revocations_paper.notice": Sample({"revocation_id": told.id}),
        "revocations_public.receipt": Sample({"receipt": receipt}),
        "revocations_public.leave_with_receipt": Sample({"receipt": receipt}, lambda: hook),
        "revocations_public.end_of_receipt": Sample({"receipt": receipt, "subscription_id": with_receipt.id}),
        "revocations_public.registration": Sample({"number": number}),
        "revocations_public.leave_with_registration": Sample({"number": number}, lambda: hook),
        "subscriptions_public.show": Sample({"code": with_receipt.code}),
        "subscriptions_public.ending": Sample({"code": with_receipt.code}),
        "subscriptions_public.confirm": Sample({"code": with_receipt.code}),
        "subscriptions_public.prolong": Sample({"code": with_receipt.code}),
        "subscriptions_public.end": Sample({"code": with_receipt.code}),
        "verifications_api.check": Sample(query=f"number={number}"),
    }
    assert submitted.state is CaseState.SUBMITTED
    return Things(samples | _training(), keys)
