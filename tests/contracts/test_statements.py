"""Pages that are asked for often put few questions to the database, and no more of them when there is more in it."""

from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from flask.testing import FlaskClient

from association.kernel import clock
from association.kernel.actors import Role
from catalog.categories import queries as categories
from tests.builders import a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_complete_draft, a_submitted
from tests.catalog.conftest import national_catalog
from tests.catalog.small_register import SmallRegister
from tests.counting import counted

__all__ = ["national_catalog"]
FEW, MANY = 5, 60


def statements(visitor: FlaskClient, address: str) -> int:
    """How many an answer takes, once the catalog is in memory."""
    assert visitor.get(address).status_code == 200, address
    with counted() as said:
        assert visitor.get(address).status_code == 200, address
    return len(said)


def grown(ask: Callable[[], dict[str, int]], grow: Callable[[], None]) -> dict[str, tuple[int, int]]:
    before = ask()
    grow()
    return {address: (before[address], count) for address, count in ask().items()}


@pytest.fixture
def _catalog_in_memory(national_catalog: None) -> Iterator[None]:
    with mock.patch.object(categories, "LOOK_AGAIN_SECONDS", 3600.0):
        yield


@pytest.mark.usefixtures("_catalog_in_memory")
def test_the_public_register(client: FlaskClient) -> None:
    room = SmallRegister()
    number = room.in_force
    bounds = {
        "/": 3,
        f"/catalog/register/{number}": 2,
        "/catalog/register?per_page=200": 5,
        f"/catalog/verifications/new?number={number}": 1,
        "/catalog/verifications/new?model=SL-PIR-010&manufacturer=河北样例安防技术有限公司": 2,
        f"/api/v1/catalog/verifications/check?number={number}": 1,
        "/api/v1/catalog/verifications/check?model=SL-PIR-010&manufacturer=河北样例安防技术有限公司": 2,
        "/api/v1/catalog/verifications/check?model=SL-PIR-01O&manufacturer=河北样例安防技术有限公司": 4,
        f"/api/v1/catalog/register/{number}": 1,
        "/api/v1/catalog/register?per_page=200": 2,
        "/api/v1/catalog/register?per_page=200&facets=1": 2,
        "/api/v1/catalog/register?q=红外 样例&per_page=200&facets=1": 2,
        "/api/v1/catalog/register/suggest?q=红外": 1,
        "/api/v1/catalog/register/entries?limit=1000": 2,
    }

    def more() -> None:
        for serial in range(MANY):
            room.add(f"SL-MORE-{serial}", evidence=True)

    found = grown(lambda: {address: statements(client, address) for address in bounds}, more)
    assert {address: pair for address, pair in found.items() if pair[0] != pair[1]} == {}
    assert {address: pair[1] for address, pair in found.items() if pair[1] > bounds[address]} == {}


@pytest.mark.usefixtures("_catalog_in_memory")
def test_the_workbench(browser: Callable[..., FlaskClient]) -> None:
    now = clock.now()
    firm = an_enterprise()
    account = a_registrant(firm)
    actor, visitor = actor_of(account, now), browser(account)
    product = a_complete_draft(actor, firm, now=now)
    bounds = {
        # Session, account, products, messages, watched lines, people's certificates that end.
        "/accounts/": 6,
        "/catalog/products/?per_page=200": 6,
        f"/catalog/products/{product.id}": 9,
        f"/catalog/products/{product.id}/edit": 9,
    }

    def more() -> None:
        for _one in range(FEW * 3):
            a_complete_draft(actor, firm, now=now)

    found = grown(lambda: {address: statements(visitor, address) for address in bounds}, more)
    assert {address: pair for address, pair in found.items() if pair[0] != pair[1]} == {}
    assert {address: pair[1] for address, pair in found.items() if pair[1] > bounds[address]} == {}


@pytest.mark.usefixtures("_catalog_in_memory")
def test_the_desk(browser: Callable[..., FlaskClient]) -> None:
    now = clock.now()
    a_mandate()
    firm = an_enterprise()
    maker = actor_of(a_registrant(firm), now)
    visitor = browser(an_account(Role.REVIEWER))
    waiting = [a_submitted(maker, firm, now=now) for _one in range(FEW)]
    bounds = {"/accounts/": 8, "/catalog/reviews/": 6, f"/catalog/reviews/{waiting[0].id}": 12}

    def more() -> None:
        for _one in range(FEW * 3):
            a_submitted(maker, firm, now=now)

    found = grown(lambda: {address: statements(visitor, address) for address in bounds}, more)
    assert {address: pair for address, pair in found.items() if pair[0] != pair[1]} == {}
    assert {address: pair[1] for address, pair in found.items() if pair[1] > bounds[address]} == {}
