"""The page to keep: opened from a disk, without a network, it judges what the Python file judges."""

import base64
import hashlib
import json
import random
import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from association.signing import standalone
from tests.association.signing.papers import ANSWER, Signer, bad_lists, forgeries, pinned
from tests.association.signing.test_checkers import mutated, unseen
from tests.association.signing.vectors import CANONICAL, VECTORS
from tests.seeds import a_seed

# Whose address looks like ours: the page says to compare it letter by letter.
ALIKE = {"a Cyrillic letter in the address", "the same in punycode", "our statement moved to another site"}
WITHOUT_ED25519 = "crypto.subtle.importKey = () => Promise.reject(new Error('unknown'))"
WITHOUT_CRYPTO = "Object.defineProperty(globalThis, 'crypto', { value: undefined })"
# Asks the module itself; the page has no other way in.
ASK = """async ([vectors, canonical, texts, pinned]) => {
  const check = await import('/static/proof/check.js');
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const held = [];
  for (const one of vectors) { held.push(await check.verifies(bytes(one[1]), bytes(one[3]), bytes(one[2]))); }
  const codes = [];
  for (const text of texts) {
    codes.push((await (text.includes('#') ? check.checkAddress : check.checkJws)(text, pinned.keys, pinned.issuer)).code);
  }
  return [held, canonical.map((text) => check.canonical(JSON.parse(text))), codes];
}"""
LISTS = """async (lists) => {
  const check = await import('/static/proof/check.js');
  return lists.map((one) => check.isKeyList(one));
}"""


@pytest.mark.full_browser
@pytest.mark.parametrize("without", ["", WITHOUT_ED25519, WITHOUT_CRYPTO], ids=["WebCrypto", "library", "plain http"])
def test_the_page_agrees_with_the_python_file(chromium: Browser, address: str, without: str) -> None:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    if without:
        page.add_init_script(without)
    page.goto("/association/signing")
    texts = [text for _what, text, _code in forgeries()]
    given = [list(map(list, VECTORS)), [one for one, _written in CANONICAL], texts, pinned()]
    held, written, codes = page.evaluate(ASK, given)
    context.close()
    assert held == [one.holds for one in VECTORS]
    assert written == [one for _given, one in CANONICAL]
    assert codes == [code for _what, _text, code in forgeries()]


@pytest.mark.full_browser
def test_the_page_takes_no_key_list_that_the_python_file_does_not_take(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto("/association/signing")
    later = {"alg": "SM2", "crv": "SM2", "kid": "later", "y": "…"}
    good = [pinned(), {**pinned(), "keys": [later, *pinned()["keys"]]}]
    taken = page.evaluate(LISTS, [*good, *(one for _what, one in bad_lists())])
    context.close()
    assert taken == [True, True, *[False] * len(bad_lists())]


@pytest.mark.full_browser
def test_the_page_takes_none_of_ten_thousand_mutations(chromium: Browser, address: str) -> None:
    chance, good = random.Random(a_seed()), Signer(1).jws()
    texts = [text for text in (mutated(good, chance) for _one in range(10_000)) if text != good]
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto("/association/signing")
    _held, _written, codes = page.evaluate(ASK, [[], [], texts, pinned()])
    context.close()
    assert [text for text, code in zip(texts, codes, strict=True) if code == "ok"] == []


@pytest.mark.full_browser
def test_it_works_from_a_disk_and_says_in_red_what_is_forged(chromium: Browser, app: Flask, tmp_path: Path) -> None:
    with app.test_request_context():
        text = standalone.document(pinned())
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    script = text.split('<script type="module">')[1].split("</script>")[0]
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    (tmp_path / "jifang-check.html").write_text(text, encoding="utf-8")
    (tmp_path / "good.jws").write_text(Signer(1).jws(), encoding="ascii")
    context = chromium.new_context(locale="zh-CN")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.set_offline(True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"file://{tmp_path}/jifang-check.html")
    page.set_input_files("#file", tmp_path / "good.jws")
    page.wait_for_selector("#outcome.good")
    assert "签名有效" in page.inner_text("#outcome")
    assert "The signature holds" in page.inner_text("#outcome")
    assert "核验回执 Receipt" in page.inner_text("#outcome dl")
    for what, given, code in forgeries():
        page.fill("#text", given)
        page.click("button[type=submit]")
        page.wait_for_selector("#outcome.good" if code == "ok" else "#outcome.bad")
        if code == "unknown_key":
            assert "截至2026-03-02T04:00:00Z的密钥清单中没有密钥" in page.inner_text("#outcome")
        if code == "ok" and "/c/" in given:
            assert "培训证书（二维码）" in page.inner_text("#outcome dl")
        assert unseen(page.inner_text("#outcome")) == set()
        if code == "issuer":
            assert "签发地址不符，不能采信！内容写的是" in page.inner_text("#outcome")
            assert "Another issuer. Do not rely on it!" in page.inner_text("#outcome")
        if what in ALIKE:
            assert "逐字核对" in page.inner_text("#outcome")
        page.evaluate("document.getElementById('outcome').className = 'outcome'")
    context.close()
    assert complaints == []
    assert {url.partition(":")[0] for url in asked} == {"file"}


# What the page shows at every change of the outcome, so that nothing passes unseen.
WATCH = """() => {
  window.seen = [];
  const look = () => window.seen.push(document.getElementById('outcome').innerText.slice(0, 60));
  new MutationObserver(look).observe(document.getElementById('outcome'), { childList: true });
}"""


@pytest.mark.full_browser
def test_a_receipt_of_ten_thousand_lines_is_checked_in_seconds_and_no_green_of_the_file_before_stands_beside_it(
    chromium: Browser, app: Flask, tmp_path: Path
) -> None:
    with app.test_request_context():
        (tmp_path / "page.html").write_text(standalone.document(pinned()), encoding="utf-8")
    lines = [{"ref": str(one), "verdict": "compliant", "note": "示例" * 200} for one in range(10_000)]
    long = Signer(1).jws({**ANSWER, "lines": lines, "summary": {"compliant": 10_000}})
    head, payload, signature = long.split(".")
    (tmp_path / "short.jws").write_text(Signer(1).jws(), encoding="ascii")
    (tmp_path / "long.jws").write_text(long, encoding="ascii")
    (tmp_path / "edited.jws").write_text(f"{head}.{payload[:-8]}AAAA{payload[-4:]}.{signature}", encoding="ascii")
    (tmp_path / "newer.json").write_text(json.dumps({**pinned(), "keys": []}), encoding="ascii")
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"file://{tmp_path}/page.html")
    page.set_input_files("#file", tmp_path / "short.jws")
    page.wait_for_selector("#outcome.good")
    page.evaluate(WATCH)
    page.set_input_files("#file", tmp_path / "edited.jws")
    page.wait_for_selector("#outcome.bad", timeout=20_000)
    assert page.evaluate("window.seen[0]").startswith("正在核对")
    page.set_input_files("#file", tmp_path / "long.jws")
    page.wait_for_selector("#outcome.good", timeout=20_000)
    shown = page.inner_text("#outcome")
    # What sums it up is there, before what is cut off, and it is said that it is.
    assert "只显示前200,000字符" in shown
    assert '"receipt": "K7QM3XZP"' in shown
    assert '"compliant": 10000' in shown
    assert len(shown) < 210_000
    assert page.input_value("#text") == ""
    # Another key list: the outcome by the one before is gone, and the file is checked anew when asked.
    page.set_input_files("#own", tmp_path / "newer.json")
    expect(page.locator("#outcome")).to_be_empty()
    page.click("button[type=submit]")
    page.wait_for_selector("#outcome.bad", timeout=20_000)
    # Pasted text is checked before a file, whose name no longer stands there.
    page.fill("#text", "x")
    page.click("button[type=submit]")
    page.wait_for_selector("#outcome.bad")
    assert page.input_value("#file") == ""
    context.close()
