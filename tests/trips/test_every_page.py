"""Every public page and one of each kind behind the door: accessible (axe-core, WCAG 2.1 AA), sound in its markup, light,
nothing asked of another host, no sideways scrolling; at both widths, in both languages.
"""

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, Response

from tests.trips.markup import faults

pytestmark = pytest.mark.full_browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LARGEST_FIRST_VISIT = 150_000

PUBLIC = (
    "/",
    "/help",
    "/open-data",
    "/api/v1/docs",
    "/catalog/register",
    "/catalog/register?q=没有的东西",
    "/catalog/verifications/new",
    "/catalog/verifications/new?brand=虚构报警&model=SL-PIR-844",
    "/catalog/verifications/new?brand=虚构报警&model=SL-PIR-010",
    "/catalog/verifications/new?model=SL-PIR-844",
    "/catalog/verifications/new?name=支架",
    "/catalog/verifications/new?number=SJZ-01-2026-00042-A",
    "/catalog/categories",
    "/catalog/categories/01",
    "/catalog/criteria",
    "/association/enterprises",
    "/association/mandates",
    "/accounts/login",
    "/accounts/register",
    "/accounts/forgotten",
    "/association/mandates/7",
    "/catalog/categories/difference?from=2015-01-01&to=2026-01-01",
    "/problems/invalid",
    "/catalog/register/SJZ-01-2026-99999-A",
)
BEHIND_THE_DOOR = (
    ("maker", "/accounts/"),
    ("maker", "/accounts/keys"),
    ("maker", "/catalog/products/"),
    ("maker", "/catalog/products/new"),
    ("maker", "/catalog/products/1"),
    ("maker", "/catalog/products/2/edit"),
    ("maker", "/association/outbox/"),
    ("maker", "/association/enterprises/mine"),
    ("reviewer", "/catalog/reviews/"),
    ("reviewer", "/catalog/reviews/3"),
    ("secretariat", "/association/enterprises/desk"),
    ("secretariat", "/association/mandates/new"),
    ("secretariat", "/catalog/categories/desk"),
    ("secretariat", "/catalog/categories/desk/facts/synonym"),
    ("secretariat", "/catalog/categories/desk/facts/setting/new"),
    ("admin", "/accounts/people/"),
    ("admin", "/accounts/people/new"),
    ("admin", "/association/outbox/dead"),
    ("auditor", "/association/ledger/"),
    ("practitioner", "/accounts/sessions"),
    ("practitioner", "/accounts/second-factor"),
    ("practitioner", "/accounts/address"),
)


def look_at(page: Page, path: str) -> None:
    """Go there and find fault."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status < 500
    assert faults(answer.text()) == [], path
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, f"{path} scrolls sideways"
    page.evaluate(AXE)
    wanted = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = page.evaluate("wanted => axe.run(document, wanted)", wanted)
    shown = [
        f"{one['id']}: {one['help']} — {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]
    assert shown == [], path


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_public_pages_are_for_everybody(person: Callable[..., Page], width: int, language: str) -> None:
    page = person(width=width, language=language)
    for path in PUBLIC:
        look_at(page, path)


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
