"""Work on very many small things at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_inside = 0


@contextmanager
def at_once() -> Iterator[None]:
    """Inside, nobody looks for reference cycles: while a hundred thousand things are made that all are kept until the end,
    the looking would take as long as the making. Short work only; whoever comes out last lets it go on.
    """
    global _inside
    with _lock:
        was_on = gc.isenabled() or _inside > 0
        _inside += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0 and was_on:
                gc.enable()
