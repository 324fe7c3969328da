"""One box finds what people type; what it finds is exact, in a neutral order, and follows the database."""

from datetime import UTC, date, datetime
from typing import Any

from catalog.register import search, zero_hits
from catalog.register.ordering import lot
from catalog.register.search import SORTS, Asked, Found
from catalog.vocabulary import EntryKind, Standing
from tests.catalog.small_register import CODE, MAKER, NOW, TODAY, SmallRegister, small

__all__ = ["small"]


def found(q: str = "", *, on: date = TODAY, **more: Any) -> Found:
    shown = {name: more.pop(name) for name in ("number", "per_page", "facets", "seed") if name in more}
    shown.setdefault("seed", TODAY.isoformat())
    return search.find(Asked(q=q, **more), on=on, known_now=NOW, **shown)


def numbers(q: str = "", **more: Any) -> set[str]:
    return set(found(q, per_page=200, **more).numbers)


def test_nothing_typed_lists_the_whole_register_by_number(small: SmallRegister) -> None:
    answer = found()
    assert (answer.total, answer.stage) == (9, "listed")
    assert list(answer.numbers) == sorted(answer.numbers)


def test_a_model_is_found_in_any_disguise(small: SmallRegister) -> None:
    for typed in (
        "SL-PIR-010", "sl pir 010", "slpir010", "ＳＬ－ＰＩＲ－０１０", "型号：SL-PIR-010", "PIR010", "样例 PIR-010", "SL/PIR/010",
        "S\u200bL-P\u200bIR-\ufeff010", "\u202aSL-PIR-010\u202c",
    ):  # fmt: skip
        assert numbers(typed) == {small.in_force}, typed
        assert found(typed).stage == "exact", typed


def test_a_number_is_found_with_or_without_separators(small: SmallRegister) -> None:
    for typed in (
        small.door,
        small.door.replace("-", ""),
        small.door.lower().replace("-", " "),
        f"登记编号：{small.door}",
    ):
        assert numbers(typed) == {small.door}


def test_a_door_is_found_by_what_people_call_it(small: SmallRegister) -> None:
    for typed in ("防盗门", "安全门", "门", "fangdao", "fdaqm", "防盜門", "DOOR", "样例门业", "ylmy"):
        assert small.door in numbers(typed), typed


def test_letters_that_look_alike_and_one_slip_are_said_to_be_relaxed(small: SmallRegister) -> None:
    alike = found("SL-P1R-O1O")
    assert set(alike.numbers) == {small.in_force}
    assert [(one.typed, one.how) for one in alike.relaxed] == [("SL-P1R-O1O", "look_alike")]
    assert alike.did_you_mean[0].model == "SL-PIR-010"
    assert alike.did_you_mean[0].differs == ((3, "1", "I"), (5, "O", "0"), (7, "O", "0"))
    slip = found("SL-PIR-019")
    assert (slip.stage, set(slip.numbers)) == ("relaxed", {small.in_force})
    assert slip.relaxed[0].how == "typing_error"


def test_characters_of_the_same_sound_are_understood(small: SmallRegister) -> None:
    answer = found("红歪")
    assert answer.relaxed[0].how == "sound"
    assert small.in_force in answer.numbers


def test_words_of_the_catalog_are_understood_by_their_reading(small: SmallRegister) -> None:
    for typed in ("fangdaomen", "anquanmen", "fangdaoanquanmen"):
        assert (found(typed).stage, numbers(typed)) == ("exact", {small.door}), typed
    assert small.in_force in numbers("tantou"), "another word for the detector"
    answer = found("hongwaitanceqi")
    assert (answer.stage, answer.relaxed[0].how) == ("relaxed", "sound")
    assert small.in_force in answer.numbers
    assert found("slpirsl").stage == "none", "what only models hold is no reading"


def test_one_slip_of_the_pen_comes_before_two(small: SmallRegister) -> None:
    small.add("SL-PIR-019")
    assert numbers("SL-PIR-018") == {small.in_force, *numbers("SL-PIR-019")}


def test_a_pasted_line_with_words_of_no_account_finds_its_model(small: SmallRegister) -> None:
    small.add("烟台", name="烟台牌", name_en="", brand="烟台")
    for typed in ("SL-PIR-010，2台", "SL-PIR-010 2台 单价100元", "序号1 型号：SL-PIR-010 数量：2 台"):
        assert found(typed).numbers[0] == small.in_force, typed


def test_terms_that_never_meet_show_what_holds_most_of_them(small: SmallRegister) -> None:
    answer = found("防盗安全门 超长名称 SL")
    assert answer.stage == "most"
    assert (answer.relaxed[-1].held, answer.relaxed[-1].of) == (2, 4)


def test_every_filter_and_facet_is_exact(small: SmallRegister) -> None:
    whole = found(facets=True)
    assert dict(whole.facets["category"]) == {"01": 8, "08": 1}
    assert dict(whole.facets["standing"])["in_force"] == 4
    assert dict(whole.facets["manufacturer"])[MAKER] == 8
    assert found(standing=Standing.REVOKED).numbers == (small.revoked,)
    assert found(category="08").numbers == (small.door,)
    assert found(manufacturer=CODE).total == 8
    assert found(standard="gb 10408.5").total == 9
    assert found(year=2020).numbers == (small.lapsed,)
    assert found(attributes=(("detection_range_m", "min", "12"), ("detection_range_m", "max", "12 m"))).total == 9
    assert found(attributes=(("detection_range_m", "min", "13"),)).total == 0
    both = found(category="08", standing=Standing.REVOKED, facets=True)
    assert both.total == 0
    assert dict(both.facets["category"]) == {"01": 1}
    assert dict(both.facets["standing"]) == {"in_force": 1}


def test_the_register_is_searched_as_it_stood(small: SmallRegister) -> None:
    small.then(small.in_force, EntryKind.AMENDED, date(2026, 2, 20), model="NEU-500", note="换型号")
    assert numbers("NEU-500") == {small.in_force}
    assert numbers("SL-PIR-010") == set()
    assert numbers("SL-PIR-010", on=date(2026, 2, 19)) == {small.in_force}
    assert numbers("NEU-500", on=date(2026, 2, 19)) == set()
    assert small.revoked in numbers(on=date(2026, 1, 20), standing=Standing.IN_FORCE)


def test_a_change_shows_at_once_and_once(small: SmallRegister) -> None:
    before = found()
    small.then(small.door, EntryKind.AMENDED, date(2026, 2, 28), brand="新牌子", note="换品牌")
    assert found("新牌子").numbers == (small.door,)
    assert found().total == before.total
    another = small.add("ZZ-1")
    assert found("ZZ-1").numbers == (another,)


def test_equal_ones_stand_in_the_order_of_the_public_seed(small: SmallRegister) -> None:
    first, other = found("样例安防", seed="2026-03-01"), found("样例安防", seed="2026-03-02")
    assert set(first.numbers) == set(other.numbers)
    assert first.numbers != other.numbers
    standing = {small.in_force, small.without_evidence}
    equal = [number for number in first.numbers if number in standing]
    assert equal == sorted(standing, key=lambda number: lot("2026-03-01", number))
    pages = [found("样例安防", number=number, per_page=2, seed="2026-03-01").numbers for number in range(1, 6)]
    assert tuple(number for page in pages for number in page) == first.numbers


def test_every_order_is_paged_to_the_end_without_a_gap(small: SmallRegister) -> None:
    for q in ("", "样例", "hongwai", "SL"):
        for sort in SORTS:
            for on in (TODAY, date(2026, 1, 20)):
                whole = found(q, sort=sort, on=on, per_page=200)
                pages = [found(q, sort=sort, on=on, number=number, per_page=2).numbers for number in range(1, 7)]
                assert tuple(number for page in pages for number in page) == whole.numbers, (q, sort, on)
                assert len(set(whole.numbers)) == whole.total


def test_a_page_keeps_its_seed_for_a_month_and_nobody_chooses_another() -> None:
    assert search.seed_of("2026-02-28", today=TODAY) == "2026-02-28"
    for given in ("", "2026-03-03", "2025-01-01", "x" * 10, "🙂"):
        assert search.seed_of(given, today=TODAY) == "2026-03-02"


HOSTILE = [
    "x" * 10_000, "探" * 10_000, '"' * 50, "*", "?", "AND OR NOT", "model:*", "nm:[a TO z]", "\x00\x01\x02", "😀👩‍👩‍👧", "\ud800", "'; DROP TABLE--",
    "(((((((", "\\", "a " * 5_000, "%_%", "红" + "*" * 100, "１" * 200, "‮abc", "٣٤٥",
]  # fmt: skip


def test_whatever_is_typed_gets_a_bounded_answer(small: SmallRegister) -> None:
    for typed in HOSTILE:
        answer = found(typed, facets=True)
        assert len(answer.numbers) <= 20
        assert len(answer.terms) <= 12
        search.suggest(typed, on=TODAY, known_now=NOW, seed="2026-03-02")
        zero_hits.note(typed, today=TODAY)
    assert found(attributes=tuple(("detection_range_m", "min", "1") for _ in range(200))).total == 9


def test_completion_offers_models_names_brands_makers_and_standards(small: SmallRegister) -> None:
    def offered(q: str) -> dict[str, list[str]]:
        kinds: dict[str, list[str]] = {}
        for one in search.suggest(q, on=TODAY, known_now=NOW, seed="2026-03-02"):
            kinds.setdefault(one.kind, []).append(one.text)
        return kinds

    assert offered("sl-p")["model"] == offered("SLP")["model"]
    assert set(offered("sl-p")["model"]) == {"SL-PIR-010", "SL-PIR-777"}
    assert offered("防盗安全")["name"] == ["防盗安全门"]
    assert offered("样例门")["brand"] == ["样例门业"]
    assert MAKER in offered("河北样例")["manufacturer"]
    assert offered("gb10408")["standard"] == ["GB 10408.5-2000"]
    assert offered("fangdao")["name"] == ["防盗安全门"]
    assert offered(small.door[:8])["number"] == [small.door]


def test_questions_without_an_answer_are_kept_without_whose(db: Any) -> None:
    zero_hits.gather(NOW)
    before = zero_hits.page()
    for q in ("某某牌", "某某牌", "13800138000", "11010519491231002X", "a@b.example", "1101 0519 4912 3100"):
        zero_hits.note(q, today=TODAY)
    assert zero_hits.gather(datetime(2026, 3, 2, tzinfo=UTC)) == 2
    assert [one for one in zero_hits.page() if one not in before] == [("某某牌", 2, TODAY)]
    assert zero_hits.gather(datetime(2026, 3, 2, tzinfo=UTC)) == 0
