"""A receipt as a file, on paper or signed, for the door of people and that of programs."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Response, request, url_for

from association.kernel.errors import Invalid, NotFound
from association.kernel.i18n import _, language, speaking
from association.paper.answers import printed, printed_together
from association.paper.press import Job, sheet_job
from association.web.render import absolute
from catalog.verifications import kept, proofs, reports, workbooks
from catalog.verifications.models import Verification


def report(receipt: str, volume: int | None) -> Response:
    """The answer as given as PDF: one sheet, or a volume of a long list. Raises NotFound."""
    found = kept.receipt(receipt)
    which = None
    if volume is not None:
        which = next((one for one in reports.volumes(found.lines) if one.number == volume), None)
        if which is None:
            raise NotFound(_("没有第{number}册。", number=volume))
    name = f"receipt-{found.receipt}{f'-{volume}' if which else ''}"
    return printed(_job(found, which), name, _title(found, which))


def is_there() -> bool:
    """Whether there is the receipt that this request names."""
    try:
        kept.receipt(str((request.view_args or {})["receipt"]))
    except NotFound:
        return False
    return True


def signed(receipt: str, *, now: datetime) -> Response:
    """The signed form of a receipt, which proves the answer without us: the same each time. Raises NotFound."""
    found = kept.receipt(receipt)
    response = Response(proofs.proof_of(found, issuer=absolute(""), now=now), mimetype="application/jose")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.receipt}.jws"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def volumes(receipt: str) -> Response:
    """All volumes of the list as one ZIP, sent while they are printed; of a short list the one sheet. Raises NotFound."""
    found = kept.receipt(receipt)
    return printed_together(_jobs(found), f"receipt-{found.receipt}", _title(found, None))


def _jobs(found: Verification) -> Iterator[tuple[str, Job]]:
    # Asked for one by one while the answer is sent, when this request's language is no longer set.
    spoken = language()
    each: Sequence[reports.Volume | None] = reports.volumes(found.lines) or [None]
    for which in each:
        with speaking(spoken):
            job, name = _job(found, which), _title(found, which)
        yield name, job


def _job(found: Verification, which: reports.Volume | None) -> Job:
    lines = kept.lines_of(found, first=which.first, last=which.last) if which else kept.lines_of(found)
    address = absolute(url_for("verifications_public.receipt", receipt=found.receipt))
    workbook = workbooks.workbook_of(found)

    def set_with(longest: int) -> Job:
        sheet = reports.report(found, lines, address=address, volume=which, workbook=workbook, longest=longest)
        return sheet_job(sheet)

    for longest in (reports.LONGEST_CELL, *reports.CUT_SHORTER[:-1]):
        try:
            return set_with(longest)
        except Invalid:
            # More than the press takes.
            continue
    return set_with(reports.CUT_SHORTER[-1])


def _title(found: Verification, which: reports.Volume | None) -> str:
    title = f"{_('登记信息核验结果')}-{found.receipt}"
    return f"{title}-{which.number:02}" if which else title
