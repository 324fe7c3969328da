"""/v/offline: what a QR code says, checked without a network; an installed web app with a worker of its own.

The worker looks after /v/ and /c/ only: whoever scans a label or a certificate in a basement gets this page in place of
the register's. How certificates are read is handed in by their floor.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock, i18n
from association.kernel.actors import NOBODY
from association.kernel.i18n import N_, _, pick
from association.signing import queries as signing
from association.signing import readings
from association.signing import words as signing_words
from association.web import menu
from association.web.doors import public_door
from association.web.render import absolute, asked_language, asset, language_in_address, page
from catalog.categories import queries as categories
from catalog.vocabulary import Standing

bp = public_door("catalog.register.offline", prefix="/v", name="register_offline")

WORKER = "proof/worker.js"
# What the frame of the page asks for by its content's hash, and what scripts import by plain names.
FRAME = ("registry.css", "registry.js", "favicon.svg", "vendor/htmx-2.0.11.min.js", "proof/offline.js")
ICONS = ("proof/icon-192.png", "proof/icon-512.png")
IMPORTED = (
    "proof/check.js",
    "proof/scan.js",
    "proof/standing.js",
    "vendor/noble-ed25519-3.2.0.js",
    "vendor/qr-0.7.0/decode.js",
    "vendor/qr-0.7.0/index.js",
)

# What an outcome comes to: tone and sign of the design, word, and what to do.
OUTCOMES = {
    "in_force": ("good", "check-circle", Standing.IN_FORCE.zh, N_("请核对下列型号、生产者与实物铭牌是否一致。")),
    "list_aged": ("warn", "clock", N_("曾有效，待更新"), N_("状态清单已超过一天。签名有效，清单当时没有暂停、撤销等记录；有网络时请更新。")),
    "list_stale": ("warn", "hourglass", N_("状态不明"), N_("状态清单已超过七天，不能据以判断现在的状态。请到有网络处更新后再看。")),
    "no_list": ("warn", "question-diamond", N_("状态不明"), N_("签名有效，但本机还没有状态清单。请到有网络处打开本页一次。")),
    "list_older": ("warn", "question-diamond", N_("状态不明"), N_("状态清单早于这项登记。请到有网络处更新后再看。")),
    "clock_wrong": ("warn", "clock", N_("状态不明"), N_("本机时间与状态清单不符，无法判断清单的新旧。请校准时间。")),
    "date_passed": ("warn", "hourglass", N_("所印有效期已过"), N_("清单没有失效记录，可能已经续期。请联网查看现在的有效期。")),
    "not_begun": ("info", "clock", Standing.NOT_YET_VALID.zh, N_("登记尚未生效。")),
    "revoked": ("bad", "cross-octagon", Standing.REVOKED.zh, N_("不要安装、使用；已经进货的，请联系供货单位。")),
    "suspended": ("warn", "pause-square", Standing.SUSPENDED.zh, N_("登记暂停期间不要安装、使用，请联网查看原因。")),
    "cancelled": ("out", "slash-circle", Standing.CANCELLED.zh, N_("登记已注销。登记自愿，注销不表示产品有问题。")),
    "lapsed": ("none", "hourglass", Standing.LAPSED.zh, N_("登记有效期已满。登记自愿，失效不表示产品有问题。")),
    "not_yet_valid": ("info", "clock", Standing.NOT_YET_VALID.zh, N_("登记尚未生效。")),
    "unlisted": ("none", "question-diamond", N_("没有停用记录"), N_("清单中没有此编号的暂停、撤销、注销、失效记录。只有编号、没有签名，离线不能确认它是否存在；请扫描二维码或联网核验。")),
    "no_number": ("none", "question-diamond", N_("读不出编号"), N_("这不是登记编号，也不是登记标签的二维码。请重新扫描，或输入标签上的编号。")),
    "mistyped": ("warn", "question-diamond", N_("编号有误"), N_("校验位不对：编号抄错或印错了。请对照标签逐字核对，或扫描二维码。")),
    "forged": ("bad", "cross-octagon", N_("不能采信"), ""),
}  # fmt: skip

WORDS = {
    "as_of": N_("状态截至{moment}"),
    "no_list_yet": N_("还没有状态清单"),
    "updating": N_("正在更新状态清单…"),
    "updated": N_("状态清单已是最新。"),
    "clock": N_("状态清单已是最新，但本机时间与清单不符，请校准时间。"),
    "offline": N_("现在连不上登记簿，使用本机保存的状态清单。"),
    "partly": N_("有的状态清单这次没有取到，用本机保存的；取到的已更新。"),
    "refused": N_("收到的状态清单签名不符或早于本机所存的，没有采用。"),
    "saving": N_("正在把本页存入本机…"),
    "saved": N_("本页已存入本机，没有网络也能打开。"),
    "unsaved": N_("浏览器不能保存本页；没有网络时请改用已下载的核对网页。"),
    "camera_refused": N_("没有使用相机的权限。请在浏览器设置中允许，或输入编号。"),
    "camera_missing": N_("不能使用相机。请输入编号，或用手机自带的扫码功能。"),
    "number": N_("登记编号"),
    "model": N_("型号"),
    "manufacturer": N_("生产者"),
    "kind": N_("类别与种类"),
    "valid": N_("登记有效期"),
    "stated": N_("签名内容截至"),
    "no_end": N_("无截止日期"),
}


@bp.get("/offline")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/offline/page")
@language_in_address
def kept() -> ResponseReturnValue:
    """The page as the worker keeps it, one for each language: no cookie is asked."""
    return _kept(asked_language())


def _kept(language: i18n.Language, **more: Any) -> str:
    with i18n.speaking(language):
        # Nobody's page; its link to the other language leads to the one that remembers the choice.
        menu_member = menu.member_menu(NOBODY)
        return _page(actor=NOBODY, menu_member=menu_member, lang_url=lambda code: url_for(".show", lang=code), **more)


def _page(*, dated: bool = True, **more: Any) -> str:
    """``dated``: with the moment of which the keys are."""
    now = clock.now()
    view, others = categories.known_at(now), readings.everything()
    kinds = {
        one.code: {"name": pick(one), "subtypes": {sub.code: pick(sub) for sub in view.subtypes(one.code)}}
        for one in view.classes(None)
    }
    keys = signing.published(issuer=absolute(""), at=now)
    return page(
        "register/offline.html",
        outcomes=OUTCOMES,
        readings={kind: one.outcomes for kind, one in others.items()},
        data={
            **{f"{kind}s": one.data() for kind, one in others.items()},
            "words": {name: _(text) for name, text in WORDS.items()},
            "signature": signing_words.outcomes(),
            "kinds": kinds,
            "keys": keys if dated else {**keys, "as_of": ""},
            "list": url_for("register_api.status_list"),
            "key_list": url_for("signing_well_known.key_list"),
            "worker": url_for(".worker"),
            "register": url_for("register_public.index"),
        },
        **more,
    )


@cache
def _files_kept(static: Path) -> bytes:
    return b"".join(
        hashlib.sha256((static / name).read_bytes()).digest() for name in (*FRAME, *IMPORTED, *ICONS, WORKER)
    )


def _edition(static: Path) -> str:
    """Changes with anything that the worker keeps: its files, and every word of the page in both languages, whichever
    floor says it. What only tells the hour changes nothing."""
    seen = hashlib.sha256(_files_kept(static))
    for code in i18n.LANGUAGES:
        # A request of its own: what waits to be told to whoever asks now is not taken from them.
        with current_app.test_request_context(url_for(".kept", lang=code), base_url=request.host_url):
            seen.update(_kept(code, dated=False).encode())
    return seen.hexdigest()[:12]


@bp.get("/offline/worker.js")
def worker() -> ResponseReturnValue:
    static = Path(str(current_app.static_folder))
    files = [*map(asset, FRAME), *(url_for("static", filename=name) for name in (*IMPORTED, *ICONS))]
    constants = {
        "EDITION": _edition(static),
        "PAGES": {code: url_for(".kept", lang=code) for code in i18n.LANGUAGES},
        "FILES": files,
    }
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in constants.items())
    answer = Response(head + (static / WORKER).read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/offline/app.webmanifest")
def manifest() -> ResponseReturnValue:
    answer = jsonify(
        name=_("登记标签离线核对"),
        short_name=_("离线核对"),
        lang="en" if i18n.language() == "en" else "zh-Hans",
        start_url=url_for(".show"),
        scope="/v/",
        display="standalone",
        background_color="#f7f7f5",
        theme_color="#f7f7f5",
        icons=[
            {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
            for name, size in zip(ICONS, (192, 512), strict=True)
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer
