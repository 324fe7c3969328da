"""Answering one question: the facts the judge needs, in a bounded handful of statements. Leaves no trace."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from association.kernel.numbers import compact, fold, fold_brand, fold_maker, read_registration_number, uscc_fault
from catalog.categories import queries as categories
from catalog.categories.rules import CatalogView
from catalog.register import queries as register
from catalog.register.queries import Head
from catalog.register.rules import names_of, plain_name
from catalog.verifications.pieces import also_tried
from catalog.verifications.rules import Judgement, Question, given_number, judge, match

MOST_VARIANTS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict with its dates, the catalog it was judged by, and the register's head."""

    question: Question
    judgement: Judgement
    view: CatalogView
    on: date
    made_on: date
    known: datetime
    head: Head


def answer(question: Question, *, on: date, made_on: date | None, known: datetime) -> Answer:
    """The verdict on one product; ``made_on`` defaults to ``on``."""
    view = categories.known_at(known)
    made = made_on or on
    groups = view.confusable_groups()
    if number := given_number(question):
        read = read_registration_number(number)
        found = register.known_registration(read.number, known=known) if read.number and read.sound else None
        if found is not None and found.entries:
            # Only a code can contradict a number that is found; without one its names need not be read.
            names = names_of(found.entries) if question.manufacturer_uscc else [plain_name(found.number)]
            matched = match(question, names, groups)
            judgement = judge(question, matched, found.entries, found.evidence, view, on=on, made_on=made, known=known)
            return Answer(question, judgement, view, on, made, known, found.head)
    model = fold(question.model)
    names = register.names(
        model=model,
        maker=fold_maker(question.manufacturer),
        maker_uscc=compact(question.manufacturer_uscc),
        brand=fold_brand(question.brand),
        also=also_tried(question.model),
        variants=lambda: look_alikes(model, groups),
        known=known,
    )
    matched = match(question, names, groups)
    found = register.known_registration(matched.number, known=known) if matched.number else None
    judgement = judge(
        question,
        matched,
        found.entries if found else (),
        found.evidence if found else (),
        view,
        on=on,
        made_on=made,
        known=known,
    )
    return Answer(question, judgement, view, on, made, known, found.head if found else register.head())


def look_alikes(model: str, groups: Sequence[frozenset[str]]) -> Iterator[str]:
    """The models that differ from ``model`` in one look-alike character."""
    made = 0
    for place, character in enumerate(model):
        for group in groups:
            if character in group:
                for other in sorted(group):
                    if other != character and made < MOST_VARIANTS:
                        made += 1
                        yield model[:place] + other + model[place + 1 :]


def read_box(item: str, maker: str, *, issuer: str, known: datetime) -> Question:
    """What two boxes mean: a registration number, a label's address at ``issuer`` or a model, and a maker, its code or a
    brand."""
    before, mark, after = item.partition("/v/")
    if mark and before in ("", issuer):
        item = after.partition("?")[0].strip("/ ") or item
    if read_registration_number(item).number is not None:
        return Question(number=item, model="")
    question = Question(model=item)
    code = compact(maker)
    if len(code) == 18 and uscc_fault(code) is None:
        return replace(question, manufacturer_uscc=code)
    if not maker:
        return question
    if register.is_maker(fold_maker(maker), known=known):
        return replace(question, manufacturer=maker)
    if register.is_brand(fold_brand(maker), known=known):
        return replace(question, brand=maker)
    return replace(question, manufacturer=maker)
