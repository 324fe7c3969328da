"""What every door does, whoever comes: headers, cookies, origins, sizes, ways out."""

import io

import pytest

from association.web.origin import local_target
from tests.builders import PASSWORD, a_key, a_registrant, an_account, an_enterprise
from wsgi import create_app

PAGES = ("/", "/accounts/login", "/accounts/register", "/association/enterprises", "/problems/not_found", "/nowhere")
API = ("/api/v1/openapi.json", "/api/v1/association/enterprises/nothing", "/api/v1/nowhere")


@pytest.fixture
def https(tmp_path):
    """The application as it stands on the net."""
    return create_app(
        {
            "TESTING": True,
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "a key for tests only, long enough to be taken",
            "BASE_URL": "https://registry.example",
            "PRODUCTION": True,
            "TRUSTED_PROXIES": 1,
        }
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_frames_sniffing_and_foreign_code(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", API)
def test_every_answer_to_a_program_is_text_only(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_on_the_net_everything_is_https_and_the_cookie_is_bound_to_the_host(https):
    visitor = https.test_client()
    for path in ("/healthz", "/api/v1/openapi.json"):
        answer = visitor.get(path, base_url="https://registry.example")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    answer = visitor.get("/healthz?lang=en", base_url="https://registry.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_of_forwarded_addresses_only_the_trusted_hop_is_believed(https):
    seen = []

    @https.before_request
    def _note():
        from flask import request

        seen.append(request.remote_addr)

    forged = {"X-Forwarded-For": "1.1.1.1, 203.0.113.7"}
    https.test_client().get("/healthz", headers=forged, base_url="https://registry.example")
    assert seen == ["203.0.113.7"]


def test_a_register_on_the_net_needs_a_key_and_an_https_address(tmp_path):
    from association.kernel.config import UnsafeSettings

    settings = {"DATA_DIR": str(tmp_path), "PRODUCTION": True}
    with pytest.raises(UnsafeSettings, match="BASE_URL"):
        create_app(settings | {"BASE_URL": "http://registry.example"})
    with pytest.raises(UnsafeSettings, match="SECRET_KEY"):
        create_app(settings | {"BASE_URL": "https://registry.example", "SECRET_KEY": "short"})


# -- changes that another site asks for ---------------------------------------------------------------------

CHANGES = (
    "/accounts/logout",
    "/accounts/login",
    "/accounts/register",
    "/accounts/password",
    "/accounts/keys",
    "/accounts/sessions/end",
    "/accounts/second-factor/begin",
    "/association/enterprises/mine",
)
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_change_is_made_that_another_site_asks_for(browser, headers):
    here = browser(a_registrant())
    for path in CHANGES:
        answer = here.post(path, headers=headers)
        assert answer.status_code == 403, path
        assert "请求来自其他网站" in answer.text
    assert here.get("/accounts/").status_code == 200


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}])
def test_ones_own_pages_make_changes(browser, headers):
    assert browser(an_account()).post("/accounts/logout", headers=headers).status_code == 303


def test_looking_from_another_site_is_free_and_changes_nothing(browser, client):
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert browser(an_account()).get("/accounts/logout").status_code == 405


def test_the_api_answers_programs_of_any_origin_because_no_cookie_opens_it(browser):
    here = browser(a_registrant())
    answer = here.post("/api/v1/association/documents", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401


# -- ways out -----------------------------------------------------------------------------------------------

ELSEWHERE = (
    "https://evil.example/",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "\x00//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "?next=x",
    "",
    "//localhost@evil.example",
    "https:/evil.example",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nothing_leads_to_another_site(client, target):
    account = an_account()
    form = {"email": account.email, "password": PASSWORD, "next": target}
    assert client.post("/accounts/login", data=form).location == "/accounts/"
    assert local_target(target) is None


@pytest.mark.parametrize(
    "target", ["/", "/accounts/keys", "/catalog/register?q=a&page=2", "/association/enterprises/中"]
)
def test_a_path_of_this_site_is_a_way_on(target):
    assert local_target(target) == target


# -- sizes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/accounts/login", "/accounts/register", "/api/v1/catalog/products"])
def test_a_body_that_is_too_large_is_refused_in_a_sentence(client, program, path):
    enterprise = an_enterprise()
    caller = program(a_key(a_registrant(enterprise), enterprise)) if path.startswith("/api") else client
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    answer = caller.post(path, data=b"a" * (1024 * 1024 + 1), content_type=kind)
    assert answer.status_code == 413
    assert "内容过大" in answer.get_data(as_text=True)
    assert "最多接收1MB" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/accounts/login", "/api/v1/association/documents"])
def test_a_body_that_does_not_say_how_long_it_is_is_refused(client, path):
    answer = client.open(
        path,
        method="POST",
        input_stream=io.BytesIO(b"email=a"),
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 411


def test_a_form_of_countless_fields_is_refused(client):
    body = "&".join(f"a{number}=" for number in range(300_000))
    assert (
        client.post("/accounts/login", data=body, content_type="application/x-www-form-urlencoded").status_code == 413
    )


# -- reads by programs --------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(client):
    path = f"/api/v1/association/enterprises/{an_enterprise('示例企业').uscc}"
    first = client.get(path)
    tag = first.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
    assert client.get(path, headers={"If-None-Match": f'"another", {tag}'}).status_code == 304
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304
    assert client.get("/api/v1/association/enterprises/nothing", headers={"If-None-Match": "*"}).status_code == 404
