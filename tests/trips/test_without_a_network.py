"""In a basement: a label is scanned, its signature and standing are checked with the network cut."""

import http.client
import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from association.kernel.numbers import check_character
from tests.association.signing.papers import Signer
from tests.trips.camera import film
from tests.trips.conftest import launch, until

DECODE = """async (address) => {
  const { decodeQR } = await import('/static/vendor/qr-0.7.0/decode.js');
  const picture = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = document.createElement('canvas');
  canvas.width = picture.width; canvas.height = picture.height;
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
}"""
DAY = 24 * 3600 * 1000


def numbers(address: str, standing: str, count: int = 1) -> list[str]:
    asked = f"{address}/api/v1/catalog/register?standing={standing}&per_page={count}"
    with urllib.request.urlopen(asked) as answer:
        return [one["number"] for one in json.load(answer)["items"]]


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        return bytes(answer.read())


@pytest.fixture
def telephone(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A telephone on which the page for checking without a network was opened once."""
    context = chromium.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    installed(context)
    yield context
    context.close()


def installed(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/v/offline")
    page.wait_for_selector("#kept[data-kept=yes]")
    page.wait_for_selector("#state[data-code=updated]")
    page.close()


def said(context: BrowserContext, text: str, *, later: int = 0) -> tuple[str, str, str]:
    """Code, tone and words of what the telephone shows of an address, so many milliseconds from now."""
    page = context.new_page()
    if later:
        page.add_init_script(f"{{ const now = Date.now; Date.now = () => now() + {later}; }}")
    page.goto(text)
    page.wait_for_selector("[data-outcome]")
    panel = page.locator("[data-outcome]")
    found = (str(panel.get_attribute("data-outcome")), str(panel.get_attribute("data-tone")), panel.inner_text())
    page.close()
    return found


def read_label(context: BrowserContext, number: str, size: str = "50x30") -> str:
    page = context.new_page()
    page.goto("/v/offline")
    text = str(page.evaluate(DECODE, f"/catalog/register/{number}/label-{size}.png"))
    page.close()
    return text


@pytest.mark.browser
def test_a_label_is_checked_with_the_network_cut(telephone: BrowserContext, address: str) -> None:
    [number] = numbers(address, "in_force")
    good = read_label(telephone, number)
    assert re.fullmatch(rf"{address}/v/{number}#\d{{300,700}}", good)
    telephone.set_offline(True)
    code, tone, text = said(telephone, good)
    assert (code, tone) == ("in_force", "good")
    assert number in text
    assert "状态截至" in text
    # As the list grows old: amber after a day, no green after seven.
    assert said(telephone, good, later=DAY + 60_000)[:2] == ("list_aged", "warn")
    assert said(telephone, good, later=7 * DAY + 60_000)[:2] == ("list_stale", "warn")
    assert said(telephone, good, later=-DAY)[:2] == ("clock_wrong", "warn")
    # None of these is green: an edited digit, another number, a key of one's own, facts copied and signed by it.
    forger = Signer(9)
    other = numbers_changed(number)
    kid = json.loads(urllib.request.urlopen(f"{address}/.well-known/jifang-keys.json").read())["keys"][0]["kid"]
    for forged in (
        good[:-1] + str((int(good[-1]) + 1) % 10),
        good.replace(number, other),
        forger.address(issuer=address, number=number),
        forger.address(issuer=address, number=number, kid=kid),
    ):
        code, tone, text = said(telephone, forged)
        assert (code, tone) == ("forged", "bad"), forged
        assert "不能采信" in text


@pytest.mark.full_browser
def test_whatever_stands_behind_the_hash_is_read_as_digits_and_nothing_else(
    telephone: BrowserContext, address: str
) -> None:
    """A stranger's QR code may hold anything: it runs nothing, shows nothing green, and the page stays of use."""
    [number] = numbers(address, "in_force")
    good = read_label(telephone, number).partition("#")[2]
    telephone.set_offline(True)
    page = telephone.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("dialog", lambda dialog: broken.append(dialog.message))
    picture = "<img src=x onerror=window.struck=1>"
    behind = (
        picture, "<script>window.struck=1</script>", "%3Cscript%3Ewindow.struck=1%3C/script%3E", "javascript:window.struck=1",
        "9" * 200_000, good * 50, "0" + good, "-" + good, good + ".0", "1e999", "１２３４５６", "eyJhbGciOiJub25lIn0.e30.", "A" * 5_000,
        "=%%%=", "%00", "__proto__", "constructor",
    )  # fmt: skip
    for text in behind:
        page.goto(f"{address}/v/{number}#{text}")
        page.reload()
        page.wait_for_selector("[data-outcome]")
        panel = page.locator("[data-outcome]")
        assert panel.get_attribute("data-tone") != "good", text[:40]
        assert page.evaluate("window.struck") is None, text[:40]
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, text[:40]
    page.goto("/v/offline")
    for typed in (picture, "9" * 100_000, f"{address}/v/{picture}#{good}", f"https://other.example/v/{number}#{good}"):
        page.fill("#number", typed)
        page.click("#ask button")
        page.wait_for_selector("[data-outcome]")
        assert page.get_attribute("[data-outcome]", "data-tone") != "good", typed[:40]
        assert page.evaluate("window.struck") is None, typed[:40]
    # And it still knows a true label.
    page.goto(f"{address}/v/{number}#{good}")
    page.reload()
    page.wait_for_selector("[data-outcome=in_force]")
    assert broken == []


def numbers_changed(number: str) -> str:
    return number[:-3] + str((int(number[-3]) + 1) % 10) + number[-2:]


@pytest.mark.full_browser
@pytest.mark.parametrize("standing", ["revoked", "suspended", "lapsed", "cancelled", "not_yet_valid"])
def test_what_has_ended_is_said_without_a_network_too(telephone: BrowserContext, address: str, standing: str) -> None:
    found = numbers(address, standing)
    assert found, "the demo has one of each"
    telephone.set_offline(True)
    page = telephone.new_page()
    page.goto("/v/offline")
    page.fill("#number", found[0].lower().replace("-", " "))
    page.click("#ask button")
    page.wait_for_selector(f"[data-outcome={standing}]")
    assert page.get_attribute("[data-outcome]", "data-tone") != "good"
    # A number by itself is never green: there is no signature that it exists.
    body = "SJZ-01-2026-99999-"
    right = check_character(body.replace("-", ""))
    page.fill("#number", body + right)
    page.click("#ask button")
    page.wait_for_selector("[data-outcome=unlisted]")
    # A wrong check character is said, whatever the list knows.
    page.fill("#number", body + ("A" if right != "A" else "B"))
    page.click("#ask button")
    page.wait_for_selector("[data-outcome=mistyped]")
    page.fill("#number", "hello")
    page.click("#ask button")
    page.wait_for_selector("[data-outcome=no_number]")


@pytest.mark.browser
def test_a_label_without_a_statement_is_answered_as_if_its_number_had_been_typed(
    telephone: BrowserContext, address: str
) -> None:
    """The smallest label has no room for a signature: its code is an address and nothing behind it."""
    [number], [revoked] = numbers(address, "in_force"), numbers(address, "revoked")
    small = read_label(telephone, number, "30x20")
    assert small == f"{address}/v/{number}"
    telephone.set_offline(True)
    code, tone, text = said(telephone, small)
    assert (code, tone) == ("unlisted", "none")
    assert number in text
    assert "状态截至" in text
    assert said(telephone, f"{address}/v/{revoked}")[:2] == ("revoked", "bad")
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    code, tone, text = said(telephone, f"{address}/v/{wrong}")
    assert (code, tone) == ("mistyped", "warn")
    assert "校验位不对" in text
    page = telephone.new_page()
    page.goto("/v/offline")
    page.wait_for_selector("#state[data-code=offline]")
    assert page.locator("[data-outcome]").count() == 0
    page.close()


class Line(ThreadingHTTPServer):
    """A line to the register at ``register``; while ``breaks``, the register's pages come half way."""

    daemon_threads = True
    breaks = False

    def __init__(self, register: str) -> None:
        super().__init__(("127.0.0.1", 0), Carrier)
        self.register = register.removeprefix("http://")
        self.at = f"http://127.0.0.1:{self.server_port}"


class Carrier(BaseHTTPRequestHandler):
    server: Line

    def do_GET(self) -> None:
        asked = http.client.HTTPConnection(self.server.register)
        asked.request("GET", self.path, headers=dict(self.headers))
        answer = asked.getresponse()
        content = answer.read()
        broken = self.server.breaks and self.path.startswith("/catalog/register/")
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if broken else content)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def line(address: str) -> Iterator[Line]:
    with Line(address) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.full_browser
def test_where_the_line_breaks_half_way_the_kept_page_answers_and_on_a_good_one_the_register(
    chromium: Browser, line: Line, address: str
) -> None:
    [number] = numbers(address, "in_force")
    telephone = chromium.new_context(base_url=line.at, viewport={"width": 390, "height": 844}, locale="zh-CN")
    installed(telephone)
    good = read_label(telephone, number)
    page = telephone.new_page()
    page.goto(good)
    # The register's own page, at the address of the label.
    assert number in page.inner_text("main")
    assert page.locator("#offline-data").count() == 0
    assert page.url == good
    page.click(".site-menu summary")
    page.click("#language-menu a")
    page.wait_for_url(f"**/catalog/register/{number}")
    assert page.get_attribute("html", "lang") == "en"
    # The short address answers, but what it leads to comes half way.
    line.breaks = True
    assert said(telephone, good)[:2] == ("in_force", "good")
    telephone.close()


@pytest.mark.full_browser
def test_who_chose_english_reads_english_in_the_basement_too(chromium: Browser, address: str) -> None:
    [number] = numbers(address, "in_force")
    # A telephone whose browser speaks Chinese, in the hands of somebody who does not.
    telephone = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = telephone.new_page()
    page.goto("/v/offline?lang=en")
    page.wait_for_selector("#kept[data-kept=yes]")
    page.wait_for_selector("#state[data-code=updated]")
    good = read_label(telephone, number)
    telephone.set_offline(True)
    assert "In force" in said(telephone, good)[2]
    # And back: the page itself has the other language with it.
    page.goto("/v/offline")
    assert page.get_attribute("html", "lang") == "en"
    page.click(".site-menu summary")
    page.click("#language-menu a")
    page.wait_for_selector("html[lang=zh-Hans]")
    page.wait_for_selector("#kept[data-kept=yes]")
    until(page, "(await (await (await caches.open('jifang-language')).match('/v/offline')).text()) === 'zh'")
    assert "有效" in said(telephone, good)[2]
    telephone.close()


@pytest.mark.full_browser
def test_what_messengers_add_to_an_address_makes_no_forgery_of_it(telephone: BrowserContext, address: str) -> None:
    [number] = numbers(address, "in_force")
    good = read_label(telephone, number)
    statement = good.partition("#")[2]
    telephone.set_offline(True)
    for decorated in (f"{number}?from=x", f"{number}/", f"{number.lower()}", f"{number.replace('-', '')}/?a=1&b=/v/2"):
        assert said(telephone, f"{address}/v/{decorated}#{statement}")[:2] == ("in_force", "good"), decorated
    other = numbers_changed(number)
    assert said(telephone, f"{address}/v/{other.lower()}/?from=x#{statement}")[:2] == ("forged", "bad")


@pytest.mark.full_browser
def test_a_statement_that_is_damaged_is_said_to_be_and_a_blank_behind_it_is_nothing(
    telephone: BrowserContext, address: str
) -> None:
    [number] = numbers(address, "in_force")
    good = read_label(telephone, number)
    telephone.set_offline(True)
    assert said(telephone, f"{good}%20")[:2] == ("in_force", "good")
    for damaged in (f"{good}x", f"{address}/v/{number}#12345", f"{address}/v/{number}#x"):
        code, tone, text = said(telephone, damaged)
        assert (code, tone) == ("forged", "bad"), damaged
        assert "读不出签名" in text
    # Nothing behind it is no statement; nor is the number that somebody writes after a #.
    assert said(telephone, f"{address}/v/{number}#")[0] == "unlisted"
    page = telephone.new_page()
    page.goto("/v/offline")
    page.fill("#number", f"#{number}")
    page.click("#ask button")
    page.wait_for_selector("[data-outcome=unlisted]")
    # Going to the main part by the keyboard takes nothing from what was scanned.
    page.goto(good)
    page.wait_for_selector("[data-outcome=in_force]")
    page.evaluate("location.hash = 'main'")
    page.wait_for_selector("#state[data-code=offline]")
    assert page.locator("[data-outcome=in_force]").count() == 1


@pytest.mark.full_browser
def test_a_list_that_does_not_come_is_no_missing_network(telephone: BrowserContext, address: str) -> None:
    page = telephone.new_page()
    telephone.route("**/training/certificates/status.jws", lambda route: route.fulfill(status=503))
    page.goto("/v/offline")
    page.wait_for_selector("#state[data-code=partly]")
    held = page.evaluate("localStorage.getItem('jifang-status-list')")
    assert held
    page.wait_for_timeout(1100)
    page.click("#update")
    # The register's own list was taken all the same.
    until(page, "localStorage.getItem('jifang-status-list') !== held", held)
    page.wait_for_selector("#state[data-code=partly]")
    telephone.route("**/catalog/register/status.jws", lambda route: route.fulfill(status=503))
    page.click("#update")
    page.wait_for_selector("#state[data-code=offline]")
    assert "现在连不上登记簿" in page.inner_text("#state")


@pytest.mark.full_browser
def test_a_clock_that_is_ahead_is_named_until_it_is_set_right(chromium: Browser, address: str) -> None:
    [number] = numbers(address, "in_force")
    telephone = chromium.new_context(base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai")
    installed(telephone)
    good = read_label(telephone, number)
    page = telephone.new_page()
    page.add_init_script(f"{{ const now = Date.now; Date.now = () => now() + {10 * DAY}; }}")
    page.goto("/v/offline")
    page.wait_for_selector("#state[data-code=clock]")
    assert "请校准时间" in page.inner_text("#state")
    telephone.set_offline(True)
    code, tone, text = said(telephone, good, later=10 * DAY)
    assert (code, tone) == ("clock_wrong", "warn")
    assert "本机时间与状态清单不符" in text
    # Set right, it is no longer blamed.
    assert said(telephone, good)[:2] == ("in_force", "good")
    telephone.close()


@pytest.mark.full_browser
def test_while_the_page_is_being_saved_it_asks_for_no_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, locale="zh-CN")
    page = context.new_page()
    # A worker that never answers: what the page says until then.
    page.add_init_script("navigator.serviceWorker.register = () => new Promise(() => {});")
    page.goto("/v/offline")
    page.wait_for_selector("#scan:not([hidden])")
    assert page.inner_text("#kept") == "正在把本页存入本机…"
    context.close()
    without = chromium.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    page = without.new_page()
    page.goto("/v/offline")
    assert page.inner_text("#kept") == "离线核对需要浏览器的脚本。"
    without.close()


@pytest.mark.full_browser
def test_an_older_list_never_takes_the_place_of_a_newer_one(telephone: BrowserContext, address: str) -> None:
    page = telephone.new_page()
    page.goto("/v/offline")
    page.wait_for_selector("#state[data-code=updated]")
    held = page.evaluate("localStorage.getItem('jifang-status-list')")
    page.wait_for_timeout(1100)
    newer = fetched(f"{address}/api/v1/catalog/register/status.jws").decode()
    results = []
    for offered in (newer, held, newer[:-4] + "AAAA", Signer(9).jws({"number": 9**12}, issuer=address)):
        telephone.unroute_all()
        telephone.route("**/register/status.jws", lambda route, _request, body=offered: route.fulfill(body=body))
        page.goto("/v/offline")
        page.wait_for_selector("#state:is([data-code=updated], [data-code=refused])")
        results.append(
            (page.inner_text("#state"), page.evaluate("localStorage.getItem('jifang-status-list')") == newer)
        )
    assert [kept for _text, kept in results] == [True] * 4
    assert "已是最新" in results[0][0]
    assert all("没有采用" in text for text, _kept in results[1:])


@pytest.fixture
def with_camera(engine: Playwright, address: str, tmp_path: Path) -> Iterator[Callable[..., BrowserContext]]:
    """``with_camera(labels)``: a telephone whose camera sees these pictures."""
    browsers = []

    def opened(*pictures: bytes) -> BrowserContext:
        seen = film(pictures, tmp_path / "labels.y4m")
        browser = launch(
            engine,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={seen}",
        )
        browsers.append(browser)
        return browser.new_context(
            base_url=address,
            viewport={"width": 390, "height": 844},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            permissions=["camera"],
        )

    yield opened
    for browser in browsers:
        browser.close()


@pytest.mark.full_browser
def test_the_camera_reads_a_label_with_the_network_cut(
    with_camera: Callable[..., BrowserContext], address: str
) -> None:
    [number] = numbers(address, "in_force")
    context = with_camera(fetched(f"{address}/catalog/register/{number}/label-50x30.png"))
    installed(context)
    context.set_offline(True)
    page: Page = context.new_page()
    page.goto("/v/offline")
    page.click("#scan")
    page.wait_for_selector("[data-outcome]", timeout=30_000)
    assert page.get_attribute("[data-outcome]", "data-outcome") == "in_force"
    assert number in page.inner_text("#outcome")
    assert page.is_hidden("#camera")
