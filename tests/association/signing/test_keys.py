"""Keys: sealed at rest, changed in two steps, given up at once; what was signed before still verifies."""

import json
import re
import zlib
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from association.kernel import config
from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import SHANGHAI
from association.kernel.errors import Conflict, Forbidden, Invalid
from association.ledger.queries import lines_about
from association.signing import queries, rules, service, vault
from association.signing.checkers import jifang_check
from association.signing.models import SigningKey
from association.vocabulary import KeyState
from tests.builders import NOW, actor_of, an_account

ISSUER = "https://register.example"
PAPER = {"answer": "一", "n": 1}


def outcome(jws, at=NOW):
    return jifang_check.check_jws(jws, queries.published(issuer=ISSUER, at=at)["keys"], ISSUER)[0]


def a_rotation(now):
    service.prepare(actor=OPERATOR, now=now)
    return service.switch(reason="年度更换", actor=OPERATOR, now=now)


@pytest.fixture
def key(db):
    return service.ensure(actor=OPERATOR, now=NOW)


def test_there_is_one_key_however_often_it_is_asked_for(key):
    assert service.ensure(actor=OPERATOR, now=NOW).kid == key.kid
    assert len(queries.all_keys()) == 1


def test_what_the_key_signs_verifies_by_the_published_list(key):
    jws = service.sign(PAPER, kind="receipt", issuer=ISSUER, now=NOW)
    header, payload = rules.opened(jws)
    assert payload == PAPER
    assert header == {
        "alg": "EdDSA",
        "iat": "2026-03-02T04:00:00Z" if NOW.hour == 4 else header["iat"],
        "iss": ISSUER,
        "kid": key.kid,
        "typ": "jifang-receipt+jws",
    }
    assert outcome(jws) == "ok"


def test_without_a_key_nothing_is_signed_and_nothing_fails(db):
    assert service.sign(PAPER, kind="receipt", issuer=ISSUER, now=NOW) is None
    assert service.stating(ISSUER)("registration", ["x"], NOW) is None


def test_the_secret_half_lies_encrypted_in_the_database_and_in_no_ledger_line(key, db):
    seed, _public = vault.new_secret()
    sealed = vault.sealed(seed, "name")
    assert rules.as_text(seed) not in sealed
    assert seed not in rules.as_bytes(sealed)
    assert vault.sign(sealed, "name", b"x") != b""
    # Under another key's name, or under another SECRET_KEY, it does not open.
    with pytest.raises(vault.Locked):
        vault.sign(sealed, "other", b"x")
    token = config.current.set({**config.current.get(), "SECRET_KEY": "another " * 8})
    try:
        with pytest.raises(vault.Locked):
            vault.sign(sealed, "name", b"x")
    finally:
        config.current.reset(token)
    stored = db.session.execute(sa.text("SELECT sealed FROM signing_key")).scalar_one()
    assert all(stored not in json.dumps(line.facts) for line in lines_about(f"signing_key:{key.kid}"))


def test_another_secret_key_does_not_stop_the_house_it_signs_by_a_new_key(key):
    old = service.keep_signed("receipt:1", PAPER, kind="receipt", issuer=ISSUER, now=NOW).header["kid"]
    token = config.current.set({**config.current.get(), "SECRET_KEY": "another " * 8})
    try:
        new = service.keep_signed("receipt:2", PAPER, kind="receipt", issuer=ISSUER, now=NOW).header["kid"]
    finally:
        config.current.reset(token)
    assert old != new
    assert outcome(queries.signed_paper("receipt:1")) == outcome(queries.signed_paper("receipt:2")) == "ok"


def test_after_three_changes_in_ten_years_an_old_receipt_still_verifies(key, db):
    service.keep_signed("receipt:1", PAPER, kind="receipt", issuer=ISSUER, now=NOW)
    before = queries.signed_paper("receipt:1")
    later = NOW
    for _change in range(3):
        later += timedelta(days=1200)
        a_rotation(later)
    assert queries.signed_paper("receipt:1") == before
    assert outcome(before, later) == "ok"
    states = [one.state for one in queries.all_keys()]
    assert states == [KeyState.ACTIVE, KeyState.RETIRED, KeyState.RETIRED, KeyState.RETIRED]
    # Who steals the database afterwards finds no old secret half.
    assert {one.sealed == "" for one in queries.all_keys() if one.state is KeyState.RETIRED} == {True}


def test_a_prepared_key_is_published_before_it_signs(key):
    following = service.prepare(actor=OPERATOR, now=NOW)
    listed = {one["kid"]: one["status"] for one in queries.published(issuer=ISSUER, at=NOW)["keys"]}
    assert listed == {key.kid: "active", following.kid: "prepared"}
    assert rules.opened(service.sign(PAPER, kind="receipt", issuer=ISSUER, now=NOW))[0]["kid"] == key.kid
    with pytest.raises(Conflict):
        service.prepare(actor=OPERATOR, now=NOW)
    service.switch(reason="到期", actor=OPERATOR, now=NOW)
    assert rules.opened(service.sign(PAPER, kind="receipt", issuer=ISSUER, now=NOW))[0]["kid"] == following.kid
    with pytest.raises(Conflict):
        service.switch(reason="到期", actor=OPERATOR, now=NOW)


def test_a_compromised_key_proves_nothing_and_its_papers_are_signed_anew(key, db):
    for number in range(3):
        service.keep_signed(f"receipt:{number}", PAPER, kind="receipt", issuer=ISSUER, now=NOW)
    leaked = queries.signed_paper("receipt:1")
    later = NOW + timedelta(days=2)
    current = service.give_up(key, reason="服务器被侵入", actor=OPERATOR, now=later)
    assert current.kid != key.kid
    assert outcome(leaked) == "key_compromised"
    assert service.resign(later) == 3
    assert service.resign(later) == 0
    anew = queries.signed_paper("receipt:1")
    assert outcome(anew) == "ok"
    assert rules.opened(anew)[1] == rules.opened(leaked)[1]
    assert "服务器被侵入" in json.dumps(
        [line.facts for line in lines_about(f"signing_key:{key.kid}")], ensure_ascii=False
    )
    with pytest.raises(Conflict):
        service.give_up(key, reason="再次", actor=OPERATOR, now=later)


def test_a_receipt_begun_before_a_key_was_given_up_and_kept_after_it_proves_what_it_says(key):
    service.give_up(key, reason="服务器被侵入", actor=OPERATOR, now=NOW + timedelta(seconds=5))
    service.keep_signed("receipt:1", PAPER, kind="receipt", issuer=ISSUER, now=NOW)
    assert outcome(queries.signed_paper("receipt:1")) == "ok"
    assert outcome(service.sign(PAPER, kind="status-list", issuer=ISSUER, now=NOW)) == "ok"


def test_a_receipt_signed_anew_by_who_began_before_the_new_key_was_made_proves_what_it_says(key):
    service.keep_signed("receipt:1", PAPER, kind="receipt", issuer=ISSUER, now=NOW)
    service.give_up(key, reason="服务器被侵入", actor=OPERATOR, now=NOW + timedelta(seconds=10))
    assert service.resign(NOW + timedelta(seconds=9)) == 1
    assert outcome(queries.signed_paper("receipt:1")) == "ok"


def test_a_receipt_begun_before_a_key_was_prepared_and_put_into_use_in_one_step_proves_what_it_says(key):
    a_rotation(NOW + timedelta(seconds=5))
    service.keep_signed("receipt:1", PAPER, kind="receipt", issuer=ISSUER, now=NOW)
    assert outcome(queries.signed_paper("receipt:1")) == "ok"


def test_a_retired_key_can_be_given_up_too(key):
    following = a_rotation(NOW)
    assert service.give_up(key, reason="备份遗失", actor=OPERATOR, now=NOW).kid == following.kid


def test_a_signed_form_is_kept_once(key):
    service.keep_signed("receipt:1", PAPER, kind="receipt", issuer=ISSUER, now=NOW)
    with pytest.raises(Conflict):
        service.keep_signed("receipt:1", {"other": 1}, kind="receipt", issuer=ISSUER, now=NOW)
    assert rules.opened(queries.signed_paper("receipt:1"))[1] == PAPER


def test_the_same_facts_under_the_same_key_give_the_same_digits(key, db):
    one = service.stating(ISSUER)("registration", ["a", "b"], NOW - timedelta(days=400))
    assert one == service.stating(ISSUER)("registration", ["a", "b"], NOW - timedelta(days=300))
    kid, _signature, lines = rules.read_fragment(one)
    assert kid == key.kid
    assert lines == ["registration", NOW.date().isoformat(), "a", "b"]
    a_rotation(NOW + timedelta(days=30))
    assert one != service.stating(ISSUER)("registration", ["a", "b"], NOW)


@pytest.mark.parametrize(("kind", "place"), [("registration", "v"), ("certificate", "c")])
@pytest.mark.parametrize("hour", [0, 2, 7, 8, 23])
def test_a_label_printed_before_a_change_of_keys_proves_its_facts_at_whatever_hour_both_happen(db, kind, place, hour):
    # An early morning in Shanghai: of another day than in UTC.
    made = datetime(2026, 3, 3, hour, 30, tzinfo=SHANGHAI)
    service.ensure(actor=OPERATOR, now=made)
    digits = [service.stating(ISSUER)(kind, ["X-1"], made + timedelta(minutes=10))]
    a_rotation(made + timedelta(minutes=20))
    # Under the new key: facts older than it, and facts of the same morning.
    for minutes in (10, 30):
        facts_from = made + timedelta(minutes=minutes)
        digits.append(service.stating(ISSUER)(kind, ["X-1"], facts_from))
    a_rotation(made + timedelta(minutes=50))
    keys = queries.published(issuer=ISSUER, at=made + timedelta(days=1))["keys"]
    assert [jifang_check.check_address(f"{ISSUER}/{place}/X-1#{one}", keys, ISSUER)[0] for one in digits] == ["ok"] * 3


@pytest.mark.parametrize("digits", ["", "0", "01", "12a", "１２", "1" * 2001, "7"])
def test_what_is_no_statement_is_refused(digits):
    with pytest.raises((ValueError, IndexError)):
        rules.read_fragment(digits)


@pytest.mark.parametrize(
    ("text", "room", "short"), [("示例电子", 12, "示例电子"), ("示例电子", 11, "示例…"), ("a\nb", 9, "a b")]
)
def test_long_names_are_cut_between_characters(text, room, short):
    assert rules.shortened(text, room) == short
    assert len(rules.shortened(text, room).encode()) <= room


# -- the desk ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECURITY_ADMINISTRATOR])
def test_only_the_security_administrator_keeps_keys(key, role, browser):
    stranger = actor_of(an_account(role))
    with pytest.raises(Forbidden):
        service.prepare(actor=stranger, now=NOW)
    with pytest.raises(Forbidden):
        service.give_up(key, reason="x", actor=stranger, now=NOW)
    assert browser(an_account(role)).post("/association/signing/keys/prepare").status_code in (403, 404)


def test_a_key_is_changed_at_the_desk_in_two_steps(key, browser):
    keeper = browser(an_account(Role.SECURITY_ADMINISTRATOR))
    assert keeper.get("/association/signing/keys/").status_code == 200
    assert keeper.post("/association/signing/keys/switch", data={"reason": "x"}).status_code == 409
    assert keeper.post("/association/signing/keys/prepare").status_code == 303
    refused = keeper.post("/association/signing/keys/switch", data={"reason": " "})
    assert refused.status_code == 422
    assert "启用后由新密钥签名" in refused.text
    assert keeper.post("/association/signing/keys/switch", data={"reason": "年度更换"}).status_code == 303
    assert queries.in_state(KeyState.ACTIVE).kid != key.kid


def test_giving_up_wants_the_name_of_the_key_typed(key, browser, db):
    keeper = browser(an_account(Role.SECURITY_ADMINISTRATOR))
    address = f"/association/signing/keys/{key.kid}/give-up"
    assert keeper.get(address).status_code == 200
    refused = keeper.post(address, data={"kid": "other", "reason": "服务器被侵入"})
    assert refused.status_code == 422
    assert "服务器被侵入" in refused.text
    assert keeper.post(address, data={"kid": key.kid, "reason": "服务器被侵入"}).status_code == 303
    db.session.expire_all()
    assert db.session.scalar(sa.select(SigningKey.state).where(SigningKey.kid == key.kid)) is KeyState.COMPROMISED
    assert keeper.get("/association/signing/keys/none/give-up").status_code == 404


def test_a_reason_is_needed(key):
    service.prepare(actor=OPERATOR, now=NOW)
    with pytest.raises(Invalid):
        service.switch(reason=" ", actor=OPERATOR, now=NOW)
    with pytest.raises(Invalid):
        service.give_up(key, reason="", actor=OPERATOR, now=NOW)


def test_the_operator_changes_keys_by_command(app, key):
    run = app.test_cli_runner().invoke
    done = run(args=["signing", "rotate", "--reason", "年度更换"])
    assert done.exit_code == 0, done.output
    assert "in use" in done.output
    assert "retired" in run(args=["signing", "list"]).output
    assert run(args=["signing", "give-up", "none", "--reason", "x"]).exit_code == 1
    assert "compromised" in run(args=["signing", "give-up", key.kid, "--reason", "x"]).output
    assert run(args=["signing", "ensure"]).exit_code == 0


# -- what anybody gets ---------------------------------------------------------------------------------------


def test_anybody_reads_the_key_list_and_no_secret_in_it(client, key):
    answer = client.get("/.well-known/jifang-keys.json")
    assert answer.json["issuer"] == "http://localhost"
    [listed] = answer.json["keys"]
    assert listed["kid"] == key.kid
    assert "d" not in listed
    assert key.sealed not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_downloads_bring_the_keys_along(client, key):
    program = client.get("/association/signing/jifang_check.py")
    assert "attachment" in program.headers["Content-Disposition"]
    compile(program.text, "jifang_check.py", "exec")
    document = client.get("/association/signing/jifang-check.html")
    assert "attachment" in document.headers["Content-Disposition"]
    for text in (program.text, document.text):
        assert key.kid in text
        assert key.public in text


def test_the_page_to_keep_asks_for_no_other_file(client, key):
    text = client.get("/association/signing/jifang-check.html").text
    assert "<link" not in text
    assert " src=" not in text
    assert "import(" not in text
    assert "connect-src" not in text
    hosted = client.get("/association/signing/check")
    assert "unsafe" not in hosted.headers["Content-Security-Policy"]
    assert "default-src &#39;none&#39;" in text


def test_whoever_runs_no_scripts_is_told_so_and_where_the_python_file_is(client, key):
    text = client.get("/association/signing/check").text
    [told] = re.findall("<noscript>(.*?)</noscript>", text, re.DOTALL)
    assert "浏览器没有运行脚本" in told
    assert "scripts" in told
    [program] = re.findall('href="([^"]+)"', told)
    # The whole address: the page is also opened from a disk.
    assert program == "http://localhost/association/signing/jifang_check.py"
    assert client.get(program).status_code == 200


def test_the_page_of_the_keys_is_there_before_any_key_is(client, db):
    assert client.get("/association/signing").status_code == 200


def test_what_is_kept_is_compressed(key, db):
    paper = service.keep_signed("receipt:1", {"lines": ["same"] * 1000}, kind="receipt", issuer=ISSUER, now=NOW)
    assert len(paper.payload) < 200
    assert json.loads(zlib.decompress(paper.payload)) == {"lines": ["same"] * 1000}
