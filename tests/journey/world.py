"""A small world for whole journeys: an empty installation, a clock that moves, browsers, mails and pictures."""

from __future__ import annotations

import email
import email.policy
import io
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from flask import Flask
from PIL import Image

from copkit_delphi.cli.main import cli
from copkit_delphi.cli.runtime import Worker
from copkit_delphi.web.context import KEY

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LARGEST = 250_000  # bytes of a picture in docs/
_LINK = re.compile(r"https?://\S+/p/\S+")


@dataclass
class Clock:
    """The time of a test, moved by hand."""

    moment: datetime

    def __call__(self, _session: Any) -> datetime:
        return self.moment

    def forward(self, **step: int) -> None:
        """Let time pass."""
        self.moment += timedelta(**step)


@dataclass
class World:
    """One installation as people meet it: commands, a site, mails in a folder."""

    app: Flask
    site: str
    clock: Clock
    browser: Any
    data: Path
    pictures: Path
    said: list[str] = field(default_factory=list)

    def command(self, *args: str, typed: str = "") -> Result:
        """Run a command of the product as its operator would."""
        return CliRunner().invoke(cli, args, input=typed, env={"COPKIT_DATA_DIR": str(self.data)})

    def add(self, name: str, role: str = "none") -> tuple[str, str]:
        """Make an account on the command line; return its address and the password that was drawn for it."""
        address = f"{name.split(maxsplit=1)[0].lower()}@office.example"
        done = self.command("user", "add", "--email", address, "--name", name, "--role", role)
        assert done.exit_code == 0, done.output
        return address, done.output.rpartition("Password: ")[2].strip()

    def page(self, width: int = 1280, height: int = 900) -> Any:
        """Open an empty browser; what its console says is kept."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, base_url=self.site)
        page = context.new_page()
        page.set_default_timeout(60_000)  # releasing typesets two documents
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def signed_in(self, account: tuple[str, str]) -> Any:
        """Open a browser in which somebody signed in with address and password."""
        page = self.page()
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(account[0])
        page.get_by_label("Password").fill(account[1])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: not url.endswith("/sign-in"))
        return page

    def tick(self) -> None:
        """Let the worker do what is due."""
        Worker(self.app.extensions[KEY]).once()

    def mails(self, to: str) -> list[str]:
        """Return what was mailed to an address, subject first, read from the outbox folder as a person would."""
        found = []
        for path in sorted((self.data / "outbox").glob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["To"] == to:
                found.append(f"{message['Subject']}\n\n{message.get_body(('plain',)).get_content()}")
        return found

    def links(self, to: str) -> list[str]:
        """Return the personal links mailed to an address."""
        return [link for text in self.mails(to) for link in _LINK.findall(text)]

    def picture(self, page: Any, name: str, **options: Any) -> None:
        """Keep what a browser shows."""
        page.mouse.move(0, 0)
        save(page.screenshot(animations="disabled", **options), self.pictures / f"{name}.png")

    def stop(self, page: Any, name: str) -> None:
        """Keep what a browser shows on a desk and on a telephone, where somebody looks at pictures."""
        if not os.environ.get("COPKIT_PICTURES"):
            return
        self.picture(page, name)
        page.set_viewport_size({"width": 390, "height": 844})
        self.picture(page, f"{name}-390")
        page.set_viewport_size({"width": 1280, "height": 900})

    def picture_of_pdf(self, content: bytes, name: str) -> None:
        """Keep the first page of a PDF, where poppler is installed."""
        if not shutil.which("pdftoppm"):
            return
        command = ["pdftoppm", "-r", "80", "-png", "-f", "1", "-l", "1", "-singlefile", "-"]
        drawn = subprocess.run(command, input=content, capture_output=True, check=True).stdout
        save(drawn, self.pictures / f"{name}.png")


def save(png: bytes, path: Path) -> None:
    """Write a picture as small as its colours allow, small enough for a repository."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(path, optimize=True)
    assert path.stat().st_size < LARGEST, path.name


def pictures_folder(otherwise: Path) -> Path:
    """Return where pictures go: into docs/ only when asked, so that a run of the tests changes no file."""
    return PICTURES if os.environ.get("COPKIT_PICTURES") == "1" else otherwise
