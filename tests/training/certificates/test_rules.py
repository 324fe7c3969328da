"""Who may have a certificate, how long it is good, how it stands: against naive readings of the same rules."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.kernel.numbers import read_registration_number
from training.certificates import events, issuers, queries, rules
from training.certificates.events import Event, standing_at
from training.certificates.queries import issuers as listed
from training.certificates.rules import Asks, Candidate, Held, RenewalRule
from training.vocabulary import CertificateEventKind, CertificateStanding

DAY = timedelta(days=1)
FIRST = date(2026, 1, 10)
days = st.integers(-40, 1300).map(lambda number: FIRST + timedelta(days=number))
marks = st.none() | st.integers(0, 100)
standings = st.sampled_from(list(CertificateStanding))

asked = st.builds(
    Asks,
    minimum_attendance=st.integers(0, 100),
    theory_pass=st.none() | st.integers(1, 100),
    practice_pass=st.none() | st.integers(1, 100),
    over=st.booleans(),
    cancelled=st.booleans(),
)
somebody = st.builds(
    Candidate,
    enrolled=st.booleans(),
    present=st.booleans(),
    share=st.fractions(0, 1, max_denominator=60),
    theory=marks,
    practice=marks,
    passed=st.booleans(),
    appeal_open=st.booleans(),
    identity_checked=st.booleans(),
    issued=st.sampled_from(("", "SJZ-PX-2026-00001-A")),
    held=st.none() | st.builds(Held, st.just("SJZ-PX-2023-00001-A"), standings, st.none() | days),
)


def naive(asks: Asks, one: Candidate) -> bool:
    """The same read straight off the office's sentence: over, in the class, there enough, passed, nothing open."""
    if not asks.over or asks.cancelled or not one.enrolled or not one.present:
        return False
    if one.share.numerator * 100 < asks.minimum_attendance * one.share.denominator:
        return False
    examined = False
    for mark, least in ((one.theory, asks.theory_pass), (one.practice, asks.practice_pass)):
        if least is None:
            continue
        examined = True
        if mark is None or mark < least:
            return False
    if examined and not one.passed:
        return False
    if one.appeal_open or not one.identity_checked or one.issued:
        return False
    return one.held is None or one.held.standing is not CertificateStanding.SUSPENDED


@given(asked, somebody)
def test_who_may_have_a_certificate_is_what_the_sentence_says(asks, one):
    checks = rules.conditions(asks, one)
    assert rules.eligible(checks) == naive(asks, one)
    assert len({check.code for check in checks}) == len(checks), "each condition is said once"
    assert all(check.says for check in checks)


GOOD = Candidate(True, True, Fraction(1), 60, 60, True, False, True)
ASKS = Asks(80, 60, 60, over=True)


def test_whoever_meets_everything_is_eligible_and_each_thing_missing_is_named():
    assert rules.eligible(rules.conditions(ASKS, GOOD))
    for code, change in {
        "attendance": {"share": Fraction(79, 100)},
        "theory": {"theory": 59},
        "practice": {"practice": None},
        "passed": {"passed": False},
        "appeal": {"appeal_open": True},
        "identity": {"identity_checked": False},
        "issued": {"issued": "SJZ-PX-2026-00001-A"},
    }.items():
        one = Candidate(**{name: getattr(GOOD, name) for name in GOOD.__slots__} | change)
        assert [check.code for check in rules.conditions(ASKS, one) if not check.met] == [code]


@pytest.mark.parametrize("word", [CertificateStanding.VALID, CertificateStanding.EXPIRED, CertificateStanding.REPLACED])
def test_a_certificate_that_is_still_good_never_stands_in_the_way_of_its_renewal(word):
    one = Candidate(True, True, Fraction(1), 60, 60, True, False, True, held=Held("SJZ-PX-2023-00001-A", word, FIRST))
    assert rules.eligible(rules.conditions(ASKS, one))
    assert rules.renews(one.held)


def test_a_renewal_shortly_before_the_end_loses_no_day_and_an_early_one_counts_from_its_own():
    rule = RenewalRule(None, None, 180, "")
    held = Held("x", CertificateStanding.VALID, date(2026, 6, 30))
    assert rules.term(date(2026, 3, 1), 36, held, rule).ends == date(2029, 6, 30)
    assert rules.term(date(2025, 3, 1), 36, held, rule).ends == date(2028, 2, 29)
    assert rules.term(date(2026, 7, 1), 36, held, rule).ends == date(2029, 6, 30)
    assert rules.term(date(2026, 3, 1), None, held, rule).ends is None
    assert rules.term(date(2024, 2, 29), 12, None, rule).ends == date(2025, 2, 27)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 600))
def test_a_term_holds_the_number_of_months_and_not_a_day_more(day, months):
    term = rules.term(day, months, None, None)
    months_later = term.ends + DAY
    assert (months_later.year - day.year) * 12 + months_later.month - day.month == months
    assert months_later.day == day.day or (months_later + DAY).month != months_later.month


# -- numbers, names, titles -------------------------------------------------------------------------------


@given(st.integers(2004, 2100), st.integers(1, 99_990))
def test_a_number_is_read_in_any_spelling_and_one_wrong_sign_is_noticed(year, serial):
    number, _serial = rules.next_number(year, serial - 1)
    assert not set(number) & set("OI"), "no letter is taken for a digit"
    assert rules.read_number(number[:6] + number[6:].replace("0", "O").replace("1", "i")) == number
    assert rules.read_number(f" {number.lower().replace('-', ' ')} ") == number
    assert read_registration_number(number).number is None, "it is no number of the register"
    for place, sign in enumerate(number):
        if sign.isdigit() and place < len(number) - 1:
            assert rules.read_number(number[:place] + str((int(sign) + 1) % 10) + number[place + 1 :]) is None


def test_strangers_see_part_of_a_name_only():
    assert [rules.masked(name) for name in ("张三", "欧阳小明", "Li Xiaoming", "王", "𠮷野家", "㛃󠄀李")] == [
        "张*", "欧**明", "L* X*******", "*", "𠮷*家", "㛃󠄀*",
    ]  # fmt: skip


@given(st.text(max_size=12))
def test_no_name_is_shown_whole(name):
    shown = rules.masked(name)
    assert not name.strip("* ") or shown != name


def test_a_name_is_the_same_in_any_width_case_or_spacing():
    assert rules.same_name("买买提·吐尔逊", "买买提 • 吐尔逊")
    assert rules.same_name("LI xiaoming", "Li Xiaoming")
    assert not rules.same_name("张三", "张三丰")
    assert not rules.same_name("", "")


@pytest.mark.parametrize(
    "title", ["国家职业资格培训", "全 国安装维护员", "中·国技防", "中國安全防范", "职业－资格", "全國考試"]
)
def test_no_certificate_of_ours_names_a_national_award_however_it_is_spelt(title):
    faults = rules.title_faults(queries.title_rules(), title, on=FIRST)
    assert faults
    assert faults[0][1].source
    assert not rules.title_faults(queries.title_rules(), "安装维护员岗位培训（五级）", on=FIRST)


# -- standing ---------------------------------------------------------------------------------------------

KNOWN = datetime(2026, 1, 10, tzinfo=UTC)
happenings = st.lists(
    st.tuples(
        st.sampled_from([kind for kind in CertificateEventKind if kind is not CertificateEventKind.ISSUED]), days
    ),
    max_size=6,
)


def the_events(ends, happened):
    first = Event(1, "n", CertificateEventKind.ISSUED, FIRST, KNOWN, "m", {}, FIRST, ends)
    return [
        first,
        *(
            Event(place, "n", kind, max(day, FIRST), KNOWN + place * DAY, "m")
            for place, (kind, day) in enumerate(happened, 2)
        ),
    ]


def naive_standing(those, on):
    first, rest = those[0], [one for one in those[1:] if one.effective_from <= on]
    if any(one.kind is CertificateEventKind.WITHDRAWN for one in rest):
        return CertificateStanding.WITHDRAWN
    if any(one.kind is CertificateEventKind.REPLACED for one in rest):
        return CertificateStanding.REPLACED
    if on < first.valid_from:
        return CertificateStanding.NOT_YET_VALID
    turns = [one.kind for one in rest]
    if turns and turns[-1] is CertificateEventKind.SUSPENDED:
        return CertificateStanding.SUSPENDED
    return CertificateStanding.EXPIRED if first.valid_until and first.valid_until < on else CertificateStanding.VALID


@given(st.none() | days.filter(lambda day: day >= FIRST), happenings, days)
def test_standing_on_a_day_follows_from_the_events_alone(ends, happened, on):
    those = the_events(ends, happened)
    assert standing_at(those, on).standing is naive_standing(those, on)
    assert standing_at(reversed(those), on) == standing_at(those, on), (
        "the order in which they are read does not matter"
    )


@given(happenings, days, st.integers(0, 8))
def test_what_was_known_at_a_moment_is_answered_the_same_for_good(happened, on, place):
    those, moment = the_events(None, happened), KNOWN + place * DAY
    assert standing_at(those, on, known=moment) == standing_at([one for one in those if one.recorded_at <= moment], on)
    assert standing_at(those, on, known=KNOWN - DAY) is None


def test_a_suspension_lifted_from_its_first_day_never_was():
    those = the_events(
        None, [(CertificateEventKind.SUSPENDED, FIRST + 5 * DAY), (CertificateEventKind.REINSTATED, FIRST + 5 * DAY)]
    )
    assert {standing_at(those, FIRST + number * DAY).standing for number in range(20)} == {CertificateStanding.VALID}
    assert standing_at(those, FIRST + 6 * DAY, known=KNOWN + 2 * DAY).standing is CertificateStanding.SUSPENDED


def test_a_chain_is_found_from_any_of_its_links():
    class Link:
        def __init__(self, number, renews=None, replaces=None):
            self.id, self.renews_id, self.replaces_id = number, renews, replaces

    links = [Link(1), Link(2, renews=1), Link(3, replaces=2), Link(7, renews=3), Link(9)]
    for one in (1, 2, 3, 7):
        assert events.chain_of(links, one) == [1, 2, 3, 7]
    assert events.chain_of(links, 9) == [9]


# -- outside issuers --------------------------------------------------------------------------------------


def test_a_body_that_is_taken_for_another_is_named_with_the_reason():
    doubt = issuers.issuer_doubt(listed(), "中国安全防范行业协会", on=FIRST)
    assert doubt.kind == "look_alike"
    assert "产品" in doubt.issuer.reason_zh
    assert issuers.issuer_doubt(listed(), "中国安全防范产品行业协会", on=FIRST) is None
    assert issuers.issuer_doubt(listed(), "中国安全防范产品业协会", on=FIRST).kind == "near"
    assert issuers.issuer_doubt(listed(), "某某公司", on=FIRST).kind == "unlisted"
    assert issuers.issuer_doubt(listed(), "职业技能鉴定中心", on=FIRST).kind == "not_then"
