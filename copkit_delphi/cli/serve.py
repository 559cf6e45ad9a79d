"""``serve``: the platform on this machine, with its periodic work, until Ctrl-C."""

from __future__ import annotations

import socket
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from copkit_delphi.cli.runtime import Worker
from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY

THREADS = 8


class Server(BaseApplication):
    """Gunicorn with one process and threads; the worker runs in that process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set what a small installation needs."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": 180,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in the serving process and start its periodic work."""
        app = create_app(self._settings)
        Worker(app.extensions[KEY]).start()
        return app


def check_port(settings: Settings) -> None:
    """Raise ``DelphiError`` with one clear line when the port is taken or not allowed."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise DelphiError(
                N_("Port %(port)s on %(host)s cannot be used (%(why)s). Choose another: COPKIT_PORT=8001."),
                port=settings.port,
                host=settings.host,
                why=error.strerror,
            ) from None


def run(settings: Settings) -> None:
    """Serve until interrupted."""
    check_port(settings)
    Server(settings).run()


@click.command("serve")
@click.option("--host", default=None, help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, default=None, help="Port to listen on (default 8000).")
def command(host: str | None, port: int | None) -> None:
    """Serve the platform on this machine."""
    settings = Settings.read(
        **{key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    )
    check_port(settings)
    click.echo(f"Serving on {settings.base_url}  (data in {settings.data_dir}; stop with Ctrl-C)")
    run(settings)
