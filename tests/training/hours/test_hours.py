"""Hours earned, handed in, asked, missing; who sees them; reminders of them; renewing on them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import noon
from association.kernel.errors import Conflict, Forbidden, Invalid
from association.outbox.models import Message
from association.persons import erasure, holdings
from association.persons import service as persons
from association.persons.holdings import Doing
from association.persons.models import Consent
from association.vocabulary import ConsentPurpose, ErasureGround, Scope
from tests import counting
from tests.builders import a_key, a_registrant, actor_of, an_account, an_enterprise, pdf_bytes
from tests.training.builders import a_course, a_person, a_practitioner, the_desk
from tests.training.certificates.builders import Passed, a_certificate, a_finished_class, took_part
from tests.training.hours.builders import DAY, ISSUED, a_demanding_course, a_holder, attended, evidence
from training.certificates import candidates
from training.certificates import queries as certificates
from training.hours import earnings, holding, queries, reminders, renewing, service
from training.hours.models import HoursEvidence, HoursReminder
from training.vocabulary import CourseKind, EvidenceState, HoursState

MAY = date(2027, 5, 3)
D = date


@pytest.fixture(autouse=True)
def in_may(monkeypatch):
    """The doors' clock stands still, in a year that asks for hours."""
    monkeypatch.setattr(clock, "now", lambda: noon(MAY))
    monkeypatch.setattr(clock, "today", lambda: MAY)


def standing(person, on=MAY):
    [one] = queries.of_person(person.id, on)
    return one


def counted(person, on=MAY):
    now = standing(person, on).this_year
    return (now.counted, now.missing)


# -- earned ---------------------------------------------------------------------------------------------------


def test_a_class_of_continuing_education_gives_the_hours_that_were_attended(db):
    person, _one = a_holder()
    attended(person, ended=MAY - DAY, days=3)
    [credit] = earnings.credits_of([person.id])[person.id]
    assert (credit.minutes, credit.hours, credit.professional) == (540, 12, True)
    assert counted(person) == (12, 8)


def test_a_class_that_is_no_continuing_education_gives_none(db):
    person, _one = a_holder()
    took_part(a_finished_class(a_course(), ended=MAY - DAY), person)
    assert earnings.credits_of([person.id]) == {}


def test_a_class_over_two_years_gives_each_its_own(db):
    person, _one = a_holder()
    attended(person, ended=D(2027, 1, 1), days=3)
    assert [(one.year, one.hours) for one in earnings.credits_of([person.id])[person.id]] == [(2026, 8), (2027, 4)]


def test_the_minutes_of_an_hour_are_the_syllabus_s(db):
    person, _one = a_holder()
    course = a_course(kind=CourseKind.CONTINUING, theory_pass=None, practice_pass=None, hour_minutes=60)
    attended(person, ended=MAY - DAY, days=1, course=course)
    assert [one.hours for one in earnings.credits_of([person.id])[person.id]] == [3]


def test_what_waits_or_was_refused_counts_nothing_and_what_was_accepted_counts_as_the_desk_says(db):
    person, _one = a_holder()
    account = a_practitioner(person)
    desk, mine = the_desk(noon(MAY)), actor_of(account)
    first, second = (evidence(person, actor=mine, now=noon(MAY), hours=8) for _two in range(2))
    assert counted(person) == (0, 20)
    service.accept(first, hours_accepted=6, professional=False, reason="其中2学时重复", actor=desk, now=noon(MAY))
    service.refuse(second, reason="没有公章", actor=desk, now=noon(MAY))
    assert counted(person) == (6, 14)
    assert [one.subject for one in db.session.query(Message).filter(Message.key.startswith("hours:"))] == [
        "继续教育证明已计学时：新标准宣贯", "继续教育证明不予计入：新标准宣贯"
    ]  # fmt: skip
    with pytest.raises(Conflict):
        service.refuse(first, reason="再想想", actor=desk, now=noon(MAY))


def test_nobody_accepts_what_they_handed_in_or_what_is_their_own(db):
    person, _one = a_holder()
    desk, other = the_desk(noon(MAY)), the_desk(noon(MAY))
    handed = evidence(person, actor=desk, now=noon(MAY))
    for who in (desk, actor_of(a_practitioner(person)), actor_of(an_account(Role.TRAINER))):
        with pytest.raises(Forbidden):
            service.accept(handed, hours_accepted=8, professional=True, actor=who, now=noon(MAY))
    service.accept(handed, hours_accepted=8, professional=True, actor=other, now=noon(MAY))
    assert handed.state is EvidenceState.ACCEPTED


def test_the_same_proof_twice_is_refused_for_one_person_and_shown_to_the_desk_for_two(db):
    person, _one = a_holder("赵一")
    other, _two = a_holder("钱二")
    proof, desk = pdf_bytes("同一份"), the_desk(noon(MAY))
    first = evidence(person, actor=desk, now=noon(MAY), proof=proof)
    with pytest.raises(Conflict, match="已经提交过"):
        evidence(person, actor=desk, now=noon(MAY), proof=proof)
    second = evidence(other, actor=desk, now=noon(MAY), proof=proof)
    assert [name for _one, name in queries.same_proof(second)] == ["赵一"]
    service.refuse(first, reason="看不清", actor=the_desk(noon(MAY)), now=noon(MAY))
    evidence(person, actor=desk, now=noon(MAY), proof=proof)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ends": MAY + DAY}, "ends"),
        ({"hours": 25}, "hours"),
        ({"proof": b"MZ no paper"}, "proof"),
        ({"proof": b"%PDF-1.4 cut"}, "proof"),
    ],
)
def test_evidence_is_refused_with_the_field_named(db, more, field):
    person, _one = a_holder()
    with pytest.raises(Invalid) as refused:
        evidence(person, actor=the_desk(noon(MAY)), now=noon(MAY), **more)
    assert [one.field for one in refused.value.shortfalls] == [field]


# -- asked ----------------------------------------------------------------------------------------------------


def test_the_year_of_the_certificate_asks_nothing_and_the_next_ones_do(db):
    person, _one = a_holder()
    first = standing(person, D(2026, 12, 31))
    assert (first.state, first.first_year) == (HoursState.NOT_ASKED, 2027)
    assert standing(person).state is HoursState.MISSING
    late = standing(person, D(2028, 6, 1))
    assert [(one.year, one.missing) for one in late.behind] == [(2027, 20)]


def test_left_hours_go_on_only_where_the_syllabus_lets_them(db):
    for carries, expected in ((False, 20), (True, 8)):
        person, _one = a_holder(course=a_demanding_course(carry_over=carries))
        attended(person, ended=MAY - DAY, days=9)
        assert counted(person) == (20, 0)
        # 36 hours, 20 asked: 16 are left, of which the association's rule lets 12 go on.
        assert standing(person, D(2028, 6, 1)).this_year.missing == expected


def test_a_course_that_asks_for_none_lists_nobody(db):
    person, _one = a_holder(course=a_course())
    assert queries.of_person(person.id, MAY) == []


def test_however_many_people_the_statements_are_as_many(db):
    course, asked = a_demanding_course(), []
    for _more in range(2):
        for _each in range(3):
            person, _one = a_holder(course=course)
            attended(person, ended=MAY - DAY, days=1)
        desk = the_desk(noon(MAY))
        db.session.expire_all()
        with counting.counted() as seen:
            found = queries.listed(desk, queries.Filters(state=HoursState.MISSING), today=MAY)
        asked.append((found.total, len(seen)))
    assert [total for total, _count in asked] == [3, 6]
    assert asked[0][1] == asked[1][1] <= 8


# -- who sees them --------------------------------------------------------------------------------------------


def test_an_enterprise_sees_its_own_people_who_agreed_to_this_and_hands_in_for_them(db, browser, program, monkeypatch):
    firm, stranger = an_enterprise(), an_enterprise()
    person, one = a_holder("王小明", enterprise=firm)
    silent = a_person("李不说", enterprise=firm, now=noon(ISSUED - 20 * DAY))
    a_certificate(silent, course=a_demanding_course(), on=ISSUED)
    staff, other = an_account(Role.INSTALLER, enterprise=firm), an_account(Role.INSTALLER, enterprise=stranger)
    text = browser(staff).get("/training/hours/ours").text
    assert "王小明" in text
    assert "李不说" not in text
    assert one.number not in text
    monkeypatch.setattr(clock, "today", lambda: one.valid_until - timedelta(days=20))
    assert one.number in browser(staff).get("/training/hours/ours").text
    assert one.number not in browser(other).get("/training/hours/ours").text
    monkeypatch.setattr(clock, "today", lambda: MAY)
    assert "王小明" not in browser(other).get("/training/hours/ours").text
    page, form = f"/training/hours/people/{person.id}", a_form()
    assert browser(other).get(page).status_code == browser(other).post(f"{page}/evidence", data=form).status_code == 404
    assert browser(staff).get(f"/training/hours/people/{silent.id}").status_code == 404
    assert browser(staff).post(f"{page}/evidence", data=a_form()).status_code == 303
    handed = db.session.query(HoursEvidence).one()
    assert handed.enterprise_id == firm.id
    for address in (f"/training/hours/evidence/{handed.id}", f"/training/hours/evidence/{handed.id}/proof"):
        assert browser(staff).get(address).status_code == 200
        assert browser(other).get(address).status_code == 404
    asked = "/api/v1/training/hours"
    key = program(a_key(a_registrant(firm), firm, scopes=(Scope.TRAINING_READ,)))
    [item] = key.get(asked).json["items"]
    assert (item["person"]["name"], item["certificate"], item["state"]) == ("王小明", one.number, "missing")
    assert item["years"][0] | {"earned": 0} == {
        "year": 2027, "asked": 20, "asked_professional": 10, "earned": 0, "carried_in": 0, "counted": 0, "missing": 20,
        "missing_professional": 10, "by": "2027-12-31",
    }  # fmt: skip
    theirs = program(a_key(a_registrant(stranger), stranger, scopes=(Scope.TRAINING_READ,)))
    assert theirs.get(asked).json["items"] == []
    # Who agreed to the older notice did not agree that hours are told; who withdrew, to nothing.
    db.session.query(Consent).filter_by(person_id=person.id).update({"notice_version": 1})
    db.session.commit()
    assert key.get(asked).json["items"] == []
    assert browser(staff).get(page).status_code == 404


def a_form(**more):
    form = {"organiser": "示例协会", "subject": "新标准", "begins": "2027-04-01", "ends": "2027-04-02", "hours": "8",
            "professional": "yes", "proof": (BytesIO(pdf_bytes("甲")), "证明.pdf")}  # fmt: skip
    return form | more


def test_a_person_hands_in_reads_and_takes_back_and_strangers_learn_nothing(db, browser):
    person, _one = a_holder()
    account, stranger = a_practitioner(person), a_practitioner()
    me = browser(account)
    refused = me.post("/training/hours/mine/evidence", data=a_form(ends="2027-03-01"))
    assert refused.status_code == 422
    assert "开始日期不能晚于结束日期" in refused.text
    assert 'value="示例协会"' in refused.text
    assert me.post("/training/hours/mine/evidence", data=a_form()).status_code == 303
    one = db.session.query(HoursEvidence).one()
    assert "还缺20学时" in me.get("/training/hours/mine").text
    address = f"/training/hours/evidence/{one.id}"
    assert me.get(f"{address}/proof").data == pdf_bytes("甲")
    for gone in (address, f"{address}/proof"):
        assert browser(stranger).get(gone).status_code == 404
    for verb in ("accept", "refuse", "take-back"):
        assert (
            browser(stranger).post(f"{address}/{verb}", data={"hours_accepted": "8", "reason": "x"}).status_code == 404
        )
    assert me.post(f"{address}/accept", data={"hours_accepted": "8"}).status_code == 403
    assert me.post(f"{address}/take-back").status_code == 303
    assert db.session.query(HoursEvidence).count() == 0


def test_the_desk_filters_decides_and_exports(db, browser):
    person, one = a_holder("赵一")
    full, _two = a_holder("钱二")
    attended(full, ended=MAY - DAY, days=6)
    waits = evidence(person, actor=actor_of(a_practitioner(person)), now=noon(MAY))
    staff = browser(an_account(Role.TRAINING_STAFF))
    text = staff.get("/training/hours/desk?state=missing").text
    assert "赵一" in text
    assert "钱二" not in text.split("人员")[-1]
    book = load_workbook(BytesIO(staff.get("/training/hours/desk.xlsx?state=missing").data)).active
    rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=1)]
    assert [row[:2] for row in rows if row[0] == "赵一"] == [["赵一", one.number]]
    assert not any(row[0] == "钱二" for row in rows)
    assert staff.post(f"/training/hours/evidence/{waits.id}/refuse", data={"reason": ""}).status_code == 422
    assert (
        staff.post(
            f"/training/hours/evidence/{waits.id}/accept", data={"hours_accepted": "5", "professional": "yes"}
        ).status_code
        == 422
    )
    done = staff.post(
        f"/training/hours/evidence/{waits.id}/accept", data={"hours_accepted": "8", "professional": "yes"}
    )
    assert done.status_code == 303
    for role in (Role.TRAINER, Role.REVIEWER, Role.PRACTITIONER):
        for address in ("/training/hours/desk", "/training/hours/desk.xlsx"):
            assert browser(an_account(role)).get(address).status_code == 404


# -- reminders ------------------------------------------------------------------------------------------------


def run(day):
    return reminders.remind(day, noon(day))


def told(db):
    return [one.key for one in db.session.query(Message).order_by(Message.id) if one.key.startswith("hours:")]


def test_missing_hours_are_reminded_ninety_and_thirty_days_before_the_year_s_end_and_once(db):
    person, one = a_holder()
    a_practitioner(person)
    heard = [day for left in (92, 91, 90, 89, 60, 30, 29, 0) if run(day := D(2027, 12, 31) - timedelta(days=left))]
    assert heard == [D(2027, 10, 2), D(2027, 12, 1)]
    assert told(db) == [f"hours:{person.id}:{one.course_id}:2027:missing:{days}" for days in (90, 30)]
    assert run(D(2028, 1, 1)) == 0


def test_a_missed_day_is_made_good_once_and_who_lacks_nothing_or_did_not_agree_is_not_told(db):
    person, _one = a_holder()
    a_practitioner(person)
    full, _two = a_holder()
    a_practitioner(full)
    attended(full, ended=MAY - DAY, days=6)
    silent = a_person(now=noon(ISSUED - 20 * DAY))
    a_practitioner(silent)
    a_certificate(silent, course=a_demanding_course(), on=ISSUED)
    assert [run(D(2027, 12, 20)), run(D(2027, 12, 20)), run(D(2027, 12, 21))] == [1, 0, 0]


def test_an_enterprise_gets_one_letter_that_names_its_people_who_agreed_to_this(db):
    firm = an_enterprise()
    reader = an_account(Role.INSTALLER, enterprise=firm)
    course = a_demanding_course()
    people = [a_holder(name, course=course, enterprise=firm)[0] for name in ("赵一", "钱二", "孙三")]
    persons.withdraw_consent(people[2], ConsentPurpose.EMPLOYER, actor=OPERATOR, now=noon(MAY))
    assert run(D(2027, 10, 2)) == 2
    [letter] = db.session.query(Message).filter_by(to_account_id=reader.id).all()
    assert "赵一" in letter.body
    assert "孙三" not in letter.body
    assert run(D(2027, 10, 2)) == run(D(2027, 10, 3)) == 0


# -- personal data --------------------------------------------------------------------------------------------


def test_hours_are_in_the_copy_follow_a_merger_and_go_with_erasure(db):
    person, _one = a_holder()
    kept = a_person(now=noon(ISSUED - 20 * DAY))
    attended(person, ended=MAY - DAY)
    one = evidence(person, actor=actor_of(a_practitioner(person)), now=noon(MAY))
    run(D(2027, 10, 2))
    sections = {section.title: section.rows for section in holding.HOLDING.take(person)}
    assert [len(sections[title]) for title in ("继续教育学时", "继续教育证明", "学时提醒")] == [1, 1, 1]
    holding.HOLDING.move(person, kept, Doing(OPERATOR, noon(MAY)))
    db.session.commit()
    assert (one.person_id, db.session.query(HoursReminder).one().person_id) == (kept.id, kept.id)
    erased = {"ground": ErasureGround.REQUEST, "holdings": holdings.everywhere()}
    erasure.erase(kept, **erased, actor=OPERATOR, now=noon(MAY))
    assert db.session.query(HoursEvidence).count() == db.session.query(HoursReminder).count() == 0


# -- renewal --------------------------------------------------------------------------------------------------


def full_years(person):
    for year in (2027, 2028):
        attended(person, ended=D(year, 6, 10), days=6)


def test_who_has_the_hours_of_every_year_renews_without_the_class_and_the_old_one_stays(db):
    person, one = a_holder()
    full_years(person)
    day = one.valid_until - timedelta(days=40)
    new = renewing.renew(one, actor=the_desk(noon(day)), now=noon(day))
    assert (new.renews_id, new.valid_from, new.valid_until) == (one.id, day, D(2032, 3, 1))
    assert certificates.standing(one, day).standing.value == "valid"
    assert [link.id for link in certificates.chain(one)] == [one.id, new.id]
    # The new one is the newest: the years go on without a gap.
    assert [year.year for year in standing(person, D(2030, 6, 1)).years if year.asked.hours] == [2027, 2028, 2029, 2030]
    with pytest.raises(Invalid):
        renewing.renew(one, actor=the_desk(noon(day)), now=noon(day))


@pytest.mark.parametrize(("days", "hours", "code"), [(40, False, "hours"), (400, True, "ends"), (-1, True, "hours")])
def test_who_lacks_hours_or_comes_too_early_or_too_late_is_told_why(db, days, hours, code):
    person, one = a_holder()
    if hours:
        full_years(person)
    day = one.valid_until - timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        renewing.renew(one, actor=the_desk(noon(day)), now=noon(day))
    assert code in [each.code for each in refused.value.shortfalls]


def test_only_the_desk_renews_and_never_its_own(db):
    person, one = a_holder()
    day = one.valid_until - timedelta(days=40)
    for who in (
        actor_of(a_practitioner(person)),
        actor_of(an_account(Role.TRAINER)),
        actor_of(an_account(Role.REVIEWER)),
    ):
        with pytest.raises(Forbidden):
            renewing.renew(one, actor=who, now=noon(day))


def test_the_desk_renews_at_the_page_and_a_stranger_finds_nothing(db, browser, monkeypatch):
    person, one = a_holder()
    full_years(person)
    day = one.valid_until - timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: noon(day))
    monkeypatch.setattr(clock, "today", lambda: day)
    staff = browser(an_account(Role.TRAINING_STAFF))
    assert "按学时续期" in staff.get(f"/training/hours/people/{person.id}").text
    address = f"/training/hours/renew/{one.number}"
    assert browser(an_account(Role.TRAINER)).post(address).status_code == 404
    assert staff.post(address).status_code == 303
    assert staff.post(address).status_code == 422


def test_taking_the_class_again_says_how_the_hours_stand_and_is_held_up_only_where_the_rule_asks(db, monkeypatch):
    course = a_demanding_course()
    person, one = a_holder(course=course)
    day = one.valid_until - timedelta(days=40)
    of = a_finished_class(course, ended=day - DAY)
    row = took_part(of, person)

    def check():
        [judged] = candidates.batch(of, {person.id: Passed()}, now=noon(day)).rows
        assert judged.row.id == row.id
        return next(each for each in judged.checks if each.code == "hours")

    assert check().met
    assert "2027年度缺20学时" in check().says
    rule = queries.renewal_rules()[0]
    stricter = type(rule)(None, None, (), True, True, "协会自定")
    monkeypatch.setattr(queries, "renewal_rules", lambda: (stricter,))
    assert not check().met
    full_years(person)
    assert check().met
