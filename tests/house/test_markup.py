"""The reader of markup finds what it is there to find."""

import pytest

from tests.house.markup import faults

PAGE = "<!doctype html>\n<html lang=en><head><title>x</title></head><body><main><h1>x</h1>{}</main></body></html>"


def test_a_sound_page_has_no_faults() -> None:
    body = (
        '<ul><li><a href="/x?a=1&amp;b=2&c=3">y</a></li></ul><label for="n">n</label><input id="n">'
        '<table><tbody><tr><td>1 &lt; 2 &#x4e2d;</td></tr></tbody></table><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>'
        "<template><section><p>t</p></section></template>"
        '<dl><div><dt>a</dt><dd>b</dd></div></dl><a href="#n">z</a>'
    )
    assert faults(PAGE.format(body)) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<div>", "never closed"),
        ("<div><span></div></span>", "closes nothing"),
        ("<p><div></div></p>", "unexpected-end-tag"),
        ("<div/>", "does not close itself"),
        ("<table><div>x</div></table>", "another tree"),
        ("<table><tr><td>x</td></tr></table>", "another tree"),
        ("<ul><div></div></ul>", "<div> stands in <ul>"),
        ("<a href=/x><a href=/y>z</a></a>", "another tree"),
        ("<button><a href=/x>y</a></button>", "can be used"),
        ("<label><a href=/x>y</a></label>", "can be used"),
        ("<span><p>x</p></span>", "running text"),
        ("<p a=1 a=2>x</p>", "twice"),
        ("<p>&nope;</p>", "no character's name"),
        ('<p style="x">y</p>', "policy"),
        ('<p onclick="x">y</p>', "policy"),
        ('<p id="a">x</p><p id="a">y</p>', "more than once"),
        ('<label for="b">x</label>', "leads nowhere"),
        ('<a href="#b">x</a>', "leads nowhere"),
        ("<h1>y</h1>", "2 <h1>"),
        ("<img src=/x>", "without alt"),
        ("<form><form></form></form>", "another tree"),
        ("<p title=a\"b>x</p>", "eof"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(body: str, said: str) -> None:
    assert any(said in one for one in faults(PAGE.format(body))), faults(PAGE.format(body))
