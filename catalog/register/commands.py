"""``flask register …``: audit the chains, export the register."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from association.kernel.i18n import _
from association.ledger import queries as ledger
from catalog.register import audit, queries, search

register_commands = AppGroup("register", help="The register.")


@register_commands.command("audit")
def audit_chains() -> None:
    """Recompute every hash of the register and every seal of the ledger, and replay every registration."""
    faults = faults_of_all(echo=True)
    for one in faults:
        click.echo(one)
    if faults:
        click.echo(_("请停止登记、保留现场，并按docs/operations.md“审计发现问题时”一节处理。"))
        raise SystemExit(1)


def faults_of_all(*, echo: bool = False) -> list[str]:
    """What is wrong with the ledger, the register, and what follows from it: a sentence each; empty when all holds."""
    ledger.one_state()
    entry, head = audit.fault(_progress(_("登记簿"), queries.head().entry, echo)), queries.head()
    found: list[str] = []
    if entry is not None:
        place = audit.in_words(entry, one=_("登记簿第{position}条"), several=_("登记簿第{position}条与第{other}条"))
        found.append(_("登记簿的哈希链在第{position}条断开：{what}。", position=entry.position, what=place))
    elif echo:
        click.echo(_("登记簿完整：{count}条记录，哈希链无误（末条{hash}…）。", count=head.entry, hash=head.hash[:12]))
    line, lines = ledger.fault(_progress(_("工作日志"), ledger.head()[0], echo)), ledger.head()[0]
    if line is not None:
        place = audit.in_words(line, one=_("工作日志第{position}行"), several=_("工作日志第{position}行与第{other}行"))
        found.append(_("工作日志的封签链在第{position}行断开：{what}。", position=line.position, what=place))
    elif echo:
        click.echo(_("工作日志完整：{count}行，封签链无误。", count=lines))
    if entry is None:
        differs = audit.first_difference(_progress(_("逐件推算"), queries.count(), echo))
        if differs is not None:
            found.append(_("{number}：{what}。", number=differs.number, what=differs.what))
        elif echo:
            click.echo(_("登记表与登记簿记录一致：{count}件。", count=queries.count()))
    ledger.one_state()
    return found


def _progress(what: str, of: int, echo: bool) -> audit.Tick:
    """Says on a terminal how far it is; silent elsewhere."""
    if not echo or not sys.stderr.isatty():
        return audit.no_tick

    def tick(done: int) -> None:
        if done % 500 == 0 or done == of:
            click.echo(f"\r{what} {done}/{of}", err=True, nl=done == of)

    return tick


@register_commands.command("reindex")
def reindex() -> None:
    """Build the search index anew, beside the one in use; searches go on meanwhile. May be interrupted and repeated."""
    click.echo(_("搜索索引已重建：{count}件。", count=search.reindex(tick=_counted(_("搜索索引")))))


def prepare_index() -> str:
    """The search index, brought up to the register before the server starts."""
    search.check()
    return ""


def _counted(what: str) -> Callable[[int, int], None]:
    """Says how far it is: in place on a terminal, elsewhere a plain line now and then."""

    def tick(done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{what} {done}/{of}", err=True, nl=done >= of)
        elif done % 10_000 == 0 or done >= of:
            click.echo(f"{what} {done}/{of}", err=True)

    return tick


@register_commands.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write every entry, one JSON object a line, to FOLDER/entries.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    target, since = folder / "entries.jsonl", 0
    half = target.with_suffix(".part")
    with half.open("w", encoding="utf-8") as file:
        while items := queries.feed(since=since, limit=1000):
            for item in items:
                file.write(json.dumps(item, ensure_ascii=False, sort_keys=True) + "\n")
            since = items[-1]["entry"]
            click.echo(f"{since}", err=True)
    half.replace(target)
    click.echo(f"{target}: {since}")
