"""Several files in one: a ZIP (APPNOTE 6.3) that is given away piece by piece while it is written."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, cast

from association.kernel.dates import SHANGHAI


class _Passing:
    """Takes what is written and forgets it once it was passed on; has no beginning to go back to."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._written.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def passed_on(self) -> bytes:
        whole, self._written = b"".join(self._written), []
        return whole


def bundled(files: Iterable[tuple[str, datetime, bytes]]) -> Iterator[bytes]:
    """A ZIP of ``files`` (name, moment, content), in order. They are stored as they are: what is printed is deflated."""
    target = _Passing()
    with zipfile.ZipFile(cast(IO[bytes], target), "w", zipfile.ZIP_STORED) as out:
        for name, moment, content in files:
            entry = zipfile.ZipInfo(name, moment.astimezone(SHANGHAI).timetuple()[:6])
            # Readable for whoever unpacks it.
            entry.external_attr = 0o644 << 16
            out.writestr(entry, content)
            yield target.passed_on()
    yield target.passed_on()
