"""``flask register …``: audit the chains, export the register."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from association.ledger import queries as ledger
from catalog.register import queries

register_commands = AppGroup("register", help="The register.")


@register_commands.command("audit")
def audit() -> None:
    """Recompute every hash of the register and every seal of the ledger."""
    entry, line = queries.first_broken_entry(), ledger.first_broken_line()
    head = queries.head()
    if entry is None:
        click.echo(f"登记簿完整：{head.entry}条记录，哈希链无误（末条{head.hash[:12]}…）。")
    else:
        click.echo(f"登记簿第{entry}条记录与哈希链不符：该条或其前一条的内容被改动、删除或插入。请停止登记并核对备份。")
    if line is None:
        click.echo("工作日志完整：封签链无误。")
    else:
        click.echo(f"工作日志第{line}行与封签链不符：该行或其前一行的内容被改动、删除或插入。请核对备份。")
    if entry is not None or line is not None:
        raise SystemExit(1)


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
