"""From nothing: an empty folder, one command, and a register with demo data answers."""

import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from association.accounts.public import DEMO_PASSWORD
from tests.trips.conftest import running

# It needs no browser, but takes as long as one.
pytestmark = pytest.mark.full_browser


def test_one_command_makes_everything_from_an_empty_folder(tmp_path: Path) -> None:
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with running(tmp_path) as at:
        home = visitor.open(f"{at}/").read().decode()
        assert "演示数据" in home
        assert "SJZ-01-" in visitor.open(f"{at}/catalog/register").read().decode()
        form = urllib.parse.urlencode({"email": "maker@demo.example", "password": DEMO_PASSWORD}).encode()
        signed_in = visitor.open(urllib.request.Request(f"{at}/accounts/login", form, {"Origin": at}))
        assert signed_in.url.startswith(f"{at}/accounts/")
        assert signed_in.url != f"{at}/accounts/login"
    said = (tmp_path / "log").read_text()
    assert at in said
    assert DEMO_PASSWORD in said
    with running(tmp_path) as at:
        assert visitor.open(f"{at}/readyz").status == 200, "a second start finds what is there"
