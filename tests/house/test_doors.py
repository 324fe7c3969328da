"""The doors that matter most, tried all day: a stranger's and another enterprise's way through every route.

``test_matrix.py`` asks everybody; here the same table is asked for two of them.
"""

import pytest

from tests.conftest import ON_POSTGRES
from tests.house import matrix
from tests.house.matrix import Asked
from tests.house.showroom import Showroom, incidents

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="who may do what does not depend on the database")
VISITORS = ("stranger", "maker2")


@pytest.fixture(scope="module")
def asked(showroom: Showroom) -> Asked:
    """Both, asked at every route; once for all tests here."""
    with incidents() as found:
        answers = matrix.asked(showroom, VISITORS)
    assert found == []
    return answers


def test_somebody_says_how_every_route_is_asked(asked: Asked) -> None:
    assert [f"{one.method} {one.address} ({one.endpoint})" for one in asked.unsaid] == []


def test_they_get_what_the_table_says(asked: Asked) -> None:
    assert matrix.differences(asked.table, VISITORS) == [], (
        "python -m tests.house.matrix writes the table anew; read its difference"
    )


def test_a_stranger_comes_no_further_than_the_sign_in_page(asked: Asked) -> None:
    for row, answers in asked.table.items():
        if row[0] in ("member", "staff"):
            assert answers["stranger"] == "sign-in", row
        if row[0] == "key":
            assert answers["stranger"] == "401", row


def test_a_staff_door_is_not_there_for_an_enterprise(asked: Asked) -> None:
    for row, answers in asked.table.items():
        if row[0] == "staff" and "maker2" in answers:
            assert answers["maker2"] == "404", row
