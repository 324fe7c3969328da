"""The demo, and every door asked with its things, at any hour of any day: nothing of it hangs on when somebody starts.

What is open "now" is worked out from the clock: lessons of today, a sitting that goes on, a deadline in three working
days. Here the clock says what is awkward: before the office opens, in the middle of a lesson of the demo's, a minute
before New Year, a leap day, a Sunday of a year the holidays are not known for.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from association.kernel import clock
from association.kernel.dates import SHANGHAI
from tests.house import matrix
from tests.house.showroom import incidents, showroom_in
from tests.seeds import a_seed

pytestmark = pytest.mark.soak
AWKWARD = (
    datetime(2026, 11, 29, 8, 1, tzinfo=SHANGHAI),
    datetime(2026, 12, 2, 10, 30, tzinfo=SHANGHAI),
    datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI),
    datetime(2027, 2, 28, 15, 0, tzinfo=SHANGHAI),
    datetime(2028, 2, 29, 0, 0, tzinfo=SHANGHAI),
    datetime(2033, 10, 2, 19, 30, tzinfo=SHANGHAI),
)


ASKED = ("stranger", "maker", "training", "trainer")


@pytest.mark.parametrize("moment", AWKWARD, ids=lambda moment: moment.strftime("%Y-%m-%dT%H:%M"))
def test_the_doors_answer_the_same_at_an_awkward_hour(
    moment: datetime, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _ask_at(moment, tmp_path, tmp_path_factory.mktemp("at"))


def test_the_doors_answer_the_same_at_any_hour_of_ten_years(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dice = random.Random(a_seed())
    for number in range(6):
        moment = AWKWARD[0] + timedelta(minutes=dice.randrange(10 * 365 * 24 * 60))
        print(moment)  # noqa: T201
        _ask_at(moment, tmp_path / str(number), tmp_path_factory.mktemp("at"))


def _ask_at(moment: datetime, folder: Path, base: Path) -> None:
    real, ahead = clock.now, moment.astimezone(UTC) - clock.now()
    with mock.patch.object(clock, "now", side_effect=lambda: real() + ahead), incidents() as found:
        for showroom in showroom_in(folder, base):
            asked = matrix.asked(showroom, ASKED)
    assert found == []
    assert asked.unsaid == []
    assert matrix.differences(asked.table, ASKED) == []
