"""What is offered for download: the checkers, with the key list of the moment built in."""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import render_template

from association.signing import words

STATIC = Path(__file__).parents[1] / "web" / "static"
PROGRAM = Path(__file__).parent / "checkers" / "jifang_check.py"
LIBRARY = "vendor/noble-ed25519-3.2.0.js"
_EXPORTS = re.compile(r"^export \{.*?\};$", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const)", re.MULTILINE)
_IMPORT = re.compile(r"^import .*?;$", re.MULTILINE)


def program(keys: dict[str, Any]) -> str:
    """The Python file, with ``keys`` pinned in it."""
    pinned = json.dumps(json.dumps(keys, ensure_ascii=True, sort_keys=True))
    text = PROGRAM.read_text(encoding="utf-8")
    assert text.count("\nPINNED = None\n") == 1
    return text.replace("\nPINNED = None\n", f"\nPINNED = json.loads({pinned})\n")


@cache
def _script() -> str:
    """The scripts of the hosted pages as one, which asks for no other file."""
    library, check, checker = (
        (STATIC / name).read_text(encoding="utf-8") for name in (LIBRARY, "proof/check.js", "proof/checker.js")
    )
    library = _EXPORTS.sub("return { hashes, verify, verifyAsync };", library)
    check = check.replace('import("../vendor/noble-ed25519-3.2.0.js")', "Promise.resolve(noble)")
    text = f"const noble = (() => {{\n{library}\n}})();\n{_EXPORT.sub('', check)}\n{_IMPORT.sub('', checker)}"
    # It stands within a script element.
    assert "</script" not in text
    return text


@cache
def _style() -> str:
    return (STATIC / "proof" / "checker.css").read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"


def policy() -> str:
    """What the page may do: run its own script, and nothing else. It cannot send anything anywhere."""
    return (
        f"default-src 'none'; script-src {_hash(_script())}; style-src {_hash(_style())}; "
        "base-uri 'none'; form-action 'none'"
    )


def _data(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


def document(keys: dict[str, Any]) -> str:
    """The page to keep: one file that works from a disk."""
    said = words.of_page()
    return render_template(
        "signing/standalone.html",
        policy=policy(),
        style=_style(),
        script=_script(),
        words=said,
        words_json=_data(said),
        pinned_json=_data(keys),
        program=f"{keys['issuer']}/association/signing/jifang_check.py",
    )
