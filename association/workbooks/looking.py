"""What the doors have in common through which a table is brought, looked through and then entered; their pages are
made of ``workbooks/_looking.html``. Such a door has the endpoints ``look_through``, ``choose`` and ``failing``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request

from association.kernel.actors import Actor
from association.kernel.i18n import _
from association.workbooks import service, writing
from association.workbooks.answers import saved
from association.workbooks.columns import ColumnSet
from association.workbooks.layout import Layout, Source
from association.workbooks.reading import Line, Reading

SHOWN_ROWS = 200

# No door: it only lets the pages of every feature find the macros.
pieces = Blueprint("workbooks", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Looking:
    """What a page shows of a table; without ``reading`` as long as needed columns are missing."""

    code: str
    sheet: str | None
    columns: ColumnSet
    source: Source
    layout: Layout
    reading: Reading | None

    @property
    def faulty(self) -> Sequence[Line]:
        """The rows whose faults are listed; the file to take away has them all."""
        return self.reading.faulty[:SHOWN_ROWS] if self.reading else ()


def brought(purpose: str, *, actor: Actor, now: datetime) -> str:
    """Take in the file of the form; its code. Raises Invalid, TooLarge."""
    sent = request.files.get("file")
    name = sent.filename if sent else None
    content = service.uploaded(sent.stream if sent else None, name)
    return service.take_in(content, name or "", purpose=purpose, actor=actor, now=now)


def sheet_asked() -> str | None:
    """Which of the file's sheets is meant; ``None``: the one with the table."""
    return request.values.get("sheet") or None


def remember_choice(columns: ColumnSet, layout: Layout, *, actor: Actor, now: datetime) -> str:
    """What the headings are taken for, as a person says in the form; remembered for the next file with the same headings.

    What is said of it.
    """
    given = {word: request.form.get(f"column.{column}", "") for column, word in layout.words.items()}
    choice = {word: key for word, key in given.items() if key in columns.by_key}
    service.remember(columns, layout, choice, actor=actor, now=now)
    return _("已按您的选择重新读取，下次上传同样的表头时照此办理。")


def failing(source: Source, layout: Layout, reading: Reading, of: str = "") -> Response:
    """Only the rows with faults, to be put right and sent again; ``of``: what the file's name says they belong to."""
    author = _("技防产品登记与核验平台")
    content = writing.failing_rows(source, layout, reading.faulty, heading=_("问题"), author=author)
    name = _("待改正的行") + (f"-{of}" if of else "")
    return saved(content, f"{name}.xlsx", cache="private, no-store")
