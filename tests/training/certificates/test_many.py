"""A class of five hundred gets its certificates in one file, in a process of its own as the worker is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.full
def test_five_hundred_certificates_are_one_file_in_under_a_minute():
    done = subprocess.run(
        [sys.executable, "-m", "bench.certificates"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rows = re.findall(r"^\| 500 \| (\w+) \| ([\d.]+) ", done.stdout, re.MULTILINE)
    assert [form for form, _seconds in rows] == ["a4", "card"], done.stdout
    assert max(float(seconds) for _form, seconds in rows) < 60, done.stdout
