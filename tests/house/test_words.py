"""Every word that people read is there in both languages, and says the same things in both."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.conftest import ROOT
from tests.house.showroom import Showroom

sys.path.insert(0, str(ROOT / "scripts"))
import translations

CHINESE = re.compile("[\u3007\u4e00-\u9fff\u3400-\u4dbf\uff08\uff09\u3001\u3002\uff0c\uff1a\uff1b\u300a\u300b]+")
MARKS = {"_", "N_", "translate"}

# Chinese that is no sentence for people but matter to work on, or fiction.
MATTER = {
    "association/signing/checkers/jifang_check.py": "works without us, and so speaks both languages itself",
    "association/kernel/i18n.py": "how dates are written in Chinese",
    "association/kernel/numbers.py": "suffixes and brackets that a folded name leaves out",
    "association/web/fields.py": "是 and 否 are read as yes and no",
    "association/web/api.py": "the API's description has both languages side by side",
    "association/accounts/factors.py": "the platform's name as an authenticator shows it, whoever reads",
    "association/workbooks/cells.py": "letters of number formats in Chinese editions",
    "association/workbooks/columns.py": "signs that a folded heading leaves out",
    "association/workbooks/csvs.py": "signs that people part cells by",
    "association/workbooks/layout.py": "what firms are called, how people write numbers and days",
    "association/workbooks/nolines.py": "how people write totals, sections and notes",
    "association/workbooks/parsers.py": "how people write numbers, dates and choices",
    "catalog/categories/attributes.py": "how people write ranges, lists, yes and no",
    "catalog/categories/editing.py": "how people part a list",
    "catalog/products/rules.py": "how people part a list",
    "catalog/data/recompute_order.py": "which characters are Han characters",
    "catalog/verifications/paste.py": "how people head the columns of a list, write dates, quantities and firms",
    "catalog/verifications/columns.py": "how people write the kinds of proof, and examples",
    "catalog/demo.py": "fictional data",
    "catalog/demo_later.py": "fictional data",
    "training/demo_exams.py": "fictional data",
    "training/demo.py": "fictional data",
    "training/demo_papers.py": "fictional data",
    "training/questions/columns.py": "how people write kinds, difficulties and headings, and an example",
    "training/questions/rules.py": "how people write answers",
    "catalog/categories/catalogfile.py": "names of the parts of the catalog file",
    "catalog/categories/naming.py": "words of the catalog's own data",
    "catalog/register/plain.py": "which characters are Han characters",
    "catalog/register/lexicon.py": "how people write units",
    "catalog/register/terms.py": "how people write labels and units, and words of no weight",
    "training/enrolments/rules.py": "how people head the columns of a list and write that somebody agreed",
    "training/marksheets/rules.py": "how people head the columns of a mark sheet, and write who was absent",
    "training/courses/rules.py": "words that no title of ours may use",
    "training/hours/demonstration.py": "what the demo data say",
}
# Calls whose words are for programs' authors and stand in both languages, or are data.
SPOKEN_ELSEWHERE = {"open_api_door", "api_door"}
# Descriptions in the OpenAPI document: both languages side by side.
DESCRIBED = {"metadata"}


@cache
def english() -> dict[str, str]:
    return translations.translated(translations.ENGLISH)


@cache
def said() -> dict[str, list[str]]:
    return translations.said()


def files(suffix: str) -> Iterator[Path]:
    return (path for path in translations.sources() if path.suffix == suffix)


def test_everything_said_has_its_english() -> None:
    missing = [f"{text} ({files[0]})" for text, files in said().items() if not english().get(text)]
    assert missing == [], "make translations says what is missing; en.po takes it"


def test_nothing_is_kept_that_is_not_said() -> None:
    assert english().keys() <= said().keys(), "make translations drops what is no longer said"


def test_both_languages_name_the_same_things() -> None:
    askew = [
        text for text, spoken in english().items() if translations.places_in(text) != translations.places_in(spoken)
    ]
    assert askew == []


def test_no_english_is_chinese() -> None:
    assert [spoken for spoken in english().values() if CHINESE.search(spoken)] == []


@pytest.mark.parametrize("word", ["approve", "license", "certif", "recommend", "permit", "allowed to be sold"])
def test_a_registration_is_called_nothing_else(word: str) -> None:
    """登记 is neither 批准 nor 许可 nor 认证 nor 推荐: only what says so, and the papers of that name (证书, 持证), may use the word."""
    chinese = re.compile("许可|认证|推荐|批准|证书|持证|执照")
    astray = [
        text
        for text, spoken in english().items()
        if word in spoken.lower() and not chinese.search(text) and not re.search(r"\b(approver)\b", spoken.lower())
    ]
    assert astray == []


# -- in code ------------------------------------------------------------------------------------------------


def _python_strays(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS | SPOKEN_ELSEWHERE:
                marked |= {id(inner) for argument in node.args for inner in ast.walk(argument)}
            described = [one.value for one in node.keywords if one.arg in DESCRIBED]
            marked |= {id(inner) for value in described for inner in ast.walk(value)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            marked.add(id(node.value))  # a docstring
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in marked and CHINESE.search(text):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {text!r}"


def test_code_says_nothing_past_its_translation() -> None:
    strays = [
        stray
        for path in files(".py")
        if path.relative_to(ROOT).as_posix() not in MATTER and path.name != "commands.py"
        for stray in _python_strays(path)
    ]
    assert strays == []


def test_the_exceptions_are_needed() -> None:
    assert [name for name in MATTER if not (ROOT / name).exists() or not any(_python_strays(ROOT / name))] == []


def _template_strays(path: Path) -> Iterator[str]:
    """A language's own name stands as it is."""
    tree = Environment(extensions=[], autoescape=True).parse(path.read_text(encoding="utf-8"))
    marked: set[int] = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS:
            marked |= {id(inner) for argument in call.args for inner in (argument, *argument.find_all(nodes.Const))}
    for node in tree.find_all((nodes.TemplateData, nodes.Const)):
        text = node.data if isinstance(node, nodes.TemplateData) else node.value
        if isinstance(text, str) and id(node) not in marked and CHINESE.search(text.replace("中文</a>", "")):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {text.strip()!r}"


def test_pages_say_nothing_past_their_translation() -> None:
    strays = [stray for path in files(".html") for stray in _template_strays(path)]
    assert strays == []


def test_the_apis_description_is_in_both_languages(showroom: Showroom) -> None:
    spec = showroom.stranger().get("/api/v1/openapi.json").text
    described = re.findall(r'"description": ?"([^"]*)"', spec)
    assert [text for text in described if CHINESE.search(text) and not re.search(" / [a-zA-Z]|[a-z]{3}", text)] == []
