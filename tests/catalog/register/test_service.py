"""Appending entries: what may follow, what a correction takes away, and that nothing stays half-written."""

from datetime import date, timedelta

import pytest

from association.kernel.actors import OPERATOR
from association.kernel.db import transaction
from association.kernel.errors import Conflict
from association.ledger.models import LedgerLine
from catalog.register import queries
from catalog.register import service as register
from catalog.verifications import queries as verifications
from catalog.verifications.rules import Question
from catalog.vocabulary import EntryKind, ReasonCode, Verdict
from tests.catalog.small_register import MAKER, NOW, TODAY, SmallRegister, small

__all__ = ["small"]


def verdict(model: str, *, known=NOW) -> tuple[Verdict, list[ReasonCode]]:
    answer = verifications.answer(Question(manufacturer=MAKER, model=model), on=TODAY, made_on=None, known=known)
    return answer.judgement.verdict, [reason.code for reason in answer.judgement.reasons]


def test_a_model_that_was_corrected_away_is_no_longer_found_but_was_before(small: SmallRegister) -> None:
    number = small.add("SL-PIR-O99", evidence=True)
    first = queries.entries_of(number)[0].entry
    assert verdict("SL-PIR-O99") == (Verdict.COMPLIANT, [])
    day = date(2026, 2, 20)
    small.then(number, EntryKind.CORRECTED, day, entry=first, facts={"model": "SL-PIR-099"}, reason="型号录入有误")
    assert verdict("SL-PIR-O99") == (Verdict.UNDETERMINED, [ReasonCode.ONLY_SIMILAR_FOUND])
    assert verdict("SL-PIR-099")[0] is Verdict.COMPLIANT
    earlier = NOW - timedelta(days=15)
    assert verdict("SL-PIR-O99", known=earlier) == (Verdict.COMPLIANT, [])


def test_nobody_escapes_a_revocation_by_cancelling(small: SmallRegister) -> None:
    with pytest.raises(Conflict):
        small.then(small.revoked, EntryKind.CANCELLED, date(2026, 2, 10), note="企业申请注销")
    assert verdict("SL-MW-200")[1] == [ReasonCode.REGISTRATION_REVOKED]
    small.then(small.cancelled, EntryKind.REVOKED, date(2026, 2, 10), note="注销后查明材料不实")
    assert verdict("SL-MW-400")[1] == [ReasonCode.REGISTRATION_REVOKED]


@pytest.mark.parametrize("kind", [EntryKind.RENEWED, EntryKind.REINSTATED, EntryKind.SUSPENDED, EntryKind.AMENDED])
def test_nothing_but_a_correction_follows_the_end(small: SmallRegister, kind: EntryKind) -> None:
    with pytest.raises(Conflict):
        small.then(small.revoked, kind, date(2026, 2, 11), valid_from="2026-02-11", valid_until="2029-02-10")


def test_a_revocation_made_by_mistake_is_voided_by_a_correction(small: SmallRegister) -> None:
    revocation = queries.entries_of(small.revoked)[-1].entry
    small.then(small.revoked, EntryKind.CORRECTED, date(2026, 2, 12), entry=revocation, void=True)
    assert ReasonCode.REGISTRATION_REVOKED not in verdict("SL-MW-200")[1]


def test_a_first_entry_cannot_be_voided(small: SmallRegister) -> None:
    first = queries.entries_of(small.in_force)[0].entry
    with pytest.raises(Conflict):
        small.then(small.in_force, EntryKind.CORRECTED, date(2026, 2, 12), entry=first, void=True)


def test_what_fails_half_way_leaves_nothing(small: SmallRegister, monkeypatch: pytest.MonkeyPatch, db) -> None:
    before, lines = queries.head(), db.session.query(LedgerLine).count()
    monkeypatch.setattr(register.rules, "spans", lambda entries: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction():
        register.append(
            small.in_force,
            EntryKind.SUSPENDED,
            {"note": "x"},
            effective_from=TODAY,
            mandate=small.mandate,
            actor=OPERATOR,
            now=NOW,
        )
    assert queries.head() == before
    assert db.session.query(LedgerLine).count() == lines


def test_numbers_run_by_class_and_year(small: SmallRegister) -> None:
    first, second = small.add("SL-NUM-1"), small.add("SL-NUM-2")
    assert int(second.split("-")[3]) == int(first.split("-")[3]) + 1
    assert small.door.startswith("SJZ-08-2026-00001-")
