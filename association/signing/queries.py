"""Keys and signed papers, as they are given out."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from association import policy
from association.kernel.actors import Actor, require
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.signing import rules
from association.signing.models import SignedPaper, SigningKey
from association.vocabulary import KeyState


def in_state(state: KeyState) -> SigningKey | None:
    """The key in use, or the one prepared; there is at most one of each."""
    newest = select(SigningKey).where(SigningKey.state == state).order_by(SigningKey.id.desc()).limit(1)
    return db.session.scalar(newest)


def all_keys() -> Sequence[SigningKey]:
    """Every key there ever was, newest first: none is forgotten, old signatures need it."""
    return db.session.scalars(select(SigningKey).order_by(SigningKey.id.desc())).all()


def keys_for(actor: Actor) -> Sequence[SigningKey]:
    """The same, for who keeps them."""
    require(policy.keep_signing_keys, actor)
    return all_keys()


def key_for(actor: Actor, kid: str) -> SigningKey:
    """One of them. Raises NotFound."""
    require(policy.keep_signing_keys, actor)
    found = db.session.scalar(select(SigningKey).where(SigningKey.kid == kid))
    if found is None:
        raise NotFound
    return found


def published(*, issuer: str, at: datetime) -> dict[str, Any]:
    """The key list that anybody may pin."""
    shown = [
        rules.jwk(
            one.public,
            kid=one.kid,
            algorithm=one.algorithm,
            state=one.state,
            not_before=one.not_before,
            not_after=one.not_after,
            compromised_at=one.compromised_at,
        )
        for one in all_keys()
    ]
    return rules.key_list(shown, issuer=issuer, at=at)


def signed_paper(subject: str) -> str | None:
    """The JWS that was made of ``subject``, letter by letter as it was; ``None`` when none was made."""
    found = db.session.scalar(select(SignedPaper).where(SignedPaper.subject == subject))
    if found is None:
        return None
    return rules.compact(found.header, zlib.decompress(found.payload), rules.as_bytes(found.signature))
