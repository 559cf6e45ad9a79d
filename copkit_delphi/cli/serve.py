"""``serve``: the platform on this machine, with its periodic work, until Ctrl-C."""

from __future__ import annotations

import socket
from typing import Any

import click
from flask import Flask
from flask.helpers import get_debug_flag
from gunicorn.app.base import BaseApplication

from copkit_delphi.cli import closing
from copkit_delphi.cli.runtime import Worker
from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from copkit_delphi.web.security import refuse_debug

THREADS = 8
_DRAINED = (
    64 * 1024
)  # bytes of a body left unread that Gunicorn takes off a connection before it is used again


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
            "pre_request": _announce_close,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in the serving process and start its periodic work."""
        closing.install()
        app = create_app(self._settings)
        Worker(app.extensions[KEY]).start()
        return app


def _announce_close(_worker: Any, request: Any) -> None:
    """Say with the answer that the connection ends where a refused body is too long to be taken off it."""
    sent = dict(request.headers)
    if "TRANSFER-ENCODING" in sent or int(sent.get("CONTENT-LENGTH", 0)) > _DRAINED:
        request.force_close()


def check(settings: Settings) -> None:
    """Raise ``DelphiError`` with one clear line when serving is unsafe, or the port is taken or not allowed."""
    settings.refuse_unsafe()
    refuse_debug(on=get_debug_flag())
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
    check(settings)
    Server(settings).run()


@click.command("serve")
@click.option("--host", default=None, help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, default=None, help="Port to listen on (default 8000).")
def command(host: str | None, port: int | None) -> None:
    """Serve the platform on this machine."""
    settings = Settings.read(
        **{key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    )
    check(settings)
    click.echo(f"Serving on {settings.base_url}  (data in {settings.data_dir}; stop with Ctrl-C)")
    run(settings)
