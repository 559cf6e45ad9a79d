"""``import-ratings``: make a closed study of a CSV file of ratings."""

from __future__ import annotations

from pathlib import Path

import click

from copkit_delphi.cli.analyse import read_file
from copkit_delphi.cli.runtime import open_installation
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Criterion, parse_criterion
from copkit_delphi.domain.scale import parse_scale
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import imports
from copkit_delphi.people import accounts


@click.command("import-ratings")
@click.argument("file", metavar="FILE.csv")
@click.option("--title", default="", help="Title of the study (default: the file's name).")
@click.option("--facilitator", required=True, help="E-mail address of the account that will run it.")
@click.option(
    "--scale",
    default=None,
    metavar="LOW:HIGH",
    help="Scale of the ratings (default: the smallest usual one).",
)
@click.option("--criterion", default=None, help='"iqr<=15" or "share>=0.75 in 7..9".')
@click.option("--attribution", default="", help="Source and licence of the data, printed with it.")
@click.option(
    "--marking", type=click.Choice([str(m) for m in Marking]), default=str(Marking.AMBER), show_default=True
)
def command(
    file: str,
    title: str,
    facilitator: str,
    scale: str | None,
    criterion: str | None,
    attribution: str,
    marking: str,
) -> None:
    """Make a closed study of a CSV file of ratings."""
    tidy = read_ratings(read_file(file), scale=parse_scale(scale) if scale else None)
    place = open_installation()
    with place.database.writing() as session:
        account = accounts.by_email(session, facilitator)
        if Role.FACILITATOR not in accounts.identity(session, account).everywhere:
            raise Invalid(N_("%(email)s is not a facilitator."), email=account.email)
        made = imports.import_ratings(
            session,
            tidy,
            title=title or Path(file).stem,
            facilitator=account.id,
            at=place.clock(session),
            criterion=parse_criterion(criterion) if criterion else Criterion(),
            attribution=attribution,
            marking=Marking(marking),
        )
    chosen = "" if tidy.scale_given else ", chosen as the smallest usual scale that fits"
    click.echo(
        f"Imported {made.ratings} ratings: {made.rounds} rounds, {made.panellists} panellists, {made.items} items, "
        f"scale {tidy.scale}{chosen}."
    )
    click.echo(f"Study {made.study_id}, “{made.title}”. Report: copkit-delphi brief {made.study_id}")
