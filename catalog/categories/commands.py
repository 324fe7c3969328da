"""``flask catalog load [FILE]``: the operator's command for the catalog file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import intend_to_write
from association.kernel.errors import Invalid, RegistryError
from association.kernel.i18n import _
from catalog.categories import queries, service
from catalog.categories.catalogfile import OWN_COPY

catalog_commands = AppGroup("catalog", help="The national catalog.")


@catalog_commands.command("load")
@click.argument("file", type=click.Path(path_type=Path), default=OWN_COPY)
@click.option("--undo-edits", is_flag=True, help="let the file replace what the staff changed at pages")
def load(file: Path, undo_edits: bool) -> None:
    """Load a catalog FILE (default: the project's own copy). Loading it twice changes nothing.

    What the staff changed at pages stays as they left it, and is listed.
    """
    intend_to_write()
    try:
        report = service.load(file, actor=OPERATOR, now=clock.now(), undo_edits=undo_edits)
    except Invalid as refused:
        lines = [f"/{one.field.replace('.', '/')}: {one.detail}" for one in refused.shortfalls]
        raise click.ClickException("\n".join([refused.detail, *lines])) from refused
    except RegistryError as refused:
        raise click.ClickException(refused.detail) from refused
    for remark in report.remarks:
        click.echo(_("请留意：{remark}", remark=remark))
    for name in report.kept:
        click.echo(_("= {name}（文件所写不同，保留工作人员的修改）", name=name))
    if report.nothing_new:
        click.echo(_("目录没有变化（{count}项事实，截至{as_of}）。", count=report.same, as_of=report.as_of))
        return
    first = not report.same and not report.changed and not report.removed
    changed = () if first else (("+", report.added), ("~", report.changed), ("-", report.removed))
    for sign, names in changed:
        for name in names:
            click.echo(f"{sign} {name}")
    click.echo(
        _(
            "目录已载入（截至{as_of}）：新增{added}项，更正{changed}项，移除{removed}项，未变{same}项。",
            as_of=report.as_of,
            added=len(report.added),
            changed=len(report.changed),
            removed=len(report.removed),
            same=report.same,
        )
    )


def prepare_catalog() -> str:
    """For ``flask up``: a register without a catalog gets our own copy; a newer file is the operator's step."""
    if queries.is_loaded():
        return ""
    report = service.load(OWN_COPY, actor=OPERATOR, now=clock.now())
    return _("目录已载入（截至{as_of}）：{count}项事实。", as_of=report.as_of, count=len(report.added))
