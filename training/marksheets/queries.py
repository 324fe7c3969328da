"""A mark sheet judged: its rows beside those who sit. Two statements, however long."""

from collections.abc import Mapping
from dataclasses import dataclass

from association.workbooks import reading
from association.workbooks.layout import Layout, Source
from association.workbooks.reading import Reading
from training.exams import queries as exams
from training.exams.queries import Held
from training.marksheets import rules
from training.marksheets.rules import MARKS, Row, Seated


@dataclass(frozen=True, slots=True)
class Judged:
    """A mark sheet read and judged: ``reading`` has every fault of every row; ``rows`` are the good ones, by sheet row,
    with whom they speak of; ``there`` those that say nothing new; ``unnamed`` who sits and is in no row."""

    source: Source
    layout: Layout
    reading: Reading
    rows: Mapping[int, tuple[Row, Seated]]
    there: frozenset[int]
    unnamed: tuple[Seated, ...]

    @property
    def to_enter(self) -> list[tuple[Row, Seated]]:
        """What an import would enter, in the order of the sheet."""
        return [pair for number, pair in sorted(self.rows.items()) if number not in self.there]


def seated(found: Held) -> list[Seated]:
    """Everybody who sits, by seat. One statement."""
    return [
        Seated(one.id, one.seat, person.name, one.mark, one.came_at is not None, one.absent)
        for one, person in exams.sitters(found.sitting.id)
    ]


def judge(source: Source, layout: Layout, found: Held) -> Judged:
    """Read the table and say of each row all that is wrong with it. Raises Invalid when it cannot be read."""
    read = reading.read(source, layout, MARKS)
    people = seated(found)
    rows = {line.row: rules.row_of(line.row, line.values) for line in read.lines}
    whom = {number: rules.find(row, people) for number, row in rows.items()}
    first: dict[int, int] = {}
    for number, (one, _fault) in sorted(whom.items()):
        if one is not None:
            first.setdefault(one.sitter_id, number)
    faults = {
        number: ([unknown] if unknown is not None else [])
        + rules.faults(rows[number], one, first_at=first[one.sitter_id] if one is not None else number)
        for number, (one, unknown) in whom.items()
    }
    judged = reading.weighed(read, MARKS, faults, otherwise="name")
    kept = {line.row: (rows[line.row], one) for line in judged.good if (one := whom[line.row][0]) is not None}
    there = frozenset(number for number, (row, one) in kept.items() if not rules.changes(row, one))
    unnamed = tuple(one for one in people if one.sitter_id not in first and one.mark is None and not one.absent)
    return Judged(source, layout, judged, kept, there, unnamed)
