"""/api/v1/catalog/verifications: one verdict for programs; lists that are judged and kept, and their receipts."""

import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, request, url_for

from association.kernel import clock
from association.kernel.dates import civil_date
from association.web.doors import open_api_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.limits import asker_mark, limited
from association.web.moments import known_moment
from association.web.render import absolute
from association.workbooks import service as spool
from association.workbooks.answers import saved
from association.workbooks.writing import XLSX
from catalog.verifications import kept, marked, printing, queries, service, workbooks
from catalog.verifications.models import Verification
from catalog.verifications.receipt_shapes import kept_json, notify_json, receipt_json, workbook_json
from catalog.verifications.schemas import CheckIn, KeptOut, ListBookQuery, ListIn, ReceiptOut, ReportQuery, VerdictOut
from catalog.verifications.shapes import verdict_json

View = TypeVar("View", bound=Callable[..., Any])
# What says that the body is a workbook; which kind it is, its content tells.
WORKBOOKS = frozenset({XLSX, "text/csv", "application/csv", "application/vnd.ms-excel"})

bp = open_api_door(__name__, "核验：产品与清单的登记信息核验结果 / Verification of products and lists")

# Ten thousand lines with everything filled in.
LARGEST_LIST = 20 * 1024 * 1024


@bp.before_request
def _room_for_a_list() -> None:
    request.max_content_length = LARGEST_LIST


@bp.get("/check")
@bp.arguments(CheckIn(), location="query")
@bp.response(200, VerdictOut)
def check(asked: dict[str, Any]) -> dict[str, Any]:
    """One verdict; leaves no trace."""
    now = clock.now()
    known = known_moment(asked["known"], now=now)
    answer = queries.answer(asked["question"], on=asked["on"] or civil_date(now), made_on=asked["made_on"], known=known)
    return verdict_json(answer)


def workbooks_too(view: View) -> View:
    """Marks a view that takes JSON: what comes as a workbook goes to ``verify_workbook``."""

    @wraps(view)
    def either(*args: Any, **kwargs: Any) -> Any:
        return verify_workbook() if request.mimetype in WORKBOOKS else view(*args, **kwargs)

    return cast(View, either)


@bp.post("")
@limited("lists")
@workbooks_too
@bp.arguments(ListIn)
@bp.response(201, ReceiptOut)
def verify(asked: dict[str, Any]) -> Response:
    """Judge a list of at most 10,000 lines and keep a receipt of the answer."""
    now = clock.now()
    known = known_moment(asked.pop("known", None), now=now)
    notify = asked.pop("notify", None) or {}
    listed = service.AskedList(
        known=known,
        notify_email=notify.get("email", ""),
        notify_webhook=notify.get("webhook", ""),
        asker=asker_mark() if notify else "",
        **asked,
    )
    made = service.verify(listed, issuer=absolute(""), actor=current_actor(), now=now)
    told = service.notified(made.verification, listed, now=now)
    return _made(made.verification, made.answers, **({"notify": notify_json(told)} if told else {}))


def _made(verification: Verification, answers: Sequence[bytes], **more: Any) -> Response:
    # The lines are JSON already, as they are kept.
    head = json.dumps(receipt_json(verification) | more, ensure_ascii=False).encode()
    body = b'%b, "lines": [%b]}' % (head[:-1], b",".join(answers))
    response = Response(body, 201, mimetype="application/json")
    response.headers["Location"] = url_for("verifications_api.receipt", receipt=verification.receipt)
    return response


@bp.get("/<receipt>.jws")
@bp.response(200, {"type": "string"}, content_type="application/jose", description="JWS")
def proof(receipt: str) -> Response:
    """The signed form of a receipt, which proves the answer without us: the same each time."""
    return printing.signed(receipt, now=clock.now())


def verify_workbook() -> Response:
    """A list as a workbook (xlsx or csv), told by its content; the facts of the whole list stand in the address
    (``on made_on known purpose project sheet heading_row columns filename``). Rows that cannot be read are said and not judged."""
    actor, now = current_actor(), clock.now()
    facts = read_query(ListBookQuery, strictly=True)
    filename = facts.pop("filename")
    where = {name: facts.pop(name) for name in ("sheet", "heading_row", "columns")}
    content = spool.receive(request.stream)
    source, layout = workbooks.laid_out_by(content, actor=actor, **where)
    opened = workbooks.read_list(source, layout)
    asked = workbooks.questions(opened, {**facts, "known": known_moment(facts["known"], now=now)})
    judged = service.judge(asked, now=now)
    upload = spool.taken_in(content, filename, purpose=workbooks.PURPOSE, actor=actor, now=now)
    made = workbooks.keep(judged, opened, upload, issuer=absolute(""), actor=actor, now=now)
    read = workbooks.workbook_of(made.verification)
    return _made(made.verification, made.answers, **({"workbook": workbook_json(read)} if read is not None else {}))


@bp.get("/<receipt>.xlsx")
@bp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
def returned(receipt: str) -> Response:
    """The workbook with the answers as given: the one that was sent while it is kept, else a new one."""
    found = kept.receipt(receipt)
    url = absolute(url_for("verifications_public.receipt", receipt=found.receipt))
    return saved(*marked.returned(found, url=url, now=clock.now()))


@bp.get("/<receipt>.pdf")
@bp.arguments(ReportQuery, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def report(asked: dict[str, Any], receipt: str) -> Response:
    """The answer as given on paper, in the language asked for; of a list of more than 500 lines what does not comply and
    then what else asks for something, or ``volume`` n of the whole, 500 lines each."""
    return printing.report(receipt, asked["volume"])


@bp.get("/<receipt>.zip")
@limited("volumes", when=printing.is_there)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def volumes(receipt: str) -> Response:
    """All volumes of a list on paper, sent while they are printed."""
    return printing.volumes(receipt)


@bp.get("/<receipt>")
@bp.response(200, KeptOut)
def receipt(receipt: str) -> dict[str, Any]:
    """A receipt, for whoever holds its code: the answer as given (``lines``), and how each line stands ``now``."""
    now = clock.now()
    found = kept.receipt(receipt)
    lines = kept.lines_of(found)
    workbook = workbooks.workbook_of(found)
    return kept_json(found, lines, kept.standing_now(found, lines, now=now), workbook=workbook, now=now)
