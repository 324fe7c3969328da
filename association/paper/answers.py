"""Printed files as answers: named, typed, with an ETag that is known before anything is printed."""

from urllib.parse import quote

from flask import Response, request

from association.paper.press import Job, print_job

TYPES = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
# Whatever looks at the file runs nothing and reaches nothing.
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def printed(job: Job, name: str, title: str, *, public: bool = False) -> Response:
    """The file of ``job`` as a download. Both names are ours, never a user's; ``name`` is ASCII, ``title`` need not be.

    A browser that has it is told so without printing it again.
    """
    response = Response(mimetype=TYPES[job.kind])
    response.set_etag(job.digest[:32])
    headers = response.headers
    headers["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = HARMLESS
    headers["Content-Disposition"] = (
        f"attachment; filename=\"{name}.{job.kind}\"; filename*=UTF-8''{quote(f'{title}.{job.kind}', safe='')}"
    )
    if not request.if_none_match.contains(response.get_etag()[0] or ""):
        response.set_data(print_job(job))
    response.make_conditional(request)
    return response
