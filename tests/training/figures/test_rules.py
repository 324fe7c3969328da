"""What ends when, against counting certificate by certificate and day by day."""

from calendar import monthrange
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.properties import holds_for
from training.figures import rules
from training.figures.rules import Held

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def held(number: int, *, person: int = 1, course: int = 1, ends: date | None = TODAY, firm: int | None = 7) -> Held:
    return Held(number, person, course, ends, firm)


def test_what_is_renewed_does_not_end():
    old, new = held(1, ends=date(2026, 12, 1)), held(2, ends=date(2029, 12, 1))
    assert rules.last_of_each([old, new]) == [new]
    assert rules.ending([old, new], TODAY) == {}


def test_the_last_good_day_is_not_overdue_and_the_day_after_it_is():
    assert rules.ending([held(1, ends=TODAY)], TODAY)[7].months == {date(2026, 11, 1): 1}
    assert rules.ending([held(1, ends=TODAY - DAY)], TODAY)[7].overdue == 1


def test_a_certificate_without_end_never_ends():
    assert rules.ending([held(1, ends=None)], TODAY) == {}
    assert rules.ending([held(1, ends=date(2026, 12, 1)), held(2, ends=None)], TODAY) == {}


def test_overdue_is_what_ended_in_the_last_twelve_months_and_the_rest_is_earlier():
    found = rules.ending(
        [held(1, person=1, ends=date(2025, 11, 24)), held(2, person=2, ends=date(2025, 11, 23))], TODAY
    )[7]
    assert (found.overdue, found.earlier) == (1, 1)


def test_the_twelfth_month_counts_to_its_last_day():
    found = rules.ending(
        [held(1, person=1, ends=date(2027, 10, 31)), held(2, person=2, ends=date(2027, 11, 1))], TODAY
    )[7]
    assert found.months == {date(2027, 10, 1): 1}


DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
CERTIFICATES = st.lists(
    st.builds(
        Held,
        st.integers(1, 10**6),
        st.integers(1, 6),
        st.integers(1, 3),
        st.none() | DAYS,
        st.sampled_from([None, 7, 8]),
    ),
    max_size=25,
    unique_by=lambda one: one.id,
)


def by_counting(all_held: list[Held], today: date) -> dict[tuple[int | None, str], int]:
    """One certificate after another, looking through all others for one that outlasts it."""
    found: dict[tuple[int | None, str], int] = {}
    for one in all_held:
        if one.valid_until is None:
            continue
        others = [o for o in all_held if o is not one and (o.person_id, o.course_id) == (one.person_id, one.course_id)]
        if any(
            o.valid_until is None
            or o.valid_until > one.valid_until
            or (o.valid_until == one.valid_until and o.id > one.id)
            for o in others
        ):
            continue
        ends = one.valid_until
        months_ahead = (ends.year - today.year) * 12 + ends.month - today.month
        year_ago = date(today.year - 1, today.month, min(today.day, monthrange(today.year - 1, today.month)[1]))
        if ends >= today:
            word = f"{ends:%Y-%m}" if months_ahead < 12 else ""
        else:
            word = "overdue" if ends >= year_ago else "earlier"
        if word:
            found[one.enterprise_id, word] = found.get((one.enterprise_id, word), 0) + 1
    return found


def same_enterprise(all_held: list[Held]) -> list[Held]:
    """A person works for one enterprise at a time."""
    firms = {one.person_id: one.enterprise_id for one in all_held}
    return [Held(o.id, o.person_id, o.course_id, o.valid_until, firms[o.person_id]) for o in all_held]


@holds_for(CERTIFICATES, DAYS, few=150, many=3000)
def test_months_and_enterprises_are_counted_as_one_counts_by_hand(certificates: list[Held], today: date) -> None:
    certificates = same_enterprise(certificates)
    found = rules.ending(certificates, today)
    said = {
        (firm, word): count
        for firm, one in found.items()
        for word, count in [
            ("overdue", one.overdue),
            ("earlier", one.earlier),
            *((f"{month:%Y-%m}", count) for month, count in one.months.items()),
        ]
        if count
    }
    assert said == by_counting(certificates, today)
    total = rules.together(found.values())
    assert total.coming == sum(one.coming for one in found.values())
    assert set(total.months) <= set(rules.months_from(today))
