"""What stands sealed: whole numbers read, portraits for certificates, sealing anew under another key; and copies taken."""

import base64
from datetime import datetime

from association import policy
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.persons import portraits, queries, service
from association.persons.models import Person
from association.persons.vault import Vault, vault
from association.vocabulary import ConsentPurpose, ReadingReason


def read_identity(person: Person, *, reason: ReadingReason, actor: Actor, now: datetime) -> str:
    """The whole number, to the person or for a stated need of the desk; that it was read is recorded.

    The reason is chosen among few: the ledger is never erased and takes no free text here.
    """
    require(policy.correct_person, actor, person)
    service.insist_present(person)
    if policy.own_person(actor, person):
        reason = ReadingReason.OWN
    with transaction():
        service.note("person.identity_read", person, actor=actor, now=now, reason=reason.value)
    return vault().open_number(person.identity_sealed)


def note_export(person: Person, form: str, *, actor: Actor, now: datetime) -> None:
    """That a copy of the person's data is taken out (PIPL Art. 45)."""
    require(policy.correct_person, actor, person)
    service.insist_present(person)
    with transaction():
        service.note("person.exported", person, actor=actor, now=now, form=form)


def file_portrait(person: Person, content: bytes, *, actor: Actor, now: datetime) -> None:
    """A portrait for the certificate, sealed; only with the consent for it. Raises Conflict, Invalid."""
    require(policy.correct_person, actor, person)
    service.insist_present(person)
    if not queries.agrees(person, ConsentPurpose.PORTRAIT):
        raise Conflict(_("上传照片前须由本人同意“证书照片”的个人信息告知。"), code="consent_missing")
    picture = portraits.prepared(content)
    with transaction():
        person.portrait_sealed = vault().seal(picture)
        service.note("person.portrait_filed", person, actor=actor, now=now)


def remove_portrait(person: Person, *, actor: Actor, now: datetime) -> None:
    """The portrait is gone. Raises Conflict when there is none."""
    require(policy.correct_person, actor, person)
    if person.portrait_sealed is None:
        raise Conflict(_("没有照片。"))
    with transaction():
        person.portrait_sealed = None
        service.note("person.portrait_removed", person, actor=actor, now=now)


def portrait(person: Person) -> bytes | None:
    """The portrait as JPEG, for the certificate, the person and the desk."""
    return None if person.portrait_sealed is None else vault().open(person.portrait_sealed)


def renew_keys(old_secret: str, *, actor: Actor, now: datetime) -> int:
    """Seal every number and portrait anew under the present SECRET_KEY; how many. All or nothing.

    Raises WrongKey when something was sealed under neither.
    """
    require(lambda who: who.via == "command", actor)
    before, present, count = Vault(old_secret), vault(), 0
    with transaction():
        for person in queries.all_sealed():
            if present.made(base64.b64decode(person.identity_sealed)):
                continue
            number = before.open_number(person.identity_sealed)
            person.identity_sealed, person.identity_hash = present.seal_number(number), present.hash_number(number)
            if person.portrait_sealed is not None:
                person.portrait_sealed = present.seal(before.open(person.portrait_sealed))
            count += 1
        db.session.flush()
        ledger.record("person.keys_renewed", "person:all", actor=actor, at=now, count=count)
    return count
