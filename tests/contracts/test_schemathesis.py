"""What nobody thought of: calls made at random from the OpenAPI document get no server error and no undocumented answer.

``SEED=… SOAK_SIZE=…`` choose the calls; the seed is printed, and a failure names the call and how to repeat it.
"""

import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contracts.test_description import in_openapi
from tests.house import matrix
from tests.house.samples import Sample, Things
from tests.house.showroom import Showroom
from tests.seeds import a_seed

FEW = 4
SIZE = 25
SOAK = 500
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# A stranger, a registrant and a member of the staff.
CALLERS = ("nobody", "maker", "reviewer")


@pytest.fixture(scope="module")
def known(showroom: Showroom) -> Things:
    with showroom.app.app_context():
        return matrix.things()


def real_samples(showroom: Showroom, known: Things) -> dict[tuple[str, str], Sample]:
    """Of every operation that has one: a call of something that exists."""
    return {
        (in_openapi(route), route.method): sample
        for route in matrix.routes(showroom.app)
        if route.guard in ("open", "key") and (sample := matrix.sample_of(route, known)) is not None
    }


def calls_of(operation: schemathesis.APIOperation, real: Sample | None) -> st.SearchStrategy[schemathesis.Case]:
    """Calls as described and calls that are not, of anything and of what exists."""
    sorts = [operation.as_strategy(mode) for mode in GenerationMode]
    if real is not None and real.args:
        sorts += [operation.as_strategy(mode, path_parameters=real.args) for mode in GenerationMode]
    if real is not None and real.json:
        sorts.append(operation.as_strategy(path_parameters=real.args or None, body=real.json))
    return st.one_of(sorts)


def call_at_random(showroom: Showroom, known: Things, caller: str, size: int) -> Counter[tuple[str, int]]:
    """``size`` calls of every operation by ``caller``; how often each was answered with which status."""
    start = a_seed()
    print(f"SEED={start} SOAK_SIZE={size} {caller}")  # noqa: T201
    real = real_samples(showroom, known)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", showroom.app)
    wrong: dict[str, BaseException] = {}
    answered: Counter[tuple[str, int]] = Counter()
    for operation in [described.ok() for described in schema.get_all_operations()]:

        @seed(start)
        @settings(max_examples=size, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(calls_of(operation, real.get((operation.path, operation.method.upper()))))
        def holds(case: schemathesis.Case) -> None:
            if caller in known.keys:
                case.headers["Authorization"] = f"Bearer {known.keys[caller]}"
            answer = case.call()
            answered[case.operation.label, answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        try:
            holds()
        except (Exception, BaseExceptionGroup) as fault:
            fault.add_note(operation.label)
            wrong[operation.label] = fault
    if wrong:
        # Faults of one kind are shown once by the library's plugin: the heading names all operations.
        heading = f"SEED={start} SOAK_SIZE={size} {caller}: {', '.join(wrong)}"
        raise BaseExceptionGroup(heading, list(wrong.values()))
    assert len({label for label, _status in answered}) >= 15
    return answered


@pytest.mark.parametrize("caller", CALLERS)
def test_calls_at_random_get_answers_that_are_described(showroom: Showroom, known: Things, caller: str) -> None:
    call_at_random(showroom, known, caller, FEW)


@pytest.mark.full
@pytest.mark.parametrize("caller", CALLERS)
def test_more_calls_at_random(showroom: Showroom, known: Things, caller: str) -> None:
    answered = call_at_random(showroom, known, caller, SIZE)
    # Both what is in order and what is not was tried.
    assert {200, 401, 404, 422} <= {status for _label, status in answered}


@pytest.mark.soak
@pytest.mark.parametrize("caller", CALLERS)
def test_very_many_calls_at_random(showroom: Showroom, known: Things, caller: str) -> None:
    call_at_random(showroom, known, caller, int(os.environ.get("SOAK_SIZE") or SOAK))
