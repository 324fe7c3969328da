"""Renewing a certificate on hours, without the class again: a new certificate that names the old one."""

from datetime import datetime, timedelta

from sqlalchemy import select

from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _, show_date
from association.mandates import queries as mandates
from association.persons import queries as persons
from association.vocabulary import MandateItem
from training import policy
from training.certificates import entering, telling
from training.certificates import queries as certificates
from training.certificates import rules as certificate_rules
from training.certificates.models import Certificate
from training.certificates.rules import Check, Held, Term
from training.courses import queries as courses
from training.hours import queries, rules
from training.hours.queries import Standing
from training.rosters.models import TrainingClass
from training.vocabulary import CertificateStanding


def conditions(one: Certificate, standing: Standing | None, *, now: datetime) -> list[Check]:
    """Every condition of renewing this certificate on hours today, met or not."""
    today = civil_date(now)
    rule = rules.of_level(queries.renewal_rules(), one.level, today)
    early = certificates.renewal_rule(today)
    stands = certificates.standing(one, today)
    person = persons.person(one.person_id)
    renewed = db.session.scalar(select(Certificate.number).where(Certificate.renews_id == one.id))
    offered = rule is not None and rule.offered
    valid = stands is not None and stands.standing is CertificateStanding.VALID
    found = [
        Check(
            "offered", offered, _("协会规则允许按学时续期") if offered else _("协会规则不允许按学时续期，请参加培训")
        ),
        Check(
            "valid",
            valid,
            _("证书有效") if valid else _("证书现在的状态是“{word}”", word=stands.standing.label if stands else "—"),
        ),
        Check("renewed", renewed is None, _("已续期，新证书{number}", number=renewed) if renewed else _("尚未续期")),
        Check(
            "identity",
            person.checked_at is not None,
            _("身份证已在柜台核对") if person.checked_at else _("身份证尚未在柜台核对"),
        ),
    ]
    if one.valid_until is None:
        found.append(Check("ends", False, _("证书没有截止日期，不需要续期")))
    else:
        opens = one.valid_until - timedelta(days=early.early_days if early is not None else 0)
        found.append(Check("ends", opens <= today, _("自{day}起可以续期", day=show_date(opens))))
    if standing is None or not standing.asked_now.hours:
        found.append(Check("hours", False, _("大纲没有要求继续教育学时，续期须参加培训")))
        return found
    behind = standing.behind
    years = _("、").join(_("{year}年度缺{hours}学时", year=year.year, hours=year.missing) for year in behind)
    found.append(Check("hours", not behind, years or _("已结束各年度的学时齐全")))
    return found


def term_of(one: Certificate, *, now: datetime) -> Term:
    """The days of the certificate that would continue this one today."""
    today = civil_date(now)
    held = Held(one.number, CertificateStanding.VALID, one.valid_until)
    syllabus = courses.syllabus_on(courses.course_by_id(one.course_id), today) or courses.syllabus(one.syllabus_id)
    return certificate_rules.term(today, syllabus.validity_months, held, certificates.renewal_rule(today))


def renew(one: Certificate, *, actor: Actor, now: datetime) -> Certificate:
    """The new certificate, under the version of the syllabus in force today. Raises Forbidden, NoMandate, Invalid, Conflict.

    It names the class of the old one, which it rests on; the old one stays as it is.
    """
    require(policy.renew_by_hours, actor, one.person_id)
    today = civil_date(now)
    mandate = mandates.require_in_force(MandateItem.TRAINING, today)
    with transaction():
        entering.hold()
        db.session.refresh(one)
        standing = next(
            (each for each in queries.of_person(one.person_id, today) if each.certificate.id == one.id), None
        )
        lacking = [check for check in conditions(one, standing, now=now) if not check.met]
        if lacking:
            raise Invalid(_("现在不能按学时续期。"), [Shortfall("renewal", each.code, each.says) for each in lacking])
        course = courses.course_by_id(one.course_id)
        syllabus = courses.syllabus_on(course, today) or courses.syllabus(one.syllabus_id)
        faults = certificate_rules.title_faults(certificates.title_rules(), course.name, course.occupation, on=today)
        if faults:
            word, rule = faults[0]
            raise Conflict(_("证书名称中不能有“{word}”（{source}），请先修改课程名称。", word=word, source=rule.source))
        term = term_of(one, now=now)
        new = entering.enter(
            course,
            syllabus,
            db.session.get_one(TrainingClass, one.class_id),
            persons.person(one.person_id),
            one.hours,
            valid_from=term.begins,
            valid_until=term.ends,
            renews=one,
            mandate=mandate,
            actor=actor,
            now=now,
        )
        telling.issued([new], now=now)
    return new
