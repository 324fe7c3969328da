"""Answering many questions: the same answers as one by one, with a handful of statements however long the list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from association.kernel.bulk import at_once
from association.kernel.numbers import compact, fold, fold_brand, fold_maker, read_registration_number
from catalog.categories.rules import CatalogView
from catalog.register import many as register
from catalog.register.queries import MOST_SUGGESTED, Head, Known
from catalog.register.rules import Name, names_of, plain_name
from catalog.verifications.pieces import also_tried
from catalog.verifications.queries import Answer, look_alikes
from catalog.verifications.rules import (
    Match,
    Question,
    given_number,
    judge,
    match,
    nearly_one_edit_apart,
    one_edit_apart,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a list with its two days."""

    question: Question
    on: date
    made_on: date


@dataclass(slots=True)
class _Line:
    """A line on its way: its folded keys, the names found for it, and what they mean."""

    asked: Asked
    number: str = ""
    model: str = ""
    uscc: str = ""
    maker: str = ""
    brand: str = ""
    names: dict[Name, None] = field(default_factory=dict)
    matched: Match = field(default_factory=Match)

    @property
    def owner(self) -> tuple[str, str] | None:
        """Whose product it is said to be: the register's column, and the value."""
        if self.uscc:
            return "maker_uscc", self.uscc
        if self.maker:
            return "maker_fold", self.maker
        return ("brand_fold", self.brand) if self.brand else None

    def add(self, names: Iterable[Name]) -> None:
        for name in names:
            self.names[name] = None


def answers(
    asked: Sequence[Asked], view: CatalogView, *, known: datetime, head: Head | None = None
) -> tuple[list[Answer], Head]:
    """The verdict on each of ``asked`` in order, and the register's head they were given by: ``head`` where it is given
    (another part of the same list), else that of now.

    ``view`` is the catalog as known at ``known``. Reads what is committed, outside of the caller's transaction.
    """
    with at_once():
        return _answers(asked, view, known=known, head=head or register.head())


def _answers(asked: Sequence[Asked], view: CatalogView, *, known: datetime, head: Head) -> tuple[list[Answer], Head]:
    groups = view.confusable_groups()
    lines = [_read(one) for one in asked]
    found = register.known_registrations({line.number for line in lines if line.number}, known=known, head=head)
    open_lines = []
    for line in lines:
        registered = found.get(line.number)
        if registered is not None and registered.entries:
            # Only a code can contradict a number that is found; without one its names need not be read.
            with_code = line.asked.question.manufacturer_uscc
            line.add(names_of(registered.entries) if with_code else [plain_name(registered.number)])
        else:
            open_lines.append(line)
    _find_names(open_lines, groups, known=known)
    for line in lines:
        line.matched = match(line.asked.question, list(line.names), groups)
    meant = {line.matched.number for line in lines if line.matched.number} - found.keys()
    found |= register.known_registrations(meant, known=known, head=head)
    return [_judged(line, found, view, head, known=known) for line in lines], head


def _read(asked: Asked) -> _Line:
    question = asked.question
    line = _Line(asked)
    if number := given_number(question):
        read = read_registration_number(number)
        if read.sound and read.number:
            line.number = read.number
    line.model = fold(question.model) if question.model else ""
    line.uscc = compact(question.manufacturer_uscc) if question.manufacturer_uscc else ""
    line.maker = fold_maker(question.manufacturer) if question.manufacturer else ""
    line.brand = fold_brand(question.brand) if question.brand else ""
    return line


def _judged(line: _Line, found: dict[str, Known], view: CatalogView, head: Head, *, known: datetime) -> Answer:
    asked, matched = line.asked, line.matched
    registered = found.get(matched.number) if matched.number else None
    judgement = judge(
        asked.question,
        matched,
        registered.entries if registered else (),
        registered.evidence if registered else (),
        view,
        on=asked.on,
        made_on=asked.made_on,
        known=known,
    )
    return Answer(asked.question, judgement, view, asked.on, asked.made_on, known, head)


# -- the names that a line may mean ------------------------------------------------------------------------------


def _find_names(lines: Sequence[_Line], groups: Sequence[frozenset[str]], *, known: datetime) -> None:
    """What ``register.queries.names`` finds for each, of use to the judge."""
    with_model = [line for line in lines if line.model]
    _find_exact(with_model, known=known)
    unknown = [line for line in with_model if not line.names]
    _find_near(unknown, known=known)
    # Where a maker's own similar model is suggested, no other maker's is; contradictions have everybody's.
    others = [line for line in unknown if line.uscc or given_number(line.asked.question) or not _has_similar(line)]
    _find_alike(others, groups, known=known)
    _find_makers([line for line in lines if line.maker and line.uscc], known=known)


def _has_similar(line: _Line) -> bool:
    return any(one_edit_apart(line.model, name.model_fold) for name in line.names)


def _find_exact(lines: Sequence[_Line], *, known: datetime) -> None:
    by_owner = _by_owner(lines)
    for by, mine in by_owner.items():
        found = register.named_exactly(by, {(line.owner[1], line.model) for line in mine if line.owner}, known=known)
        for line in mine:
            if line.owner:
                line.add(found.get((line.owner[1], line.model), ()))


def _find_near(lines: Sequence[_Line], *, known: datetime) -> None:
    """The names of the same owner one edit away, and those of what else a model may be."""
    for by, mine in _by_owner(lines).items():
        asked = {(line.owner[1], line.model) for line in mine if line.owner}
        also: dict[tuple[str, str], set[str]] = defaultdict(set)
        for line in mine:
            if line.owner and (tried := also_tried(line.asked.question.model)):
                also[line.owner[1], line.model].update(tried)
        found = register.named_nearly(by, asked, near=nearly_one_edit_apart, also=also, known=known)
        for line in mine:
            if line.owner:
                line.add(found.get((line.owner[1], line.model), ()))


def _find_alike(lines: Sequence[_Line], groups: Sequence[frozenset[str]], *, known: datetime) -> None:
    """The names, whoever makes them, of the same model or of one that looks like it."""
    variants = {line.model: {line.model, *look_alikes(line.model, groups)} for line in lines}
    found = register.named_with({one for each in variants.values() for one in each}, known=known)
    for line in lines:
        names = [name for one in variants[line.model] for name in found.get(one, ())]
        names.sort(key=lambda name: (name.number, name.model, name.maker))
        line.add(names[:MOST_SUGGESTED])


def _find_makers(lines: Sequence[_Line], *, known: datetime) -> None:
    """Who else goes by a line's name or code: contradictions are told apart by makers, not by models."""
    found = register.makers({(line.uscc, line.maker) for line in lines}, known=known)
    for line in lines:
        line.add(found[line.uscc, line.maker])


def _by_owner(lines: Sequence[_Line]) -> dict[str, list[_Line]]:
    by_owner: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.owner:
            by_owner[line.owner[0]].append(line)
    return by_owner
