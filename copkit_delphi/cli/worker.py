"""``worker``: closes rounds at their deadline and delivers mail, beside a server of several processes."""

from __future__ import annotations

import click

from copkit_delphi.cli.runtime import Worker, open_installation


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then leave.")
def command(once: bool) -> None:
    """Close rounds at their deadline, deliver mail, and delete what is kept no longer."""
    worker = Worker(open_installation())
    if once:
        worker.once()
        worker.tidy()
        return
    worker.run()
