"""Check characters and folds (contract.md; domain.md 6.1, 6.2)."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from association.kernel.numbers import (
    check_character,
    compact,
    fold,
    fold_brand,
    fold_maker,
    fold_standard,
    narrow,
    organisation_check,
    read_registration_number,
    registration_number,
    uscc_check,
    uscc_fault,
)

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER = "SJZ-01-2026-00042-Q"
numbers = st.builds(
    registration_number,
    st.sampled_from(["SJZ", "BD", "ABCDE"]),
    st.sampled_from([f"{n:02}" for n in range(1, 11)]),
    st.integers(2004, 2099),
    st.integers(1, 99_999),
)


# -- registration numbers


@pytest.mark.parametrize(("body", "check"), [("SJZ01202600042", "Q"), ("SJZ05201900001", "1"), ("SJZ10202412345", "X")])
def test_the_contracts_check_characters(body: str, check: str) -> None:
    assert check_character(body) == check


@pytest.mark.parametrize(
    "written",
    [
        NUMBER,
        "sjz01202600042q",
        "SJZ 01 2026 00042 Q",
        "ＳＪＺ－０１－２０２６－０００４２－Ｑ",
        " sjz_01/2026.00042—q ",
        "S J Z(01)2026[00042]Q",
    ],
)
def test_a_number_is_read_in_any_disguise(written: str) -> None:
    read = read_registration_number(written)
    assert (read.number, read.sound) == (NUMBER, True)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "SJZ",
        "SJZ-01-2026-0042-Q",
        "S-01-2026-00042-Q",
        "SJZZZZ-01-2026-00042-Q",
        "无",
        "SJZ-0A-2026-00042-Q",
        "9" * 500,
    ],
)
def test_what_has_not_the_shape_is_no_number(written: str) -> None:
    read = read_registration_number(written)
    assert (read.number, read.sound) == (None, False)


@settings(max_examples=40, deadline=None)
@given(numbers)
def test_every_single_wrong_character_is_noticed(number: str) -> None:
    plain = number.replace("-", "")
    for place, sign in enumerate(plain):
        for other in ALPHABET:
            if other != sign:
                assert not read_registration_number(plain[:place] + other + plain[place + 1 :]).sound
                assert (
                    check_character((plain[:place] + other + plain[place + 1 :])[:-1])
                    != (plain[:place] + other + plain[place + 1 :])[-1]
                )


def test_every_single_wrong_character_of_this_number_is_noticed_whatever_stands_there() -> None:
    plain = NUMBER.replace("-", "")
    for place in range(len(plain)):
        good = [
            other
            for other in ALPHABET
            if check_character((plain[:place] + other + plain[place + 1 :])[:-1])
            == (plain[:place] + other + plain[place + 1 :])[-1]
        ]
        assert good == [plain[place]]


def test_an_exchange_of_neighbours_is_noticed_but_for_the_few_that_mod_37_36_lets_pass() -> None:
    """A hybrid system of ISO 7064 notices every single wrong character, but not every exchange.

    After each of the 36 states of the sum one pair of characters may stand either way: one exchange in 630 passes.
    """
    missed, pairs = 0, 0
    for before in range(1, 37):
        for one in range(36):
            for other in range(one):
                pairs += 1
                ways = []
                for pair in ((one, other), (other, one)):
                    state = before
                    for value in pair:
                        state = ((state + value) % 36 or 36) * 2 % 37
                    ways.append(state)
                missed += ways[0] == ways[1]
    assert (missed, pairs) == (36, 22680)


def test_an_exchange_that_passes_and_one_that_does_not() -> None:
    assert read_registration_number("SJZ-02-2005-00100-T").sound
    assert read_registration_number("SJZ-02-2005-01000-T").sound, "such a number names another registration, or none"
    assert not read_registration_number("SJZ-10-2062-00042-Q").sound


@given(numbers, st.integers(0, 18))
def test_a_character_left_out_or_put_in_is_noticed(number: str, place: int) -> None:
    plain = number.replace("-", "")
    place %= len(plain)
    assert not read_registration_number(plain[:place] + plain[place + 1 :]).sound or plain[:1] != "S"
    doubled = plain[: place + 1] + plain[place:]
    if place >= len(plain) - 12:
        assert not read_registration_number(doubled).sound


@given(numbers)
def test_a_number_reads_back_as_itself(number: str) -> None:
    assert read_registration_number(number).number == number
    assert read_registration_number(number).sound


@pytest.mark.parametrize("serial", [0, -1, 100_000])
def test_a_serial_has_five_digits(serial: int) -> None:
    with pytest.raises(ValueError):
        registration_number("SJZ", "01", 2026, serial)


# -- unified codes and organisation codes


def test_organisation_code_vector() -> None:
    assert organisation_check("D2143569") == "X"


@pytest.mark.parametrize(
    "code", ["91512081MA62K0260E", "91130102PDY0002200", "91130105PDY000036K", "91440306PDY000044F"]
)
def test_codes_that_are_well_formed(code: str) -> None:
    assert uscc_fault(code) is None
    assert uscc_check(code[:17]) == code[17]
    assert organisation_check(code[8:16]) == code[16]


def test_the_standards_own_example_is_right_with_y43_and_wrong_in_another_last_place() -> None:
    assert uscc_fault("91350100M000100Y43") is None
    assert {last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if uscc_fault("91350100M000100Y4" + last) is None} == {
        "3"
    }


def test_letters_in_the_first_two_places_are_good() -> None:
    organisation = "PDY00001" + organisation_check("PDY00001")
    for begin in ("N1", "Y1", "A1", "5A", "NY"):
        body = f"{begin}130102{organisation}"
        assert uscc_fault(body + uscc_check(body)) is None


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91512081MA62K0260E", "91130102PDY0002200"])
def test_every_single_wrong_character_of_a_code_is_noticed(code: str) -> None:
    for place, sign in enumerate(code):
        for other in ALPHABET:
            if other != sign:
                assert uscc_fault(code[:place] + other + code[place + 1 :]) is not None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "length"),
        ("9135", "length"),
        ("91350100M000100Y430", "length"),
        ("9135010OM000100Y43", "characters"),
        ("91350100I000100Y43", "characters"),
        ("91350100M000100Y53", "organisation_check"),
        ("91350100M000100Y44", "check"),
        ("９1350100M000100Y43", "characters"),
        ("91350100m000100y43", "characters"),
    ],
)
def test_what_is_wrong_with_a_code(code: str, fault: str) -> None:
    assert uscc_fault(code) == fault


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_an_organisation_codes_check_is_one_of_eleven(body: str) -> None:
    assert organisation_check(body) in "0123456789X"


# -- folds


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("00812", "00812"),
        ("1E5", "1E5"),
        ("1e5", "1E5"),
        ("BS-PIR 24/7", "BSPIR247"),
        ("SR-13.56", "SR13.56"),
        ("SR-1356", "SR1356"),
        ("RC-A/6", "RCA6"),
        (" sl－pir／010 ", "SLPIR010"),
        ("SL_PIR.010", "SLPIR010"),
        ("A+*#", "A+*#"),
        ("（A）〔1〕【2】", "A12"),
        ("1．5", "1.5"),
        ("1..5", "15"),
        (".5.", "5"),
        ("A.5", "A5"),
        ("1 . 5", "1.5"),
        ("−–—‐", ""),
        ("", ""),
        ("豪华型α", "豪华型Α"),
        ("A\u200bB", "AB"),
        ("ﬁ", "FI"),
        ("ß", "SS"),
        ("①", "1"),
    ],
)
def test_models_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_what_is_not_the_same_model_has_not_the_same_fold() -> None:
    different = [
        "00812",
        "0812",
        "812",
        "1E5",
        "IE5",
        "15",
        "1.5",
        "SL-PIR-010",
        "SL-PIR-O10",
        "SL-PIR-01O",
        "AB",
        "AB+",
        "AB*",
        "AB#",
        "АВ",
    ]
    assert len({fold(model) for model in different}) == len(different)


# A fold puts letters side by side that a sign kept apart. Of the conjoining Hangul letters this makes new ones, which
# no maker writes; every other text is folded once and for all.
texts = st.text(
    st.characters(exclude_characters=[chr(code) for code in range(0x1100, 0x1200)], exclude_categories=["Cs"]),
    max_size=40,
)


@given(texts | st.text("1.-2 ．Ａa/()", max_size=20))
@example("1.-5")
@example("1\u200b.5")
@example("ŉ.ͅ")
def test_folding_twice_is_folding_once(text: str) -> None:
    for folded in (fold, fold_brand, compact, narrow):
        assert folded(folded(text)) == folded(text)


@given(texts)
def test_a_fold_has_letters_digits_and_few_signs_only(text: str) -> None:
    folded = fold(text)
    assert all(sign.isalnum() or sign in "+*#." for sign in folded)
    assert all(folded[at - 1].isdigit() and folded[at + 1].isdigit() for at, sign in enumerate(folded) if sign == ".")
    assert unicodedata.normalize("NFKC", folded).upper() == folded or not folded.isascii()


@given(st.text("ABCabc019+*#", max_size=20), st.text("-_/ ()[]－　", max_size=5), st.integers(0, 20))
def test_separators_case_and_width_do_not_matter(text: str, signs: str, place: int) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in text)
    assert fold(text[:place] + signs + text[place:]) == fold(text) == fold(text.lower()) == fold(wide)


@pytest.mark.parametrize(
    "name",
    [
        "示例电子（石家庄）有限公司",
        "示例电子(石家庄)有限公司",
        "示例电子石家庄有限责任公司",
        "示例电子〔石家庄〕股份有限公司",
        " 示例 电子 石家庄 ",
        "示例电子·石家庄有限公司",
    ],
)
def test_makers_are_the_same_without_their_form_and_brackets(name: str) -> None:
    assert fold_maker(name) == "示例电子石家庄"


def test_a_makers_form_may_be_written_with_blanks_and_folding_twice_is_folding_once() -> None:
    assert fold_maker("示例电子有限 公司") == "示例电子"
    assert fold_maker("示例电子（有限公司）") == "示例电子"


def test_other_makers_stay_others() -> None:
    names = ["示例电子", "示例电气", "示例电子设备", "石家庄示例电子", "Beispiel GmbH", "Beispiel AG"]
    assert len({fold_maker(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gb10408.5-2000", "GB 10408.5-2000"),
        ("GB／T 31070.1—2014", "GBT31070.1-2014"),
        ("GA/T 73-2015", "ga／t73－2015"),
    ],
)
def test_standards_are_compared_however_they_are_written(one: str, other: str) -> None:
    assert fold_standard(one) == fold_standard(other)


def test_a_number_without_its_separators() -> None:
    assert compact(" cspｅx-2026/01 第３号 ") == "CSPEX2026013"
    assert re.fullmatch("[0-9A-Z]*", compact("任意 text é"))
