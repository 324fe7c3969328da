"""Certificates as they are printed, A4 and card, from what they say. A certificate is Chinese, with English below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from association.kernel.dates import noon
from association.kernel.i18n import N_, _, show_date, speaking
from association.paper.diplomas import Diploma, DiplomaForm, Diplomas
from association.paper.press import Job, diplomas_job
from association.paper.words import ISSUER
from association.persons import sealed
from association.persons.models import Person
from association.signing import service as signing
from association.signing.rules import room_behind
from association.signing.service import State
from training.certificates import rules, statements
from training.certificates.checks import Shown
from training.certificates.models import Certificate
from training.courses.models import Syllabus
from training.vocabulary import CertificateStanding

TITLE = N_("培训证书")
# What does not count any more, or not just now, is not printed.
PRINTABLE = frozenset({CertificateStanding.VALID, CertificateStanding.NOT_YET_VALID, CertificateStanding.EXPIRED})


@dataclass(frozen=True, slots=True)
class Page:
    """All that one certificate is printed from."""

    one: Certificate
    shown: Shown
    person: Person
    syllabus: Syllabus
    recorded_at: datetime


def address_of(code: str, *, site: str) -> str:
    """The address in a certificate's QR code; ``site`` is ours."""
    return f"{site}/c/{code}"


def statement_of(shown: Shown, *, site: str, facts_from: datetime, state: State | None = None) -> str:
    """The digits behind that address, which prove the certificate without a network; empty while there is no key. Who has
    many says them by one ``state`` (``signing.stating``)."""
    room = room_behind(address_of(shown.code, site=site))
    fields = statements.fields_of(shown, rules.masked(shown.name), room=room)
    return (state or signing.stating(site))(statements.KIND, fields, facts_from) or ""


def job(pages: Iterable[Page], form: DiplomaForm, *, site: str) -> Job:
    """Certificates to print, one on a page, in the order given. The same certificates give the same bytes."""
    those, state = list(pages), signing.stating(site)
    with speaking("zh"):
        diplomas = Diplomas(
            title=_(TITLE),
            title_en=_english(TITLE),
            issuer=_(ISSUER),
            issuer_en=_english(ISSUER),
            caption=_("扫码核对"),
            footer=_("本证书证明完成了协会组织的培训，不是行政许可，也不是从业的前提条件。"),
            portrait_alt=_("持证人照片"),
            items=[_diploma(page, site=site, state=state) for page in those],
            at=noon(max(page.one.issued_on for page in those)),
        )
    return diplomas_job(diplomas, form)


def _english(text: str, **values: object) -> str:
    with speaking("en"):
        return _(text, **values)


def _diploma(page: Page, *, site: str, state: State) -> Diploma:
    one, shown = page.one, page.shown
    with speaking("en"):
        english = _body(one, page.syllabus)
    address = address_of(one.code, site=site)
    level = one.level.label
    return Diploma(
        name=one.name,
        body=_body(one, page.syllabus),
        body_en=english,
        course=one.title,
        level=level,
        number=one.number,
        facts=[
            (_("证书编号"), one.number, True),
            (_("职业"), one.occupation, False),
            (_("等级"), level, False),
            (_("有效期"), _days(one), False),
            (_("接续证书"), shown.renews, True),
            (_("代替证书"), shown.replaces, True),
            (_("委托文件"), shown.mandate, False),
        ],
        card_facts=[
            (_("等级"), level, False),
            (_("有效期"), _short_days(one), False),
        ],
        signed=(_(ISSUER), show_date(one.issued_on)),
        address=address,
        statement=statement_of(shown, site=site, facts_from=page.recorded_at, state=state),
        alt=_("二维码，内容为{address}", address=address),
        portrait=sealed.portrait(page.person),
    )


def _body(one: Certificate, syllabus: Syllabus) -> str:
    said: Mapping[tuple[bool, bool], str] = {
        (True, True): _("理论、实操考试均合格"),
        (True, False): _("理论考试合格"),
        (False, True): _("实操考试合格"),
        (False, False): _("完成全部课程"),
    }
    return _(
        "于{begins}至{ends}参加“{title}”，共{hours}学时，{result}，发给培训证书。",
        begins=show_date(one.trained_from),
        ends=show_date(one.trained_until),
        title=one.title,
        hours=one.hours,
        result=said[syllabus.theory_pass is not None, syllabus.practice_pass is not None],
    )


def _days(one: Certificate) -> str:
    begins = show_date(one.valid_from)
    if one.valid_until is None:
        return _("自{begins}起，无截止日期", begins=begins)
    return _("{begins}至{ends}", begins=begins, ends=show_date(one.valid_until))


def _short_days(one: Certificate) -> str:
    last = one.valid_until.isoformat() if one.valid_until else _("无截止日期")
    return f"{one.valid_from.isoformat()} – {last}"
