"""Columns that hold brand and model in one cell (品牌型号): parted where a brand that the register knows stands first."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from association.kernel.numbers import fold, fold_brand
from association.workbooks.layout import NO_HEADING, Layout, Source
from association.workbooks.reading import Line, Reading
from catalog.register import many as register
from catalog.verifications.meant import Meant, remark

TOGETHER = "brand_model"
# A brand may be of several words, so its end is looked for at the first few places.
MOST_PLACES = 3
_BETWEEN = re.compile(r"\s*[/|,\uff0f\uff5c\u3001\uff0c]\s*|\s+")


def known(texts: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Each text that begins with a registered brand, with that brand and what is left. One statement."""
    places = {text: list(_places(text)) for text in texts}
    there = register.brands({fold_brand(brand) for found in places.values() for brand, _model in found})
    parted: dict[str, tuple[str, str]] = {}
    for text, found in places.items():
        for brand, model in found:
            # Of several the longest.
            if fold_brand(brand) in there:
                parted[text] = brand, model
    return parted


def _places(text: str) -> Iterator[tuple[str, str]]:
    for number, between in enumerate(_BETWEEN.finditer(text.strip())):
        brand, model = text.strip()[: between.start()], text.strip()[between.end() :]
        if number < MOST_PLACES and fold_brand(brand) and fold(model):
            yield brand, model


def doubted(source: Source, layout: Layout) -> Layout:
    """A column that is called brand and model, and whose first cells mostly do not begin with a registered brand, only
    resembles the model: for a person to say."""
    heading = layout.by_key.get(TOGETHER)
    if heading is None or not layout.recognised or layout.heading_row == NO_HEADING:
        return layout
    texts = Counter(
        row.cells[heading.column].text
        for row in source.survey(layout.sheet).head
        if row.number > layout.heading_row and heading.column in row.cells
    )
    if 2 * sum(texts[one] for one in known(texts)) >= max(1, texts.total()):
        return layout
    key = TOGETHER if "model" in layout.by_key else "model"
    doubtful = replace(heading, key=key, certain=False)
    return replace(layout, headings=tuple(doubtful if one is heading else one for one in layout.headings))


def parted(reading: Reading) -> Reading:
    """The same reading with brand and model of such a column apart; what begins with no registered brand is the model as
    a whole. One statement."""
    if TOGETHER not in reading.layout.by_key:
        return reading
    texts = {str(text) for line in reading.good if (text := line.values.get(TOGETHER))}
    apart = known(texts)
    return replace(reading, good=[_with_model(reading, line, apart) for line in reading.good])


def _with_model(reading: Reading, line: Line, apart: Mapping[str, tuple[str, str]]) -> Line:
    text = line.values.get(TOGETHER)
    if not text:
        return line
    brand, model = apart.get(text, ("", text))
    values = {**line.values, "model": line.values.get("model") or model, "brand": line.values.get("brand") or brand}
    code = Meant.PARTED if brand else Meant.NOT_PARTED
    said = remark(reading, TOGETHER, line.row, code, shown=text[:60], brand=brand[:60], model=model[:60])
    return replace(line, values=values, remarks=(*line.remarks, said))
