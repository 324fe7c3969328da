"""Making keys, changing them, and signing with them."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from association import policy
from association.kernel.actors import CALENDAR, Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.signing import queries, rules, vault
from association.signing.models import SignedPaper, SigningKey
from association.vocabulary import KeyState, SignatureAlgorithm

RESIGNED_AT_A_TIME = 200


# -- keys ----------------------------------------------------------------------------------------------------


def prepare(*, actor: Actor, now: datetime) -> SigningKey:
    """Make the next key and publish it, so that checkers know it before anything is signed with it. Raises Conflict."""
    require(policy.keep_signing_keys, actor)
    if queries.in_state(KeyState.PREPARED) is not None:
        raise Conflict(_("已有一把待启用的签名密钥，请先启用。"))
    with transaction():
        return _make(KeyState.PREPARED, "signing.key_prepared", actor=actor, now=now)


def switch(*, reason: str, actor: Actor, now: datetime) -> SigningKey:
    """From now on the prepared key signs; the one before is over, its secret half destroyed. Raises Conflict, Invalid."""
    require(policy.keep_signing_keys, actor)
    following = queries.in_state(KeyState.PREPARED)
    if following is None:
        raise Conflict(_("没有待启用的签名密钥，请先准备一把。"))
    _insist_on_reason(reason)
    with transaction():
        _end_current(reason, now=now)
        following.state = KeyState.ACTIVE
        ledger.record(
            "signing.key_switched", f"signing_key:{following.kid}", actor=actor, at=now, reason=reason.strip()
        )
    return following


def give_up(key: SigningKey, *, reason: str, actor: Actor, now: datetime) -> SigningKey:
    """Somebody else may have the secret half: nothing it signed proves anything any more, whatever its date. A new key
    takes its place at once, and what was signed is signed anew (``resign``). Returns the key in use. Raises Conflict."""
    require(policy.keep_signing_keys, actor)
    if key.state is KeyState.COMPROMISED:
        raise Conflict(_("此密钥已作废。"))
    _insist_on_reason(reason)
    with transaction():
        key.state, key.compromised_at, key.sealed = KeyState.COMPROMISED, now, ""
        key.not_after, key.reason = key.not_after or now, reason.strip()
        db.session.flush()
        ledger.record("signing.key_compromised", f"signing_key:{key.kid}", actor=actor, at=now, reason=reason.strip())
        return ensure(actor=actor, now=now)


def ensure(*, actor: Actor, now: datetime) -> SigningKey:
    """The key in use; made when there is none, or when it cannot be opened because SECRET_KEY is another one now."""
    current = queries.in_state(KeyState.ACTIVE)
    if current is not None and _opens(current):
        return current
    with transaction():
        if current is not None:
            _end_current(_("SECRET_KEY已更换，密钥无法打开。"), now=now)
        waiting = queries.in_state(KeyState.PREPARED)
        if waiting is not None and _opens(waiting):
            waiting.state = KeyState.ACTIVE
            ledger.record("signing.key_switched", f"signing_key:{waiting.kid}", actor=actor, at=now)
            return waiting
        if waiting is not None:
            waiting.state, waiting.not_after, waiting.sealed = KeyState.RETIRED, now, ""
        return _make(KeyState.ACTIVE, "signing.key_made", actor=actor, now=now)


def _make(state: KeyState, action: str, *, actor: Actor, now: datetime) -> SigningKey:
    seed, public = vault.new_secret()
    kid = rules.key_id(public)
    key = SigningKey(
        kid=kid,
        algorithm=SignatureAlgorithm.EDDSA,
        public=rules.as_text(public),
        sealed=vault.sealed(seed, kid),
        state=state,
        not_before=now.replace(microsecond=0),
    )
    db.session.add(key)
    db.session.flush()
    ledger.record(action, f"signing_key:{kid}", actor=actor, at=now, public=key.public)
    return key


def _end_current(reason: str, *, now: datetime) -> None:
    current = queries.in_state(KeyState.ACTIVE)
    if current is not None:
        current.state, current.not_after, current.sealed, current.reason = KeyState.RETIRED, now, "", reason.strip()
        db.session.flush()


def _opens(key: SigningKey) -> bool:
    try:
        vault.sign(key.sealed, key.kid, b"")
    except vault.Locked:
        return False
    return True


def _insist_on_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("填写内容有误，请按各项提示改正。"), [Shortfall("reason", "blank", _("请填写此项"))])


# -- signing -------------------------------------------------------------------------------------------------


def _signature(key: SigningKey, content: bytes | bytearray) -> bytes:
    try:
        return vault.sign(key.sealed, key.kid, content)
    except vault.Locked as locked:
        raise Conflict(_("签名密钥无法打开（SECRET_KEY已更换），请运维人员运行 flask signing ensure。")) from locked


def _header(key: SigningKey, *, kind: str, issuer: str, now: datetime) -> dict[str, str]:
    at = rules.signed_at(now, key.not_before)
    return rules.header(key.algorithm, key.kid, kind=kind, issuer=issuer, at=at)


def sign(payload: Any, *, kind: str, issuer: str, now: datetime) -> str | None:
    """``payload`` as JWS by the key in use, not kept; ``None`` while there is no key. ``issuer`` is our address.

    ``kind`` makes the header's ``typ``: ``jifang-<kind>+jws``. Raises Conflict when the key cannot be opened.
    """
    return sign_bytes(rules.canonical(payload), kind=kind, issuer=issuer, now=now)


def sign_bytes(content: bytes, *, kind: str, issuer: str, now: datetime) -> str | None:
    """The same for what is canonical JSON already."""
    key = queries.in_state(KeyState.ACTIVE)
    if key is None:
        return None
    protected = _header(key, kind=kind, issuer=issuer, now=now)
    return rules.compact(protected, content, _signature(key, rules.signing_input(protected, content)))


def sign_jwt(claims: Mapping[str, Any], *, typ: str, site: str) -> str:
    """``claims`` as JWT (RFC 7519) by the key in use, for readers that know nothing of this register: its ``kid`` is the
    address of the key as JWK. ``site`` is our address. Raises Conflict while there is no key that opens."""
    key = queries.in_state(KeyState.ACTIVE)
    if key is None:
        raise Conflict(_("还没有签名密钥，启动服务时会自动生成。"))
    protected = {"alg": key.algorithm.value, "kid": f"{site}/.well-known/jifang-keys/{key.kid}.json", "typ": typ}
    content = rules.canonical(dict(claims))
    return rules.compact(protected, content, _signature(key, rules.signing_input(protected, content)))


def keep_signed(subject: str, payload: Any, *, kind: str, issuer: str, now: datetime) -> SignedPaper:
    """Sign ``payload`` (or what is ``Unsigned`` already) and keep it as the signed form of ``subject`` (``receipt:…``), once
    and for all.

    Inside the transaction that makes the thing itself, so that neither is without the other.
    """
    content = payload if isinstance(payload, rules.Unsigned) else rules.Unsigned([rules.canonical(payload)])
    with transaction():
        key = ensure(actor=CALENDAR, now=now)
        protected = _header(key, kind=kind, issuer=issuer, now=now)
        paper = SignedPaper(
            subject=subject,
            key_id=key.id,
            header=protected,
            payload=content.deflated,
            signature=rules.as_text(_signature(key, content.signing_input(protected))),
        )
        db.session.add(paper)
    return paper


State = Callable[[str, Sequence[str], datetime], str | None]


def stating(issuer: str) -> State:
    """What makes short statements of ``issuer`` for the fragment of an address in a QR code: of a kind, fields, and the moment
    from which the facts are; they are ``None`` while there is no key that opens. The key is looked up once, so that a
    hundred labels ask the database no oftener than one.

    Facts that do not change give the same digits until the key is changed.
    """
    key = queries.in_state(KeyState.ACTIVE)
    if key is None:
        return lambda _kind, _fields, _facts_from: None
    kid, sealed, not_before = key.kid, key.sealed, key.not_before

    def state(kind: str, fields: Sequence[str], facts_from: datetime) -> str | None:
        day = rules.stated_on(facts_from, not_before)
        body = rules.statement_body(kind, [day.isoformat(), *fields])
        try:
            signature = vault.sign(sealed, kid, rules.statement_input(issuer, kid, body))
        except vault.Locked:
            return None
        return rules.fragment(kid, body, signature)

    return state


def resign(now: datetime) -> int:
    """Sign anew what a compromised key had signed, some at a time; the payload stays what it was. How many."""
    broken = select(SigningKey.id).where(SigningKey.state == KeyState.COMPROMISED)
    with transaction():
        papers = db.session.scalars(
            select(SignedPaper).where(SignedPaper.key_id.in_(broken)).order_by(SignedPaper.id).limit(RESIGNED_AT_A_TIME)
        ).all()
        if not papers:
            return 0
        key = ensure(actor=CALENDAR, now=now)
        for paper in papers:
            kind = str(paper.header["typ"]).removeprefix("jifang-").removesuffix("+jws")
            protected = _header(key, kind=kind, issuer=str(paper.header["iss"]), now=now)
            content = rules.signing_input(protected, zlib.decompress(paper.payload))
            paper.key_id, paper.header, paper.signature = key.id, protected, rules.as_text(_signature(key, content))
        ledger.record(
            "signing.papers_resigned",
            f"signing_key:{key.kid}",
            actor=CALENDAR,
            at=now,
            first=papers[0].subject,
            count=len(papers),
        )
    return len(papers)
