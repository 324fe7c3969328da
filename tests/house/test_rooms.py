"""Our own rules about the house: rooms, doors, permissions, problems, settings."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from association import policy as ground_policy
from association.web.identity import API_PREFIX
from association.web.problems import PROBLEMS
from catalog import policy as catalog_policy
from tests.conftest import ROOT
from tests.house.matrix import Route, routes
from training import policy as training_policy

FLOORS = ("association", "catalog", "training")
GUARDS = {"public", "member", "staff", "open", "key"}

# Addresses that are not their module's, each with the reason. What begins with one of these is meant.
ELSEWHERE = {
    "association.accounts": ("/accounts", "people type it; it belongs to no floor"),
    "association.people": ("/accounts/people", "the accounts of all people stand beneath one's own"),
    "association.web.front": ("/problems", "error types are short and for ever"),
    "association.web.health": ("/", "machines look for /healthz and /readyz there"),
    "catalog.verifications.home": ("/", "the home page is the check box"),
}
# Single addresses with their own reason.
ALONE = {
    "/v/<number>": "short, for QR codes",
    "/c/<code>": "short, for QR codes",
    "/v/offline": "beneath the addresses in QR codes: a worker looks after one folder only",
    "/v/offline/page": "the same as it is kept, in the language of its address",
    "/v/offline/worker.js": "the worker itself",
    "/v/offline/app.webmanifest": "beside it",
    "/help": "people type it",
    "/open-data": "people type it",
    "/favicon.ico": "browsers ask for it",
    "/robots.txt": "search engines ask for it (RFC 9309)",
    "/api/v1/docs": "beside the API that it describes",
    "/api/v1/catalog/editions": "the contract's address",
    "/catalog/criteria": "the contract's address",
    "/healthz": "machines ask for it",
    "/readyz": "machines ask for it",
    "/metrics": "machines ask for it",
    "/.well-known/jifang-keys.json": "checkers look for it there (RFC 8615)",
    "/.well-known/jifang-keys/<kid>.json": "beside it, one key: credentials name it",
}
# What the libraries serve by themselves.
WITHOUT_DOOR = {"static": "files that anybody may have", "api-docs.openapi_json": "the API's public description"}

# Longer than 400 lines, with the reason why it is one noun all the same.
LONG = {
    "catalog/categories/catalogfile.py": "one file format, checked rule by rule",
    "catalog/categories/facts.py": "one dataclass for each kind of fact",
    "catalog/categories/service.py": "loading and editing share one transaction's helpers",
    "catalog/demo.py": "the demo's story, told in order",
    "catalog/verifications/rules.py": "verdict.md in its own order",
}
LONGEST = 400


def sources() -> Iterator[Path]:
    for floor in FLOORS:
        yield from sorted((ROOT / floor).rglob("*.py"))


def tracked() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git working copy")
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


# -- rooms ---------------------------------------------------------------------------------------------------


def rooms_of(floor: str) -> set[str]:
    found = {path.parent.name for path in (ROOT / floor).glob("*/__init__.py")}
    return found | {path.stem for path in (ROOT / floor).glob("*.py") if path.stem != "__init__"}


@pytest.mark.parametrize(("floor", "contract"), [(one, one) for one in FLOORS])
def test_every_room_has_its_storey(floor: str, contract: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [own] = [one for one in contracts if one.get("containers") == [contract] and one.get("exhaustive")]
    named = {name.strip() for layer in own["layers"] for name in layer.split("|")}
    assert rooms_of(floor) <= {name.strip("()") for name in named}
    built = {name for name in named if not name.startswith("(")}
    assert built <= rooms_of(floor), "a layer that is not built is written in parentheses"


def test_a_package_holds_its_docstring_and_nothing_else() -> None:
    for path in sources():
        if path.name == "__init__.py":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert len(body) == 1, path
            assert isinstance(body[0], ast.Expr), path


def test_every_module_says_what_it_holds() -> None:
    assert [path for path in sources() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_no_module_is_longer_than_it_should_be() -> None:
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()
    }
    assert {name for name, count in lines.items() if count > LONGEST} == LONG.keys()


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.])(/(?:home|Users)/\w+/|/(?:root)/|/tmp/[a-z]+/|[A-Z]:\\Users\\)")
    astray = []
    for path in tracked():
        if path.name == Path(__file__).name or path.suffix in (".lock", ".ttf", ".otf", ".png", ".xlsx", ".pdf"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        astray += [f"{path.relative_to(ROOT)}: {found.group()}" for found in place.finditer(text)]
    assert astray == []


# -- doors ---------------------------------------------------------------------------------------------------


def belongs_at(module: str) -> str:
    floor, _dot, rest = module.partition(".")
    return f"/{floor}/{rest.split('.')[0]}"


def test_every_route_stands_behind_a_door(app: Flask) -> None:
    open_air = {route.endpoint for route in routes(app) if route.guard not in GUARDS}
    assert open_air == WITHOUT_DOOR.keys()


def _module(app: Flask, route: Route) -> str:
    door = app.blueprints[route.endpoint.rpartition(".")[0]]
    return door.import_name


def test_an_address_says_its_file(app: Flask) -> None:
    astray = []
    for route in routes(app):
        if route.endpoint in WITHOUT_DOOR or route.address in ALONE:
            continue
        module = _module(app, route)
        if module.rpartition(".")[2] == "api":
            own = API_PREFIX + belongs_at(module)
        else:
            exceptions = [where for name, (where, _why) in ELSEWHERE.items() if module.startswith(name)]
            own = exceptions[0] if exceptions else belongs_at(module)
        # A letter on paper is fetched beneath the thing it is about, whichever room wrote it.
        beneath = module.endswith(".paper") and route.address.startswith(f"/{module.split('.')[0]}/")
        if not (route.address == own or route.address.startswith(own.rstrip("/") + "/") or beneath):
            astray.append(f"{route.address} in {module}")
    assert astray == []


def test_the_listed_addresses_are_there(app: Flask) -> None:
    there = {route.address for route in routes(app)}
    assert {address for address in ALONE if address not in there} <= {"/metrics"}


def test_programs_are_answered_under_the_api_only(app: Flask) -> None:
    for route in routes(app):
        if route.guard in ("open", "key"):
            assert route.address.startswith(API_PREFIX), route.address


# -- permissions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "policy", [ground_policy, catalog_policy, training_policy], ids=["association", "catalog", "training"]
)
def test_every_permission_is_asked_for(policy) -> None:
    floor = policy.__name__.partition(".")[0]
    tree = ast.parse(Path(policy.__file__).read_text(encoding="utf-8"))
    named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}
    named |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if target.id.islower()
    }
    # By an upper floor or room too, and within the page itself.
    texts = "\n".join(path.read_text(encoding="utf-8") for path in sources() if path.name != "__init__.py")
    within = Path(policy.__file__).read_text(encoding="utf-8")
    unused = [
        name
        for name in sorted(named)
        if not re.search(rf"\bpolicy\.{name}\b", texts) and len(re.findall(rf"\b{name}\(", within)) < 2
    ]
    assert unused == [], floor


# -- problems and settings -----------------------------------------------------------------------------------


def test_every_problem_explains_itself_in_both_languages(app: Flask, client: FlaskClient) -> None:
    for code, problem in PROBLEMS.items():
        chinese = client.get(f"/problems/{code}", headers={"Accept-Language": "zh"})
        english = client.get(f"/problems/{code}", headers={"Accept-Language": "en"})
        assert (chinese.status_code, english.status_code) == (200, 200), code
        assert problem.title in chinese.text, code
        assert problem.way_out.split("；")[0][:8] in chinese.text, code
        assert problem.title not in english.text, code
    assert client.get("/problems/no_such_problem").status_code == 404


def test_every_code_that_is_raised_is_published() -> None:
    raised: set[str] = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                raised |= {
                    one.value.value
                    for one in node.exc.keywords
                    if one.arg == "code" and isinstance(one.value, ast.Constant)
                }
    assert raised
    assert raised <= PROBLEMS.keys()


def settings_read() -> set[str]:
    """Names that the environment is asked for, anywhere."""
    found: set[str] = set()
    for path in [*sources(), ROOT / "wsgi.py"]:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?<!request\.)environ(?:ment)?(?:\.get\(|\[)"([A-Z_]+)"', text))
        found |= set(re.findall(r'envvar="([A-Z_]+)"', text))
    return found


def test_every_setting_is_documented() -> None:
    told = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/operations.md"))
    assert {"SECRET_KEY", "DATABASE_URL", "PORT"} <= settings_read()
    assert [name for name in sorted(settings_read()) if not re.search(rf"\b{name}\b", told)] == []


def test_the_environment_is_read_in_few_places() -> None:
    """At start, and by operators' commands; nothing that answers a request reads it."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if re.search(r"\bos\.environ\b", path.read_text(encoding="utf-8"))
    }
    assert readers <= {
        "association/backups/service.py",  # handed on to the database's own programs
        "catalog/register/plain.py",  # tells a library what it need not load; reads nothing
        "association/enterprises/commands.py",
        "association/persons/commands.py",
        "association/web/serving.py",
        "catalog/demo.py",
    }
