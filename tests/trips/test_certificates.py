"""A learner shows the QR code on the telephone; somebody scans it, with the network cut as well; forged ones are told."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import db, intend_to_write, transaction
from association.persons.models import Person
from association.signing import rules
from association.signing.models import SigningKey
from association.vocabulary import KeyState, SignatureAlgorithm
from tests.association.signing.papers import Signer
from tests.house.showroom import settings
from tests.training.certificates.builders import Passed
from tests.trips.test_without_a_network import DAY, installed, said
from training.certificates import candidates, service
from training.rosters.models import TrainingClass

pytestmark = pytest.mark.full_browser
# A key that the association used once; who has its secret half now is no matter.
OLD = Signer(2, not_before=datetime(2025, 6, 1, tzinfo=UTC), not_after=datetime(2026, 1, 31, tzinfo=UTC))
DECODE = """async () => {
  const { decodeQR } = await import('/static/vendor/qr-0.7.0/decode.js');
  const drawn = document.querySelector('.qr__code svg').cloneNode(true);
  for (const side of ['width', 'height']) { drawn.setAttribute(side, '900'); }
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const picture = new Image();
  picture.src = 'data:image/svg+xml,' + encodeURIComponent(drawn.outerHTML);
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 900;
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 900, 900);
  context.drawImage(picture, 0, 0, 900, 900);
  return decodeQR(context.getImageData(0, 0, 900, 900));
}"""


@pytest.fixture
def number(data_folder: Path, address: str) -> str:
    """A certificate of the demo's practitioner, issued by the class that is over; its number."""
    from wsgi import create_app

    app = create_app(settings(data_folder, ""))
    with app.app_context():
        intend_to_write()
        of = db.session.scalars(sa.select(TrainingClass).where(TrainingClass.code.endswith("JX1-D1"))).one()
        person = db.session.scalars(sa.select(Person).where(Person.name == "演示从业人员")).one()
        passed = {person.id: Passed()}
        found = candidates.batch(of, passed, now=clock.now())
        [own] = [one for one in found.rows if one.person.id == person.id]
        if own.issued is None:
            service.issue(of, [own.row.id], passed, actor=OPERATOR, now=clock.now())
            own = next(one for one in candidates.batch(of, passed, now=clock.now()).rows if one.person.id == person.id)
        assert own.issued is not None
        found_number = own.issued.number
        if db.session.scalar(sa.select(SigningKey.id).where(SigningKey.kid == OLD.kid)) is None:
            with transaction():
                db.session.add(
                    SigningKey(
                        kid=OLD.kid,
                        algorithm=SignatureAlgorithm.EDDSA,
                        public=OLD.jwk["x"],
                        state=KeyState.RETIRED,
                        not_before=datetime(2025, 6, 1, tzinfo=UTC),
                        not_after=datetime(2026, 1, 31, tzinfo=UTC),
                    )
                )
        db.session.remove()
        db.engine.dispose()
    return found_number


def by_the_old_key(address: str, code: str, number: str, *, day: str) -> str:
    """A statement about a certificate as the association's old key would make it."""
    said = [code, number, "1", "2026-01-05", "2029-01-04", "none", "演****员", "技防从业人员继续教育"]
    body = rules.statement_body("certificate", [day, *said])
    signature = OLD.secret.sign(rules.statement_input(address, OLD.kid, body))
    return f"{address}/c/{code}#{rules.fragment(OLD.kid, body, signature)}"


def test_a_certificate_is_shown_scanned_and_checked_with_the_network_cut(
    person: Callable[..., Page], number: str, address: str, chromium: Browser
) -> None:
    own = person("practitioner", width=390)
    own.goto("/training/certificates/mine")
    entry = own.get_by_role("listitem").filter(has_text=number)
    with own.expect_download() as at_once:
        entry.get_by_role("link", name="下载（A4）").click()
    assert number in at_once.value.suggested_filename
    own.get_by_role("link", name="技防从业人员继续教育").first.click()
    expect(own.get_by_text(number).first).to_be_visible()
    text = str(own.evaluate(DECODE))
    assert re.fullmatch(rf"{address}/c/[0-9A-Z]{{16}}#\d{{300,700}}", text)
    with own.expect_download() as download:
        own.get_by_role("link", name="证书（A4）").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    # With a network: the public page.
    stranger = person(width=390)
    stranger.goto(text.partition("#")[0])
    expect(stranger.get_by_text("演****员")).to_be_visible()
    expect(stranger.get_by_role("heading", name="有效", exact=True)).to_be_visible()
    # Without one: the telephone's own page, by the list it holds.
    context = chromium.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    installed(context)
    context.set_offline(True)
    code, tone, shown = said(context, text)
    assert (code, tone) == ("in_force", "good")
    assert number in shown
    assert "演****员" in shown
    assert "演示从业人员" not in shown
    assert said(context, text, later=DAY + 60_000)[:2] == ("list_aged", "warn")
    code_of = text.partition("#")[0].rpartition("/")[2]
    other = "A" * 16
    for forged in (
        text[:-1] + str((int(text[-1]) + 1) % 10),
        text.replace(code_of, other),
        text.replace("/c/", "/v/"),
        Signer(9).certificate(code=code_of).replace("https://register.example", address),
        by_the_old_key(address, code_of, number, day="2026-03-02"),
    ):
        code, tone, shown = said(context, forged)
        assert (code, tone) == ("forged", "bad"), forged
        assert "不能采信" in shown
    # The same hand in the old key's own time was the association's.
    assert said(context, by_the_old_key(address, code_of, number, day="2026-01-05"))[0] != "forged"
    context.close()
