"""``archive export | import``: a study's design and disclosed results as one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from copkit_delphi.cli.runtime import open_installation
from copkit_delphi.domain.errors import N_, DelphiError, Invalid
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import archives
from copkit_delphi.elicitation.packed import MOST_FILE
from copkit_delphi.network import archiving
from copkit_delphi.people import accounts


@click.group("archive")
def command() -> None:
    """Write the archive of a study, or bring one in."""


@command.command("export")
@click.argument("study")
@click.argument("file", metavar="FILE.zip")
def export(study: str, file: str) -> None:
    """Write design, disclosed results and released briefs of STUDY; a file that is there is not overwritten."""
    place = open_installation()
    with place.database.reading() as session:
        data = archiving.write(session, study)
    try:
        with Path(file).open("xb") as out:
            out.write(data)
    except OSError as error:
        raise DelphiError(N_("%(file)s cannot be written: %(why)s."), file=file, why=error.strerror) from None
    click.echo(f"Wrote {file}, {len(data)} bytes. No person, code or rating is in it.")


@command.command("import")
@click.argument("file", metavar="FILE.zip")
@click.option("--facilitator", required=True, help="E-mail address of the account that will have it.")
@click.option("--draft", is_flag=True, help="Make a draft study of the design; results are not taken.")
def bring_in(file: str, facilitator: str, draft: bool) -> None:
    """Bring in an archive: a read-only copy with its results, or a draft of its design."""
    place = open_installation()
    data = _read(file)
    with place.database.writing() as session:
        account = accounts.by_email(session, facilitator)
        if Role.FACILITATOR not in accounts.identity(session, account).everywhere:
            raise Invalid(N_("%(email)s is not a facilitator."), email=account.email)
        study = archives.bring_in(session, data, facilitator=account.id, at=place.clock(session), draft=draft)
        made = study.id, study.title, "A draft study" if draft else "An archived copy"
    click.echo(f"{made[2]}: {made[0]}, “{made[1]}”. Every hash is right.")


def _read(file: str) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(MOST_FILE + 1)
    except OSError as error:
        raise DelphiError(N_("%(file)s cannot be read: %(why)s."), file=file, why=error.strerror) from None
    if len(data) > MOST_FILE:
        raise Invalid(N_("The file is larger than %(size)s MB."), size=MOST_FILE // 1024 // 1024)
    return data
