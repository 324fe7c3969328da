"""Runs a command beside the services that tests need, and clears up behind it.

    with_services.py [--chromium] [--postgres] [--none-will-do] [NAME=VALUE …] -- COMMAND …

--chromium  finds a Chromium, else installs the system package where it may; exports CHROMIUM.
--postgres  starts a throw-away PostgreSQL on a socket in a private folder; exports TEST_POSTGRES_URL: the
            database ``postgres`` and a role that may create others.
--none-will-do   pytest's answer "no tests collected" is no failure.

Settings of the application that the shell may carry (DATABASE_URL …) are kept away from the command, so that
no test ever touches real data. The standard library only.
"""

import argparse
import contextlib
import ctypes
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-headless-shell",
)
CHROMIUM_PLACES = (
    "/usr/lib/chromium/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
)
POSTGRES_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
APPLICATION_SETTINGS = re.compile(
    r"DATABASE_URL|DATA_DIR|SECRET_KEY|BASE_URL|PRODUCTION|DEMO|HOST|PORT|TRUSTED_PROXIES|RATE_LIMITS|RATE_LIMITS_STORE|STAFF_NEEDS_SECOND_FACTOR|"
    r"METRICS_KEY|(MAIL|ADMIN|FLASK|GRANIAN|SESSION)_.*"
)
STARTING_TAKES_AT_MOST = 60
PYTEST_COLLECTED_NONE = 5


class Missing(Exception):
    """Something is not on this machine; the message says in one sentence what to install."""


def main(arguments: list[str]) -> int:
    if "--" not in arguments:
        raise SystemExit(__doc__)
    cut = arguments.index("--")
    parser = argparse.ArgumentParser(description="Runs a command beside the services that tests need.")
    parser.add_argument("--chromium", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--none-will-do", action="store_true")
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE")
    wanted = parser.parse_args(arguments[:cut])
    environment = {name: value for name, value in os.environ.items() if not APPLICATION_SETTINGS.fullmatch(name)}
    environment |= dict(setting.split("=", 1) for setting in wanted.settings)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _leave)
    try:
        with contextlib.ExitStack() as services:
            if wanted.chromium:
                environment["CHROMIUM"] = found_or_installed("chromium", find_chromium, "a Chromium or Google Chrome")
            if wanted.postgres:
                environment["TEST_POSTGRES_URL"] = services.enter_context(postgres())
            status = run(arguments[cut + 1 :], environment)
            return 0 if wanted.none_will_do and status == PYTEST_COLLECTED_NONE else status
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def run(command: list[str], environment: dict[str, str]) -> int:
    """The command's exit status. Ctrl-C reaches the command by itself; we wait for its end."""
    child = subprocess.Popen(command, env=environment)
    try:
        while True:
            try:
                status = child.wait()
                return status if status >= 0 else 128 - status
            except KeyboardInterrupt:
                continue
    except SystemExit:
        child.terminate()
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        raise


# Finding and installing


def found_or_installed(package: str, find: Callable[[], str | None], what: str) -> str:
    """What ``find`` finds, at once or after the system package has been installed; Missing otherwise."""
    found = find()
    if found is None and (apt := _apt()) is not None:
        print(f"Installing the system package {package}", flush=True)
        quiet: dict[str, Any] = {"check": False, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        subprocess.run([*apt, "update", "-qq"], **quiet)
        subprocess.run([*apt, "install", "-y", "-qq", "--no-install-recommends", package], **quiet)
        found = find()
    if found is None:
        raise Missing(
            f"These tests need {what}: install it (Debian: apt-get install {package}) and repeat, "
            "or run `make test-lite`."
        )
    return found


def _apt() -> list[str] | None:
    """How this process may call apt-get, if it may."""
    if shutil.which("apt-get") is None:
        return None
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return apt
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", *apt]
    return None


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None:
            raise Missing(f"CHROMIUM={named} is no program: name the path of a Chromium, or unset it.")
        return path
    on_path = [path for name in CHROMIUM_NAMES if (path := shutil.which(name))]
    elsewhere = [
        path for place in CHROMIUM_PLACES for path in sorted(glob.glob(os.path.expanduser(place)), reverse=True)
    ]
    return next((path for path in on_path + elsewhere if _answers(path)), None)


def _answers(path: str) -> bool:
    """Whether it is the program itself; Ubuntu's package of that name is only a pointer to another shop."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and re.search(r"Chrom", answer.stdout) is not None


def find_postgres() -> str | None:
    """The folder of PostgreSQL's server programs: the one on PATH, else the newest installed."""
    initdb = shutil.which("initdb")
    on_path = [os.path.dirname(os.path.realpath(initdb))] if initdb else []
    elsewhere = sorted((folder for place in POSTGRES_PLACES for folder in glob.glob(place)), key=_version, reverse=True)
    return next(
        (
            folder
            for folder in on_path + elsewhere
            if shutil.which("initdb", path=folder) and shutil.which("postgres", path=folder)
        ),
        None,
    )


def _version(folder: str) -> int:
    return max((int(number) for number in re.findall(r"\d+", folder)), default=0)


# PostgreSQL


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own, gone afterwards; gives its address.

    It listens on a socket only, in a folder that nobody but its owner (and root) may enter. It refuses to
    run as root, so root runs it as somebody else.
    """
    programs = Path(found_or_installed("postgresql", find_postgres, "PostgreSQL's server programs"))
    # A socket's path may have about a hundred characters: no deep TMPDIR.
    home = Path(tempfile.mkdtemp(prefix="registry-pg-", dir="/tmp"))
    server = None
    try:
        identity = _unprivileged(home)
        data, log = home / "data", home / "log"
        _initialise(programs, data, identity)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(home),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "timezone": "UTC",
        }
        command = [
            str(programs / "postgres"),
            "-D",
            str(data),
            *(f"--{name}={value}" for name, value in options.items()),
        ]
        with log.open("wb") as output:
            # A session of its own: Ctrl-C at the terminal stops the tests, and then we stop the server.
            server = subprocess.Popen(
                command,
                cwd="/",
                env=_plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_stop_with_parent,
                **identity,
            )
        _wait_until_ready(server, data, log)
        yield f"postgresql+psycopg://registry@/postgres?host={quote(str(home), safe='/')}"
    finally:
        # Once more Ctrl-C must not leave a server behind.
        before = [
            (number, signal.signal(number, signal.SIG_IGN)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        ]
        if server is not None:
            _stop(server)
        shutil.rmtree(home, ignore_errors=True)
        for number, handler in before:
            signal.signal(number, handler)


def _unprivileged(home: Path) -> dict[str, Any]:
    """What tells subprocess to drop root's rights; ``home`` becomes that person's. Empty when not root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            person = pwd.getpwnam(name)
            os.chown(home, person.pw_uid, person.pw_gid)
            return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise Missing(
        "PostgreSQL refuses to run as root and there is neither a user postgres nor nobody: "
        "create one, or run the tests as somebody else."
    )


def _plain_environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _initialise(programs: Path, data: Path, identity: dict[str, Any]) -> None:
    command = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "registry",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    for locale in ("C.UTF-8", "C"):  # not every system has the first
        made = subprocess.run(
            [*command, f"--locale={locale}"],
            cwd="/",
            env=_plain_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            **identity,
        )
        if made.returncode == 0:
            return
    raise Missing(f"PostgreSQL's initdb failed: {made.stderr.strip() or made.stdout.strip()}")


def _stop_with_parent() -> None:
    """In the server, before it starts: ask Linux to stop it when we are killed and cannot."""
    with contextlib.suppress(OSError, AttributeError):
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGQUIT)


def _wait_until_ready(server: "subprocess.Popen[bytes]", data: Path, log: Path) -> None:
    patience = time.monotonic() + STARTING_TAKES_AT_MOST
    while time.monotonic() < patience and server.poll() is None:
        with contextlib.suppress(OSError):
            lines = (data / "postmaster.pid").read_text().splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return
        time.sleep(0.02)
    raise Missing(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()[-2000:]}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """At once and without ceremony: nothing in it is worth keeping."""
    for number in (signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(number)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
