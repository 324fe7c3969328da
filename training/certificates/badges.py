"""A certificate as Open Badge 3.0: a W3C verifiable credential (Data Model 2.0), signed as JWT (EdDSA).

The holder's name stands in it as a salted hash, which whoever is told the name can check. Contexts are named and
never fetched. Where it is kept, the signature holds for good; whether the certificate still counts says the status
list it names (W3C Bitstring Status List), and its own address.
"""

import base64
import gzip
import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from association.kernel.dates import at_clock, civil_date, end_of_day, show_utc
from association.kernel.errors import Conflict
from association.kernel.i18n import _, speaking
from association.paper.words import ISSUER
from association.signing import service as signing
from training.certificates import queries
from training.certificates.diplomas import PRINTABLE, address_of
from training.certificates.models import Certificate
from training.courses import queries as courses
from training.vocabulary import Level

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
TYPES = {"jwt": "application/vc+jwt", "json": "application/vc+ld+json"}
# The published schema lets a badge name one list. Its purpose is the one that can be lifted again; what is withdrawn,
# replaced or erased stays on it for good.
PURPOSE = "suspension"
NOT_COUNTING = frozenset({"withdrawn", "replaced", "erased", "suspended"})
# Fewer would tell who is looked up (Bitstring Status List, 2.2).
LEAST_BITS = 131_072


def issuer(*, site: str) -> dict[str, Any]:
    """The association, as a badge names it."""
    with speaking("zh"):
        return {"id": f"{site}/association/signing", "type": ["Profile"], "name": _(ISSUER), "url": site}


def credential(one: Certificate, *, site: str, course: str) -> dict[str, Any]:
    """The credential before it is signed. ``course`` is the course's code."""
    address = address_of(one.code, site=site)
    with speaking("zh"):
        narrative = _(
            "参加全部{hours}学时的培训，出勤达到大纲要求；大纲设有考试的，理论、实操各自合格。", hours=one.hours
        )
    body: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": one.title,
        "issuer": issuer(site=site),
        "validFrom": show_utc(_begin(one.valid_from)),
        "awardedDate": show_utc(_begin(one.issued_on)),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_identity(one)],
            "licenseNumber": one.number,
            "activityStartDate": show_utc(_begin(one.trained_from)),
            "activityEndDate": show_utc(end_of_day(one.trained_until)),
            "achievement": {
                "id": f"{site}/training/courses/{course}",
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": one.title,
                "description": one.occupation if one.level is Level.NONE else f"{one.occupation} · {one.level.zh}",
                "criteria": {"id": f"{site}/training/courses/{course}", "narrative": narrative},
                "inLanguage": "zh",
                "humanCode": course,
            },
        },
        "credentialStatus": {
            "id": f"{list_address(site=site)}#{one.id}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": PURPOSE,
            "statusListIndex": str(one.id),
            "statusListCredential": list_address(site=site),
        },
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
    }
    if one.valid_until is not None:
        body["validUntil"] = show_utc(end_of_day(one.valid_until))
    return body


def _begin(day: date) -> datetime:
    return at_clock(day, time())


def _identity(one: Certificate) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    digest = hashlib.sha256((one.name + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "identityType": "name",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "salt": salt,
    }


def signed(one: Certificate, *, site: str, now: datetime) -> str:
    """The badge as JWT (OB 3.0, 8.2; VC-JOSE-COSE). Raises Conflict for a certificate that does not count."""
    found = queries.standing(one, civil_date(now))
    if found is None or found.standing not in PRINTABLE:
        raise Conflict(_("证书现为“{state}”，不再提供下载。", state=found.standing.label if found else "—"))
    body = credential(one, site=site, course=courses.course_by_id(one.course_id).code)
    claims = {**body, "iss": body["issuer"]["id"], "jti": body["id"], "nbf": int(_begin(one.valid_from).timestamp())}
    if one.valid_until is not None:
        claims["exp"] = int(end_of_day(one.valid_until).timestamp())
    return signing.sign_jwt(claims, typ="vc+jwt", site=site)


def enveloped(token: str) -> str:
    """The same as a JSON credential that holds the JWT (Data Model 2.0, 4.13)."""
    whole = {
        "@context": CONTEXTS[0],
        "id": f"data:{TYPES['jwt']},{token}",
        "type": "EnvelopedVerifiableCredential",
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


# -- status lists ------------------------------------------------------------------------------------------------


def list_address(*, site: str) -> str:
    """Where the list is had."""
    return f"{site}/api/v1/training/certificates/status.jwt"


def status_list(*, site: str, now: datetime) -> str:
    """The signed Bitstring Status List: one bit for each certificate, by its id. Raises Conflict without a key."""
    address = list_address(site=site)
    body = {
        "@context": [CONTEXTS[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer(site=site)["id"],
        "validFrom": show_utc(now),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": bitstring(queries.ids_standing(civil_date(now), NOT_COUNTING)),
        },
    }
    return signing.sign_jwt({**body, "iss": body["issuer"], "jti": address}, typ="vc+jwt", site=site)


def bitstring(ids: Iterable[int]) -> str:
    """The list's bits, the first leftmost, compressed and written as multibase base64url."""
    found = set(ids)
    size = max(LEAST_BITS, (max(found, default=0) // 8 + 1) * 8)
    content = bytearray(size // 8)
    for one in found:
        content[one // 8] |= 0x80 >> one % 8
    packed = gzip.compress(bytes(content), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")
