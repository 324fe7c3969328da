"""``flask backup FILE`` and ``flask restore FILE``."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import cast

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext

from association.backups import service
from association.kernel import clock
from association.kernel.errors import RegistryError
from association.kernel.i18n import _

# Says what is wrong with the data, in sentences.
Check = Callable[[], list[str]]


def init_app(app: Flask) -> None:
    app.extensions["backup_checks"] = [service.document_faults]
    app.cli.add_command(backup)
    app.cli.add_command(restore)


def add_check(app: Flask, check: Check) -> None:
    """Hand in what a restored register has to pass."""
    cast(list[Check], app.extensions["backup_checks"]).append(check)


def _say(what: str) -> None:
    click.echo(what, err=True)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write database and documents into FILE, one tar file; the server goes on meanwhile."""
    try:
        manifest = service.backup(file, program=_program(), now=clock.now(), say=_say)
    except RegistryError as refused:
        raise click.ClickException(refused.detail) from refused
    rows = sum(manifest.counts.values())
    click.echo(_("{file}：{members}个文件，{rows}行数据。", file=file, members=len(manifest.members), rows=rows))
    for name, head in manifest.heads.items():
        click.echo(f"  {name}: {head['position']} {head['seal']}")
    click.echo(_("SECRET_KEY等密钥不在备份中，请另行保存（数据文件夹中的secret_key，或服务的环境设置）。"))
    for fault in service.document_faults():
        click.echo(_("警告：{what}", what=fault), err=True)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--despite-faults", is_flag=True, help="keep what was restored although the audit finds faults")
@with_appcontext
def restore(file: Path, despite_faults: bool) -> None:
    """Put the backup FILE into an empty data folder, and prove that it is complete."""
    try:
        with service.unpacked(file, migrations=_migrations(), say=_say) as (manifest, folder):
            click.echo(_("备份完好：{count}个文件的校验值全部相符。", count=len(manifest.members)))
            service.put_in_place(manifest, folder)
    except RegistryError as refused:
        raise click.ClickException(refused.detail) from refused
    try:
        flask_migrate.upgrade()
        checks = cast(list[Check], current_app.extensions["backup_checks"])
        faults = [fault for check in checks for fault in check()]
    except BaseException:
        service.take_back()
        raise
    for fault in faults:
        click.echo(fault, err=True)
    if faults and not despite_faults:
        service.take_back()
        raise click.ClickException(_("恢复后的数据未通过审计，已全部撤回。确需保留的，请加--despite-faults。"))
    click.echo(_("已恢复到{time}的状态。", time=manifest.made_at))
    for name, head in manifest.heads.items():
        click.echo(f"  {name}: {head['position']} {head['seal']}")
    click.echo(_("请把原来的SECRET_KEY放回；备份之后发出的信件会再次列入发送。"))
    if faults:
        raise SystemExit(1)


def _program() -> str:
    project = tomllib.loads((Path(current_app.root_path) / "pyproject.toml").read_text("utf-8"))["project"]
    return f"{project['name']} {project['version']}"


def _migrations() -> set[str]:
    return {path.stem for path in (Path(current_app.root_path) / "migrations" / "versions").glob("[0-9]*.py")}
