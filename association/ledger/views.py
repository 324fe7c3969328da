"""工作日志: ``/association/ledger/``, for those who look over the work (Art. 15, 16)."""

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from flask import Response, stream_with_context
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.cells import plain_cell
from association.kernel.dates import civil_date
from association.ledger import queries, service, words
from association.ledger.queries import Filters
from association.ledger.schemas import ExportIn, LedgerQuery
from association.web.doors import staff_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import page, refused

bp = staff_door(__name__)

COLUMNS = ("position", "at", "action", "subject", "actor_id", "actor_name", "enterprise_id", "via", "facts", "seal")


@bp.get("/")
@shown_again_by(".index")
def index() -> ResponseReturnValue:
    asked: dict[str, Any] = {"before": None, "after": None} if refused() else read_query(LedgerQuery)
    before, after = asked.pop("before"), asked.pop("after")
    filters = Filters(**asked)
    found = queries.stretch(current_actor(), filters, before=before, after=after)
    actions = sorted(((code, words.action_word(code)) for code in words.ACTIONS), key=lambda one: one[0])
    return page("ledger/index.html", found=found, filters=filters, actions=actions, words=words, shown=_shown)


@bp.post("/export")
@shown_again_by(".index")
def export() -> ResponseReturnValue:
    """Every line that the filters leave, as a file; that it was taken out is a line of the ledger itself."""
    actor, asked = current_actor(), read_form(ExportIn)
    form, now = asked.pop("form"), clock.now()
    filters = Filters(**asked)
    until = service.note_export(filters, form, actor=actor, now=now)
    lines = queries.export(actor, filters, until=until)
    body = _as_csv(lines) if form == "csv" else _as_json_lines(lines)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/jsonl; charset=utf-8"
    name = f"ledger-{civil_date(now):%Y%m%d}-{until}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(stream_with_context(body), content_type=kind, headers=headers)


def _as_csv(lines: Iterable[dict[str, Any]]) -> Iterator[str]:
    # The mark by which spreadsheets know that the text is UTF-8.
    yield "\ufeff" + _row(COLUMNS)
    for line in lines:
        yield _row(plain_cell(_cell(line[name])) for name in COLUMNS)


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value


def _row(cells: Iterable[str]) -> str:
    target = StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()


def _as_json_lines(lines: Iterable[dict[str, Any]]) -> Iterator[str]:
    for line in lines:
        yield json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"


def _shown(value: Any) -> str:
    """A fact as a cell shows it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
