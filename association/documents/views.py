"""A file that was handed in: ``/association/documents/<id>``."""

from flask import request, send_file
from flask.typing import ResponseReturnValue

from association import policy
from association.documents import queries
from association.web.doors import member_door
from association.web.identity import current_actor

bp = member_door(__name__)

# Whatever is inside, it runs nothing and reaches nothing.
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'none'"


@bp.get("/<int:filing_id>")
def show(filing_id: int) -> ResponseReturnValue:
    actor = current_actor()
    filing = queries.filing_for(actor, filing_id)
    inline = request.args.get("inline") == "1" and policy.read_inline(actor)
    response = send_file(
        queries.file_of(filing),
        mimetype=filing.kind.value,
        as_attachment=not inline,
        download_name=filing.filename,
        etag=filing.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
