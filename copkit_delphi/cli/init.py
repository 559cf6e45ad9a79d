"""``init``: make the database and the first administrator."""

from __future__ import annotations

import click

from copkit_delphi.cli.runtime import open_installation
from copkit_delphi.domain.permission import Role
from copkit_delphi.people import accounts


@click.command("init")
@click.option("--email", prompt="E-mail address of the first administrator")
@click.option("--name", prompt="Name")
@click.option(
    "--password", prompt="Password (12 characters or more)", hide_input=True, confirmation_prompt=True
)
def command(email: str, name: str, password: str) -> None:
    """Make the database and the first administrator. There is no default password."""
    place = open_installation()
    with place.database.writing() as session:
        at = place.clock(session)
        account = accounts.create(
            session, email=email, name=name, password=password, at=at, actor="command line"
        )
        accounts.give_role(session, account_id=account.id, role=Role.ADMIN, at=at, actor="command line")
    click.echo(f"{account.email} is administrator. Data in {place.settings.data_dir}.")
    click.echo("Next: copkit-delphi user add --role facilitator, then copkit-delphi serve")
