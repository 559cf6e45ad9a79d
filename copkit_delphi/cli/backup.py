"""``backup``: the whole database at one moment, encrypted, while the server runs."""

from __future__ import annotations

from pathlib import Path

import click

from copkit_delphi import installation
from copkit_delphi.care import backups, sealed
from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.settings import Settings


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    "public_keys",
    multiple=True,
    metavar="AGE1...",
    help="Encrypt to this public key instead; may be given again.",
)
def command(file: Path | None, public_keys: tuple[str, ...]) -> None:
    """Write a backup to FILE, or to backups/ in the data directory, where it is deleted after 90 days.

    It holds the database and not the keys: keep a copy of the folder of keys elsewhere, apart from the backups.
    """
    place = installation.make(Settings.read())  # not brought up to date: a backup comes before an upgrade
    with place.database.reading() as session:
        at = place.clock(session)
    settings = place.settings
    recipients = [sealed.recipient(key) for key in public_keys] or [
        sealed.own_key(settings.keys_dir).to_public()
    ]
    path = file or settings.backup_dir / backups.name(at)
    if path.exists():
        raise DelphiError(N_("%(path)s is there already. Choose another name."), path=path)
    if not path.absolute().parent.is_dir():
        raise DelphiError(N_("There is no folder %(path)s."), path=path.absolute().parent)
    written = backups.write(place.database, path=path, recipients=recipients, at=at)
    gone = backups.remove_old(settings.backup_dir, at=at)
    click.echo(f"{written.path}: {written.rows} rows, schema {written.revision}")
    if gone:
        click.echo(f"{gone} backups older than {backups.KEPT.days} days were deleted")
    click.echo(
        f"Without the keys in {settings.keys_dir} nobody can open it, nor read a name in it. Keep a copy of them elsewhere."
    )
