"""What README says works: its commands exist, its addresses answer, its files are there, its accounts sign in."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from association.accounts.public import DEMO_PASSWORD
from catalog.demo import PEOPLE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE))))
def test_every_make_target_it_names_is_there(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`flask ([a-z]+(?: [a-z]+)?)", README))))
def test_every_flask_command_it_names_is_there(app: Flask, command: str) -> None:
    answer = app.test_cli_runner().invoke(args=[*command.split(), "--help"])
    assert answer.exit_code == 0, answer.output


@pytest.mark.parametrize("address", sorted(set(re.findall(r"(?:at|to|open) `(/[a-z0-9/._-]*)`", README))))
def test_every_address_it_names_answers(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (200, 303)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((docs/[^)]*)\)", README))))
def test_every_document_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_demo_accounts_it_names_exist() -> None:
    named = set(re.findall(r"`([a-z0-9]+)@demo\.example`", README))
    assert named
    assert named <= {who for who, *_about in PEOPLE}
    assert f"`{DEMO_PASSWORD}`" in README


def test_every_setting_of_the_contract_is_explained() -> None:
    for name in ("DATABASE_URL", "SECRET_KEY", "DATA_DIR", "BASE_URL", "MAIL_SERVER", "PORT=", "HOST=", "DEMO=0"):
        assert name in README
