"""Things for tests, made and committed in one call. They need the ``db`` fixture's context."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from itertools import count

from argon2 import PasswordHasher
from PIL import Image

from association.accounts.models import Account, ApiKey, SessionRecord
from association.accounts.rules import digest
from association.documents import service as documents
from association.documents.models import Filing
from association.enterprises import queries as enterprises_known
from association.enterprises.models import Enterprise, Membership
from association.kernel.actors import Actor, Role
from association.kernel.db import db
from association.kernel.numbers import organisation_check, uscc_check
from association.mandates.models import Mandate
from association.vocabulary import EnterpriseState, MandateItem, Scope

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PASSWORD = "correct horse battery staple"

_serial = count(1)


@cache
def _password_hash(password: str) -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def a_uscc(serial: int | None = None) -> str:
    """A well-formed unified social credit code, another one each time."""
    body = f"{next(_serial) if serial is None else serial:08d}"
    code = f"91130100{body}{organisation_check(body)}"
    return code + uscc_check(code)


def an_enterprise(
    name: str = "",
    *,
    uscc: str | None = None,
    state: EnterpriseState = EnterpriseState.CONFIRMED,
    **more: object,
) -> Enterprise:
    """An enterprise, confirmed unless ``state`` says otherwise."""
    number = next(_serial)
    enterprise = Enterprise(
        uscc=uscc or a_uscc(number),
        name=name or f"示例电子{number}有限公司",
        state=state,
        confirmed_at=None if state == EnterpriseState.UNCONFIRMED else NOW,
        created_at=NOW,
        **more,
    )
    db.session.add(enterprise)
    db.session.commit()
    return enterprise


def an_account(
    *roles: Role,
    enterprise: Enterprise | None = None,
    administrator: bool = True,
    email: str = "",
    name: str = "",
    password: str = PASSWORD,
    active: bool = True,
    begins: date | None = None,
    ends: date | None = None,
) -> Account:
    """An account with these roles, acting for ``enterprise`` if one is given."""
    number = next(_serial)
    account = Account(
        email=email or f"person{number}@test.example",
        name=name or f"甲{number}",
        password_hash=_password_hash(password),
        roles=sorted(role.value for role in roles),
        session_stamp=f"stamp-{number}",
        active=active,
        created_at=NOW,
    )
    db.session.add(account)
    db.session.flush()
    if enterprise is not None:
        db.session.add(
            Membership(
                account_id=account.id,
                enterprise_id=enterprise.id,
                administrator=administrator,
                begins=begins,
                ends=ends,
            )
        )
    db.session.commit()
    return account


def a_registrant(enterprise: Enterprise | None = None, *, administrator: bool = True) -> Account:
    """Somebody who acts for a maker or seller."""
    return an_account(Role.REGISTRANT, enterprise=enterprise or an_enterprise(), administrator=administrator)


def actor_of(account: Account, now: datetime = NOW) -> Actor:
    """The actor that ``account`` is at a page."""
    actor = enterprises_known.actor_of(account.id, now)
    assert actor is not None
    return actor


def a_session(account: Account, begun_at: datetime = NOW) -> str:
    """The token of a new session of ``account``."""
    token = f"session-{next(_serial)}"
    record = SessionRecord(
        account_id=account.id,
        token_hash=digest(token),
        stamp=account.session_stamp,
        device="Firefox · Linux",
        begun_at=begun_at,
        seen_at=begun_at,
    )
    db.session.add(record)
    db.session.commit()
    return token


def a_mandate(
    item: MandateItem = MandateItem.REGISTRATION,
    *,
    number: str = "示例公技防委〔2004〕1号",
    begins: date = date(2004, 5, 1),
    ends: date | None = None,
    ended_on: date | None = None,
) -> Mandate:
    """An entrustment in force, unless the dates say otherwise."""
    mandate = Mandate(
        number=number,
        item=item,
        issuer="石家庄市公安局（示例）",
        begins=begins,
        ends=ends,
        ended_on=ended_on,
        recorded_at=NOW,
    )
    db.session.add(mandate)
    db.session.commit()
    return mandate


def a_key(
    account: Account,
    enterprise: Enterprise | None = None,
    *,
    scopes: Iterable[Scope] = (Scope.PRODUCTS_READ, Scope.PRODUCTS_WRITE, Scope.DOCUMENTS_WRITE),
    expires_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> str:
    """The text of a new key of ``account``, for ``enterprise``."""
    text = "jf_" + digest(f"key {next(_serial)}")[:43]
    key = ApiKey(
        account_id=account.id,
        enterprise_id=enterprise.id if enterprise is not None else None,
        name="测试程序",
        prefix=text[:9],
        key_hash=digest(text),
        scopes=sorted(scope.value for scope in scopes),
        created_at=NOW,
        expires_at=expires_at,
        ended_at=ended_at,
    )
    db.session.add(key)
    db.session.commit()
    return text


def pdf_bytes(text: str = "") -> bytes:
    """A very small PDF; another content for another text."""
    return b"%PDF-1.4\n% " + text.encode() + b"\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture_bytes(kind: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    """A real picture."""
    target = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, kind)
    return target.getvalue()


def a_filing(actor: Actor, *, enterprise_id: int | None = None, text: str = "", name: str = "报告.pdf") -> Filing:
    """A PDF handed in by ``actor`` for an enterprise."""
    stream = BytesIO(pdf_bytes(text or str(next(_serial))))
    whose = enterprise_id if enterprise_id is not None else actor.enterprise_id
    return documents.file(stream, name, actor=actor, enterprise_id=whose, now=NOW)
