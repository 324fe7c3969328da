"""How much room a long list takes: measured in a process of its own, which nothing else has filled before."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

# What a workbook of 10,000 lines of 20 columns may add to a process that is ready, in MB: read, judged, signed, kept
# and given back. Parts of the register that the database maps are in it.
MOST = 200
MEASURE = "import json; from bench import list_workbooks; print(json.dumps(list_workbooks.run(2_000, 10_000)))"


@pytest.mark.full
def test_ten_thousand_lines_as_a_workbook_take_little_room() -> None:
    said = subprocess.run([sys.executable, "-c", MEASURE], cwd=ROOT, check=True, capture_output=True, timeout=500)
    took = json.loads(said.stdout.splitlines()[-1])
    assert took["bytes back"] > 0
    assert took["memory"] - took["idle"] < MOST
