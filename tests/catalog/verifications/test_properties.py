"""What must hold of every verdict, whatever is registered and asked."""

import random
from datetime import date, datetime
from typing import Any

from hypothesis import assume, example
from hypothesis import strategies as st

from association.kernel.numbers import fold
from catalog.categories.rules import CatalogView, FactKind, Setting
from catalog.verifications.rules import Question, judge, match
from catalog.vocabulary import ReasonCode, Standing, Verdict
from tests.catalog.verifications import oracle
from tests.catalog.verifications.adapter import Registry, a_moment, catalog_facts, in_words
from tests.catalog.verifications.cases import CODES, SEPARATORS, Cases
from tests.properties import holds_for

seeds = st.integers(0, 2**32 - 1)
NOW = "2026-11-23T08:00:00Z"


class Case:
    """A random register, a question about it and its dates."""

    def __init__(self, seed: int) -> None:
        self.cases = Cases(random.Random(seed))
        self.register = self.cases.register()
        self.question = self.cases.question(self.register)
        self.on, self.made_on = self.cases.dates(self.register)
        self.known = self.cases.known(self.register)

    def answer(self, register: list[dict[str, Any]] | None = None, **changes: Any) -> Any:
        asked = {"question": self.question, "on": self.on, "made_on": self.made_on, "known": self.known, **changes}
        registry = Registry(self.register if register is None else register)
        return registry.judge(asked["question"], asked["on"], asked["made_on"], asked["known"])


def one_more_entry(case: Case, recorded_at: str) -> list[dict[str, Any]]:
    """The same register after something else happened to each registration at ``recorded_at``."""
    position = max(entry["entry"] for one in case.register for entry in one["entries"])
    after = []
    for one in case.register:
        other = case.cases.happening(
            one["entries"],
            date(2026, 11, 23),
            date.fromisoformat(one["entries"][0]["effective_from"]),
            None,
            [(CODES[5], ("后来有限公司",))],
            ["LATER-1", "SL-PIR-010"],
        )
        position += 1
        other = {**other, "recorded_at": recorded_at, "entry": position}
        if "entry" in other["facts"]:
            other["facts"] = {**other["facts"], "entry": other["facts"]["entry"]["entry"]}
        papers = [
            {**line, "change": change, "recorded_at": recorded_at, "effective_from": "2001-01-01"}
            for line in one["evidence"][:1]
            for change in ("suspended", "withdrawn")
        ]
        papers += [{**line, "recorded_at": recorded_at} for line in case.cases.evidence("01", date(2001, 1, 1))]
        after.append({**one, "entries": [*one["entries"], other], "evidence": [*one["evidence"], *papers]})
    return after


@holds_for(seeds, few=30, many=300)
def test_later_knowledge_never_changes_an_earlier_answer(seed: int) -> None:
    case = Case(seed)
    later = "2099-01-01T00:00:00Z"
    assert case.answer(one_more_entry(case, later)) == case.answer()


@holds_for(seeds, few=30, many=300)
def test_a_register_begun_later_is_unknown_before(seed: int) -> None:
    case = Case(seed)
    assert case.answer(known="1990-12-31T15:59:59Z").number is None


@holds_for(seeds, few=30, many=300)
def test_an_unrelated_registration_changes_nothing(seed: int) -> None:
    case = Case(seed)
    stranger = Cases(random.Random(seed + 1)).registration([("", ("毫不相干厂",))], ["ZZZZZZZZ-77777"])
    for entry in stranger["entries"]:
        entry["entry"] = 900
        for facts in (entry["facts"], entry["facts"].get("facts", {})):
            if "brand" in facts:
                facts["brand"] = "无关牌"
    stranger["entries"] = [one for one in stranger["entries"] if "entry" not in one["facts"]]
    stranger["number"] = "SJZ-01-1999-00001-" + "?"
    assert in_words(case.answer([*case.register, stranger])) == in_words(case.answer())


@holds_for(
    seeds,
    st.sampled_from("0OQD1ILl2Z5S6G8BUVАВСЕНІКМОРТХ7X.+#"),
    st.integers(0, 30),
    st.sampled_from(["in", "out", "changed"]),
    few=30,
    many=300,
)
def test_a_look_alike_or_a_model_one_edit_away_is_never_compliant(seed: int, sign: str, place: int, way: str) -> None:
    case = Case(seed)
    registration = case.register[seed % len(case.register)]
    facts = registration["entries"][0]["facts"]
    model = facts["model"]
    place %= len(model) + 1
    rest = model[place:] if way == "in" else model[place + 1 :]
    asked = model[:place] + ("" if way == "out" else sign) + rest
    view, _found, names = Registry(case.register).at(NOW)
    assume(fold(asked) not in {name.model_fold for name in names})
    maker = facts["manufacturer"]["name"]
    question = {"model": asked, "manufacturer": maker}
    judged = case.answer(question=question, on=registration["entries"][0]["effective_from"], known=NOW)
    assert judged.verdict in (Verdict.UNDETERMINED, Verdict.NOT_REGISTERED)
    assert judged.number is None
    assert judged.compliant is None
    if fold(asked):
        matched = match(Question(**question), names, view.confusable_groups())
        assert matched.reason in (ReasonCode.ONLY_SIMILAR_FOUND, ReasonCode.NOT_FOUND)
        assert len(matched.suggestions) <= 5
        mine = {name.model_fold for name in names if name.maker == maker}
        if any(oracle.one_edit(fold(asked), other) for other in mine if other):
            assert matched.reason is ReasonCode.ONLY_SIMILAR_FOUND


@holds_for(seeds, st.lists(st.sampled_from(SEPARATORS), max_size=20), st.booleans(), st.booleans(), few=30, many=300)
def test_a_number_in_any_disguise_gives_the_same_verdict(seed: int, signs: list[str], lower: bool, wide: bool) -> None:
    case = Case(seed)
    number = case.register[0]["number"]
    disguise = number.lower() if lower else number
    for place, sign in enumerate(signs):
        disguise = disguise[: place * 3] + sign + disguise[place * 3 :]
    if wide:
        disguise = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in disguise)
    plain = case.answer(question={"number": number})
    assert case.answer(question={"number": disguise}) == plain
    assert case.answer(question={"number": number.replace("-", "")}) == plain


@holds_for(seeds, few=30, many=300)
def test_true_means_compliant_and_no_reasons_and_nothing_else_does(seed: int) -> None:
    case = Case(seed)
    for _ in range(10):
        judged = case.answer(question=case.cases.question(case.register))
        assert (judged.verdict is Verdict.COMPLIANT) == (judged.compliant is True) == (judged.reasons == ())
        assert (judged.verdict is Verdict.NOT_COMPLIANT) == (judged.compliant is False)
        codes = [reason.code for reason in judged.reasons]
        assert codes == [code for code in ReasonCode if code in codes], "in the fixed order, each once"
        assert len({warning.code for warning in judged.warnings}) <= len(judged.warnings)


@holds_for(seeds, st.dates(date(2026, 11, 24), date(2100, 12, 31)), few=30, many=300)
def test_the_future_may_be_asked_for(seed: int, on: date) -> None:
    case = Case(seed)
    for one in case.register:
        judged = case.answer(question={"number": one["number"]}, on=on.isoformat(), made_on=None, known=NOW)
        assert judged.verdict in Verdict


@holds_for(seeds, few=30, many=300)
def test_where_no_row_of_requirements_was_known_nothing_is_missing(seed: int) -> None:
    case = Case(seed)
    # Made before the first row of any class; the class stands in the catalog and the registration is in force.
    for one in case.register:
        judged = case.answer(question={"number": one["number"]}, made_on="1990-01-01")
        if judged.standing is not None and judged.standing.standing is Standing.IN_FORCE and not judged.requirements:
            assert judged.verdict in (Verdict.COMPLIANT, Verdict.NOT_IN_CATALOG)


@holds_for(seeds, few=30, many=300)
def test_to_ask_twice_is_to_be_told_the_same(seed: int) -> None:
    assert Case(seed).answer() == Case(seed).answer()


any_text = st.text(max_size=40) | st.text("SJZ01-2026 ０１2Qq（）.·ß٣²ﷺ𝟙", max_size=24)


@holds_for(
    st.builds(
        Question,
        number=any_text,
        manufacturer=any_text,
        manufacturer_uscc=any_text,
        brand=any_text,
        model=any_text,
        name=any_text,
        category=any_text,
        subtype=any_text,
    ),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.datetimes(datetime(1900, 1, 1), datetime(2026, 11, 23)),
    seeds,
    few=30,
    many=300,
)
@example(Question(), date(2026, 1, 1), date(2026, 1, 1), datetime(2026, 1, 1), 0)
@example(Question(model="\ud800", name="\x00"), date(2026, 1, 1), date(1900, 1, 1), datetime(1900, 1, 1), 0)
def test_no_text_makes_the_judge_stumble(
    question: Question, on: date, made_on: date, known: datetime, seed: int
) -> None:
    moment = known.isoformat(timespec="seconds") + "Z"
    view, found, names = Registry(Cases(random.Random(seed % 50)).register()).at(moment)
    matched = match(question, names, view.confusable_groups())
    entries, papers = found[matched.number] if matched.number else ([], ())
    judged = judge(question, matched, entries, papers, view, on=on, made_on=made_on, known=a_moment(moment))
    assert (judged.verdict is Verdict.COMPLIANT) == (not judged.reasons)
    assert judge(question, matched, entries, papers, view, on=on, made_on=made_on, known=a_moment(moment)) == judged


@holds_for(seeds, few=30, many=300)
def test_a_catalog_without_classes_makes_everything_lie_outside_it(seed: int) -> None:
    case = Case(seed)
    full = catalog_facts().as_known(a_moment(NOW))
    things: dict[FactKind, list[Any]] = {kind: [] for kind in FactKind}
    things[FactKind.SETTING] = [one for one in full.settings(date(2026, 1, 1)) if isinstance(one, Setting)]
    empty = CatalogView(things)
    _view, found, names = Registry(case.register).at(NOW)
    for number, (entries, papers) in found.items():
        if not entries:
            continue
        question = Question(number=number)
        matched = match(question, names, empty.confusable_groups())
        day = date.fromisoformat(case.on)
        judged = judge(question, matched, entries, papers, empty, on=day, made_on=day, known=a_moment(NOW))
        assert judged.verdict is Verdict.NOT_IN_CATALOG
