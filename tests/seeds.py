"""Where a test draws its chances from: the same in every run of the suite, new ones in ``make soak``, any by ``SEED=``."""

import os
import random

FIXED = 20261128


def a_seed() -> int:
    """The seed, printed so that a run can be had again."""
    if given := os.environ.get("SEED"):
        seed = int(given)
    else:
        seed = random.SystemRandom().randrange(2**32) if os.environ.get("NEW_EXAMPLES") else FIXED
    print(f"SEED={seed}")  # noqa: T201
    return seed
