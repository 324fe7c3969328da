"""The JSON API: schemas named at a route parse, answer and become OpenAPI 3.1 (flask-smorest).

``/api/v1/openapi.json`` is made from them; errors are answered by ``problems``, not by the library.
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from apispec import BasePlugin
from flask import Flask, Response, current_app, request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE
from marshmallow.fields import Integer, List, Nested, String
from webargs import missing
from webargs.flaskparser import FlaskParser

from association.kernel.errors import Unreadable, WrongKind
from association.web import fields, strictjson
from association.web.idempotency import HEADER, LONGEST, METHODS, once
from association.web.identity import API_PREFIX, for_programs
from association.web.problems import invalid, shortfalls_of

View = TypeVar("View", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Unknown fields are refused wherever they stand."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "form", "json_or_form", "query", "querystring"), RAISE)

    def _raw_load_json(self, req: Any) -> Any:
        if not req.is_json and req.get_data():
            # Left unread it would count as nothing said: a change would answer that it was made.
            raise WrongKind
        if not req.is_json:
            return missing
        try:
            return strictjson.read(body) if (body := req.get_data(cache=True)) else missing
        except ValueError as error:
            # No JSON, no UTF-8, or a number of thousands of digits.
            raise Unreadable from error


class OpenBlueprint(SmorestBlueprint):  # type: ignore[misc]
    """A blueprint of the API with the strict parser."""

    ARGUMENTS_PARSER = StrictParser()
    guard = ""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._prepare_doc_cbks.append(self._say_who_may)

    def _say_who_may(self, operation: dict[str, Any], _info: Any, **_more: Any) -> dict[str, Any]:
        """What stands behind a door for keys says so in the description."""
        return {**operation, "security": [{"key": []}]} if self.guard == "key" else operation

    def route(self, rule: str, **more: Any) -> Callable[[Any], Any]:
        """Every change is done once for one ``Idempotency-Key``."""
        add = super().route(rule, **more)
        return lambda view: add(once(view))

    if TYPE_CHECKING:
        # The library has no types of its own; these are what our doors use.
        def get(self, rule: str, **more: Any) -> Callable[[View], View]: ...
        def post(self, rule: str, **more: Any) -> Callable[[View], View]: ...
        def patch(self, rule: str, **more: Any) -> Callable[[View], View]: ...
        def put(self, rule: str, **more: Any) -> Callable[[View], View]: ...
        def delete(self, rule: str, **more: Any) -> Callable[[View], View]: ...
        def arguments(self, schema: Any, **more: Any) -> Callable[[View], View]: ...
        def response(self, status_code: int, schema: Any = None, **more: Any) -> Callable[[View], View]: ...
        def alt_response(self, status_code: int, **more: Any) -> Callable[[View], View]: ...
        def doc(self, **more: Any) -> Callable[[View], View]: ...
        def before_request(self, view: View) -> View: ...
        def after_request(self, view: View) -> View: ...


class FaultOut(fields.Out):
    """One shortfall of a problem: where, which, and the sentence."""

    pointer = String()
    code = String()
    detail = String()


class ProblemOut(fields.Out):
    """Problem details (RFC 9457), as every refusal is answered; ``type`` leads to a page that explains it."""

    type = String(required=True)
    title = String(required=True)
    status = Integer(required=True)
    detail = String(required=True)
    errors = List(Nested(FaultOut))


class Answers(BasePlugin):
    """Says of every operation how it answers besides what its route names: the refusals, and "not changed"."""

    KEY_OF_REPEATS = {
        "in": "header",
        "name": HEADER,
        "required": False,
        "description": "24小时内同一键只办一次 / what is sent again under the same key is done once",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    }

    def operation_helper(self, path: str | None = None, operations: dict[str, Any] | None = None, **_more: Any) -> None:
        for method, operation in (operations or {}).items():
            said = {str(status): response for status, response in operation.get("responses", {}).items()}
            besides = self._besides(path or "", method, keyed="security" in operation)
            said.update((str(status.value), status.name) for status in besides)
            operation["responses"] = dict(sorted(said.items()))
            if method.upper() in METHODS:
                operation.setdefault("parameters", []).append(dict(self.KEY_OF_REPEATS))

    @staticmethod
    def _besides(path: str, method: str, *, keyed: bool) -> list[HTTPStatus]:
        # A wrong key is refused also where none is needed.
        found = [HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS]
        if keyed:
            # To whom a thing is not open it is not there, lists included.
            found += [HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND]
        if "{" in path:
            found.append(HTTPStatus.NOT_FOUND)
        if method == "get":
            found.append(HTTPStatus.NOT_MODIFIED)
        else:
            found += [
                HTTPStatus.BAD_REQUEST,
                HTTPStatus.CONFLICT,
                HTTPStatus.LENGTH_REQUIRED,
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                HTTPStatus.UNPROCESSABLE_ENTITY,
            ]
        return found


class Api(SmorestApi):  # type: ignore[misc]
    """flask-smorest without its own error handler: ``problems`` has the one map."""

    ERROR_SCHEMA = ProblemOut
    # Every refusal is named by its status (Answers), so that tests can hold answers against the description.
    DEFAULT_ERROR_RESPONSE_NAME = ""

    def _register_responses(self) -> None:
        # Only refusals are registered here; what succeeds names its schema at its route.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _register_error_handlers(self) -> None:
        pass


def _reads_its_address() -> bool:
    """Whether the view that is asked takes anything from the query."""
    view = current_app.view_functions.get(request.endpoint or "")
    said = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
    return view is None or any(one.get("in") == "query" for one in said)


def init_app(app: Flask) -> Api:
    """The API of ``app``; floors register their API doors with what this returns."""
    app.config.update(
        API_TITLE="jifang-registry",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "title": "技防产品登记与核验平台 API",
                "description": (
                    "登记信息与核验。登记信息不是行政许可，不构成推荐，不作验收结论。 "
                    "Registrations and their verification: no licence, no recommendation, no acceptance conclusion."
                ),
                "license": {"name": "open data of the register"},
            },
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "jf_…"}}},
        },
    )
    api = Api(app, spec_kwargs={"extra_plugins": [Answers()]})
    for field, (kind, form) in fields.openapi_fields().items():
        api.register_field(field, kind, form)

    @app.before_request
    def _nothing_is_lost_in_the_address() -> None:
        # What stands in the address of a call whose body says everything is read by nobody: whoever wrote it believes it counts.
        if request.args and request.is_json and for_programs(request.path) and not _reads_its_address():
            raise invalid(shortfalls_of({name: ["unknown"] for name in request.args}))

    @app.after_request
    def _reads_have_tags(response: Response) -> Response:
        if for_programs(request.path):
            headers = response.headers
            headers["Vary"] = "Accept-Language, Authorization"
            headers["Cache-Control"] = "no-cache"
            headers["X-Content-Type-Options"] = "nosniff"
            # Opened in a browser, an answer is text: it runs nothing, loads nothing and stands in no frame.
            headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
            headers["Referrer-Policy"] = "no-referrer"
            if app.config["SESSION_COOKIE_SECURE"]:
                headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.is_streamed:
                headers["ETag"] = f'"{hashlib.sha1(response.get_data(), usedforsecurity=False).hexdigest()}"'
                if "HTTP_IF_NONE_MATCH" in request.environ:
                    response.make_conditional(request)
        return response

    return api
