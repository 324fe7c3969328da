"""The order of a search's answer: by points, then what is in force, then a public daily seed (Art. 13). Or by a column.

Of equal ones that come first whose SHA-256 of ``<seed> <registration number>`` (UTF-8, hexadecimal) is smaller: nobody
can know or choose a place, and anybody can recompute it.
"""

from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np

from catalog.register.matching import Hits
from catalog.register.shelf import Ids, Shelf
from catalog.vocabulary import Standing

RELEVANCE = "relevance"
SORTS = (RELEVANCE, "number", "-number", "model", "name", "manufacturer")
_COLUMN = {"model": "model", "name": "name", "manufacturer": "maker"}
IN_FORCE = list(Standing).index(Standing.IN_FORCE)


def lot(seed: str, number: str) -> int:
    """The lot that the seed draws for a number: the first 16 hexadecimal digits of the SHA-256 of both."""
    return int.from_bytes(sha256(f"{seed} {number}".encode()).digest()[:8], "big")


def in_order(shelf: Shelf, found: Hits, sort: str, *, on: date, seed: str, begin: int, count: int) -> list[int]:
    """The places of documents ``begin`` to ``begin + count`` of ``found`` in the order asked for."""
    if begin >= len(found.ids):
        return []
    if sort != RELEVANCE:
        return _by_column(shelf, found.ids, sort, begin + count)[begin:].tolist()  # type: ignore[no-any-return]
    keys = found.points.astype(np.int32) * 2 + (shelf.standing_on(on.toordinal())[found.ids] == IN_FORCE)
    # Only those who share points with somebody on the page need a lot.
    of_points = np.bincount(keys)[::-1].cumsum()
    top = len(of_points) - 1
    highest = top - int(np.searchsorted(of_points, begin, "right"))
    lowest = top - int(np.searchsorted(of_points, min(begin + count, len(keys)), "left"))
    before = int((keys > highest).sum())
    near = np.flatnonzero((keys <= highest) & (keys >= lowest))
    ids, below = found.ids[near], (highest - keys[near]).astype(np.uint64)
    drawn = shelf.lots(seed, ids, lot)
    upto = begin - before + count
    if upto < len(ids):
        # The few who come first, by points and the beginning of the lot; they alone are put in order.
        roughly = (below << np.uint64(48)) | (drawn >> np.uint64(16))
        first = np.flatnonzero(roughly <= np.partition(roughly, upto)[upto])
        ids, below, drawn = ids[first], below[first], drawn[first]
    return ids[np.lexsort((drawn, below))][begin - before : upto].tolist()  # type: ignore[no-any-return]


def _by_column(shelf: Shelf, ids: Ids, sort: str, count: int) -> Any:
    """The first ``count`` documents by a column; equal ones by number."""
    keys = shelf.order()[ids].astype(np.int64)
    if sort == "-number":
        keys = -keys
    elif sort != "number":
        column = _COLUMN[sort]
        keys += shelf.tables.of[column].ranks()[shelf.column(column)[ids]].astype(np.int64) * shelf.count
    if count < len(ids):
        first = np.argpartition(keys, count)[:count]
        ids, keys = ids[first], keys[first]
    return ids[np.argsort(keys)]
