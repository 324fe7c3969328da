"""Whether a page's markup holds together: no parse error, the tree that browsers build is the one that was written, content
where the HTML standard allows it, ids once, references that lead somewhere.

``justhtml`` parses as the standard says; what it forgives (a tag never closed, an attribute twice) is found by reading
the tags as written.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html.entities import html5
from html.parser import HTMLParser
from typing import Any

from justhtml import JustHTML

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-details", "aria-errormessage",
              "aria-owns", "form", "list", "headers")  # fmt: skip
# What may stand in running text only; and what holds nothing but running text.
BLOCKS = frozenset(["address", "article", "aside", "blockquote", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "table", "ul"])  # fmt: skip
OF_TEXT = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "span", "a", "button", "label", "b", "strong", "em", "i", "small", "code", "kbd", "abbr", "cite", "q", "s", "sub", "sup", "time", "mark", "dfn", "var", "output", "legend", "summary", "data", "bdi", "bdo", "u"])  # fmt: skip
# A link may stand round whole blocks, a legend or summary round a heading.
ALSO = {
    "a": BLOCKS,
    "legend": frozenset(["h1", "h2", "h3", "h4", "h5", "h6"]),
    "summary": frozenset(["h1", "h2", "h3", "h4", "h5", "h6"]),
}
ONLY = {
    "ul": {"li", "script", "template"},
    "ol": {"li", "script", "template"},
    "menu": {"li", "script", "template"},
    "dl": {"dt", "dd", "div", "script", "template"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"td", "th"},
    "select": {"option", "optgroup", "hr"},
    "optgroup": {"option"},
    "datalist": {"option"},
}
WITHIN = {"li": {"ul", "ol", "menu"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "tr": {"table", "thead", "tbody", "tfoot"},
          "td": {"tr"}, "th": {"tr"}, "option": {"select", "optgroup", "datalist"}, "legend": {"fieldset"},
          "summary": {"details"}, "caption": {"table"}, "figcaption": {"figure"}}  # fmt: skip
INTERACTIVE = frozenset(["a", "button", "details", "input", "select", "textarea", "label", "iframe"])
ALLOWED_IN_LABEL = frozenset(["button", "input", "select", "textarea"])
_AMPERSAND = re.compile("&(?:#[0-9]+;|#[xX][0-9a-fA-F]+;|([A-Za-z0-9]+);?)?")


class _Written(HTMLParser):
    """The tags as they stand in the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[tuple[str, int]] = []
        self.tree: list[tuple[str, str]] = []
        self.faults: list[str] = []

    def say(self, fault: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {fault}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # What stands in <noscript>, however deep, is text to a browser with scripts.
        if all(name != "noscript" for name, _line in self.open):
            self.tree.append((self.open[-1][0] if self.open else "", tag))
        names = [name for name, _value in attrs]
        if len(names) != len(set(names)):
            self.say(f"<{tag}> has an attribute twice")
        for name, _value in attrs:
            if name == "style" or name.startswith("on"):
                self.say(f"<{tag} {name}=…> is not allowed by the policy")
        for found in _AMPERSAND.finditer(self.get_starttag_text() or ""):
            # In an attribute an ampersand may part the questions of an address; a name of HTML's would be read as such.
            if found[1] and found[0].endswith(";") and f"{found[1]};" not in html5:
                self.say(f"{found[0]} is no character's name")
            elif found[1] and not found[0].endswith(";") and found[1] in html5:
                self.say(f"{found[0]} in <{tag}> is read as a character")
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in VOID:
            return
        self.open.pop()
        if not any(name == "svg" for name, _line in self.open) and tag != "svg":
            self.say(f"<{tag}/> does not close itself")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self.say(f"</{tag}> closes nothing")
        elif not self.open or self.open[-1][0] != tag:
            self.say(f"</{tag}> closes nothing (open: {self.open[-3:]})")
        else:
            self.open.pop()

    def handle_entityref(self, name: str) -> None:
        if f"{name};" not in html5:
            self.say(f"&{name}; is no character's name")


def _elements(node: Any, parent: str = "") -> Iterator[tuple[str, str, Any]]:
    for child in node.children or ():
        if child.name.startswith(("#", "!")):
            continue
        yield parent, child.name, child
        yield from _elements(child, child.name)
        if child.name == "template":
            yield from _elements(child.template_content, child.name)


def faults(page: str) -> list[str]:
    """Everything that is wrong with the markup of ``page``."""
    written = _Written()
    written.feed(page)
    written.close()
    parsed = JustHTML(page, sanitize=False, collect_errors=True)
    found = [f"line {fault.line}: {fault.code}" for fault in parsed.errors]
    found += written.faults
    found += [f"<{tag}> of line {line} is never closed" for tag, line in written.open]
    elements = list(_elements(parsed.root))
    if not found:
        built = [(parent, name) for parent, name, _element in elements if parent != "noscript"]
        askew = next((pair for pair in zip(written.tree, built, strict=False) if pair[0] != pair[1]), None)
        if askew is not None or len(built) != len(written.tree):
            found.append(f"browsers build another tree: {askew}")
    found += _misplaced(elements)
    found += _references(elements)
    return found


def _misplaced(elements: list[tuple[str, str, Any]]) -> Iterator[str]:
    for parent, name, element in elements:
        if parent in ONLY and name not in ONLY[parent]:
            yield f"<{name}> stands in <{parent}>"
        if name in WITHIN and parent not in WITHIN[name]:
            yield f"<{name}> stands in <{parent}>, not in {sorted(WITHIN[name])}"
        if parent in OF_TEXT and name in BLOCKS - ALSO.get(parent, frozenset()):
            yield f"<{name}> stands in <{parent}>, which holds running text"
        if name in INTERACTIVE and element.attrs.get("type") != "hidden":
            for above in _above(element):
                if above in ("a", "button") or (above == "label" and name not in ALLOWED_IN_LABEL):
                    yield f"<{name}> can be used, and so can <{above}> round it"
        if name == "form" and "form" in _above(element):
            yield "<form> stands in <form>"
        if name == "img" and "alt" not in element.attrs:
            yield "<img> without alt"
    # What a drawing is called is no title of the page.
    once = Counter(name for _parent, name, element in elements if not (name == "title" and "svg" in _above(element)))
    yield from (f"{once[name]} <{name}>" for name in ("title", "h1", "main") if once[name] != 1)
    if not any(name == "html" and element.attrs.get("lang") for _parent, name, element in elements):
        yield "<html> names no language"


def _above(element: Any) -> list[str]:
    names = []
    while element.parent is not None:
        element = element.parent
        names.append(element.name)
    return names


def _references(elements: list[tuple[str, str, Any]]) -> Iterator[str]:
    ids = Counter(element.attrs["id"] for _parent, _name, element in elements if "id" in element.attrs)
    yield from (f"id {one!r} stands more than once" for one, times in ids.items() if times > 1)
    yield from (f"id {one!r} is no name" for one in ids if not one or re.search(r"\s", one))
    for _parent, name, element in elements:
        for attribute in REFERENCES:
            for one in (element.attrs.get(attribute) or "").split():
                if one not in ids:
                    yield f"{attribute}={one!r} leads nowhere"
        href = element.attrs.get("href") or ""
        if name == "a" and href.startswith("#") and href[1:] not in ids:
            yield f"href={href!r} leads nowhere"
