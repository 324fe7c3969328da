"""Languages: Chinese is the source text, English the complete second language. Knows no Flask.

Translations are read once from ``association/translations/en.po`` (gettext's text format).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel.messages.pofile import read_po

from association.kernel.dates import SHANGHAI

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def language_named(code: str) -> Language:
    """The language that is kept by this code; any other is the house's own, Chinese."""
    return "en" if code == "en" else "zh"


_language: ContextVar[Language] = ContextVar("language", default="zh")


def language() -> Language:
    """The reader's language."""
    return _language.get()


def set_language(code: str) -> None:
    """Speak ``code`` from here on; anything unknown is Chinese."""
    _language.set("en" if code == "en" else "zh")


@contextmanager
def speaking(code: Language) -> Iterator[None]:
    """Speak ``code`` inside the block: letters are written in their reader's language, not the sender's."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalog(code: Language) -> Mapping[str, str]:
    path = TRANSLATIONS / f"{code}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=code)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Marks a text for translation without translating it yet."""
    return text


def translate(text: str, **values: Any) -> str:
    """``text`` in the reader's language, with ``{name}`` places filled in."""
    spoken = text if language() == "zh" else _catalog(language()).get(text, text)
    return spoken.format_map(values) if values else spoken


_ = translate


def pick(thing: Any, name: str = "name") -> str:
    """The ``name_zh`` or ``name_en`` of a thing (object or mapping), by the reader's language."""
    get = thing.get if isinstance(thing, Mapping) else lambda key, default=None: getattr(thing, key, default)
    return str(get(f"{name}_{language()}") or get(f"{name}_zh") or "")


def label(term: Any) -> str:
    """The label of a term; the text itself where it is none."""
    return str(getattr(term, "label", term))


def show_date(day: date | None) -> str:
    """A civil date as people read it here; a dash where there is none."""
    if day is None:
        return "—"
    if language() == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%b} {day.year}"


def show_clock(moment: datetime) -> str:
    """The time of day in Shanghai."""
    return f"{moment.astimezone(SHANGHAI):%H:%M}"


def show_moment(moment: datetime | None) -> str:
    """A moment in Shanghai's time, to the minute."""
    if moment is None:
        return "—"
    local = moment.astimezone(SHANGHAI)
    return f"{show_date(local.date())} {local:%H:%M}"
