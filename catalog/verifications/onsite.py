"""/catalog/verifications/scan: on site, one thumb: several labels into one list, which is then judged at once."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _
from association.kernel.numbers import read_registration_number
from association.web.doors import public_door
from association.web.forms import read_form
from association.web.idempotency import once
from association.web.identity import current_actor
from association.web.limits import limited
from association.web.problems import invalid, shown_again_by
from association.web.render import absolute, outcome, page
from catalog.verifications import service
from catalog.verifications.rules import Question
from catalog.verifications.schemas import ScannedIn

bp = public_door(__name__, name="verifications_onsite")

MOST_SCANNED = 500

WORDS = {
    "added": N_("已加入：{number}"),
    "twice": N_("已在清单中：{number}"),
    "not_ours": N_("不是登记标签的二维码，没有加入。"),
    "foreign": N_("二维码的地址不是本登记簿（{iss}），没有加入。请当心假冒标签。"),
    "sending": N_("正在提交…"),
    "waiting": N_("网络不通，清单已存在本机，{seconds}秒后自动重试。关闭本页也不会丢失，再打开时继续提交。"),
    "camera_refused": N_("没有使用相机的权限。请在浏览器设置中允许，或输入编号。"),
    "camera_missing": N_("不能使用相机。请输入编号，或用手机自带的扫码功能。"),
    "remove": N_("移除{number}"),
}


@bp.get("/scan")
def scan() -> ResponseReturnValue:
    return page(
        "verifications/scan.html",
        most=MOST_SCANNED,
        data={"words": {name: _(text) for name, text in WORDS.items()}, "issuer": absolute("")},
    )


@bp.post("/scan")
@once
@limited("lists")
@shown_again_by(".scan")
def judge() -> ResponseReturnValue:
    """Judge what was scanned. On a bad line it may be sent several times under one ``Idempotency-Key``: judged once."""
    now = clock.now()
    asked = read_form(ScannedIn)
    lines = numbers_in(asked["list"])
    if len(lines) > MOST_SCANNED:
        sentence = _("一次最多{most}件，请分几次提交；更多的请用清单核验。", most=MOST_SCANNED)
        raise invalid([Shortfall("list", "too_many", sentence)])
    questions = [service.AskedLine(Question(number=one, ref=str(place))) for place, one in enumerate(lines, 1)]
    listed = service.AskedList(lines=questions, known=now, project=asked["project"])
    made = service.verify(listed, issuer=absolute(""), actor=current_actor(), now=now)
    return outcome(to=url_for("verifications_public.receipt", receipt=made.verification.receipt))


def numbers_in(text: str) -> list[str]:
    """The lines of ``text``, each once: of an address the number in it, of a number the form in which it is printed."""
    found: dict[str, None] = {}
    for line in text.splitlines():
        _before, mark, after = line.strip().partition("/v/")
        plain = (after if mark else line).partition("#")[0].partition("?")[0].strip()
        if plain:
            read = read_registration_number(plain)
            found[(read.number if read.sound and read.number else plain)[:120]] = None
    return list(found)
