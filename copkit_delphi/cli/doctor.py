"""``doctor``: looks at an installation and says what is wrong with it, and what to do."""

from __future__ import annotations

import json

import click

from copkit_delphi import installation
from copkit_delphi.care.checks import Grade, examine
from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.settings import Settings

_SIGNS = {Grade.GOOD: "ok     ", Grade.WARNING: "warning", Grade.BAD: "BAD    "}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print it for a machine.")
def command(as_json: bool) -> int:
    """Look at this installation. Changes nothing; ends with 1 when something is bad."""
    settings = Settings.read()
    if not settings.keys_dir.is_dir():
        raise DelphiError(
            N_("There is no installation in %(path)s. Set COPKIT_DATA_DIR, or start one."),
            path=settings.data_dir,
        )
    place = installation.make(settings)
    found = list(examine(place))
    if as_json:
        rows = [{"check": title, "grade": str(one.grade), "text": one.text} for title, one in found]
        click.echo(json.dumps({"schema": 1, "checks": rows}, indent=2))
    else:
        for title, one in found:
            click.echo(f"{_SIGNS[one.grade]}  {title}: {one.text}")
    return int(any(one.grade is Grade.BAD for _, one in found))
