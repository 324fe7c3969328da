"""On which day a decision counts, and what is said of a registration that was given back and does not hold all the same;
on a clock that stands still."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from association.accounts.models import Account
from association.kernel import clock
from association.kernel.actors import Actor
from association.kernel.errors import Invalid
from catalog.register import queries as register
from catalog.register.rules import standing_at
from catalog.revocations import announcing, service
from catalog.vocabulary import EntryKind, Standing
from tests.catalog.revocations.conftest import asked, messages, proposed
from tests.catalog.revocations.test_giving_back import REINSTATEMENT, REVOCATION, SUSPENSION, last_words
from tests.catalog.small_register import NOW, SmallRegister


def test_what_ran_out_while_it_was_suspended_is_lapsed_and_said_to_be(
    small: SmallRegister, reviewer: Actor, approver: Actor, installer: Actor
) -> None:
    number = small.add("SL-MW-700", first=date(2023, 2, 26), last=date(2026, 2, 25), evidence=True)
    service.watch(number, actor=installer, now=NOW)
    small.then(number, EntryKind.SUSPENDED, date(2026, 2, 20), note="待核实")
    case = proposed(number, reviewer, REINSTATEMENT)
    service.confirm(case, actor=approver, now=NOW)
    [letter] = messages(case)
    assert letter.subject.startswith("暂停已解除，登记现为“已失效”")
    assert last_words(number) == [
        ("suspended", "2026-02-20"),
        ("reinstated", "2026-03-02"),
        ("lapsed", "2026-02-26"),
    ]
    # The day's work finds nothing more to say about it.
    announcing.catch_up(NOW, lapses=True)
    assert len(last_words(number)) == 3


def test_a_revocation_taken_back_never_counted_and_the_feed_has_its_first_day(
    small: SmallRegister, reviewer: Actor, approver: Actor
) -> None:
    wrong = proposed(small.in_force, reviewer, REVOCATION, effective_from=date(2026, 2, 10))
    service.confirm(wrong, actor=approver, now=NOW)
    case = proposed(small.in_force, reviewer, REINSTATEMENT)
    service.confirm(case, actor=approver, now=NOW)
    assert last_words(small.in_force)[-1] == ("reinstated", "2026-02-10")
    entries = register.registration_to_show(small.in_force, known=NOW).entries
    assert standing_at(entries, date(2026, 2, 20)).standing is Standing.IN_FORCE


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_the_letter_of_a_reinstatement_says_which_days_stay_suspended_and_what_that_means(
    spoken: str, small: SmallRegister, reviewer: Actor, approver: Actor, installer: Actor, client: FlaskClient
) -> None:
    """A line delivered while it was suspended still reads "not compliant": whoever reads "reinstated" has to be told."""
    service.db.session.get_one(Account, installer.account_id).language = spoken
    service.db.session.commit()
    asked(small.in_force, installer)
    first = proposed(small.in_force, reviewer, SUSPENSION, effective_from=date(2026, 2, 10))
    service.confirm(first, actor=approver, now=NOW)
    case = proposed(small.in_force, reviewer, REINSTATEMENT)
    service.confirm(case, actor=approver, now=NOW)
    before, after = (
        next(m.body for m in messages(one) if m.to_account_id == installer.account_id) for one in (first, case)
    )
    page = client.get(f"/catalog/revocations/{case.id}", headers={"Accept-Language": spoken}).text
    if spoken == "zh":
        assert "的登记自2026年3月2日起恢复。\n恢复不溯及以往：2026年2月10日至2026年3月1日仍为暂停。\n" in after
        assert "到货日期在上述暂停期间的行，现状仍为“不符合”，如何处理请与供货单位商定" in after
        assert "到货日期不在此期间的，不受这次暂停影响" in after
        assert "已进货、已安装的，请联系供货单位核实" in before
        assert "已进货、已安装的，请联系供货单位核实" not in after
        assert "恢复不溯及以往：2026年2月10日至2026年3月1日仍为暂停。" in page
    else:
        assert "10 Feb 2026 to 1 Mar 2026 stay suspended" in after
        assert "10 Feb 2026 to 1 Mar 2026 stay suspended" in page
        assert "still read “Not compliant”" in after


def test_where_no_day_stays_suspended_nothing_is_said_of_any(
    small: SmallRegister, reviewer: Actor, approver: Actor, installer: Actor
) -> None:
    """A suspension lifted on its own first day, and a revocation that never counted."""
    asked(small.in_force, installer)
    for kind in (SUSPENSION, REVOCATION):
        service.confirm(proposed(small.in_force, reviewer, kind), actor=approver, now=NOW)
        case = proposed(small.in_force, reviewer, REINSTATEMENT)
        service.confirm(case, actor=approver, now=NOW)
        [letter] = [one for one in messages(case) if one.to_account_id == installer.account_id]
        assert "仍为暂停" not in letter.body
        assert "标出现在的状态，请打开查看。" in letter.body


def test_a_reinstatement_counts_from_the_day_it_is_confirmed_and_no_other_can_be_written(
    small: SmallRegister, reviewer: Actor, approver: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Invalid) as refused:
        proposed(small.suspended, reviewer, REINSTATEMENT, effective_from=date(2026, 2, 10))
    assert [(one.field, one.code) for one in refused.value.shortfalls] == [("effective_from", "not_today")]
    case = proposed(small.suspended, reviewer, REINSTATEMENT)
    tomorrow = NOW + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    service.confirm(case, actor=approver, now=tomorrow)
    assert case.effective_from == date(2026, 3, 3)


def test_what_is_yet_to_begin_can_be_stopped_from_its_first_day(
    small: SmallRegister, reviewer: Actor, approver: Actor
) -> None:
    for day in (date(2026, 3, 2), date(2026, 4, 2)):
        with pytest.raises(Invalid):
            proposed(small.not_yet_valid, reviewer, SUSPENSION, effective_from=day)
    case = proposed(small.not_yet_valid, reviewer, SUSPENSION, effective_from=date(2026, 4, 1))
    service.confirm(case, actor=approver, now=NOW)
    entries = register.registration_to_show(small.not_yet_valid, known=NOW).entries
    assert standing_at(entries, date(2026, 4, 1)).standing is Standing.SUSPENDED


def test_the_desk_is_told_when_nobody_acts_for_the_registrant_here(
    small: SmallRegister, reviewer: Actor, browser: Callable[..., FlaskClient]
) -> None:
    case = proposed(small.foreign, reviewer, SUSPENSION)
    account = service.db.session.get_one(Account, reviewer.account_id)
    page = browser(account).get(f"/catalog/revocations/desk/{case.id}").get_data(as_text=True)
    assert "请另行书面通知登记人" in page
