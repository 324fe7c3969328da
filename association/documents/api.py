"""``POST /api/v1/association/documents``: a file (PDF, JPEG, PNG; at most 20 MB) for the key's enterprise."""

from typing import Any

from flask import request

from association.documents import service
from association.documents.models import Filing
from association.documents.schemas import DocumentIn, FilingOut
from association.kernel import clock
from association.kernel.config import LARGEST_REQUEST
from association.web.doors import api_door
from association.web.identity import current_actor

bp = api_door(__name__, "证明材料 · files handed in as evidence")


@bp.before_request
def _room_for_a_file() -> None:
    request.max_content_length = LARGEST_REQUEST


@bp.post("")
@bp.arguments(DocumentIn, location="files")
@bp.response(201, FilingOut)
def file(body: dict[str, Any]) -> Filing:
    """Hand in a file; equal content is kept once, the answer is a new filing each time."""
    actor = current_actor()
    upload = body["file"]
    return service.file(
        upload.stream, upload.filename or "", actor=actor, enterprise_id=actor.enterprise_id, now=clock.now()
    )
