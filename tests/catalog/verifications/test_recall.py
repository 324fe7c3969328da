"""Look-up recall: a product typed with one kind of noise is found, or stands among the five suggestions; and no likeness
ever makes a line compliant.

``SEED=… SOAK_SIZE=…`` choose the cases; the seed is printed.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from association.kernel.db import db as database
from association.kernel.numbers import fold, organisation_check, registration_number, uscc_check
from catalog.categories import queries as categories
from catalog.evidence.rules import Change
from catalog.register.models import EvidenceRecord, RegisteredName, RegisterEntry
from catalog.register.rules import name_of
from catalog.verifications import many
from catalog.verifications.many import Asked
from catalog.verifications.rules import Question
from catalog.vocabulary import EvidenceKind, Verdict
from tests.catalog.conftest import national_catalog
from tests.catalog.verifications.tables import a_plain_entry, insert_all, name_row, set_head
from tests.seeds import a_seed

__all__ = ["national_catalog"]

BEGAN = datetime(2026, 1, 5, 4, tzinfo=UTC)
KNOWN = datetime(2026, 3, 2, 2, tzinfo=UTC)
DAY = date(2026, 3, 2)
LEAST = 0.999
AT_ONCE = 2_000

CITIES = ("石家庄", "保定", "杭州", "深圳", "天津", "广州", "上海", "无锡", "北京", "成都")
WORDS = ("示安", "虚盾", "例安", "拟视", "样科", "试锐", "设警", "假讯", "仿通", "构达", "模航", "范卫")
TRADES = ("安防技术", "电子", "智能科技", "数码", "安全设备", "视讯技术", "网络技术")
FORMS = ("有限公司", "股份有限公司", "有限责任公司")
SERIES = ("DS-2CD{d}{d}{d}{d}{l}WD-I{d}", "SL-PIR-{d}{d}{d}", "{l}{l}-{d}{d}{d}{d}/{l}", "{d}{d}{d}{d}{d}", "{l}{d}{l}-{d}.{d}{l}",
          "RC{d}{d}{d}-{l}{l}", "IPC-HFW{d}{d}{d}{d}{l}-{l}", "{l}{l}{l}{d}{d}{d}{d}{d}")  # fmt: skip
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


@dataclass(frozen=True)
class Maker:
    """A maker, its brand and the word of its name."""

    name: str
    uscc: str
    brand: str
    word: str


@dataclass(frozen=True)
class Product:
    """A registered product."""

    number: str
    maker: Maker
    model: str


class Register:
    """Products of many makers, some models with several makers, in the database."""

    def __init__(self, dice: random.Random, size: int) -> None:
        self.dice = dice
        self.makers = self._makers(max(40, size // 100))
        self.products = self._products(size)
        self.exact = {(one.maker.uscc, fold(one.model)) for one in self.products}
        self._write()

    def _makers(self, count: int) -> list[Maker]:
        made: dict[str, Maker] = {}
        while len(made) < count:
            serial = len(made)
            word = self.dice.choice(WORDS) + (self.dice.choice("安科达通视") if serial >= len(WORDS) else "")
            name = self.dice.choice(CITIES) + word + self.dice.choice(TRADES)
            if any(name in other or other in name for other in made):
                name += str(serial)
            body = f"PDY{serial:05d}"
            plain = f"91130102{body}{organisation_check(body)}"
            made[name] = Maker(name + self.dice.choice(FORMS), plain + uscc_check(plain), f"{word}{serial}", word)
        return list(made.values())

    def _products(self, size: int) -> list[Product]:
        dice, made, taken = self.dice, [], set()
        while len(made) < size:
            maker = dice.choice(self.makers)
            model = "".join(
                dice.choice(LETTERS) if one == "L" else dice.choice(DIGITS) if one == "D" else one
                for one in dice.choice(SERIES).replace("{l}", "\0").replace("{d}", "\1")
                .replace("D", "\2").replace("L", "\3").replace("\0", "L").replace("\1", "D")
            ).replace("\2", "D").replace("\3", "L")  # fmt: skip
            if (maker.uscc, fold(model)) in taken:
                continue
            taken.add((maker.uscc, fold(model)))
            serial = len(made)
            made.append(
                Product(registration_number("SJZ", "01", 2020 + serial // 90_000, serial % 90_000 + 1), maker, model)
            )
        return made

    def _write(self) -> None:
        entries, papers, names = [], [], []
        for position, one in enumerate(self.products, 1):
            party = {"name": one.maker.name, "uscc": one.maker.uscc, "country": "CN"}
            facts = {
                "name": "被动红外入侵探测器",
                "brand": one.maker.brand,
                "model": one.model,
                "manufacturer": party,
                "registrant": party,
                "category": "01",
                "subtype": "passive_infrared",
                "standards": [],
                "valid_from": "2026-01-05",
                "valid_until": "2029-01-04",
            }
            entries.append(a_plain_entry(position, one.number, facts, BEGAN))
            names.append(name_row(name_of(one.number, facts), BEGAN))
            papers.append(
                {
                    "register_number": one.number,
                    "kind": EvidenceKind.TYPE_TEST_REPORT,
                    "number": f"检字第{position}号",
                    "issuer": "mps1",
                    "change": Change.RECORDED,
                    "effective_from": BEGAN.date(),
                    "recorded_at": BEGAN,
                    "valid_from": BEGAN.date(),
                    "valid_until": None,
                    "document": None,
                }
            )
            if len(entries) == 5_000:
                self._flush(entries, papers, names)
        self._flush(entries, papers, names)
        set_head(len(self.products))
        database.session.commit()

    @staticmethod
    def _flush(entries: list[Any], papers: list[Any], names: list[Any]) -> None:
        for table, rows in ((RegisterEntry, entries), (EvidenceRecord, papers), (RegisteredName, names)):
            insert_all(table, rows)
            rows.clear()


class Noise:
    """Six ways in which a product is typed otherwise than it is registered."""

    def __init__(self, dice: random.Random, groups: Sequence[frozenset[str]]) -> None:
        self.dice = dice
        self.alike = {one: sorted(group - {one}) for group in groups for one in group}

    def separators(self, product: Product) -> Question:
        signs = [sign for sign in product.model if sign.isalnum() or sign == "."]
        for _time in range(self.dice.randint(1, 4)):
            place = self.dice.randrange(1, len(signs)) if len(signs) > 1 else 1
            signs.insert(place, self.dice.choice(["-", " ", "_", "/", "－", "　", "·", "(", ")"]))
        return self._of(product, "".join(signs))

    def case(self, product: Product) -> Question:
        return self._of(product, "".join(self.dice.choice((one.lower(), one.upper())) for one in product.model))

    def width(self, product: Product) -> Question:
        wide = "".join(
            chr(ord(one) + 0xFEE0) if one.isalnum() and self.dice.random() < 0.7 else one for one in product.model
        )
        return self._of(product, wide)

    def look_alike(self, product: Product) -> Question:
        places = [place for place, one in enumerate(product.model) if one in self.alike]
        if not places:
            return self.one_edit(product)
        place = self.dice.choice(places)
        other = self.dice.choice(self.alike[product.model[place]])
        return self._of(product, product.model[:place] + other + product.model[place + 1 :])

    def one_edit(self, product: Product) -> Question:
        model, place = product.model, self.dice.randrange(len(product.model))
        sign = self.dice.choice(LETTERS + DIGITS)
        way = self.dice.randrange(4)
        if way == 0:
            return self._of(product, model[:place] + sign + model[place:])
        if way == 1 and len(model) > 2:
            return self._of(product, model[:place] + model[place + 1 :])
        if way == 2 and place + 1 < len(model):
            return self._of(product, model[:place] + model[place + 1] + model[place] + model[place + 2 :])
        return self._of(product, model[:place] + sign + model[place + 1 :])

    def maker(self, product: Product) -> Question:
        """The maker's name in another form: without its company form or with another, bracketed place, short, by brand."""
        name = product.maker.name
        core = name
        for form in sorted(FORMS, key=len, reverse=True):
            core = core.removesuffix(form)
        city = next(one for one in CITIES if core.startswith(one))
        rest = core.removeprefix(city)
        written = self.dice.choice(
            (
                core,
                core + self.dice.choice(FORMS),
                f"{rest}（{city}）有限公司",
                f"{city}市{rest}有限公司",
                rest,
                f"{product.maker.brand}",
                f"{city} {rest} 有限公司",
                f"{core}公司",
            )
        )
        return Question(manufacturer=written, model=product.model)

    def _of(self, product: Product, model: str) -> Question:
        who = self.dice.random()
        if who < 0.2:
            return Question(manufacturer_uscc=product.maker.uscc, model=model)
        if who < 0.3:
            return Question(brand=product.maker.brand, model=model)
        return Question(manufacturer=product.maker.name, model=model)


def measured(seed: int, models: int, cases: int) -> tuple[Counter[str], Counter[str], list[str], list[str]]:
    """How often each kind of noise was tried, how often the right product was found or suggested, what was missed, and
    wrong verdicts."""
    dice = random.Random(seed)
    register = Register(dice, models)
    view = categories.known_at(KNOWN)
    noise = Noise(dice, view.confusable_groups())
    kinds: list[Callable[[Product], Question]] = [
        noise.separators, noise.case, noise.width, noise.look_alike, noise.one_edit, noise.maker,
    ]  # fmt: skip
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: list[str] = []
    wrong: list[str] = []
    asked: list[tuple[str, Product, Question]] = []
    while len(asked) < cases:
        kind, product = kinds[len(asked) % len(kinds)], dice.choice(register.products)
        question = kind(product)
        if fold(question.model) != fold(product.model) and (product.maker.uscc, fold(question.model)) in register.exact:
            # Typed so, it is another product of that maker, and asked for by its very name.
            continue
        asked.append((kind.__name__, product, question))
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        answers, _head = many.answers(
            [Asked(question, DAY, DAY) for _kind, _product, question in some], view, known=KNOWN
        )
        for (kind_name, product, question), answer in zip(some, answers, strict=True):
            judged = answer.judgement
            tried[kind_name] += 1
            suggested = [one.number for one in judged.suggestions]
            assert len(suggested) <= 5
            if judged.number == product.number or product.number in suggested:
                found[kind_name] += 1
            else:
                missed.append(f"{kind_name}: {product} asked as {question}: {judged.reasons[0].code}, {suggested}")
            if judged.verdict is Verdict.COMPLIANT and judged.number != product.number:
                wrong.append(f"{kind_name}: {product} asked as {question}: {judged.number}")
    return tried, found, missed, wrong


def check(seed: int, models: int, cases: int) -> None:
    begun = time.monotonic()
    tried, found, missed, wrong = measured(seed, models, cases)
    print(f"SEED={seed} models={models} SOAK_SIZE={cases} {time.monotonic() - begun:.0f} s", dict(found), dict(tried))  # noqa: T201
    assert not wrong, "\n".join(wrong[:20])
    assert found.total() >= LEAST * tried.total(), "\n".join(missed[:20])


@pytest.mark.usefixtures("national_catalog")
def test_what_was_typed_with_noise_is_found_or_suggested() -> None:
    check(a_seed(), 4_000, 2_000)


@pytest.mark.soak
@pytest.mark.usefixtures("national_catalog")
def test_what_was_typed_with_noise_is_found_or_suggested_among_200_000_models() -> None:
    check(a_seed(), 200_000, int(os.environ.get("SOAK_SIZE") or 20_000))
