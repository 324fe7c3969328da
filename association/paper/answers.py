"""Printed files as answers: named, typed, with an ETag that is known before anything is printed."""

from collections.abc import Iterable
from itertools import chain
from urllib.parse import quote

from flask import Response, request, stream_with_context

from association.paper.bundles import bundled
from association.paper.press import Job, print_job

TYPES = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
# Whatever looks at the file runs nothing and reaches nothing.
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
# What is half sent cannot be refused any more: it waits for the press longer than who is at the beginning.
PATIENCE_BETWEEN = 60.0


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
    headers["Content-Disposition"] = _saved_as(name, title, job.kind)
    if not request.if_none_match.contains(response.get_etag()[0] or ""):
        response.set_data(print_job(job))
    response.make_conditional(request)
    return response


def printed_together(jobs: Iterable[tuple[str, Job]], name: str, title: str) -> Response:
    """The files of ``jobs``, each under its own name, as one ZIP that is sent while they are printed: however many there
    are, one at a time is in memory. Raises TooMany before anything is sent; later ones wait longer for their turn."""
    made = (
        (f"{called}.{job.kind}", job.at, print_job(job, keep=False, patience=PATIENCE_BETWEEN)) for called, job in jobs
    )
    first = next(made)
    response = Response(stream_with_context(bundled(chain([first], made))), mimetype="application/zip")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = _saved_as(name, title, "zip")
    return response


def _saved_as(name: str, title: str, ending: str) -> str:
    return f"attachment; filename=\"{name}.{ending}\"; filename*=UTF-8''{quote(f'{title}.{ending}', safe='')}"
