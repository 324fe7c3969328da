"""Where the limits are counted on one machine: a small file that all its processes map, a storage of the library
``limits`` under the scheme ``mapped:///path/of/the/file``.

Nothing else has to run, and the numbers hold whatever PROCESSES is. Several machines count together with one of the
library's other storages (``redis://…``).
"""

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from math import ceil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from limits.storage import Storage


class MappedStorage(Storage):
    """Fixed windows in buckets of four entries (mark of the key, end of its window, count).

    When more than four keys meet in one bucket within a window, the smallest count is forgotten.
    """

    STORAGE_SCHEME = ["mapped"]
    ENTRY = struct.Struct("<QII")
    BUCKETS, PLACES = 16_384, 4
    WIDTH = ENTRY.size * PLACES
    MOST = 0xFFFFFFFF

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._path = Path(unquote(urlsplit(uri).path))
        self._file = -1
        self._map: mmap.mmap | None = None
        # A lock on a file holds off other processes, not this one's other threads.
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more for ``key``, whose window ends ``expiry`` seconds after its first; the new count."""
        now = time.time()
        mark = _mark(key)
        start = self._start(mark)
        with self._lock:
            counts = self._mapped()
            fcntl.lockf(self._file, fcntl.LOCK_EX, self.WIDTH, start)
            try:
                place, until, count = self._place(counts, mark, now)
                until = until or ceil(now + expiry)
                count = min(max(0, count + amount), self.MOST)
                self.ENTRY.pack_into(counts, place, mark, until, count)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, self.WIDTH, start)
        return count

    def get(self, key: str) -> int:
        return self._read(key)[1]

    def get_expiry(self, key: str) -> float:
        """When the window ends. The library takes the next whole second; ours is whole already."""
        until = self._read(key)[0]
        return until - 0.5 if until else time.time()

    def check(self) -> bool:
        with self._lock:
            self._mapped()
        return True

    def reset(self) -> int | None:
        with self._lock:
            self._mapped()[:] = bytes(self.BUCKETS * self.WIDTH)
        return None

    def clear(self, key: str) -> None:
        self.incr(key, 0, -self.MOST)

    def _read(self, key: str) -> tuple[int, int]:
        """End of the window and count; zeros when nothing is counted now."""
        with self._lock:
            _place, until, count = self._place(self._mapped(), _mark(key), time.time())
        return until, count

    def _start(self, mark: int) -> int:
        return (mark % self.BUCKETS) * self.WIDTH

    def _place(self, counts: mmap.mmap, mark: int, now: float) -> tuple[int, int, int]:
        """Where ``mark`` is counted, until when and how far; else, with zeros, a stale place or the smallest."""
        start = self._start(mark)
        best, least = start, self.MOST + 1
        for place in range(start, start + self.WIDTH, self.ENTRY.size):
            its, end, count = self.ENTRY.unpack_from(counts, place)
            alive = end > now
            if its == mark and alive:
                return place, end, count
            worth = count if alive else -1
            if worth < least:
                best, least = place, worth
        return best, 0, 0

    def _mapped(self) -> mmap.mmap:
        if self._map is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(self._file, self.BUCKETS * self.WIDTH)
            self._map = mmap.mmap(self._file, self.BUCKETS * self.WIDTH)
        return self._map


def _mark(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")
