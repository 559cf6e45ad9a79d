"""``user add``: accounts from the command line, until an administrator's page does it."""

from __future__ import annotations

import click

from copkit_delphi.cli.runtime import open_installation
from copkit_delphi.domain.permission import GLOBAL_ROLES, Role
from copkit_delphi.people import accounts, tokens

_ROLES = sorted(str(role) for role in GLOBAL_ROLES)


@click.group("user")
def command() -> None:
    """Accounts of staff and readers."""


@command.command("add")
@click.option("--email", prompt="E-mail address")
@click.option("--name", prompt="Name")
@click.option("--role", type=click.Choice([*_ROLES, "none"]), default="none", show_default=True,
              help="Role everywhere; roles in one study are given by its facilitator.")  # fmt: skip
@click.option("--password", default="", help="Drawn and printed when left out.")
def add(email: str, name: str, role: str, password: str) -> None:
    """Make an account."""
    place = open_installation()
    drawn = password or tokens.draw_spoken()
    with place.database.writing() as session:
        at = place.clock(session)
        account = accounts.create(
            session, email=email, name=name, password=drawn, at=at, actor="command line"
        )
        if role != "none":
            accounts.give_role(session, account_id=account.id, role=Role(role), at=at, actor="command line")
    click.echo(f"{account.email} can sign in." + ("" if password else f" Password: {drawn}"))
