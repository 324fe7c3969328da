"""What certificates hold of a person: the certificates themselves, what is noted about them, outside ones, share links."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select, update

from association.enterprises.models import Enterprise
from association.kernel.db import db
from association.kernel.i18n import _
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from training.certificates import outside, queries
from training.certificates.models import (
    Certificate,
    CertificateCase,
    CertificatePrint,
    CertificateReminder,
    CertificateShare,
    OutsideCertificate,
)


def take(person: Person) -> Sequence[Section]:
    """Everything, notes of the desk too."""
    certificates = queries.certificates_of([person.id]).get(person.id, [])
    events = queries.events_of(one.number for one in certificates)
    notes = [
        (
            numbers[case.certificate_id],
            case.kind.label,
            case.ground.label if case.ground else "",
            case.note,
            case.answer,
        )
        for numbers in [{one.id: one.number for one in certificates}]
        for case in _cases_of(certificates)
    ]
    shared = db.session.scalars(select(CertificateShare).where(CertificateShare.person_id == person.id)).all()
    return [
        Section(
            _("培训证书"),
            (_("证书编号"), _("课程"), _("等级"), _("签发日期"), _("有效期至"), _("印在证书上的姓名")),
            [
                (one.number, one.title, one.level.label, one.issued_on, one.valid_until, one.name)
                for one in certificates
            ],
        ),
        Section(
            _("证书变动"),
            (_("证书编号"), _("事项"), _("生效日期"), _("记入时间")),
            [
                (event.number, event.kind.label, event.effective_from, event.recorded_at)
                for those in events.values()
                for event in those
            ],
        ),
        Section(_("证书处理"), (_("证书编号"), _("事项"), _("事由"), _("经过和依据"), _("答复")), notes),
        Section(
            _("外部证书"),
            (_("发证单位"), _("名称"), _("编号"), _("等级"), _("发证日期"), _("有效期至"), _("状态"), _("备注")),
            [
                (
                    one.issuer,
                    one.title,
                    one.number,
                    one.level,
                    one.issued_on,
                    one.valid_until,
                    one.state.label,
                    one.note,
                )
                for one in outside.of_person(person.id)
            ],
        ),
        Section(
            _("分享证书"),
            (_("给谁"), _("分享时间"), _("截止日期"), _("停用时间")),
            [(one.label, one.made_at, one.until, one.ended_at) for one in shared],
        ),
        Section(
            _("到期提醒"),
            (_("证书编号"), _("到期前天数"), _("提醒了谁"), _("日期")),
            list(_reminders_of(certificates)),
        ),
    ]


def _cases_of(certificates: Sequence[Certificate]) -> Sequence[CertificateCase]:
    wanted = select(CertificateCase).where(CertificateCase.certificate_id.in_([one.id for one in certificates]))
    return db.session.scalars(wanted.order_by(CertificateCase.id)).all()


def _reminders_of(certificates: Sequence[Certificate]) -> Iterator[Sequence[object]]:
    """Who was told that they end: the person, or an enterprise they worked for."""
    numbers = {one.id: one.number for one in certificates}
    found = (
        select(CertificateReminder, Enterprise.name)
        .outerjoin(Enterprise, Enterprise.id == CertificateReminder.enterprise_id)
        .where(CertificateReminder.certificate_id.in_(numbers))
        .order_by(CertificateReminder.id)
    )
    for one, enterprise in db.session.execute(found):
        yield numbers[one.certificate_id], one.days, enterprise or _("本人"), one.told_on


def forget(person: Person, doing: Doing) -> None:
    """The number stays, so that its chain of events verifies; whose it was, and what was written about them, goes.

    Printed batches name everybody in them and go as well: they are printed again by who still needs them.
    """
    own = select(Certificate.id).where(Certificate.person_id == person.id)
    notes = update(CertificateCase).where(CertificateCase.certificate_id.in_(own)).values(note="", answer="")
    db.session.execute(notes.execution_options(synchronize_session=False))
    told = delete(CertificateReminder).where(CertificateReminder.certificate_id.in_(own))
    db.session.execute(told.execution_options(synchronize_session=False))
    for one in queries.certificates_of([person.id]).get(person.id, []):
        one.name, one.erased_at = "", doing.now
    for table in (OutsideCertificate, CertificateShare):
        db.session.execute(delete(table).where(table.person_id == person.id))
    db.session.execute(delete(CertificatePrint))
    db.session.flush()


def move(gone: Person, kept: Person, _doing: Doing) -> None:
    """Certificates follow under the name that is printed on them; links of the closed file end."""
    for table in (Certificate, OutsideCertificate):
        db.session.execute(update(table).where(table.person_id == gone.id).values(person_id=kept.id))
    db.session.execute(delete(CertificateShare).where(CertificateShare.person_id == gone.id))
    db.session.flush()


HOLDING = Holding(
    take,
    forget,
    move,
    tables=(
        "certificate",
        "certificate_case",
        "outside_certificate",
        "certificate_share",
        "certificate_print",
        "certificate_reminder",
    ),
)
