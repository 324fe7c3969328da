"""A running register (``flask up``: server, worker, demo data) and people at browsers."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from weakref import WeakSet

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from association.accounts.public import DEMO_PASSWORD
from tests.house.showroom import demo_folder, settings, showroom

__all__ = ["showroom"]

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 120
# Whose network was cut, for the time of one story.
CUT: WeakSet[BrowserContext] = WeakSet()
SECONDS_TO_A_LETTER = 60
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the running register."""
    return tmp_path_factory.mktemp("running")


@pytest.fixture(scope="session")
def address(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running register with the demo data."""
    demo_folder(tmp_path_factory.getbasetemp(), data_folder)
    with running(data_folder) as at:
        yield at


@contextmanager
def running(data_folder: Path) -> Iterator[str]:
    """The register on this folder, started as ``make run`` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dropped = ("DATABASE_URL", "BASE_URL", "PRODUCTION", "DEMO", "MAIL_SERVER")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    environment |= {"DATA_DIR": str(data_folder), "PORT": str(port), "HOST": "127.0.0.1", "PROCESSES": "2"}
    # The demo data was sealed with this key: with another, nobody would be recognised by their identity number.
    environment["SECRET_KEY"] = str(settings(data_folder, "")["SECRET_KEY"])
    log = (data_folder / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "up"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    at = f"http://127.0.0.1:{port}"
    try:
        _wait_for(at, server, data_folder / "log")
        yield at
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        log.close()


def _wait_for(at: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{at}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            # Not yet: asked again until the deadline.
            server.poll()
            _pause()
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _pause() -> None:
    import threading

    threading.Event().wait(0.2)


@pytest.fixture
def letter_to(data_folder: Path) -> Callable[[str, str], str]:
    """``letter_to(address, subject)``: text of that letter, as soon as the worker has put it into the mailbox."""

    def read(to: str, subject: str) -> str:
        deadline = time.monotonic() + SECONDS_TO_A_LETTER
        while time.monotonic() < deadline:
            for file in (data_folder / "mail").glob("*.eml"):
                letter = message_from_bytes(file.read_bytes(), policy=default)
                if letter["To"] == to and letter["Subject"] == subject:
                    return str(letter.get_content())
            _pause()
        raise AssertionError(f"no letter “{subject}” for {to} in {SECONDS_TO_A_LETTER} seconds")

    return read


@pytest.fixture(scope="session")
def engine() -> Iterator[Playwright]:
    """What drives browsers; there can be one of it."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(engine: Playwright) -> Iterator[Browser]:
    """A headless Chromium; as root it runs without its sandbox."""
    browser = launch(engine)
    yield browser
    browser.close()


def launch(playwright: Playwright, *more: str) -> Browser:
    """The Chromium that is there, headless, with ``more`` options."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "no Chromium found: make test installs one, or name it in CHROMIUM"
    options = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=path, args=[*options, *more])


@pytest.fixture
def person(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """``person("maker")``: somebody at a browser of their own, signed in; without a name a stranger.

    Whatever the browser complains of (scripts, policies, missing files) fails the test.
    """
    with people_at(chromium, address) as opened:
        yield opened


@contextmanager
def people_at(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """The same at any address."""
    complaints: list[str] = []
    contexts = []

    def opened(name: str = "", *, width: int = 1440, scripts: bool = True, language: str = "zh-CN") -> Page:
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            locale=language,
            java_script_enabled=scripts,
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)

        def heard(message: ConsoleMessage) -> None:
            # A refusal (4xx) is part of a story, and where the network was cut so is what then cannot be loaded:
            # Chromium reports both as a failed resource.
            told = r"status of 4\d\d" + (r"|net::ERR_(FAILED|INTERNET_DISCONNECTED)" if context in CUT else "")
            if message.type == "error" and not re.search(told, message.text):
                complaints.append(message.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _own(request.url, address, complaints))
        if name:
            sign_in(page, name)
        return page

    try:
        yield opened
    finally:
        for context in contexts:
            context.close()
    assert not complaints


def cut(context: BrowserContext) -> None:
    """Their network is gone."""
    CUT.add(context)
    context.set_offline(True)


def until(page: Page, condition: str, held: object = None) -> None:
    """Wait until a condition of the page's scripts holds; it may say ``held``. The page's policy forbids what Playwright
    would ask it by, as soon as it has to ask twice."""
    turn = f"if ({condition}) {{ return; }} await new Promise((next) => setTimeout(next, 50));"
    page.evaluate(
        f"async (held) => {{ for (let n = 0; n < 300; n += 1) {{ {turn} }} throw new Error('never'); }}", held
    )


def sign_in(page: Page, name: str) -> None:
    """Somebody of the demo signs in."""
    page.goto("/accounts/login")
    page.fill("[name=email]", f"{name}@demo.example")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/accounts/**")


def _own(url: str, address: str, complaints: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:", "about:")):
        complaints.append(f"asked another host: {url}")
