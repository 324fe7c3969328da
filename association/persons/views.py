"""``/association/persons``: the desk's files, one's own data, an enterprise's people."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from association import policy
from association.accounts import queries as accounts
from association.enterprises import queries as enterprises
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.errors import NotFound, Shortfall
from association.kernel.i18n import _
from association.paper.press import print_job, sheet_job
from association.persons import copies, erasure, holdings, queries, rules, schemas, sealed, service
from association.persons.models import Person
from association.persons.portraits import LARGEST_FILE
from association.persons.queries import Filters
from association.vocabulary import ConsentPurpose, ErasureGround, MergeGround, ReadingReason
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import invalid, shown_again_by
from association.web.render import outcome, page, refused

bp = member_door(__name__)

TYPES = {
    "pdf": "application/pdf",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/")
@shown_again_by(".index")
def index() -> ResponseReturnValue:
    asked = schemas.DeskQuery().load({}) if refused() else read_query(schemas.DeskQuery)
    found = queries.desk(current_actor(), Filters(asked["q"], asked["unchecked"]), number=asked["page"])
    return page("persons/index.html", found=found, asked=asked)


@bp.post("/find")
@shown_again_by(".index")
def find() -> ResponseReturnValue:
    """A whole number is looked for in a form's body: it stands in no address and in no log."""
    found = queries.found_by_desk(current_actor(), read_form(schemas.IdentityIn)["identity"])
    if found is None:
        sentence = _("没有这个身份证号码的档案，请核对号码，或新建档案。")
        raise invalid([Shortfall("identity", "unknown", sentence)])
    return outcome(to=url_for(".show", person_id=found.merged_into_id or found.id))


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(policy.keep_persons, current_actor())
    return page("persons/new.html")


@bp.post("/new")
@shown_again_by(".new")
def record() -> ResponseReturnValue:
    made = service.record_person(**read_form(schemas.PersonIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".show", person_id=made.id), said=_("档案已建立。请登记本人签字同意的用途。"))


@bp.get("/ours")
def ours() -> ResponseReturnValue:
    actor, asked = current_actor(), read_query(schemas.PageQuery)
    found = queries.own_people(actor, today=clock.today(), number=asked["page"])
    return page("persons/ours.html", found=found)


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    actor = current_actor()
    person = queries.own_person(actor)
    if person is not None:
        return _shown(person)
    if not policy.record_own_person(actor):
        raise NotFound
    account = accounts.own_account(actor)
    notice = queries.notice(ConsentPurpose.TRAINING, clock.today())
    return page("persons/begin.html", own_account=account, notice=notice)


@bp.post("/mine")
@shown_again_by(".mine")
def record_own() -> ResponseReturnValue:
    actor, now, form = current_actor(), clock.now(), read_form(schemas.OwnPersonIn)
    if not form.pop("training"):
        raise invalid([Shortfall("training", "required", _("同意“办理培训”的告知后才能建立个人信息"))])
    service.record_own(**form, actor=actor, now=now)
    said = _("个人信息已保存，可以报名培训了。首次上课请携带身份证，由工作人员核对。")
    return outcome(to=url_for(".mine"), said=said)


@bp.get("/<int:person_id>")
def show(person_id: int, **_of: int) -> ResponseReturnValue:
    """Also what is shown again when a form about one employment is refused."""
    return _shown(_person(person_id))


def _person(person_id: int) -> Person:
    return queries.person_for(current_actor(), person_id, today=clock.today())


def _kept(person_id: int) -> Person:
    """For what only the person and the desk do."""
    person = _person(person_id)
    if not policy.correct_person(current_actor(), person):
        raise NotFound
    return person


def _shown(person: Person) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    known = queries.employments_of(person)
    return page(
        "persons/show.html",
        person=person,
        own_account=queries.account_of(person),
        checker=queries.checker(person),
        consents=queries.consents_of(person),
        notices=rules.current_notices(queries.notices(), today),
        purposes=list(ConsentPurpose),
        employments=known,
        firms=queries.enterprise_names(one.enterprise_id for one in known),
        merged=queries.merged_into(person),
        sections=_held(person) if policy.correct_person(actor, person) else [],
        reasons=[reason for reason in ReadingReason if reason is not ReadingReason.OWN],
        own=policy.own_person(actor, person),
        may_keep=policy.keep_persons(actor),
        may_correct=policy.correct_person(actor, person) and not person.gone,
        may_erase=policy.erase_persons(actor) and not person.gone,
        ended_by=lambda employment: policy.end_employment(actor, person, employment.enterprise_id),
        today=today,
    )


def _held(person: Person) -> list[holdings.Section]:
    return [section for room in holdings.everywhere() for section in room.take(person)]


def _back(person: Person, said: str) -> ResponseReturnValue:
    own = policy.own_person(current_actor(), person)
    return outcome(to=url_for(".mine") if own else url_for(".show", person_id=person.id), said=said)


@bp.post("/<int:person_id>/correct")
@shown_again_by(".show")
def correct(person_id: int) -> ResponseReturnValue:
    person = _kept(person_id)
    service.correct(person, **read_form(schemas.CorrectionIn), actor=current_actor(), now=clock.now())
    return _back(person, _("已更正。"))


@bp.post("/<int:person_id>/check")
def check(person_id: int) -> ResponseReturnValue:
    person = _kept(person_id)
    service.check_card(person, actor=current_actor(), now=clock.now())
    return _back(person, _("已登记：身份证与档案一致。请把身份证还给本人，不留复印件。"))


@bp.post("/<int:person_id>/consents")
@shown_again_by(".show")
def consent(person_id: int) -> ResponseReturnValue:
    person = _kept(person_id)
    service.give_consent(person, **read_form(schemas.ConsentIn), actor=current_actor(), now=clock.now())
    return _back(person, _("已登记同意，可以随时撤回。"))


@bp.post("/<int:person_id>/consents/withdraw")
@shown_again_by(".show")
def withdraw(person_id: int) -> ResponseReturnValue:
    person = _kept(person_id)
    service.withdraw_consent(person, **read_form(schemas.ConsentIn), actor=current_actor(), now=clock.now())
    return _back(person, _("同意已撤回。"))


@bp.post("/<int:person_id>/employments")
@shown_again_by(".show")
def employ(person_id: int) -> ResponseReturnValue:
    person, form = _kept(person_id), read_form(schemas.EmploymentIn)
    firm = enterprises.enterprise_by_uscc(form["uscc"])
    if firm is None:
        sentence = _("平台上没有这个统一社会信用代码的企业，请核对代码；企业须先在平台登记。")
        raise invalid([Shortfall("uscc", "unknown", sentence)])
    days = {"begins": form["begins"], "ends": form["ends"]}
    service.employ(person, firm.id, **days, actor=current_actor(), now=clock.now())
    return _back(person, _("任职已登记。"))


@bp.post("/<int:person_id>/employments/<int:employment_id>/end")
@shown_again_by(".show")
def end_employment(person_id: int, employment_id: int) -> ResponseReturnValue:
    actor, person = current_actor(), _person(person_id)
    employment = queries.employment_for(actor, person, employment_id)
    service.end_employment(employment, person, **read_form(schemas.LastDayIn), actor=actor, now=clock.now())
    if policy.correct_person(actor, person):
        return _back(person, _("任职已结束。"))
    return outcome(to=url_for(".ours"), said=_("任职已结束。"))


@bp.post("/<int:person_id>/identity")
@shown_again_by(".show")
def identity(person_id: int) -> ResponseReturnValue:
    person, form = _kept(person_id), read_form(schemas.ReadingIn)
    number = sealed.read_identity(person, **form, actor=current_actor(), now=clock.now())
    shown = Response(page("persons/identity.html", person=person, number=number))
    shown.headers["Cache-Control"] = "no-store"
    return shown


@bp.post("/<int:person_id>/copy")
@shown_again_by(".show")
def take_copy(person_id: int) -> ResponseReturnValue:
    """A copy of all that is held, as PDF, xlsx or JSON."""
    actor, now, person = current_actor(), clock.now(), _kept(person_id)
    asked = read_form(schemas.CopyIn)["form"]
    form = asked if asked in TYPES else "xlsx"
    sealed.note_export(person, form, actor=actor, now=now)
    reason = ReadingReason.OWN if policy.own_person(actor, person) else ReadingReason.COUNTER
    number = sealed.read_identity(person, reason=reason, actor=actor, now=now)
    sections = copies.sections_of(person, holdings.everywhere(), identity=number)
    if form == "pdf":
        # Not through the press's shelf, which would keep it in memory for whoever asks again.
        made = print_job(sheet_job(copies.as_sheet(person, sections, now=now)), keep=False)
    elif form == "json":
        made = copies.as_json(person, sections, now=now)
    else:
        made = copies.as_workbook(sections, now=now)
    headers = {
        "Content-Disposition": f'attachment; filename="{copies.file_name(person, form, now)}"',
        "Cache-Control": "no-store",
    }
    return Response(made, mimetype=TYPES[form], headers=headers)


@bp.get("/<int:person_id>/portrait.jpg")
def portrait(person_id: int) -> ResponseReturnValue:
    made = sealed.portrait(_kept(person_id))
    if made is None:
        raise NotFound
    return Response(made, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


@bp.post("/<int:person_id>/portrait")
@shown_again_by(".show")
def file_portrait(person_id: int) -> ResponseReturnValue:
    request.max_content_length = LARGEST_FILE + 64 * 1024
    person, upload = _kept(person_id), request.files.get("portrait")
    if upload is None or not upload.filename:
        raise invalid([Shortfall("portrait", "required", _("请选择照片"))])
    sealed.file_portrait(person, upload.stream.read(LARGEST_FILE + 1), actor=current_actor(), now=clock.now())
    return _back(person, _("照片已保存，只印在培训证书上。"))


@bp.post("/<int:person_id>/portrait/remove")
def remove_portrait(person_id: int) -> ResponseReturnValue:
    person = _kept(person_id)
    sealed.remove_portrait(person, actor=current_actor(), now=clock.now())
    return _back(person, _("照片已删除。"))


@bp.post("/<int:person_id>/link")
@shown_again_by(".show")
def link(person_id: int) -> ResponseReturnValue:
    actor, person = current_actor(), _kept(person_id)
    require(policy.keep_persons, actor)
    account = accounts.account_by_email(read_form(schemas.LinkIn)["account"])
    if account is None:
        raise invalid([Shortfall("account", "unknown", _("没有使用此邮箱的账号，请本人先注册从业人员账号。"))])
    service.link(account, person, actor=actor, now=clock.now())
    return _back(person, _("账号已关联，本人登录后即可查看自己的培训。"))


@bp.get("/<int:person_id>/merge")
@shown_again_by(".merging")
def merging(person_id: int) -> ResponseReturnValue:
    """First step: both files side by side."""
    actor, kept = current_actor(), _kept(person_id)
    require(policy.keep_persons, actor)
    # Refused at the second step, both still stand side by side.
    number = request.form.get("gone", "") if request.method == "POST" else None
    if number is None:
        asked = None if refused() else read_query(schemas.MergeQuery)["gone"]
    else:
        asked = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    gone = None if asked is None else _kept(asked)
    return page("persons/merge.html", person=kept, other=gone, grounds=list(MergeGround))


@bp.post("/<int:person_id>/merge")
@shown_again_by(".merging")
def merge(person_id: int) -> ResponseReturnValue:
    actor, kept = current_actor(), _kept(person_id)
    form = read_form(schemas.MergeIn)
    gone, rooms = _kept(form["gone"]), holdings.everywhere()
    erasure.merge(gone, kept, ground=form["ground"], holdings=rooms, actor=actor, now=clock.now())
    return _back(kept, _("两份档案已合并，各自的记录都保留。"))


@bp.get("/<int:person_id>/erase")
def erasing(person_id: int) -> ResponseReturnValue:
    """First step: what goes, what stays, and the name once more."""
    person = _kept(person_id)
    require(policy.erase_persons, current_actor())
    return page("persons/erase.html", person=person, grounds=list(ErasureGround))


@bp.post("/<int:person_id>/erase")
@shown_again_by(".erasing")
def erase(person_id: int) -> ResponseReturnValue:
    actor, person, form = current_actor(), _kept(person_id), read_form(schemas.ErasureIn)
    if rules.normal_name(form["name"]) != person.name:
        raise invalid([Shortfall("name", "mismatch", _("与档案上的姓名不一致，没有删除"))])
    rooms = holdings.everywhere()
    erasure.erase(person, ground=form["ground"], holdings=rooms, actor=actor, now=clock.now())
    said = _("个人信息已删除；数据库将在几分钟内清理，工作日志的校验不受影响。")
    return outcome(to=url_for(".index"), said=said)
