"""``restore``: a backup into an empty folder or an empty database."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from copkit_delphi import installation
from copkit_delphi.care import restores, sealed
from copkit_delphi.domain.errors import N_, Conflict, DelphiError
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit, lists
from copkit_delphi.settings import Settings


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with the copy of the keys; needed where they are not in the data directory yet.",
)
def command(file: Path, keys: Path | None) -> None:
    """Restore the backup FILE where COPKIT_DATA_DIR and DATABASE_URL point to, which must hold no database.

    Everybody has to sign in again, and mails that had not left are not sent. Personal links go on working.
    """
    settings = Settings.read()
    source = keys or settings.keys_dir
    backup_key = sealed.read_key(source / sealed.KEY_FILE)
    content = restores.inspect(file, [backup_key])
    click.echo(
        f"{file} of {content.at:%d %B %Y %H:%M} UTC is whole: {content.rows} rows, schema {content.revision}"
    )
    settings.prepare()
    if keys is not None:
        _bring(keys, settings.keys_dir)
    place = installation.make(settings)
    restores.load(place.database, path=file, keys=[backup_key], content=content)
    _settle(place)
    click.echo("Restored and compared: every table is as it was. Everybody signs in again.")


def _bring(source: Path, target: Path) -> None:
    """Copy the keys; those of another installation are never overwritten."""
    for path in sorted(source.glob("*.key")):
        there = target / path.name
        if there.exists() and there.read_bytes() != path.read_bytes():
            raise Conflict(N_("%(path)s is there already and another one. Nothing was changed."), path=there)
        shutil.copyfile(path, there)
        there.chmod(0o600)
    lists.extend(target / lists.ERASURES, lists.read(source / lists.ERASURES))


def _settle(place: Installation) -> None:
    with place.database.writing() as session:
        restores.void(session)
        audit.record(session, actor="system", action="installation:restore", at=place.clock(session))
    place.erase_again()
    with place.database.reading() as session:
        broken = audit.verify(session)
    if broken is not None:
        raise DelphiError(
            N_("The backup is restored, but its audit chain is broken at entry %(n)s."), n=broken
        )
