"""Keys and checkers for anybody: ``/association/signing``, ``/.well-known/jifang-keys.json``."""

import hashlib
import json
from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from association import policy
from association.kernel import clock
from association.kernel.errors import NotFound
from association.signing import queries, standalone
from association.web.doors import public_door
from association.web.identity import current_actor
from association.web.render import absolute, page

bp = public_door(__name__, prefix="/association/signing")
well_known = public_door("association.signing.well_known", prefix="/.well-known")

KEPT_SECONDS = 300


def _keys() -> dict[str, Any]:
    return queries.published(issuer=absolute(""), at=clock.now())


@bp.get("")
def index() -> ResponseReturnValue:
    keys = _keys()
    return page(
        "signing/index.html",
        keys=queries.all_keys(),
        issuer=keys["issuer"],
        example=json.dumps(keys, ensure_ascii=False, indent=1),
        may_keep=policy.keep_signing_keys(current_actor()),
        program=hashlib.sha256(standalone.PROGRAM.read_bytes()).hexdigest(),
    )


@well_known.get("/jifang-keys.json")
def key_list() -> ResponseReturnValue:
    answer = jsonify(_keys())
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    # Public, and asked for by checkers wherever they stand.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@well_known.get("/jifang-keys/<kid>.json")
def key(kid: str) -> ResponseReturnValue:
    """One key as JWK, for readers of credentials; one that was given up is no longer handed out."""
    found = next((one for one in _keys()["keys"] if one["kid"] == kid and not one["compromised_at"]), None)
    if found is None:
        raise NotFound
    answer = jsonify({name: found[name] for name in ("alg", "crv", "kid", "kty", "use", "x")})
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@bp.get("/jifang_check.py")
def program() -> ResponseReturnValue:
    return _file(standalone.program(_keys()), "text/x-python", "jifang_check.py")


@bp.get("/jifang-check.html")
def document() -> ResponseReturnValue:
    return _file(standalone.document(_keys()), "text/html", "jifang-check.html")


@bp.get("/check")
def check() -> ResponseReturnValue:
    """The same page, used where it is."""
    answer = Response(standalone.document(_keys()), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = f"{standalone.policy()}; frame-ancestors 'none'"
    return answer


def _file(text: str, mimetype: str, name: str) -> Response:
    answer = Response(text, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
