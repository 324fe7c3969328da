"""Who may do what on the training floor, on one page. Pure: ``(actor, thing…) -> bool``."""

from collections.abc import Collection

from association import policy as ground
from association.kernel.actors import Actor, Role

# Who may look at everything of the floor: the desk, its trainers, and those who supervise it (Art. 16).
READERS = (Role.TRAINING_STAFF, Role.SECRETARIAT, Role.SUPERVISING_OFFICE, Role.AUDITOR)


def _operator(actor: Actor) -> bool:
    return actor.via == "command"


def keep_training(actor: Actor) -> bool:
    """Courses, rooms, trainers, classes and rosters are kept by the training desk."""
    return _operator(actor) or (actor.has(Role.TRAINING_STAFF) and actor.via == "page")


edit_course = keep_training
open_class = keep_training
plan_lesson = keep_training


def see_training_desk(actor: Actor) -> bool:
    """The desk's pages, without persons' files."""
    return actor.has(*READERS) and actor.via == "page"


def see_roster(actor: Actor) -> bool:
    """Who is in a class, by name: the desk and the trainers; the secretariat keeps the files."""
    return ground.keep_persons(actor) or (actor.has(Role.TRAINER) and actor.via == "page")


def enrol_person(actor: Actor, person: ground.Natural) -> bool:
    """The desk, or the person."""
    return keep_training(actor) or ground.own_person(actor, person)


def see_own_training(actor: Actor) -> bool:
    """Who acts for nobody but themselves, and whoever has a file as a learner."""
    return actor.via == "page" and (actor.acts_privately or actor.person_id is not None)


def read_own_people(actor: Actor) -> bool:
    """An enterprise's people and programs, for those of its own people who agreed to it."""
    return ground.see_own_people(actor)


def see_own_people_in_training(actor: Actor) -> bool:
    """The same at a page, for those who act for the enterprise."""
    return actor.via == "page" and ground.see_own_people(actor)


def enrol_by_workbook(actor: Actor) -> bool:
    """The desk, and those who act for an enterprise, for its own people."""
    return keep_training(actor) or see_own_people_in_training(actor)


def enrol_own_people(actor: Actor) -> bool:
    """An enterprise's own people, by program or at a page."""
    return ground.enrol_own_people(actor)


def withdraw_own_people(actor: Actor, enterprise_id: int | None, made_for: int | None) -> bool:
    """An enterprise takes back an enrolment of its own making (``made_for``: whom its maker acts for), nobody else's."""
    return ground.enrol_own_people(actor) and actor.enterprise_id == enterprise_id == made_for


# -- attendance ---------------------------------------------------------------------------------------------


def keep_attendance(actor: Actor, trainers_account: int | None) -> bool:
    """The training desk, and the trainer of the lesson (``trainers_account``): who can see who is there."""
    own = trainers_account is not None and trainers_account == actor.account_id
    return keep_training(actor) or (actor.has(Role.TRAINER) and actor.via == "page" and own)


def see_attendance(actor: Actor, trainers_account: int | None) -> bool:
    """Who keeps it, and who looks over their shoulder (Art. 16)."""
    return keep_attendance(actor, trainers_account) or see_training_desk(actor)


def check_in(actor: Actor, person: ground.Natural) -> bool:
    """Everybody checks in themselves, at a page of their own session."""
    return ground.own_person(actor, person)


# -- examinations -------------------------------------------------------------------------------------------


def keep_exams(actor: Actor) -> bool:
    """Sittings, marks from sheets, release: the training desk."""
    return keep_training(actor)


def see_sitting(actor: Actor, on_duty: Collection[int]) -> bool:
    """A sitting with its people: the desk, those who supervise it (Art. 16), and those on duty there."""
    return see_training_desk(actor) or _at_duty(actor, on_duty)


def see_sittings(actor: Actor) -> bool:
    """The list of sittings: the desk and those who supervise it; trainers and examiners see those they are on duty at."""
    return see_training_desk(actor) or (actor.has(Role.TRAINER) and actor.via == "page")


def invigilate(actor: Actor, invigilators: Collection[int]) -> bool:
    """Letting people in, noting who is missing: the desk, and the invigilators."""
    return keep_training(actor) or _at_duty(actor, invigilators)


def see_scores(actor: Actor, examiners: Collection[int]) -> bool:
    """How far the scoring of a practice examination is: its examiners, the desk, those who supervise it."""
    return see_training_desk(actor) or _at_duty(actor, examiners)


def score_practice(actor: Actor, examiners: Collection[int]) -> bool:
    """The examiners who were named, each for themselves."""
    return _at_duty(actor, examiners)


def record_joint_mark(actor: Actor, scorers: Collection[int | None]) -> bool:
    """What two examiners agreed on is recorded by the desk, by neither of the two."""
    return keep_exams(actor) and actor.account_id not in scorers


def appeal(actor: Actor, person: ground.Natural) -> bool:
    """Only the person asks that their mark be looked at again."""
    return ground.own_person(actor, person)


def see_appeals(actor: Actor) -> bool:
    """Appeals: who may decide them, and those who supervise the desk (Art. 16)."""
    return see_training_desk(actor) or (actor.has(Role.APPROVER) and actor.via == "page")


def decide_appeal(actor: Actor, took_part: Collection[int], appellant_id: int) -> bool:
    """The desk or an approver, who neither marked nor examined (``took_part``), and never on their own mark."""
    office = keep_exams(actor) or (actor.has(Role.APPROVER) and actor.via == "page")
    return office and actor.account_id not in took_part and actor.person_id != appellant_id


def keep_questions(actor: Actor) -> bool:
    """The question bank with its right answers: the training desk, and nobody who only looks over its shoulder."""
    return keep_training(actor)


def sit_paper(actor: Actor, person: ground.Natural) -> bool:
    """A paper is opened, answered and handed in by whoever it belongs to, at a page."""
    return ground.own_person(actor, person)


def _at_duty(actor: Actor, accounts: Collection[int]) -> bool:
    return actor.via == "page" and actor.account_id is not None and actor.account_id in accounts


# -- certificates -------------------------------------------------------------------------------------------


def issue_certificates(actor: Actor) -> bool:
    """The training desk."""
    return keep_training(actor)


def see_certificates(actor: Actor) -> bool:
    """Certificates by name, and what waits: whoever keeps the persons' files."""
    return ground.keep_persons(actor)


def suspend_certificate(actor: Actor, holder_id: int) -> bool:
    """The desk, never on one's own certificate; reinstating and replacing too."""
    return ground.keep_persons(actor) and actor.person_id != holder_id


propose_withdrawal = suspend_certificate


def see_withdrawals(actor: Actor) -> bool:
    """The proposals that wait for a second person: the desk, and who confirms what takes something away."""
    return ground.keep_persons(actor) or (actor.has(Role.APPROVER) and actor.via == "page")


def confirm_withdrawal(actor: Actor, holder_id: int, proposed_by: int | None) -> bool:
    """A second person at a page: not who proposed it, and never on one's own certificate."""
    second = actor.account_id is not None and actor.account_id != proposed_by
    return actor.via == "page" and see_withdrawals(actor) and second and actor.person_id != holder_id


def take_back_withdrawal(actor: Actor, proposed_by: int | None) -> bool:
    """Whoever proposed it."""
    return actor.account_id is not None and actor.account_id == proposed_by


def see_own_certificates(actor: Actor) -> bool:
    """One's own page of certificates."""
    return see_own_training(actor)


def share_certificates(actor: Actor, person: ground.Natural) -> bool:
    """Only the person gives their certificates to somebody."""
    return ground.own_person(actor, person)


def record_outside_certificate(actor: Actor, person: ground.Natural) -> bool:
    """The person shows it, or the desk records what was shown."""
    return ground.correct_person(actor, person)


def check_outside_certificate(actor: Actor, holder_id: int) -> bool:
    """The desk, with the original in hand, never its own."""
    return ground.keep_persons(actor) and actor.person_id != holder_id


# -- continuing hours ---------------------------------------------------------------------------------------


def see_own_hours(actor: Actor) -> bool:
    """One's own page of hours."""
    return see_own_training(actor)


def see_hours(actor: Actor) -> bool:
    """Everybody's hours by name, and the evidence that waits: whoever keeps the persons' files."""
    return ground.keep_persons(actor)


def read_own_peoples_hours(actor: Actor) -> bool:
    """An enterprise's people and programs, for those of its own people who agreed that it is told of hours."""
    return read_own_people(actor)


def see_own_peoples_hours(actor: Actor) -> bool:
    """The same at a page."""
    return see_own_people_in_training(actor)


def hand_in_hours(actor: Actor, person: ground.Natural, employers: Collection[int]) -> bool:
    """The person, the desk for what is shown at the counter, and the enterprise they work for if they agreed
    (``employers``: those they agreed to)."""
    if ground.own_person(actor, person) or see_hours(actor):
        return True
    return see_own_peoples_hours(actor) and actor.enterprise_id in employers


def decide_hours(actor: Actor, holder_id: int, handed_in_by: int | None) -> bool:
    """The desk at a page, never on what they handed in themselves and never on their own (four eyes)."""
    other = actor.account_id is not None and actor.account_id != handed_in_by and actor.person_id != holder_id
    return see_hours(actor) and actor.via == "page" and other


def take_back_hours(actor: Actor, person: ground.Natural, handed_in_by: int | None) -> bool:
    """Whoever handed it in, and the person whom it is about."""
    mine = actor.account_id is not None and actor.account_id == handed_in_by
    return mine or ground.own_person(actor, person)


def renew_by_hours(actor: Actor, holder_id: int) -> bool:
    """Who issues certificates, never their own."""
    return issue_certificates(actor) and actor.person_id != holder_id


# -- figures ------------------------------------------------------------------------------------------------


def see_figures(actor: Actor) -> bool:
    """What certificates and examinations come to: the desk and those who supervise it (Art. 16), counted."""
    return see_training_desk(actor)


def see_names_in_figures(actor: Actor) -> bool:
    """The same by name: whoever keeps the persons' files."""
    return ground.keep_persons(actor)


def see_own_figures(actor: Actor) -> bool:
    """What an enterprise's own people hold, those who agreed to it; by page or program."""
    return read_own_people(actor)


def see_results(actor: Actor) -> bool:
    """Results of examinations, counted: the desk, those who supervise it, and every trainer of their own classes."""
    return see_figures(actor) or (actor.has(Role.TRAINER) and actor.via == "page")


def see_own_results(actor: Actor) -> bool:
    """A trainer's own line in them, and nobody else's."""
    return see_results(actor) and not see_figures(actor)
