"""``Idempotency-Key``: a program that does not know whether its request arrived sends it again; nothing is done twice.

Before the work the key is claimed; the commit of the work marks it done in the same transaction; the answer is kept
for a day and given again. A process that dies between its commit and its answer leaves "done, answer unknown", which a
repeat is told; one that dies before its commit has done nothing, and a repeat may begin anew after a few minutes.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, has_request_context, make_response, request
from sqlalchemy import LargeBinary, String, delete, event, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from association.kernel import clock
from association.kernel.db import Model, db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _
from association.web.identity import current_actor

View = TypeVar("View", bound=Callable[..., Any])

HEADER = "Idempotency-Key"
REMEMBERED = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(minutes=5)
LONGEST = 255
METHODS = frozenset({"POST", "PATCH"})
# What is worth keeping of an answer; the rest is made anew for each.
KEPT_HEADERS = ("Content-Type", "Location", "HX-Redirect", "ETag", "Content-Disposition")


class Idempotency(Model):
    """One request of one program under one key."""

    __tablename__ = "idempotency"
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)  # program, method, address and key
    body_hash: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime] = mapped_column(index=True)
    done: Mapped[bool] = mapped_column(default=False)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


def claim() -> Response | None:
    """Claim this request's key; or the answer it was given before.

    Raises Conflict: ``idempotency_conflict`` when the key was used for something else, ``idempotency_running`` while
    the first is at work, ``idempotency_done`` when its answer was lost.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method not in METHODS:
        return None
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        sentence = _("Idempotency-Key须为1至255个可见的ASCII字符。")
        raise Invalid(sentence, [Shortfall(HEADER, "characters", sentence)])
    now = clock.now()
    key_hash, body_hash = _digest(_program(), request.method, request.full_path, key), _body_digest()
    with transaction():
        db.session.execute(delete(Idempotency).where(Idempotency.claimed_at < now - REMEMBERED))
        values = {"key_hash": key_hash, "body_hash": body_hash, "claimed_at": now, "done": False, "headers": {}}
        dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
        added = dialect.insert(Idempotency).values(values).on_conflict_do_nothing(index_elements=["key_hash"])
        mine = db.session.scalars(added.returning(Idempotency.id)).first()
        if mine is None:
            # Who died before its commit has done nothing: whoever comes first takes its place.
            given_up = (Idempotency.claimed_at < now - GIVEN_UP_AFTER, Idempotency.done.is_(False))
            taken = update(Idempotency).where(Idempotency.key_hash == key_hash, Idempotency.status.is_(None), *given_up)
            retaken = taken.where(Idempotency.body_hash == body_hash).values(claimed_at=now).returning(Idempotency.id)
            mine = db.session.scalars(retaken).first()
        kept = None if mine is not None else db.session.scalar(_by(key_hash))
    if mine is not None:
        g.idempotency_id = mine
        return None
    if kept is not None and kept.body_hash != body_hash:
        raise Conflict(code="idempotency_conflict")
    if kept is None or (kept.status is None and not kept.done):
        raise Conflict(code="idempotency_running")
    if kept.status is None:
        raise Conflict(code="idempotency_done")
    answer = make_response(kept.body or b"", kept.status)
    answer.headers.update(kept.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def keep(response: Response) -> Response:
    """Keep the answer under the key that was claimed; one that changed nothing and may differ next time frees it."""
    mine: int | None = g.pop("idempotency_id", None)
    if mine is None:
        return response
    row = Idempotency.id == mine
    passing = response.status_code >= 500 or response.status_code in (401, 403, 409, 429)
    db.session.rollback()
    with transaction():
        if passing:
            db.session.execute(delete(Idempotency).where(row, Idempotency.done.is_(False)))
        else:
            headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            answer = {"status": response.status_code, "headers": headers, "body": response.get_data()}
            db.session.execute(update(Idempotency).where(row).values(answer | {"done": True}))
    return response


def once(view: View) -> View:
    """Wraps a view of the API: what was answered under the same key is answered again."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        kept = claim()
        return view(*args, **kwargs) if kept is None else kept

    return cast(View, answer)


def init_app(app: Flask) -> None:
    app.after_request(keep)
    for name, note in (("after_flush", _wrote), ("do_orm_execute", _executes), ("after_rollback", _undone)):
        if not event.contains(db.session, name, note):
            event.listen(db.session, name, note)
    if not event.contains(db.session, "before_commit", _mark_done):
        event.listen(db.session, "before_commit", _mark_done)


def _at_work() -> int | None:
    """The claim of this request, while its work is going on."""
    return g.get("idempotency_id") if has_request_context() else None


def _wrote(_session: Session, _context: Any) -> None:
    if _at_work() is not None:
        g.idempotency_wrote = True


def _executes(state: ORMExecuteState) -> None:
    if not state.is_select and _at_work() is not None:
        g.idempotency_wrote = True


def _undone(_session: Session) -> None:
    if _at_work() is not None:
        g.idempotency_wrote = False


def _mark_done(session: Session) -> None:
    """The commit of the work itself says that it is done; one that only read says nothing."""
    session.flush()
    if (mine := _at_work()) is not None and g.get("idempotency_wrote"):
        session.connection().execute(update(Idempotency).where(Idempotency.id == mine).values(done=True))


def _by(key_hash: str) -> Any:
    return select(Idempotency).where(Idempotency.key_hash == key_hash).execution_options(populate_existing=True)


def _program() -> str:
    """Who asks: the key it shows, else the address."""
    if current_actor().signed_in:
        return request.headers.get("Authorization", "")
    return request.remote_addr or ""


def _body_digest() -> str:
    # A form in parts carries files; their boundary differs from one sending to the next.
    if request.mimetype == "multipart/form-data":
        # A part without a name has None for one.
        parts = [f"{name}={value}" for name, value in sorted((name or "", it) for name, it in request.form.items(True))]
        for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0] or ""):
            content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
            parts.append(f"{name}:{file.filename}:{content}")
            file.stream.seek(0)
        return _digest(*parts)
    return hashlib.sha256(request.get_data()).hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
