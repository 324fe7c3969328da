"""Keeps ``association/translations/en.po`` in step with the texts in code and templates (`make translations`).

    python scripts/translations.py                     brings en.po up to date and says what still lacks its English
    python scripts/translations.py --check             changes nothing; fails when something would change or is missing
    python scripts/translations.py --merge FILE.po …   takes translations from other files first (.po, or .json)

Entries stand in the order of their files, without line numbers and without dates, so that a difference shows what
was said differently and nothing else. What is no longer said goes.
"""

import argparse
import json
import string
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from babel.messages.extract import extract
from babel.messages.pofile import normalize, read_po

ROOT = Path(__file__).parent.parent
FLOORS = ("association", "catalog", "training")
ENGLISH = ROOT / "association" / "translations" / "en.po"
KEYWORDS = {"_": None, "N_": None, "translate": None}
KINDS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}
# Not silent: a template that cannot be read would lose its translations.
OPTIONS = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true", "encoding": "utf-8"}
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: en\\n"\n'


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Every file that may speak: code, pages, and letters written as templates."""
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*")):
            if path.suffix == ".py" or (path.suffix in KINDS and "templates" in path.parts):
                yield path


def texts_of(path: Path) -> list[str]:
    """The texts that ``path`` gives to ``_()``, ``N_()`` and ``translate()``, in the order they are met."""
    with path.open("rb") as file:
        return list(_texts(path.suffix, file))


def _texts(suffix: str, file: BinaryIO) -> Iterator[str]:
    for _line, text, _comments, _context in extract(KINDS[suffix], file, KEYWORDS, (), OPTIONS):
        # Plain ASCII inside the call is a key (`_(FAULTS["type"])`), not a text.
        if isinstance(text, str) and not text.isascii():
            yield text


def said(root: Path = ROOT) -> dict[str, list[str]]:
    """Every text, with the files it stands in."""
    found: dict[str, list[str]] = {}
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        for text in texts_of(path):
            places = found.setdefault(text, [])
            if name not in places:
                places.append(name)
    return found


def translated(path: Path) -> dict[str, str]:
    """The translations that a .po file or a JSON object holds."""
    if not path.exists():
        return {}
    if path.suffix == ".json":
        given: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return {text: spoken for text, spoken in given.items() if spoken}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id and m.string and not m.fuzzy}


def places_in(text: str) -> set[str]:
    """The ``{places}`` of a text."""
    return {name for _before, name, _form, _conversion in string.Formatter().parse(text) if name is not None}


def written(texts: Mapping[str, Iterable[str]], english: Mapping[str, str]) -> str:
    """The whole file."""
    entries = [HEADER]
    for text, files in texts.items():
        entries.append(
            f"#: {' '.join(files)}\nmsgid {normalize(text, width=0)}\nmsgstr {normalize(english.get(text, ''), width=0)}\n"
        )
    return "\n".join(entries)


def main(arguments: list[str] | None = None) -> int:
    ask = argparse.ArgumentParser(description="Brings association/translations/en.po up to date.")
    ask.add_argument(
        "--check", action="store_true", help="change nothing; fail when something would change or is missing"
    )
    ask.add_argument("--merge", nargs="+", type=Path, default=[], help="take translations from these files first")
    given = ask.parse_args(arguments)
    texts, english = said(), translated(ENGLISH)
    for path in given.merge:
        # What was written first stays: a merge fills gaps.
        english = translated(path) | english
    new = written(texts, english)
    missing = [text for text in texts if not english.get(text)]
    askew = [text for text in texts if english.get(text) and places_in(text) != places_in(english[text])]
    changed = not ENGLISH.exists() or ENGLISH.read_text(encoding="utf-8") != new
    if changed and not given.check:
        ENGLISH.parent.mkdir(exist_ok=True)
        ENGLISH.write_text(new, encoding="utf-8")
    for text in missing:
        print(f"no English yet: {text}   ({texts[text][0]})")
    for text in askew:
        print(f"other {{places}} than the source: {text}")
    print(f"{len(texts)} texts, {len(missing)} without English, {len(askew)} with other places")
    return 1 if given.check and (changed or missing or askew) else 0


if __name__ == "__main__":
    sys.exit(main())
