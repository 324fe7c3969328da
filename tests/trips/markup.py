"""Whether a page's markup holds together: tags closed in order, ids unique, references that lead somewhere."""

from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "rect",
        "circle",
        "line",
    ]
)
# HTML lets these be closed by what follows.
OPEN_ENDED = frozenset(["li", "p", "td", "th", "tr", "option", "dt", "dd", "thead", "tbody"])
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form", "list")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []
        self.ids: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"line {self.getpos()[0]}: <{tag}> has an attribute twice")
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in REFERENCES:
                self.references.extend((name, one) for one in (value or "").split())
            if name == "style" or name.startswith("on"):
                self.faults.append(f"line {self.getpos()[0]}: <{tag} {name}=…> is not allowed by the policy")
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self.open and self.open[-1][0] != tag and self.open[-1][0] in OPEN_ENDED:
            self.open.pop()
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"line {self.getpos()[0]}: </{tag}> closes nothing (open: {self.open[-3:]})")
            return
        self.open.pop()


def faults(page: str) -> list[str]:
    """Everything that is wrong with the markup of ``page``."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    found = list(reader.faults)
    found += [f"<{tag}> of line {line} is never closed" for tag, line in reader.open if tag not in OPEN_ENDED]
    found += [f"id {one!r} stands more than once" for one in sorted({i for i in reader.ids if reader.ids.count(i) > 1})]
    found += [f"{name}={one!r} leads nowhere" for name, one in reader.references if one not in reader.ids]
    return found
