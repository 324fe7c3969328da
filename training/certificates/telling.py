"""What holders who have an account are told: issued, suspended, reinstated, withdrawn, replaced. Nobody else is."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from association.accounts.models import Account
from association.kernel.db import db
from association.kernel.i18n import Language, _, show_date, speaking
from association.outbox import service as outbox
from training.certificates.models import Certificate
from training.vocabulary import CertificateEventKind

MINE = "/training/certificates/mine"


def issued(certificates: Sequence[Certificate], *, now: datetime) -> None:
    """Owe each holder the news, within the transaction that issues. One statement for all accounts."""
    people = [one.person_id for one in certificates]
    accounts = {
        account.person_id: account
        for account in db.session.scalars(select(Account).where(Account.person_id.in_(people), Account.active))
    }
    for one in certificates:
        account = accounts.get(one.person_id)
        if account is None:
            continue
        with speaking(_spoken(account)):
            subject = _("培训证书已签发：{title}", title=one.title)
            body = _("证书编号{number}。可以在“我的证书”出示、下载。", number=one.number)
        _owe(account, f"certificate:{one.id}:issued", subject, body, now=now)


def changed(
    one: Certificate, kind: CertificateEventKind, effective_from: date, position: int, *, now: datetime
) -> None:
    """Owe the holder what happened to their certificate by the event at ``position``, and whom to ask."""
    account = db.session.scalar(select(Account).where(Account.person_id == one.person_id, Account.active))
    if account is None:
        return
    with speaking(_spoken(account)):
        subject = _("培训证书{number}：{what}", number=one.number, what=kind.label)
        body = _("自{day}起生效。有疑问或异议的，请联系协会培训部门。", day=show_date(effective_from))
    _owe(account, f"certificate:{one.id}:{kind.value}:{position}", subject, body, now=now)


def _spoken(account: Account) -> Language:
    return "en" if account.language == "en" else "zh"


def _owe(account: Account, key: str, subject: str, body: str, *, now: datetime) -> None:
    outbox.enqueue(
        key,
        to_account_id=account.id,
        to_address=account.email,
        subject=subject,
        body=body,
        url=MINE,
        spoken=_spoken(account),
        now=now,
    )
