"""``audit verify``: the chain, the ratings and the anchors, each against what was kept elsewhere."""

from __future__ import annotations

import click

from copkit_delphi.care import record
from copkit_delphi.cli.runtime import open_installation

BROKEN = 1


@click.group("audit")
def command() -> None:
    """Check the record of what was done."""


@command.command("verify")
def verify() -> int:
    """Check audit chain, anchors and ratings; ends with 1 when something was changed past the application."""
    found = record.examine(open_installation())
    for sentence in found.faults:
        click.echo(sentence)
    if found.faults:
        return BROKEN
    click.echo(f"The audit chain of {found.entries} entries, its anchors and all ratings are whole.")
    return 0
