"""/catalog/verifications/scan: on site, one thumb: several labels into one list, which is then judged at once."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _
from association.kernel.numbers import read_registration_number
from association.signing import queries as signing
from association.signing import words as signing_words
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
MOST_NAMED = 20
LONGEST_REF = 40

WORDS = {
    "added": N_("已加入：{number}"),
    "twice": N_("已在清单中：{number}"),
    "not_ours": N_("不是登记标签的二维码，没有加入。"),
    "mistyped": N_("{number}的校验位不对，编号印错或抄错了，没有加入。请逐字核对标签。"),
    "doubtful": N_("签名不能采信"),
    "foreign": N_("二维码的地址不是本登记簿（{iss}），没有加入。请当心假冒标签。"),
    "sending": N_("正在提交…"),
    "waiting": N_("网络不通，清单已存在本机，{seconds}秒后自动重试。关闭本页也不会丢失，再打开时继续提交。"),
    "waiting_here": N_("网络不通，{seconds}秒后自动重试。浏览器不能保存清单，请不要关闭本页。"),
    "changed": N_("清单已改，请再按“核验”。"),
    "followed": N_("清单在另一个页面改过，这里已照样更新。"),
    "judged": N_("清单已在另一个页面提交。"),
    "camera_refused": N_("没有使用相机的权限。请在浏览器设置中允许，或输入编号。"),
    "camera_missing": N_("不能使用相机。请输入编号，或用手机自带的扫码功能。"),
    "remove": N_("移除{number}"),
}


@bp.get("/scan")
def scan() -> ResponseReturnValue:
    issuer = absolute("")
    return page(
        "verifications/scan.html",
        most=MOST_SCANNED,
        data={
            "words": {name: _(text) for name, text in WORDS.items()},
            "issuer": issuer,
            "keys": signing.published(issuer=issuer, at=clock.now())["keys"],
            "signature": signing_words.outcomes(),
        },
    )


@bp.post("/scan")
@once
@limited("lists")
@shown_again_by(".scan")
def judge() -> ResponseReturnValue:
    """Judge what was scanned. On a bad line it may be sent several times under one ``Idempotency-Key``: judged once."""
    now = clock.now()
    asked = read_form(ScannedIn)
    issuer = absolute("")
    if found := foreign(asked["list"], issuer):
        raise invalid([Shortfall("list", "foreign_address", sentence) for sentence in found])
    lines = numbers_in(asked["list"])
    if len(lines) > MOST_SCANNED:
        sentence = _("一次最多{most}件，请分几次提交；更多的请用清单核验。", most=MOST_SCANNED)
        raise invalid([Shortfall("list", "too_many", sentence)])
    questions = [service.AskedLine(Question(number=one, ref=_places(places))) for one, places in lines.items()]
    repeated = sum(len(places) - 1 for places in lines.values())
    listed = service.AskedList(lines=questions, known=now, project=asked["project"])
    made = service.verify(listed, issuer=issuer, actor=current_actor(), now=now)
    said = _("有{count}行的编号重复，已合并，各核验一次。", count=repeated) if repeated else ""
    return outcome(to=url_for("verifications_public.receipt", receipt=made.verification.receipt), said=said)


def foreign(text: str, issuer: str) -> list[str]:
    """What is said of each line that is an address and not one of ``issuer``: a copied label leads to a copied site."""
    found = []
    for place, line in enumerate(_lines(text), 1):
        before, mark, _after = line.partition("/v/")
        if "://" in line and not mark:
            before = line.partition("#")[0]
            before = issuer if before.startswith(f"{issuer}/") else before
        elif not mark:
            continue
        if before not in ("", issuer):
            found.append(
                _(
                    "第{line}行：二维码的地址不是本登记簿（{iss}），没有核验。请当心假冒标签。",
                    line=place,
                    iss=spelled(before),
                )
            )
    more = len(found) - MOST_NAMED
    return [*found[:MOST_NAMED], _("另有{count}行也是。", count=more)] if more > 0 else found


def spelled(address: str) -> str:
    """An address with everything written out that only looks like a Latin letter."""
    return "".join(one if " " < one < "\x7f" else f"[U+{ord(one):04X}]" for one in address)[:200]


def numbers_in(text: str) -> dict[str, list[int]]:
    """What the lines of ``text`` ask about, each once, and which lines those are: of an address the number in it, of a
    number the form in which it is printed."""
    found: dict[str, list[int]] = {}
    for place, line in enumerate(_lines(text), 1):
        _before, mark, after = line.partition("/v/")
        plain = (after if mark else line).partition("#")[0].partition("?")[0].strip() or line
        read = read_registration_number(plain)
        found.setdefault((read.number if read.sound and read.number else plain)[:120], []).append(place)
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _places(places: list[int]) -> str:
    """The lines that asked for one thing, as far as a reference has room for them."""
    named = _("、").join(map(str, places))
    return named if len(named) <= LONGEST_REF else f"{named[: LONGEST_REF - 1]}…"
