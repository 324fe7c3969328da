"""/api/v1/training/certificates: one certificate by its code for anybody; an enterprise's own people with its key."""

from typing import Any

from flask import Response

from association.kernel import clock
from association.kernel.actors import require
from association.kernel.dates import civil_date
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.signing import service as signing
from association.web.doors import api_door, open_api_door
from association.web.identity import current_actor
from association.web.moments import known_moment
from association.web.render import absolute
from training import policy
from training.certificates import badges, checks, queries, statements
from training.certificates.checks import Erased, Shown
from training.certificates.schemas import CertificateOut, MomentIn, OwnCertificatePageOut, PageQuery

bp = open_api_door(__name__, "培训证书：公开核验 / Training certificates, for anybody")
own = api_door(
    __name__,
    "培训证书：本企业人员 / Training certificates of an enterprise's own people",
    name="certificates_people_api",
)


@own.get("")
@own.arguments(PageQuery(), location="query")
@own.response(200, OwnCertificatePageOut)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The certificates of your own people who agreed that you are told, by name; with your enterprise's key."""
    actor, now = current_actor(), clock.now()
    require(policy.read_own_people, actor)
    found = checks.of_own_people(actor, now=now, number=asked["page"], per_page=asked["per_page"])
    return found.of([{**_as_json(one), "person": person} for one, person in found.items]).as_json()


@bp.get("/status.jws")
@bp.response(200, {"type": "string"}, content_type="application/jose", description="JWS")
def status_list() -> Response:
    """The signed list of certificates that are not good today, for checking without a network."""
    now = clock.now()
    position, seal = queries.head()
    today = civil_date(now)
    payload = statements.status_list(queries.not_good(today), on=today, position=position, seal=seal, at=now)
    jws = signing.sign(payload, kind=statements.LIST_KIND, issuer=absolute(""), now=now)
    if jws is None:
        raise NotFound(_("还没有签名密钥，启动服务时会自动生成。"))
    return _for_a_minute(jws, "application/jose")


@bp.get("/status.jwt")
@bp.response(200, {"type": "string"}, content_type="application/vc+jwt", description="JWT")
@bp.alt_response(409, description="CONFLICT")
def bits() -> Response:
    """The W3C Bitstring Status List that Open Badges made of certificates name, one bit for each certificate."""
    return _for_a_minute(badges.status_list(site=absolute(""), now=clock.now()), "application/vc+jwt")


def _for_a_minute(content: str, mimetype: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


@bp.get("/<code>")
@bp.arguments(MomentIn(), location="query")
@bp.response(200, CertificateOut)
@bp.alt_response(404, description="NOT_FOUND")
def show(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """One certificate by the code in its QR code, as it stood `on` a day and as `known` at a moment.

    What does not exist and what its holder does not let be checked are answered alike.
    """
    now = clock.now()
    on, known = asked["on"] or civil_date(now), known_moment(asked["known"], now=now)
    found = checks.by_code(code, on=on, known=known)
    if isinstance(found, Erased):
        raise NotFound(_("证书信息已应本人要求删除。"), code="certificate_erased")
    if found is None:
        raise NotFound(_(checks.UNKNOWN), code="unknown_certificate")
    return _as_json(found)


def _as_json(found: Shown) -> dict[str, Any]:
    same = (
        "number", "name", "course", "title", "occupation", "level", "issued_on", "valid_from", "valid_until", "on", "known",
        "mandate",
    )  # fmt: skip
    links = ("renews", "renewed_by", "replaces", "replaced_by")
    return {
        **{name: getattr(found, name) for name in same},
        **{name: getattr(found, name) or None for name in links},
        "standing": found.stands.standing,
        "since": found.stands.since,
    }
