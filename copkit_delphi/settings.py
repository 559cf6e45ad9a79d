"""Settings: read once from the environment, frozen, with secrets kept in the data directory."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from copkit_delphi.domain.errors import N_, DelphiError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
_CHECKOUT = Path(__file__).resolve().parent.parent


def default_data_dir() -> Path:
    """Return ``instance/``: beside the package in a checkout, in the current folder once installed."""
    in_checkout = (_CHECKOUT / "app.py").is_file() and (_CHECKOUT / "migrations").is_dir()
    return (_CHECKOUT if in_checkout else Path.cwd()) / "instance"


class Settings(BaseSettings):
    """Everything an operator may set, by environment variable ``COPKIT_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="COPKIT_", frozen=True, extra="ignore")

    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    proxies: int = Field(default=0, ge=0, le=5)
    organisation: str = "COPKIT Delphi"
    help_contact: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    demonstration: bool = False
    second_factor: Literal["required", "off"] = "required"
    plain_http: bool = False
    translating: bool = False

    @classmethod
    def read(cls, **overrides: object) -> Settings:
        """Read the environment; raises ``DelphiError`` naming the first variable that cannot be read."""
        try:
            return cls(**overrides)  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            raise DelphiError(
                N_("COPKIT_%(name)s cannot be used: %(why)s."),
                name=str(first["loc"][0]).upper(),
                why=first["msg"].lower(),
            ) from None

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @property
    def database(self) -> str:
        """Return the SQLAlchemy URL: PostgreSQL by ``DATABASE_URL``, else the embedded SQLite file."""
        url = self.database_url or f"sqlite:///{self._database_file}"
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @property
    def _database_file(self) -> Path:
        return self.data_dir / "copkit.sqlite3"

    @property
    def base_url(self) -> str:
        """Return the address that links in mails start with."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def asks_factor(self) -> bool:
        """Tell whether a second factor is asked for where an account has or needs one."""
        return self.second_factor == "required"

    @property
    def output_dir(self) -> Path:
        """Return where PDFs are written."""
        return self.data_dir / "output"

    @property
    def keys_dir(self) -> Path:
        """Return where secrets are kept, beside the database and never in a backup."""
        return self.data_dir / "keys"

    @property
    def backup_dir(self) -> Path:
        """Return where backups are written unless told otherwise."""
        return self.data_dir / "backups"

    @property
    def outbox_dir(self) -> Path:
        """Return the folder that stands in for a mail server in the default install."""
        return self.data_dir / "outbox"

    @property
    def is_local(self) -> bool:
        """Tell whether only this machine is meant to reach the product."""
        named = urlsplit(self.public_url).hostname or "" if self.public_url else self.host
        return {self.host, named} <= LOOPBACK

    def refuse_unsafe(self) -> None:
        """Raise ``DelphiError`` with one plain sentence where serving people like this would endanger them."""
        if not self.asks_factor and not self.is_local:
            raise DelphiError(
                N_(
                    "COPKIT_SECOND_FACTOR=off is for this machine only, but others can reach this address. Leave the setting out."
                )
            )
        if self.host not in LOOPBACK and not self.public_url.startswith("https://") and not self.plain_http:
            raise DelphiError(
                N_(
                    "Passwords and answers would cross the network unprotected. Put https in front and set COPKIT_PUBLIC_URL=https://..., or say COPKIT_PLAIN_HTTP=1 if you accept that."
                )
            )

    def _refuse_readable(self) -> None:
        """Raise ``DelphiError`` when other users of the machine can read or change the keys or the database."""
        kept = [*self.keys_dir.glob("*.key")]
        if not self.database_url and self._database_file.exists():
            kept.append(self._database_file)
        for path in kept:
            if path.stat().st_mode & 0o006:
                raise DelphiError(
                    N_(
                        "Other users of this machine can read or change %(path)s. Take that away: chmod o= %(path)s"
                    ),
                    path=path,
                )

    def prepare(self) -> Settings:
        """Create the data directory; raises ``DelphiError`` with one clear line when that is impossible or unsafe."""
        self._refuse_readable()
        try:
            for folder in (self.data_dir, self.output_dir, self.outbox_dir, self.backup_dir, self.keys_dir):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self.data_dir / f".write-{secrets.token_hex(4)}"
            probe.touch()
            probe.unlink()
            if not self.database_url:
                self._database_file.touch(mode=0o600)
                self._database_file.chmod(0o600)
        except OSError as error:
            raise DelphiError(
                N_(
                    "The data directory %(path)s cannot be written (%(why)s). Set COPKIT_DATA_DIR to a folder you own."
                ),
                path=self.data_dir,
                why=error.strerror or "unknown reason",
            ) from None
        return self

    def secret(self, name: str) -> bytes:
        """Return the secret called ``name`` (32 bytes), drawn at first use and kept beside the database.

        It is written whole before it gets its name: two processes that start at once read the same one.
        """
        path = self.keys_dir / f"{name}.key"
        if not path.exists():
            drawn = path.with_suffix(f".{secrets.token_hex(4)}")
            with os.fdopen(os.open(drawn, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(drawn)
            drawn.unlink()
        return path.read_bytes()
