"""From error to answer: the one map (RFC 9457). Pages and programs get the same words.

Each problem has a code that never changes, a status, a title and a page at ``/problems/<code>`` that explains it.
"""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from association.kernel import errors
from association.kernel.errors import Invalid, NotSignedIn, RegistryError, Shortfall, TooMany
from association.kernel.i18n import N_, _
from association.web.identity import for_programs

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal: HTTP status, title, and what its page says of the way out."""

    status: int
    title: str
    way_out: str


PROBLEMS: dict[str, Problem] = {
    "unreadable": Problem(
        400, N_("无法读取请求"), N_("请检查发送内容的格式（例如JSON是否完整、编码是否为UTF-8）后重试。")
    ),
    "not_signed_in": Problem(401, N_("需要登录"), N_("请登录后再试；程序调用请在Authorization请求头中附上密钥。")),
    "forbidden": Problem(403, N_("没有权限"), N_("您的角色不能进行此项操作；如确有需要，请联系协会秘书处。")),
    "other_site": Problem(
        403, N_("请求来自其他网站"), N_("为保护您的账号，修改操作只能在本平台的页面上进行。请回到本平台重新操作。")
    ),
    "not_found": Problem(404, N_("没有找到"), N_("地址可能有误，或该内容不对您开放。请从首页重新查找。")),
    "method_not_allowed": Problem(405, N_("不支持此操作"), N_("该地址不接受这种请求方式。")),
    "not_acceptable": Problem(406, N_("没有所要的格式"), N_("请改用JSON或网页格式。")),
    "conflict": Problem(409, N_("当前状态不允许此操作"), N_("请刷新页面，按最新状态继续。")),
    "lost_race": Problem(409, N_("刚刚被其他人处理"), N_("请刷新页面，按最新状态继续；您填写的内容没有保存。")),
    "no_mandate": Problem(
        409, N_("没有有效的委托"), N_("此项工作须有市技防管理机构的有效委托，请联系秘书处登记委托文件。")
    ),
    "idempotency_conflict": Problem(
        409, N_("同一个Idempotency-Key用于不同的请求"), N_("此键24小时内已用于另一内容；请为新的请求换一个新键。")
    ),
    "idempotency_running": Problem(
        409, N_("同样的请求正在处理"), N_("请按Retry-After稍候再发，届时得到第一次的答复。")
    ),
    "idempotency_done": Problem(
        409, N_("请求已经办理，答复未能保存"), N_("第一次请求已经生效，请查询现状，不要重复提交。")
    ),
    "gone": Problem(410, N_("内容已移除"), N_("请从首页重新查找。")),
    "length_required": Problem(411, N_("没有写明长度"), N_("请在请求头写明Content-Length后重新发送。")),
    "too_large": Problem(413, N_("内容过大"), N_("请减小文件或内容后重试。")),
    "unsupported_media_type": Problem(
        415,
        N_("不支持的内容类型"),
        N_("答复中写明该地址接收的内容类型，一般为application/json；请在请求头Content-Type中如实写明。"),
    ),
    "invalid": Problem(422, N_("填写内容有误"), N_("请按各项提示逐一改正后重新提交，已填写的内容会保留。")),
    "too_many_requests": Problem(429, N_("请求过于频繁"), N_("请稍候再试；程序调用请按Retry-After等待。")),
    "internal_error": Problem(500, N_("系统出错"), N_("错误已记录。请稍后重试；如仍出现，请把页面上的编号告诉协会。")),
}

JSON = "application/json"
# What a door for programs takes besides, by its endpoint.
ACCEPTED: dict[str, tuple[str, ...]] = {}

_STATUS_CODES = {
    400: "unreadable",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    410: "gone",
    411: "length_required",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
}

# Sentences for the codes that schemas give; ``{limit}`` is filled from ``code:limit``.
FAULTS: dict[str, str] = {
    "required": N_("请填写此项"),
    "null": N_("此项不能为空"),
    "type": N_("内容类型不对"),
    "unknown": N_("没有这个字段"),
    "blank": N_("请填写此项"),
    "too_long": N_("最多{limit}个字符"),
    "too_many": N_("最多{limit}项"),
    "characters": N_("含有无法处理的字符（控制字符或不完整的字符），请删除后重试"),
    "date": N_("请填写日期，格式如2026-03-01"),
    "date_range": N_("日期须在1900年至2100年之间"),
    "clock": N_("请填写时刻，格式如09:00"),
    "moment": N_("请填写日期（2026-03-01）或UTC时刻（2026-03-01T08:00:00Z）"),
    "future": N_("不能晚于现在"),
    "integer": N_("请填写整数"),
    "minimum": N_("不能小于{limit}"),
    "maximum": N_("不能大于{limit}"),
    "number": N_("请填写数字"),
    "boolean": N_("请填写是或否（true或false）"),
    "choice": N_("请从所列选项中选择：{limit}"),
    "category": N_("类别代码为两位数字，例如01"),
    "uscc": N_("统一社会信用代码为18位，请对照营业执照核对"),
    "email": N_("请填写电子邮箱，例如name@example.com"),
    "webhook": N_("请填写以https://开头的公网地址：用主机名，端口443或8443，不含用户名和“#”以后的部分"),
    "no_lines": N_("清单中没有内容，至少要有一行"),
    "object": N_("应为一个对象"),
    "list": N_("应为一个列表"),
}


def fault(code: str) -> Shortfall:
    """The sentence for a schema's fault code such as ``too_long:80`` (the field is filled in by the caller)."""
    name, _colon, limit = code.partition(":")
    text = FAULTS.get(name)
    return Shortfall("", name if text else "type", _(text, limit=limit) if text else _(FAULTS["type"]))


def shortfalls_of(messages: Any, prefix: str = "") -> list[Shortfall]:
    """Flatten marshmallow's nested messages into shortfalls with dotted field names."""
    if isinstance(messages, Mapping):
        found: list[Shortfall] = []
        for key, inner in messages.items():
            here = prefix if key == "_schema" else f"{prefix}.{key}" if prefix else str(key)
            found.extend(shortfalls_of(inner, here))
        return found
    if isinstance(messages, list | tuple):
        return [one for message in messages for one in shortfalls_of(message, prefix)]
    plain = fault(str(messages))
    return [Shortfall(prefix, plain.code, plain.detail)]


def publish(problems: Mapping[str, Problem]) -> None:
    """Add a floor's own problems to the map; called by its wiring."""
    PROBLEMS.update(problems)


def publish_accepted(endpoint: str, *types: str) -> None:
    """Name the media types that a door for programs takes besides JSON; called by the wiring of its floor."""
    ACCEPTED[endpoint] = types


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal, ready to be shown."""

    code: str
    status: int
    title: str
    detail: str
    errors: tuple[Shortfall, ...] = ()

    def for_field(self, name: str) -> list[str]:
        return [shortfall.detail for shortfall in self.errors if shortfall.field == name]

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [
                {"pointer": _pointer(one.field), "code": one.code, "detail": one.detail} for one in self.errors
            ]
        return body


def _pointer(field: str) -> str:
    """The JSON pointer (RFC 6901) of a field's name with dots; nothing names the whole body."""
    return field and "/" + field.replace("~", "~0").replace("/", "~1").replace(".", "/")


def answer_for(error: RegistryError) -> Answer:
    """The answer to one of our own errors."""
    code = error.code if error.code in PROBLEMS else "conflict" if isinstance(error, errors.Conflict) else "invalid"
    problem = PROBLEMS[code]
    detail = error.detail or _way_out(code)
    return Answer(code, problem.status, _(problem.title), detail, getattr(error, "shortfalls", ()))


def _answer_for_http(error: HTTPException) -> Answer:
    code = _STATUS_CODES.get(error.code or 500, "internal_error")
    problem = PROBLEMS[code]
    messages = getattr(error, "data", {}).get("messages") if code in ("invalid", "unreadable") else None
    if messages:
        # webargs nests by location: {"json": {"field": [...]}}
        inner = next(iter(messages.values())) if isinstance(messages, Mapping) and len(messages) == 1 else messages
        found = tuple(shortfalls_of(inner))
        if code == "invalid" and found:
            return Answer(code, problem.status, _(problem.title), _("填写内容有误，请按各项提示改正。"), found)
    if code == "too_large" and (most := request.max_content_length):
        way_out = _("这里一次最多接收{most}MB，请减小文件或内容后重试。", most=f"{most / 1024 / 1024:.3g}")
        return Answer(code, problem.status, _(problem.title), way_out)
    return Answer(code, problem.status, _(problem.title), _way_out(code))


def _way_out(code: str) -> str:
    if code == "unsupported_media_type":
        types = (JSON, *ACCEPTED.get(request.endpoint or "", ()))
        return _("请求头Content-Type应如实写明内容的类型；这里接收：{types}", types=_("、").join(types))
    return _(PROBLEMS[code].way_out)


def shown_again_by(endpoint: str) -> Callable[[View], View]:
    """Marks a form's target: when it refuses, the page of ``endpoint`` (same blueprint) is shown again with what was
    typed, the sentences beside their fields, and the refusal's status."""

    def mark(view: View) -> View:
        view.shown_again_by = endpoint  # type: ignore[attr-defined]
        return view

    return mark


def _wants_json() -> bool:
    if for_programs(request.path):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def respond(answer: Answer) -> Response:
    """``answer`` as a program, htmx or a person at a page needs it."""
    if _wants_json():
        response = jsonify(answer.as_json())
        response.content_type = "application/problem+json"
    elif request.headers.get("HX-Request"):
        response = make_response(render_template("_problem.html", problem=answer))
        response.headers["HX-Retarget"] = "#problem"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        try:
            again = _page_again(answer)
        except RegistryError as refused:
            # Who may not see the page is told so, and nothing of what was wrong with the form.
            g.problem = answer = answer_for(refused)
            again = None
        response = again or make_response(render_template("problem.html", problem=answer))
    response.status_code = answer.status
    return response


def _page_again(answer: Answer) -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    name = getattr(view, "shown_again_by", None)
    if name is None or answer.status in (401, 403, 404):
        return None
    endpoint = f"{request.blueprint}{name}" if name.startswith(".") else name
    g.problem = answer
    shown = make_response(current_app.ensure_sync(current_app.view_functions[endpoint])(**(request.view_args or {})))
    if shown.mimetype == "text/html":
        html = shown.get_data(as_text=True)
        shown.set_data(_TO_A_FIELD.sub(lambda link: link[0] if f'id="{link[1]}"' in html else link[2], html))
    return shown


# The list of faults leads to the fields; what is not on the page (it changed, or the sender was no form of ours) is
# said without a link.
_TO_A_FIELD = re.compile(r'<a href="#(f-[^"]+)">([^<]*)</a>')


def init_app(app: Flask) -> None:
    """Answer every error of ``app``."""

    @app.errorhandler(RegistryError)
    def _ours(error: RegistryError) -> ResponseReturnValue:
        if isinstance(error, NotSignedIn) and not _wants_json() and not request.headers.get("HX-Request"):
            here = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts_public.sign_in", next=here), 303)
        response = respond(answer_for(error))
        if error.code == "idempotency_running":
            response.headers["Retry-After"] = "2"
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, NotSignedIn):
            response.headers["WWW-Authenticate"] = 'Bearer realm="jifang-registry"'
        return response

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is not None and 300 <= error.code < 400:
            return error
        response = respond(_answer_for_http(error))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> ResponseReturnValue:
        incident = secrets.token_hex(4)
        log.exception("incident %s", incident, exc_info=error)
        if app.config.get("TESTING") and app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        problem = PROBLEMS["internal_error"]
        detail = _("系统出错，编号{incident}。请稍后重试；如仍出现，请把编号告诉协会。", incident=incident)
        return respond(Answer("internal_error", 500, _(problem.title), detail))


def invalid(found: list[Shortfall] | tuple[Shortfall, ...]) -> Invalid:
    """An Invalid with the usual sentence above the fields' own."""
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)
