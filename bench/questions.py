"""What people type into the search box, made of what is registered: by kind for measuring, in a mixture for the tests."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import opencc

from catalog.register.plain import HAN, readings

Facts = Mapping[str, Any]

_traditional = opencc.OpenCC("s2t")
_HAN = re.compile(f"[{HAN}]")
WORDS = (
    "探头", "门禁", "双鉴", "夹万", "入户门", "硬盘录像机", "读卡器", "破玻", "门磁", "对射", "PIR", "IPC", "NVR", "infrared", "camera",
    "detector", "lock", "wireless", "报警主机", "楼宇对讲", "指纹", "人脸", "无线", "室内", "有线", "探测器", "安全门", "防弹玻璃", "access",
    "12m", "15米", "24V", "12伏", "8", "锁", "门", "器", "GB", "10408",
)  # fmt: skip


def piece(text: str, dice: random.Random, least: int, most: int) -> str:
    """Neighbouring characters of a text."""
    length = min(len(text), dice.randint(least, most))
    at = dice.randint(0, len(text) - length)
    return text[at : at + length]


def wide(text: str) -> str:
    """In full width."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def disguised(model: str, dice: random.Random) -> str:
    """A model as it is typed or copied: other separators or none, lower case, full width, with a label."""
    shown = re.sub(r"[-/ ]", dice.choice(("", "-", " ", "/", "_")), model)
    if dice.random() < 0.3:
        shown = wide(shown)
    return dice.choice((shown, shown.lower(), f"型号：{shown}"))


def a_standard(facts: Facts, dice: random.Random) -> str:
    """The number of a standard, whole, without its year, or in lower case without blanks."""
    standard = str(dice.choice(facts["standards"] or ["GB 10408"]))
    return dice.choice((standard, standard.split("-")[0], standard.replace(" ", "").lower()))


def spoken(facts: Facts, dice: random.Random, *, initials: bool) -> str:
    """Two to four characters of the name in pinyin, or their initials; any reading of each."""
    han = piece("".join(_HAN.findall(facts["name"])), dice, 2, 4)
    said = [dice.choice(readings(one)) for one in han]
    return "".join(one[:1] for one in said) if initials else "".join(said)


def mixture(made: Sequence[Sequence[Any]], count: int, *, seed: int) -> list[str]:
    """Pieces of what is registered, in the ways in which people type them, alone and together."""
    dice = random.Random(seed)
    return [_of_parts(dice.choice(made)[0].facts, dice) for _one in range(count)]


def _of_parts(facts: Facts, dice: random.Random) -> str:
    parts = [_part(facts, dice) for _each in range(dice.choices((1, 2, 3), (60, 30, 10))[0])]
    return dice.choice(" 　").join(parts)


def _part(facts: Facts, dice: random.Random) -> str:
    what = dice.randrange(12)
    if what == 0:
        return dice.choice(WORDS)
    if what == 1:
        return disguised(facts["model"], dice)
    if what == 2:
        return piece(facts["model"], dice, 2, 7)
    if what == 3:
        return piece(facts["manufacturer"]["name"], dice, 2, 6)
    if what == 4:
        return str(facts["brand"])
    if what == 5:
        return a_standard(facts, dice)
    if what in (6, 7):
        return spoken(facts, dice, initials=what == 6)
    if what == 8:
        return _traditional.convert(piece(facts["name"], dice, 1, 5))
    if what == 9:
        return str(dice.choice(facts["name_en"].split() or ["alarm"]))
    return piece(facts["name"], dice, 1, 6)


# -- by kind ------------------------------------------------------------------------------------------------


def _a_number(number: str, _facts: Facts, dice: random.Random) -> str:
    return dice.choice((str, str.lower, wide, lambda text: text.replace("-", ""), lambda text: text.replace("-", " ")))(
        number
    )


def _mixed(_number: str, facts: Facts, dice: random.Random) -> str:
    parts = [facts["brand"], piece("".join(_HAN.findall(facts["name"])), dice, 2, 4)]
    parts.append(dice.choice((piece(facts["model"], dice, 2, 4), a_standard(facts, dice), facts["name_en"].split()[0])))
    dice.shuffle(parts)
    return " ".join(parts)


KINDS: dict[str, tuple[int, Callable[[str, Facts, random.Random], str]]] = {
    "number": (12, _a_number),
    "model": (22, lambda _number, facts, dice: disguised(facts["model"], dice)),
    "part of a model": (6, lambda _number, facts, dice: piece(facts["model"], dice, 3, 6)),
    "words": (18, lambda _number, facts, dice: piece("".join(_HAN.findall(facts["name"])), dice, 2, 6)),
    "one character": (6, lambda _number, facts, dice: dice.choice(_HAN.findall(facts["name"]))),
    "pinyin": (6, lambda _number, facts, dice: spoken(facts, dice, initials=False)),
    "initials": (6, lambda _number, facts, dice: spoken(facts, dice, initials=True)),
    "maker": (6, lambda _number, facts, dice: piece(facts["manufacturer"]["name"], dice, 3, 6)),
    "standard": (4, lambda _number, facts, dice: a_standard(facts, dice)),
    "mixed": (14, _mixed),
}


def by_kind(registered: Sequence[tuple[str, Facts]], count: int, *, seed: int) -> Iterator[tuple[str, str]]:
    """``count`` questions with their kinds, in the shares of ``KINDS``; ``registered`` are numbers with their facts."""
    dice = random.Random(seed)
    kinds, shares = list(KINDS), [share for share, _make in KINDS.values()]
    for kind in dice.choices(kinds, shares, k=count):
        number, facts = dice.choice(registered)
        yield kind, KINDS[kind][1](number, facts, dice)
