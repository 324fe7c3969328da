"""Every public page and one of each kind behind the door: accessible (axe-core, WCAG 2.1 AA), light, nothing asked of
another host, no sideways scrolling; at both widths, in both languages. Markup and words: tests/trips/test_pages.py.
"""

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, Response

from tests.house import matrix
from tests.house.addresses import BEHIND_THE_DOOR, PUBLIC
from tests.house.showroom import Showroom

pytestmark = pytest.mark.full_browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LARGEST_FIRST_VISIT = 150_000


@pytest.fixture(scope="module")
def public_pages(showroom: Showroom) -> list[str]:
    """Every public page: those that are named, and whatever else a stranger can open."""
    listed = {path.rstrip("/") for path in PUBLIC}
    rules = [one for one in matrix.routes(showroom.app) if (one.guard, one.method) == ("public", "GET")]
    answers = [(one.address, showroom.stranger().get(one.address)) for one in rules if not one.rule.arguments]
    shown = [one for one in answers if "Content-Disposition" not in one[1].headers]
    pages = [path for path, answer in shown if (answer.status_code, answer.mimetype) == (200, "text/html")]
    return [*PUBLIC, *(path for path in pages if path.rstrip("/") not in listed)]


def faults(page: Page) -> list[str]:
    """What axe-core finds wrong with what is on the page now (WCAG 2.1 AA)."""
    page.evaluate(AXE)
    wanted = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = page.evaluate("wanted => axe.run(document, wanted)", wanted)
    return [
        f"{one['id']}: {one['help']} — {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


def look_at(page: Page, path: str, *, by_axe: bool = True) -> None:
    """Go there and find fault."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status < 500
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, f"{path} scrolls sideways"
    if by_axe:
        assert faults(page) == [], path


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_public_pages_are_for_everybody(
    person: Callable[..., Page], public_pages: list[str], width: int, language: str
) -> None:
    page = person(width=width, language=language)
    for path in public_pages:
        # What axe finds does not hang on the language; whether a line is too long does.
        look_at(page, path, by_axe=language == "zh-CN")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_registration_page_is_for_everybody(person: Callable[..., Page], width: int) -> None:
    page = person(width=width)
    page.goto("/catalog/register")
    href = page.locator("main a[href^='/catalog/register/SJZ']").first.get_attribute("href")
    assert href
    look_at(page, href)


@pytest.mark.parametrize("width", [390, 1440])
def test_pages_behind_the_door_are_for_everybody(person: Callable[..., Page], width: int) -> None:
    people: dict[str, Page] = {}
    for who, path in BEHIND_THE_DOOR:
        page = people.get(who) or people.setdefault(who, person(who, width=width))
        look_at(page, path)


def test_dark_colours_are_for_everybody(person: Callable[..., Page]) -> None:
    page = person(width=390)
    page.emulate_media(color_scheme="dark")
    for path in PUBLIC[:12]:
        look_at(page, path)


def test_a_first_visit_is_light(person: Callable[..., Page]) -> None:
    page = person(width=390)
    sizes: list[int] = []

    def weighed(answer: Response) -> None:
        sizes.append(answer.request.sizes()["responseBodySize"])

    page.on("requestfinished", lambda request: weighed(request.response()) if request.response() else None)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= LARGEST_FIRST_VISIT, sizes
