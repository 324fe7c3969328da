"""The press: Typst, within this process, without a network and without the machine's own fonts.

A compiler holds its fonts, so a few are kept and lent out: that many sheets are set at a time, and whoever comes when
all are busy waits a little and is then asked to come again. The same data give the same bytes.
"""

import hashlib
import json
import queue
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

import typst
from PIL import Image

from association.kernel.errors import Invalid, TooMany
from association.kernel.i18n import _
from association.paper.diplomas import DiplomaForm, Diplomas, diplomas_data
from association.paper.glyphs import FONTS, has_glyph
from association.paper.rules import Badges, Label, LabelSize, Sheet, badges_data, label_data, sheet_data

FORMS = Path(__file__).parent / "sheets"
MARK = Path(__file__).parent.parent / "web" / "static" / "favicon.svg"
_HAN = ["Jifang Sans", "Jifang Sans B", "Jifang Sans C", "Jifang Sans D", "Jifang Latin", "Jifang Sans K"]
FAMILIES = {"sans": _HAN, "mono": ["Jifang Mono", *_HAN]}

AT_A_TIME = 2
PATIENCE_SECONDS = 10.0
LARGEST_DATA = 600_000
LARGEST_DIPLOMA = 400_000
KEPT = 48
LARGEST_KEPT = 400_000
DOTS_PER_INCH = 300

Kind = Literal["pdf", "svg", "png"]
Form = Literal["sheet", "label", "badges", "diploma"]


@dataclass(frozen=True, slots=True)
class Job:
    """Something to print. ``digest`` names its outcome: the same digest, the same bytes."""

    form: Form
    kind: Kind
    data: str
    at: datetime
    digest: str


def sheet_job(sheet: Sheet) -> Job:
    """A sheet as tagged PDF (PDF/UA-1 and PDF/A-2a)."""
    return _job("sheet", "pdf", sheet_data(sheet, has_glyph) | {"mark": _mark()}, sheet.at)


def label_job(label: Label, size: LabelSize, kind: Literal["svg", "png"]) -> Job:
    """A label as SVG (its letters are outlines, so it needs no font) or as PNG at 300 dots an inch."""
    return _job("label", kind, label_data(label, size, has_glyph), label.at)


def badges_job(badges: Badges) -> Job:
    """Badges as tagged PDF, eight on a sheet."""
    return _job("badges", "pdf", badges_data(badges, has_glyph), badges.at)


def diplomas_job(diplomas: Diplomas, form: DiplomaForm) -> Job:
    """Training certificates as tagged PDF, one on a page; as many as there are, in one piece."""
    data = {**diplomas_data(diplomas, form, has_glyph), "mark": _mark()}
    return _job("diploma", "pdf", data, diplomas.at, largest=LARGEST_DATA + LARGEST_DIPLOMA * len(diplomas.items))


def _job(form: Form, kind: Kind, data: Mapping[str, Any], at: datetime, *, largest: int = LARGEST_DATA) -> Job:
    text = json.dumps({**data, "fonts": FAMILIES}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text) > largest:
        raise Invalid(_("内容过多，无法生成文件。"))
    seen = f"{_edition()}\0{form}\0{kind}\0{at.isoformat()}\0{text}"
    return Job(form, kind, text, at, hashlib.sha256(seen.encode()).hexdigest())


@cache
def _mark() -> str:
    return MARK.read_text(encoding="utf-8")


@cache
def _edition() -> str:
    """What besides the data decides the bytes: Typst, the forms and the fonts."""
    seen = hashlib.sha256(version("typst").encode())
    for path in sorted([*FORMS.glob("*.typ"), *FORMS.glob("*.png"), *FONTS.glob("*.[ot]tf")]):
        seen.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def print_job(job: Job, *, keep: bool = True, patience: float | None = None) -> bytes:
    """The finished file. Raises TooMany when the press is busy for too long (``patience``, in seconds; else PATIENCE_SECONDS).

    ``keep``: for whoever asks again; not what is one person's own.
    """
    finished = _shelf.get(job.digest)
    if finished is None:
        with _lent(job.form, patience) as compiler:
            finished = _set(compiler, job)
        if keep:
            _shelf.put(job.digest, finished)
    return finished


def _set(compiler: typst.Compiler, job: Job) -> bytes:
    inputs = {"data": job.data}
    moment = int(job.at.timestamp())
    if job.kind == "pdf":
        return _bytes(
            compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1", "a-2a"], timestamp=moment)
        )
    if job.kind == "svg":
        return _titled(_bytes(compiler.compile(format="svg", sys_inputs=inputs)), json.loads(job.data))
    return _measured(_bytes(compiler.compile(format="png", ppi=DOTS_PER_INCH, sys_inputs=inputs)))


def _bytes(compiled: bytes | list[bytes] | None) -> bytes:
    if isinstance(compiled, list):
        compiled = compiled[0]
    assert compiled is not None
    return compiled


def _titled(svg: bytes, data: Mapping[str, Any]) -> bytes:
    """The picture with a name, for those who do not see it."""
    head, end, rest = svg.decode().partition(">")
    name = escape(f"{data['title']} {''.join(data['model']['pieces'])}")
    return f'{head} role="img"{end}<title>{name}</title>{rest}'.encode()


def _measured(png: bytes) -> bytes:
    """The picture in shades of grey, saying how large it is on paper."""
    target = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        picture.convert("L").save(target, "PNG", optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return target.getvalue()


# -- compilers and what they made ---------------------------------------------------------------------------


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


class _Rack:
    """The compilers of one form: made when first needed, at most ``AT_A_TIME``, each used by one thread at a time."""

    def __init__(self, form: str, places: threading.BoundedSemaphore) -> None:
        self._form, self._places = form, places
        self._idle: queue.SimpleQueue[typst.Compiler] = queue.SimpleQueue()

    @contextmanager
    def lent(self, patience: float) -> Iterator[typst.Compiler]:
        if not self._places.acquire(timeout=patience):
            raise TooMany(_("正在生成的文件较多，请稍候再试。"), retry_after=5)
        try:
            try:
                compiler = self._idle.get_nowait()
            except queue.Empty:
                compiler = typst.Compiler(
                    str(FORMS / f"{self._form}.typ"), root=str(FORMS), font_paths=_fonts(), ignore_system_fonts=True
                )
            yield compiler
            self._idle.put(compiler)
        finally:
            self._places.release()


class _Shelf:
    """The last few files that were made, small ones only."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> bytes | None:
        with self._lock:
            if digest in self._files:
                self._files.move_to_end(digest)
            return self._files.get(digest)

    def put(self, digest: str, finished: bytes) -> None:
        if len(finished) > LARGEST_KEPT:
            return
        with self._lock:
            self._files[digest] = finished
            while len(self._files) > KEPT:
                self._files.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._files.clear()


_places = threading.BoundedSemaphore(AT_A_TIME)
_racks = {form: _Rack(form, _places) for form in ("sheet", "label", "badges", "diploma")}
_shelf = _Shelf()


def _lent(form: str, patience: float | None = None) -> Any:
    return _racks[form].lent(PATIENCE_SECONDS if patience is None else patience)
