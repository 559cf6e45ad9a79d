"""The ``copkit-delphi`` command and its list of sub-commands."""

from __future__ import annotations

import importlib
import os
import sys

import click

from copkit_delphi import __version__
from copkit_delphi.domain.errors import DelphiError

COMMANDS = {
    "init": "Make the database and the first administrator.",
    "serve": "Serve the platform on this machine.",
    "worker": "Close rounds at their deadline and deliver mail.",
    "demo": "Load the demonstration, write its PDFs, then serve it.",
    "analyse": "Analyse a CSV file of ratings, without a database.",
    "import-ratings": "Make a closed study of a CSV file of ratings.",
    "archive": "Write the archive of a study, or bring one in.",
    "brief": "Write a study's brief and ethics annex as PDF.",
    "user": "Make accounts of staff and readers.",
    "backup": "Write an encrypted backup while the server runs.",
    "restore": "Restore a backup into an empty folder or database.",
    "doctor": "Look at this installation and say what is wrong.",
    "audit": "Check that nothing recorded was changed.",
    "bench": "Compare saving an answer with a bare committed insert.",
}

REFUSED, INTERRUPTED, READER_GONE = 2, 130, 1


class LazyGroup(click.Group):
    """Knows every command by name and one line; imports a command's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"copkit_delphi.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup)
@click.version_option(__version__, prog_name="copkit-delphi")
def cli() -> None:
    """Expert judgement on technology threats, from study to early-warning brief."""


def main(args: list[str] | None = None) -> None:
    """Run a command and leave: a refusal, an interrupt and a reader that went away make one line or none."""
    try:
        status = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at exit, which would complain about the same pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = READER_GONE
    sys.exit(status)


def _run(args: list[str] | None) -> int:
    try:
        result = cli.main(args, prog_name="copkit-delphi", standalone_mode=False)
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except DelphiError as error:
        click.echo(" ".join(str(error).split()), err=True)
        return REFUSED
    return result if isinstance(result, int) else 0
