"""Unified codes, said in sentences."""

import pytest

from association.enterprises import rules
from tests.builders import a_uscc


def test_a_well_formed_code_is_taken_with_blanks_and_in_lower_case():
    code = a_uscc(42)
    assert rules.uscc_shortfalls(rules.normal_uscc(f" {code[:9].lower()} {code[9:]} ")) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda code: code[:-1], "现为17位"),
        (lambda code: "91I" + code[3:], "第3至8位"),
        (lambda code: code[:9] + str((int(code[9]) + 1) % 10) + code[10:], "第9至17位"),
        (lambda code: "92" + code[2:], "第18位"),
    ],
)
def test_every_fault_has_its_own_sentence(change, sentence):
    (found,) = rules.uscc_shortfalls(change(a_uscc(42)))
    assert (found.field, found.code) == ("uscc", "uscc")
    assert sentence in found.detail
