"""Certificates on paper and as signed data: exact names, same bytes, checked without us, forged ones never green."""

import base64
import gzip
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwk, jws
from joserfc.errors import BadSignatureError
from jsonschema import Draft202012Validator
from jsonschema.validators import Draft201909Validator
from pypdf import PdfReader

from association.kernel import clock
from association.kernel.actors import CALENDAR, OPERATOR, Role
from association.kernel.dates import civil_date
from association.paper import press
from association.persons import sealed
from association.signing import rules as signing_rules
from association.signing import service as signing
from association.signing.checkers import jifang_check
from association.vocabulary import ConsentPurpose
from tests.association.paper.test_press import squeezed, text_of
from tests.association.signing.papers import OLD, Signer
from tests.builders import an_account, picture_bytes
from tests.training.builders import a_person, a_practitioner
from tests.training.certificates.builders import PUBLIC, a_certificate
from training.certificates import badges, checks, diplomas, queries, service
from training.vocabulary import CertificateGround

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)
SCHEMAS = Path(__file__).parents[2] / "schemas"


def today():
    return civil_date(clock.now())


@pytest.fixture
def held(browser):
    """A practitioner at a browser, with a certificate of theirs; and a key that signs."""
    signing.ensure(actor=CALENDAR, now=clock.now() - 10 * DAY)
    person = a_person("㛃𬀩𠮷", agrees=(*PUBLIC, ConsentPurpose.PORTRAIT))
    one = a_certificate(person, on=today() - 3 * DAY)
    return browser(a_practitioner(person)), one, person


def test_rare_signs_are_printed_as_signs_and_the_same_certificate_gives_the_same_bytes(held):
    own, one, person = held
    for form, size in (("a4", (842, 595)), ("card", (243, 153))):
        where = f"/training/certificates/file/{one.number}/{form}.pdf"
        first = own.get(where)
        assert first.status_code == 200
        press._shelf.clear()
        assert own.get(where).data == first.data
        page = PdfReader(io.BytesIO(first.data)).pages[0]
        assert (round(page.mediabox.width), round(page.mediabox.height)) == size
        text = text_of(first.data)
        for said in ("㛃𬀩𠮷", one.number, one.title, "培训证书"):
            assert squeezed(said) in text
        assert not any(word in text for word in ("职业资格", "中国", "全国", "U+"))
    sealed.file_portrait(person, picture_bytes("PNG", (300, 400)), actor=OPERATOR, now=clock.now())
    with_portrait = own.get(f"/training/certificates/file/{one.number}/a4.pdf").data
    assert len(PdfReader(io.BytesIO(with_portrait)).pages[0].images) > len(
        PdfReader(io.BytesIO(first.data)).pages[0].images
    )


def test_a_certificate_is_read_aloud_in_order_and_says_its_language(held):
    own, one, _person = held
    reader = PdfReader(io.BytesIO(own.get(f"/training/certificates/file/{one.number}/a4.pdf").data))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).lower().startswith("zh")
    assert one.number in reader.metadata.title


def test_what_does_not_count_is_neither_printed_nor_given_as_a_badge(held):
    own, one, _person = held
    service.suspend(
        one, ground=CertificateGround.UNDER_REVIEW, note="x", effective_from=today(), actor=OPERATOR, now=clock.now()
    )
    for path in ("a4.pdf", "badge.json"):
        assert own.get(f"/training/certificates/file/{one.number}/{path}").status_code == 409


# -- the QR code --------------------------------------------------------------------------------------------


def pinned(client):
    return client.get("/.well-known/jifang-keys.json").json


def qr_of(one):
    """What the QR code of a certificate says."""
    site = "http://localhost"
    found = checks.shown_of([one], on=today(), known=clock.now())[one.id]
    at = queries.events_of([one.number])[one.number][-1].recorded_at
    return f"{diplomas.address_of(one.code, site=site)}#{diplomas.statement_of(found, site=site, facts_from=at)}"


def test_its_qr_code_proves_masked_facts_without_this_site(client, held):
    _own, one, _person = held
    keys, text = pinned(client), qr_of(one)
    code, _head, lines = jifang_check.check_address(text, keys["keys"], keys["issuer"])
    assert code == "ok"
    assert lines[0] == "certificate"
    assert lines[2:4] == [one.code, one.number]
    assert lines[8] == "㛃*𠮷"
    assert "㛃𬀩𠮷" not in "".join(lines)


def a_statement(signer, one, *, code="", kind="certificate", day="2026-03-02"):
    said = [code or one.code, one.number, "1", "2026-01-05", "2029-01-04", "five", "张*", one.title]
    body = signing_rules.statement_body(kind, [day, *said])
    signature = signer.secret.sign(signing_rules.statement_input("http://localhost", signer.kid, body))
    return signing_rules.fragment(signer.kid, body, signature)


def test_forged_certificates_never_pass(client, held):
    _own, one, _person = held
    good, keys = qr_of(one), pinned(client)
    address, digits = good.split("#")
    other = a_certificate(on=today() - 2 * DAY)
    known = [*keys["keys"], OLD.jwk]
    forged = {
        "a key of one's own": f"{address}#{a_statement(Signer(9), one)}",
        "facts copied to another certificate": f"http://localhost/c/{other.code}#{digits}",
        "an old key, after its time": f"{address}#{a_statement(OLD, one)}",
        "an edited byte": f"{address}#{digits[:-1]}{(int(digits[-1]) + 1) % 10}",
        "a byte in the middle": f"{address}#{digits[:200]}{(int(digits[200]) + 1) % 10}{digits[201:]}",
        "a registration's address": good.replace("/c/", "/v/"),
        "a registration's statement": f"{address}#{a_statement(OLD, one, kind='registration', day='2026-01-05')}",
        "another site": good.replace("http://localhost", "https://register-example.cn"),
    }
    for what, text in forged.items():
        code, _head, _lines = jifang_check.check_address(text, known, keys["issuer"])
        assert code != "ok", what
    assert jifang_check.check_address(good, known, keys["issuer"])[0] == "ok"


def test_the_status_list_names_every_certificate_that_is_not_good_and_is_read_as_the_registers_is(client, held):
    _own, good, _person = held
    bad = a_certificate(on=today() - 2 * DAY)
    service.suspend(
        bad, ground=CertificateGround.UNDER_REVIEW, note="x", effective_from=today(), actor=OPERATOR, now=clock.now()
    )
    withheld = a_certificate(a_person("甲"), on=today() - 2 * DAY)
    keys = pinned(client)
    answer = client.get("/api/v1/training/certificates/status.jws")
    code, head, payload = jifang_check.check_jws(answer.text, keys["keys"], keys["issuer"])
    assert (code, head["typ"]) == ("ok", "jifang-certificate-list+jws")

    def marked(one, word):
        mark = hashlib.sha256(one.number.encode()).digest()[:6]
        held = signing_rules.as_bytes(payload["standings"][word])
        return mark in [held[at : at + 6] for at in range(0, len(held), 6)]

    assert marked(bad, "suspended")
    assert marked(withheld, "withheld")
    assert not any(marked(good, word) for word in payload["standings"])
    assert payload["head"]["entry"] == 4


# -- the badge ----------------------------------------------------------------------------------------------


def test_the_badge_holds_to_the_published_schemas_and_its_signature_to_the_published_key(client, held):
    own, one, _person = held
    token = own.get(f"/training/certificates/file/{one.number}/badge.jwt").text
    head = json.loads(signing_rules.as_bytes(token.split(".")[0]))
    assert (head["alg"], head["typ"]) == ("EdDSA", "vc+jwt")
    key = client.get(head["kid"].removeprefix("http://localhost")).json
    found = jws.deserialize_compact(token, jwk.OKPKey.import_key(key), algorithms=["EdDSA"])
    body = json.loads(found.payload)
    for validator, path in (
        (Draft201909Validator, "open-badges/achievementcredential.json"),
        (Draft202012Validator, "vc-data-model/verifiable-credential-schema.json"),
    ):
        schema = json.loads((SCHEMAS / path).read_text(encoding="utf-8"))
        faults = [error.message for error in validator(schema).iter_errors(body)]
        assert faults == [], path
    assert body["iss"] == body["issuer"]["id"]
    assert body["jti"] == body["id"]
    assert body["nbf"] < body["exp"]
    assert "㛃𬀩𠮷" not in found.payload.decode(), "the name is in it as a salted hash"
    identity = body["credentialSubject"]["identifier"][0]
    assert identity["identityHash"] == "sha256$" + hashlib.sha256(("㛃𬀩𠮷" + identity["salt"]).encode()).hexdigest()
    forged = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(forged, jwk.OKPKey.import_key(key), algorithms=["EdDSA"])


def test_the_schemas_are_the_published_ones_byte_for_byte():
    """The name that git gives a file's content, as it stands in the publishers' own repositories."""
    listed = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    files = sorted(SCHEMAS.glob("*/*.json"))
    assert [file.parent.name for file in files] == ["open-badges", "vc-data-model"]
    for file in files:
        content = file.read_bytes()
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        assert f"| `{file.parent.name}/{file.name}` | {blob} |" in listed


def test_a_credential_that_breaks_the_schemas_is_noticed_by_them(client, held):
    """The schemas do refuse: without its subject, with a wrong type, with a moment that is none."""
    own, one, _person = held
    token = own.get(f"/training/certificates/file/{one.number}/badge.jwt").text
    body = json.loads(signing_rules.as_bytes(token.split(".")[1]))
    badge = Draft201909Validator(json.loads((SCHEMAS / "open-badges/achievementcredential.json").read_text("utf-8")))
    credential = Draft202012Validator(
        json.loads((SCHEMAS / "vc-data-model/verifiable-credential-schema.json").read_text("utf-8"))
    )
    without = {name: value for name, value in body.items() if name != "credentialSubject"}
    for validator, broken in (
        (badge, without),
        (credential, without),
        (badge, {**body, "type": ["VerifiableCredential"]}),
        (badge, {**body, "validFrom": 5}),
        (credential, {**body, "@context": ["https://example.org"]}),
    ):
        assert not validator.is_valid(broken)


def test_the_badge_as_json_is_an_enveloped_verifiable_credential(held):
    own, one, _person = held
    whole = own.get(f"/training/certificates/file/{one.number}/badge.json").json
    assert whole["@context"] == "https://www.w3.org/ns/credentials/v2"
    assert whole["type"] == "EnvelopedVerifiableCredential"
    assert whole["id"].startswith("data:application/vc+jwt,ey")


def test_the_badges_status_list_has_one_bit_for_each_certificate_that_does_not_count(client, held):
    own, good, _person = held
    bad = a_certificate(on=today() - 2 * DAY)
    service.suspend(
        bad, ground=CertificateGround.UNDER_REVIEW, note="x", effective_from=today(), actor=OPERATOR, now=clock.now()
    )
    token = own.get(f"/training/certificates/file/{good.number}/badge.jwt").text
    said = json.loads(signing_rules.as_bytes(token.split(".")[1]))["credentialStatus"]
    listed = client.get(said["statusListCredential"].removeprefix("http://localhost")).text
    subject = json.loads(signing_rules.as_bytes(listed.split(".")[1]))["credentialSubject"]
    packed = subject["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert len(bits) * 8 >= badges.LEAST_BITS

    def bit(one):
        return bits[one.id // 8] >> (7 - one.id % 8) & 1

    assert (bit(good), bit(bad)) == (0, 1)
    assert said["statusListIndex"] == str(good.id)


def test_others_do_not_get_somebodys_certificate_as_a_file(browser, held):
    _own, one, _person = held
    stranger = browser(a_practitioner())
    for path in ("a4.pdf", "card.pdf", "badge.json", "badge.jwt"):
        assert stranger.get(f"/training/certificates/file/{one.number}/{path}").status_code == 404
    assert (
        browser(an_account(Role.TRAINING_STAFF)).get(f"/training/certificates/file/{one.number}/a4.pdf").status_code
        == 200
    )
