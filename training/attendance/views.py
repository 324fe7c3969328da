"""/training/attendance: the learner's page and check-in; the trainer's sheet, door and device; a class's sheet."""

import io
import secrets
from datetime import timedelta
from typing import Any

import segno
from flask import Response, current_app, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from marshmallow import ValidationError

from association.checkins import rules as checkins
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.dates import show_utc
from association.kernel.errors import Conflict, Unreadable
from association.kernel.i18n import _
from association.persons import queries as persons
from association.web.doors import member_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import invalid, shortfalls_of, shown_again_by
from association.web.render import absolute, outcome, page
from training import policy
from training.attendance import queries, rules, service
from training.attendance.queries import Held
from training.attendance.schemas import BatchIn, ComeIn, StatementIn
from training.vocabulary import AttendanceState, SightingKind, SightingSource

bp = member_door(__name__)

DEVICE_COOKIE = "jf_device"
DEVICE_KEPT = timedelta(days=400)
STATEMENTS = [SightingKind.PRESENT, SightingKind.ABSENT, SightingKind.EXCUSED]


# -- the learner --------------------------------------------------------------------------------------------


@bp.get("/")
def mine() -> ResponseReturnValue:
    now, actor = clock.now(), current_actor()
    person = persons.own_person(actor)
    classes = queries.own_classes(person.id, now=now) if person is not None else []
    nearest = min(
        ((own, *found) for own in classes if (found := own.next_lesson(now)) is not None),
        key=lambda one: one[1].starts_at,
        default=None,
    )
    open_now = nearest is not None and rules.is_open(
        rules.Span(nearest[1].starts_at, nearest[1].ends_at, nearest[0].of.both_ways), now
    )
    return page("attendance/mine.html", person=person, classes=classes, nearest=nearest, open_now=open_now, now=now)


@bp.get("/come/<code>")
def come(code: str) -> ResponseReturnValue:
    """Where the QR at the door leads: who is signed in presses a button; looking alone changes nothing."""
    now, actor = clock.now(), current_actor()
    person = service.own_person(actor)
    held = service.read_code(code, now=now)
    service.insist_welcome(held, person, now=now)
    answer = make_response(
        page(
            "attendance/come.html",
            held=held,
            person=person,
            admission=checkins.admission(held.door, str(person.id), now),
            last=queries.last_of(held.lesson.id, person.id),
            came=SightingKind.CAME,
        )
    )
    if not request.cookies.get(DEVICE_COOKIE):
        answer.set_cookie(
            DEVICE_COOKIE,
            secrets.token_urlsafe(16),
            max_age=int(DEVICE_KEPT.total_seconds()),
            path="/training/attendance",
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return answer


@bp.post("/come")
@shown_again_by(".mine")
def arrive() -> ResponseReturnValue:
    now, actor, form = clock.now(), current_actor(), read_form(ComeIn)
    held = service.lesson_of(actor, form["lesson_id"])
    person = service.own_person(actor)
    if form["admission"]:
        if not checkins.is_admitted(form["admission"], held.door, str(person.id), now):
            raise Conflict(_("扫码后已过三分钟，请重新扫描屏幕上的二维码。"), code="code_refused")
        source = SightingSource.CODE
    else:
        service.read_spoken(held, form["digits"], actor=actor, now=now)
        source = SightingSource.SPOKEN
    device = queries.device_mark(request.cookies.get(DEVICE_COOKIE, ""))
    leaving = form["leaving"]
    new = service.check_in(held, person, leaving=leaving, source=source, device=device, actor=actor, now=now)
    if new is None:
        said = _("您已签退，不必重复。") if leaving else _("您已签到，不必重复。")
    else:
        said = (
            _("已签退：{title}", title=held.lesson.title) if leaving else _("已签到：{title}", title=held.lesson.title)
        )
    return outcome(to=url_for(".mine"), said=said)


# -- the trainer and the desk -------------------------------------------------------------------------------


@bp.get("/today")
def today() -> ResponseReturnValue:
    now, actor = clock.now(), current_actor()
    lessons = queries.today_s(actor, clock.today())
    if not lessons:
        require(policy.see_roster, actor)
    return page("attendance/today.html", lessons=lessons, now=now, today=clock.today())


@bp.get("/lessons/<int:lesson_id>")
def lesson(lesson_id: int) -> ResponseReturnValue:
    actor = current_actor()
    held = queries.lesson_for(actor, lesson_id)
    rows = queries.roster_of(held)
    return page(
        "attendance/lesson.html",
        held=held,
        rows=rows,
        states=[(one, sum(1 for row in rows if row.attendance.state is one)) for one in AttendanceState],
        may_keep=policy.keep_attendance(actor, held.trainers_account),
        statements=STATEMENTS,
        now=clock.now(),
    )


@bp.post("/lessons/<int:lesson_id>")
@shown_again_by(".lesson")
def state(lesson_id: int) -> ResponseReturnValue:
    actor = current_actor()
    held = queries.lesson_for(actor, lesson_id)
    form = read_form(StatementIn)
    count = service.state_attendance(held, form.pop("people"), form.pop("kind"), **form, actor=actor, now=clock.now())
    return outcome(to=url_for(".lesson", lesson_id=lesson_id), said=_("已登记{count}人的考勤。", count=count))


@bp.get("/lessons/<int:lesson_id>/door")
def door(lesson_id: int) -> ResponseReturnValue:
    """The screen at the front: a code that changes; without scripts the page renews itself."""
    held = _kept(lesson_id)
    return page("attendance/door.html", **_shown(held))


@bp.get("/lessons/<int:lesson_id>/door/code")
def door_code(lesson_id: int) -> ResponseReturnValue:
    answer = make_response(page("attendance/_code.html", **_shown(_kept(lesson_id))))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/lessons/<int:lesson_id>/device")
def device(lesson_id: int) -> ResponseReturnValue:
    """The trainer's device: it holds the roster and the codes of this lesson, and goes on without a network."""
    held, now = _kept(lesson_id), clock.now()
    first = checkins.step_at(held.lesson.starts_at - rules.OPENS_BEFORE)
    last = checkins.step_at(held.lesson.ends_at + rules.CLOSES_AFTER)
    rows = queries.roster_of(held)
    sheet = {
        "lesson": lesson_id,
        "now": show_utc(now),
        "step_seconds": checkins.STEP_SECONDS,
        "first_step": first,
        "marks": [checkins.code_of(held.door, step).rpartition(".")[2] for step in range(first, last + 1)],
        "spoken": [checkins.spoken_of(held.door, step) for step in range(first, last + 1)],
        "place": held.door.place,
        "address": absolute(url_for(".come", code="-"))[:-1],
        "hand_in": url_for(".hand_in", lesson_id=lesson_id),
    }
    return page("attendance/device.html", held=held, rows=rows, sheet=sheet, states=list(AttendanceState))


@bp.post("/lessons/<int:lesson_id>/hand-in")
def hand_in(lesson_id: int) -> ResponseReturnValue:
    """What the device saw, as JSON; which ids were taken, which not and why."""
    actor = current_actor()
    held = queries.lesson_for(actor, lesson_id)
    given: Any = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise Unreadable(_("设备交回的内容无法读取，请刷新页面后重试。"))
    try:
        batch = BatchIn().load(given)["sightings"]
    except ValidationError as error:
        raise invalid(shortfalls_of(error.messages)) from error
    taken, refused = service.hand_in(held, batch, actor=actor, now=clock.now())
    rows = queries.roster_of(held)
    return jsonify(
        taken=taken,
        refused=[{"uid": one.uid, "code": one.code, "detail": one.detail} for one in refused],
        states={row.person.id: [row.attendance.state.value, row.attendance.minutes] for row in rows},
        now=show_utc(clock.now()),
    )


@bp.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The service worker of the trainer's device: it may only look after the pages beneath this address."""
    answer: Response = current_app.send_static_file("attendance/worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/classes/<int:class_id>")
def sheet(class_id: int) -> ResponseReturnValue:
    now = clock.now()
    found = queries.sheet_for(current_actor(), class_id, now=now)
    return page("attendance/sheet.html", sheet=found, now=now)


def _kept(lesson_id: int) -> Held:
    actor = current_actor()
    held = queries.lesson_for(actor, lesson_id)
    require(policy.keep_attendance, actor, held.trainers_account)
    return held


def _shown(held: Held) -> dict[str, Any]:
    now = clock.now()
    step = checkins.step_at(now)
    address = absolute(url_for(".come", code=checkins.code_of(held.door, step)))
    picture = io.BytesIO()
    segno.make_qr(address, error="m").save(
        picture, kind="svg", scale=8, border=2, xmldecl=False, svgns=True, svgclass=None, lineclass=None
    )
    return {
        "held": held,
        "svg": Markup(picture.getvalue().decode()),  # noqa: S704 - drawn here, from our own address
        "spoken": checkins.spoken_of(held.door, step),
        "seconds": max(1, int(checkins.left_of(now).total_seconds()) + 1),
        "open_now": rules.is_open(held.span, now),
        "there": sum(1 for row in queries.roster_of(held) if row.attendance.came_at),
    }
