"""How a row says that it is no line: sums, titles of parts, notes and signatures. Pure."""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from string import ascii_lowercase

from association.workbooks.cells import Cell, Eaten
from association.workbooks.columns import fold_heading
from association.workbooks.sheets import Row

SUBTOTAL = re.compile(
    r"(本页|本表|以上|分部|分项|工程|设备|费用|系统)?(合|小|总|累|共)计.{0,12}|总价.{0,6}|(sub|grand)?total[s]?.{0,12}|sum",
)
SECTION = re.compile(
    r"[（(]?[一二三四五六七八九十百]{1,4}[)）、.．,，].*|第[一二三四五六七八九十百\d]{1,4}[章节部分].*"
)
FOOTNOTE = re.compile(
    r"(注|备注|说明|附注|制表|编制|审核|审批|审定|填表|经办|负责|联系|批准|日期|盖章|签字|签章|note|remark|prepared|checked)"
    r"[^:：]{0,8}[:：].*",
    re.IGNORECASE,
)
# Of a list of goods: the sums, taxes and signatures below and between its lines, and the titles of its parts.
_AMOUNT = (
    r"[\W\d元万人民币金额大小写不含税价款数量台套项零〇一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾佰百仟千萬亿圆整角分]*"
)
_SUM = re.compile(
    r".{0,14}?(?:[合小总累共]计|总?造价|总[价额]|总金额|总报价|含税[总合]?价|税[率金额]|增值税|优惠价|让利)"
    + _AMOUNT
    + r"|.{0,6}大写[:：)）]?"
    + _AMOUNT
    + r"|(?:sub|grand)?total[s]?.{0,12}|sum|(?:vat|tax)(?:rate)?[\W\d]*",
)
_AMOUNT_ALONE = re.compile(_AMOUNT)
_MAY_SUM = re.compile(r"[计价额税写惠利]|total|sum|vat|tax", re.IGNORECASE)
CLOSING = re.compile(
    r"(?:19|20)\d\d[年/.-]\d{1,2}[月/.-]\d{1,2}日?|[\d_\s]*年[\d_\s]*月[\d_\s]*日?|.{0,60}第\s*\d+\s*页.{0,12}"
    r"|page\s*\d+.{0,12}"
    r"|(?:投标|招标|供货|供应|建设|施工|监理|设计|使用|采购|甲|乙|法定|授权|电话|传真|地址|公章)[^:：]{0,10}[:：].*",
    re.IGNORECASE,
)
# What numbers a part (一, （一）, II, 第三章), and what names one.
PART = re.compile(
    r"[（(]?[一二三四五六七八九十百]{1,4}[)）、.．]?|[（(]?[IVXⅠ-Ⅻ]{1,5}[)）、.．]?|第[一二三四五六七八九十百\d]{1,4}[章节部分项篇]{1,2}"
)
PART_NAME = re.compile(r"(?:系统|部分|工程|前端|后端|区域?|楼|层|房|室|厅|中心|设备|设施|[项章节])(?:[（(].*[)）])?$")


LONGEST_WORD = 40
FEWEST_NUMBERED = 3
# What is drawn below the headings of a table of signs: |---|:-:|
RULE = re.compile(r":?[-—=_+]{2,}:?|:-:?|-:")
# 6, 1.1, （2）, 10台; not 2026年 or 3号楼数量, which a column may be called.
_COUNT = re.compile(r"[(]?\d[\d.,]{0,11}[).、]?\s?(?:[a-z]{0,4}|[^\W\da-z年月日期号层楼区栋]{0,2})", re.IGNORECASE)
# 6, and 6=4×5.
_COLUMN = re.compile(r"([0-9]{1,3})(?:=.{1,20})?")
_DIGIT = re.compile(r"[0-9]")


def is_no_line(row: Row) -> bool:
    """Whether a row of a list of goods without headings is a sum, a title, a note or a signature by its words."""
    found = row.cells.values()
    if len(found) == 1 and all(SECTION.fullmatch(one.text) for one in found):
        return True
    return any(sums(one) for one in found) or all(
        FOOTNOTE.fullmatch(one.text) or CLOSING.fullmatch(one.text) for one in found
    )


def sums(cell: Cell) -> bool:
    """Whether a cell of a list of goods says that its row is a sum, or what is taken from or added to one."""
    text = cell.text
    if len(text) > 60 or not _MAY_SUM.search(text):
        return False
    return _SUM.fullmatch(re.sub(r"\s+", "", text).casefold()) is not None


def is_sum(
    found: Mapping[int, Cell],
    exact: AbstractSet[int],
    titles: AbstractSet[int],
    once: AbstractSet[int],
    makers: AbstractSet[int],
) -> bool:
    """Of a list of goods: whether a row is a sum by what stands where models (``exact``) and names (``titles``) do, or,
    where nothing stands there, anywhere.

    Models may be called VAT-100, Total-500 or SUM: not a sum is what has a maker or brand (in ``makers``), or is numbered
    (``once``) and named and says no sum in Chinese.
    """
    there = [cell for column, cell in found.items() if column in exact]
    if not all(sums(cell) for cell in there):
        return False
    named = [cell for column, cell in found.items() if column in titles]
    if there:
        if any(_names_somebody(found[column]) for column in makers & found.keys()):
            return False
        counted = any(ordinal_of(found[column]) for column in titles & once & found.keys())
        words = [cell for column, cell in found.items() if column in titles - once]
        if counted and words and not any(sums(one) for one in words) and all(one.text.isascii() for one in there):
            return False
    own = there or named or list(found.values())
    return any(sums(cell) for cell in own)


def _names_somebody(cell: Cell) -> bool:
    """Whether it is a maker or a brand, and neither a sum nor an amount."""
    text = re.sub(r"\s+", "", cell.text)
    return (
        cell.eaten is Eaten.NOTHING
        and any(one.isalpha() for one in text)
        and not _AMOUNT_ALONE.fullmatch(text)
        and not sums(cell)
    )


def names_a_part(texts: Iterable[str]) -> bool:
    """Whether one of these is what numbers or names a part of a list."""
    return any(len(one) <= 60 and (PART.fullmatch(one) or PART_NAME.search(one)) for one in texts)


def ordinal_of(cell: Cell | None) -> int:
    """Which number a row bears, where it is a plain one; else nothing."""
    text = cell.text if cell is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0


def numbers_columns(found: Mapping[int, Cell], columns: int) -> bool:
    """Whether a row below a heading of so many ``columns`` only numbers them: 1 2 3, ① ② ③, A B C, 甲 乙 1 2. Where some
    have no number at least four must, as 1 | 2 | 3 may be a number, a model and a quantity."""
    if len(found) < FEWEST_NUMBERED or (len(found) < columns and len(found) == FEWEST_NUMBERED):
        return False
    places = sorted(found)
    said = [_numeral(found[one].text) for one in places]
    letters = next((at for at, one in enumerate(said) if one[0] != "甲"), len(said))
    first, rest = said[:letters], said[letters:]
    if len({series for series, _its in rest}) > 1 or any(not series for series, _its in rest):
        return False
    if [its for _series, its in first] != [*range(1, letters + 1)]:
        return False
    numbers = [its for _series, its in rest]
    return any(
        numbers == wanted
        for wanted in (
            [*range(1, len(rest) + 1)],
            [one - places[0] + 1 for one in places[letters:]],
            places[letters:],
        )
    )


def _numeral(text: str) -> tuple[str, int]:
    """Of which series it is a number, and which: ``("1", 3)``; none: ``("", 0)``."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("()[].、").casefold()
    if match := _COLUMN.fullmatch(bare):
        return "1", int(match[1])
    for series in ("甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十", ascii_lowercase):
        if len(bare) == 1 and bare in series:
            return series[0], series.index(bare) + 1
    return "", 0


def heading_words(
    found: Mapping[int, Cell], spellings: Container[str], where: AbstractSet[int], once: AbstractSet[int]
) -> int:
    """How many cells of a row are what columns are called, when one of ``where`` is: the heading of another table further
    down, or a line of one that stands on its side. None else, nor in a row that is numbered or counted (6 | 其他 | 1 | 项):
    ``once`` is where lines have their number and quantity."""
    if not any(_is_word(found[column].text, spellings) for column in where & found.keys()):
        return 0
    if any(counts(found[column]) for column in once & found.keys()):
        return 0
    return sum(_is_word(cell.text, spellings) for cell in found.values())


def counts(cell: Cell) -> bool:
    """Whether it is a number, with or without a unit."""
    return cell.number is not None or _COUNT.fullmatch(unicodedata.normalize("NFKC", cell.text)) is not None


def _is_word(text: str, spellings: Container[str]) -> bool:
    # Most cells of a long list are told apart without folding them.
    return len(text) <= LONGEST_WORD and not _DIGIT.search(text) and fold_heading(text) in spellings
