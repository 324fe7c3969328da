"""Published grounds of suspension and revocation, by name; and what a reinstatement leaves as it is."""

from datetime import date, datetime

from association.kernel.dates import civil_date
from association.kernel.i18n import _, pick, show_date
from catalog.categories.facts import Citation
from catalog.categories.rules import CatalogView


def ground_of(view: CatalogView, code: str | None, on: datetime) -> tuple[str, str]:
    """A published ground by name (its code where it is published no longer), and the document it rests on."""
    if not code:
        return "", ""
    found = next((one for one in view.revocation_grounds(civil_date(on)) if one.code == code), None)
    resting = view.citation(found.citation) if found is not None else None
    return (pick(found) if found is not None else code), (_titled(resting) if resting is not None else "")


def _titled(resting: Citation) -> str:
    """A document by its title, in words; in its own language with the number under which it was issued."""
    title = pick(resting, "title")
    return (
        _("{title}，{number}", title=title, number=resting.number)
        if resting.number and title == resting.title_zh
        else title
    )


def stays_suspended(days: tuple[date, date] | None) -> str:
    """A sentence on the days that a reinstatement does not heal; nothing where there are none."""
    if days is None:
        return ""
    first, last = days
    if first == last:
        return _("恢复不溯及以往：{day}仍为暂停。", day=show_date(first))
    return _("恢复不溯及以往：{first}至{last}仍为暂停。", first=show_date(first), last=show_date(last))
