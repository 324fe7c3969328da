"""The rows at the end of a sheet that hold nothing but formats: a million of them where somebody formatted whole columns.
They are neither read nor changed. Pure."""

import re
import zipfile
import zlib
from typing import IO

from association.workbooks.package import Package
from association.workbooks.parts import ATTRIBUTES
from association.workbooks.words import Refusal, refused

AT_ONCE = 1 << 20
# Fewer are read like any others.
LEAST = 1 << 16
_OVERLAP = 256  # longer than anything looked for
_ANYTHING_ELSE = re.compile(rb"<(?!/?(?:[\w.-]+:)?(?:row|c)[\s/>])")
Gap = tuple[int, int]


def empty_end(package: Package, part: str) -> Gap | None:
    """From where to where in the bytes of a sheet nothing but empty rows stand behind the last that holds something; ``None``
    when that is not much, or not certain."""
    if part not in package.gaps:
        try:
            with package.open(part) as stream:
                gap = _found(stream)
            if gap is not None:
                with package.open(part) as stream:
                    gap = gap if _is_empty(stream, gap) else None
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, zlib.error) as broken:
            raise refused(Refusal.DAMAGED, part=part[:80]) from broken
        package.gaps[part] = gap
    return package.gaps[part]


def _found(stream: IO[bytes]) -> Gap | None:
    buffer = stream.read(AT_ONCE)
    root = re.search(rb"<((?:[\w.-]+:)?)worksheet\b" + ATTRIBUTES + rb">", buffer)
    if root is None:
        return None
    p = root[1]
    holds = tuple(b"<" + p + name for name in (b"v", b"f", b"is"))
    row_end, end = b"</" + p + b"row>", b"</" + p + b"sheetData"
    at = root.end()
    buffer, base = buffer[at:], at
    last = begins = -1
    while buffer:
        ending = buffer.find(end)
        whole = buffer if ending < 0 else buffer[:ending]
        if b"<!" in whole:
            # A remark may hold anything.
            return None
        if (seen := max(whole.rfind(one) for one in holds)) >= 0 and base + seen > last:
            last, begins = base + seen, -1
        if last >= 0 and begins < 0 and (closed := whole.find(row_end, max(0, last - base))) >= 0:
            begins = base + closed + len(row_end)
        if ending >= 0:
            return (begins, base + ending) if 0 <= begins <= base + ending - LEAST else None
        more = stream.read(AT_ONCE)
        if not more:
            return None
        kept = buffer[-_OVERLAP:]
        base += len(buffer) - len(kept)
        buffer = kept + more
    return None


def _is_empty(stream: IO[bytes], gap: Gap) -> bool:
    """Whether there are only rows, and cells without anything in them, whatever they are called."""
    begins, ends = gap
    while begins > 0 and (skipped := stream.read(min(AT_ONCE, begins))):
        begins -= len(skipped)
    left, kept = ends - gap[0], b""
    while left > 0 and (more := stream.read(min(AT_ONCE, left))):
        left -= len(more)
        buffer = kept + more
        # The last element may not be there to its end.
        whole = buffer if left <= 0 else buffer[: buffer.rfind(b"<")]
        kept = buffer[len(whole) :]
        if _ANYTHING_ELSE.search(whole):
            return False
    return left <= 0


class Without:
    """A stream without the bytes of a gap."""

    def __init__(self, stream: IO[bytes], gap: Gap) -> None:
        self._stream, self._gap, self._at = stream, gap, 0

    def read(self, size: int = -1) -> bytes:
        begins, ends = self._gap
        if self._at < begins:
            read = self._stream.read(begins - self._at if size < 0 else min(size, begins - self._at))
            self._at += len(read)
            if size >= 0 or not read:
                return read
            return read + self.read()
        while self._at < ends:
            skipped = self._stream.read(min(AT_ONCE, ends - self._at))
            if not skipped:
                return b""
            self._at += len(skipped)
        return self._stream.read(size)

    def close(self) -> None:
        self._stream.close()
