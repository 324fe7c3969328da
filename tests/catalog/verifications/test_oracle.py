"""The judge against the oracle (``oracle.py``), on random registers and questions.

``SEED=… SOAK_SIZE=…`` choose the cases; the seed is printed, and a disagreement prints all that is needed to repeat it.
"""

import json
import os
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.catalog.categories.conftest import facts_of
from tests.catalog.verifications import oracle
from tests.catalog.verifications.adapter import Registry, catalog_facts, in_words, raw_catalog
from tests.catalog.verifications.cases import Cases, a_catalog
from tests.seeds import a_seed

# All day long; what `make check` takes, where every word must have been said; and the long one.
FEW = 6_000
SIZE = 50_000
SOAK = 1_000_000
MOMENTS, QUESTIONS = 5, 16  # of each register
CATALOG = 2_000  # cases judged by one catalog


def disagreements(seed: int, size: int, most: int = 3) -> tuple[int, Counter[str], list[str]]:
    """How many cases were judged, which verdicts they had, and the first disagreements."""
    chance = random.Random(seed)
    cases = Cases(chance)
    done, seen, found = 0, Counter[str](), []
    catalog, facts = raw_catalog(), catalog_facts()
    while done < size and len(found) < most:
        if done // CATALOG != (done + MOMENTS * QUESTIONS) // CATALOG:
            # Every other stretch of cases is judged by a catalog with other days and demands.
            catalog = a_catalog(chance) if catalog is raw_catalog() else raw_catalog()
            facts = catalog_facts() if catalog is raw_catalog() else facts_of(catalog)
        register = cases.register()
        registry = Registry(register, facts)
        for _ in range(MOMENTS):
            known = cases.known(register)
            for _ in range(QUESTIONS):
                question = cases.question(register)
                on, made_on = cases.dates(register)
                expected = oracle.judge(catalog, register, question, on, made_on, known)
                told = in_words(registry.judge(question, on, made_on, known))
                done += 1
                seen.update([told["verdict"], *told["reasons"], *told["warnings"], str(told["matched_by"])])
                if told != expected and len(found) < most:
                    found.append(
                        f"\nseed {seed}, case {done}: {question} on={on} made_on={made_on} known={known}"
                        f"\n  oracle:  {expected}\n  program: {told}\n  register: "
                        + json.dumps(
                            [one for one in register if one["number"] in (expected["number"], told["number"])]
                            or [[one["number"], oracle.names(one["entries"])] for one in register],
                            ensure_ascii=False,
                        )
                    )
    return done, seen, found


# Every word that a random question can lead to; model_not_given and the like included.
WORDS = {
    "compliant",
    "not_compliant",
    "not_registered",
    "not_in_catalog",
    "undetermined",
    "number",
    "manufacturer_model",
    "brand_model",
    *oracle.ORDER,
    "standard_superseded",
    "evidence_ends_soon",
    "registration_ends_soon",
    "evidence_expired_since",
    "proof_not_on_file",
    "proof_wrong_kind",
    "proof_expired",
    "fact_not_verified",
    "details_differ",
}


def test_the_judge_agrees_with_the_oracle() -> None:
    seed = a_seed()
    print(f"SEED={seed} SOAK_SIZE={FEW}")  # noqa: T201
    done, _seen, found = disagreements(seed, FEW)
    assert not found, "".join(found)
    assert done >= FEW


@pytest.mark.full
def test_the_judge_agrees_with_the_oracle_on_every_word() -> None:
    seed, size = a_seed(), int(os.environ.get("SOAK_SIZE") or SIZE)
    print(f"SEED={seed} SOAK_SIZE={size}")  # noqa: T201
    done, seen, found = disagreements(seed, size)
    assert not found, "".join(found)
    assert done >= size
    if size >= SIZE:
        assert set(seen) >= WORDS, sorted(WORDS - set(seen))


@pytest.mark.soak
def test_the_judge_agrees_with_the_oracle_in_a_million_cases() -> None:
    seed, size = a_seed(), int(os.environ.get("SOAK_SIZE") or SOAK)
    workers = os.cpu_count() or 1
    print(f"SEED={seed} SOAK_SIZE={size} on {workers} processes")  # noqa: T201
    shares = [(seed + worker, -(-size // workers)) for worker in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        answers = list(pool.map(disagreements, *zip(*shares, strict=True)))
    disagreed = [one for _done, _seen, found in answers for one in found]
    assert not disagreed, "".join(disagreed)
    assert sum(done for done, _seen, _found in answers) >= size
