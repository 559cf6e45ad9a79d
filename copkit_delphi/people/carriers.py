"""What takes mails away: a mail server, or the outbox folder of the default install; and what a refusal means."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 20  # seconds for every answer of a mail server
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Carrier(Protocol):
    """Takes one mail away; raises OSError or SMTPException when it cannot."""

    def __call__(self, message_id: str, message: EmailMessage) -> None:
        """Deliver ``message``."""


class Meaning(StrEnum):
    """What a failure says: of the server, so that no mail leaves; of this mail for now; of this mail for good."""

    DOWN = "down"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a mail did not leave, as a word of ``domain.mail.ERRORS``."""

    meaning: Meaning
    error: str


def judge(error: Exception) -> Failure:
    """Return what an error of a carrier means."""
    if isinstance(error, smtplib.SMTPException):
        return _of_server(error)
    if isinstance(error, ssl.SSLError):
        return Failure(Meaning.DOWN, "certificate")
    if isinstance(error, TimeoutError):
        return Failure(Meaning.DOWN, "no-answer")
    if isinstance(error, OSError):
        return Failure(Meaning.DOWN, "away")
    return Failure(Meaning.NEVER, "not-writable")


_OF_SERVER: tuple[tuple[type[smtplib.SMTPException], Failure], ...] = (
    (smtplib.SMTPAuthenticationError, Failure(Meaning.DOWN, "sign-in")),
    (smtplib.SMTPSenderRefused, Failure(Meaning.DOWN, "sender-refused")),
    (smtplib.SMTPNotSupportedError, Failure(Meaning.NEVER, "address-unusable")),
    (smtplib.SMTPServerDisconnected, Failure(Meaning.DOWN, "away")),
    (smtplib.SMTPConnectError, Failure(Meaning.DOWN, "away")),
    (smtplib.SMTPHeloError, Failure(Meaning.DOWN, "away")),
)


def _of_server(error: smtplib.SMTPException) -> Failure:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _by_code(min((code for code, _ in error.recipients.values()), default=550), "address-refused")
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code, "mail-refused")
    if isinstance(error.__context__, TimeoutError):  # the library says "disconnected" when its patience ended
        return Failure(Meaning.DOWN, "no-answer")
    known = (failure for kind, failure in _OF_SERVER if isinstance(error, kind))
    return next(known, Failure(Meaning.LATER, "later"))


def _by_code(code: int, refused: str) -> Failure:
    if code == 421:  # the server says good-bye to everybody
        return Failure(Meaning.DOWN, "away")
    return Failure(Meaning.NEVER, refused) if code >= 500 else Failure(Meaning.LATER, "later")


class FolderCarrier:
    """Writes each mail to a folder: the default install sends nothing by accident."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, message_id: str, message: EmailMessage) -> None:
        """Write ``message``, readable by the owner alone."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{message_id}.eml"
        path.touch(mode=0o600)
        path.write_bytes(bytes(message))

    def close(self) -> None:
        """Nothing is held."""


class SmtpCarrier:
    """Hands mails to ``smtp://user:password@host:port`` or ``smtps://``; one connection for many mails.

    Certificates are checked. Where a server offers STARTTLS it is used; a password is never sent without it, but to
    this machine.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._parts = urlsplit(url)
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def __call__(self, message_id: str, message: EmailMessage) -> None:
        """Hand over one mail; the connection is made at the first and kept."""
        del message_id
        if self._server is None:
            self._server = self._connect()
        try:
            self._server.send_message(message)
        except (OSError, smtplib.SMTPServerDisconnected):
            self.close()
            raise

    def _connect(self) -> smtplib.SMTP:
        host, port = self._parts.hostname or "localhost", self._parts.port or 0
        tls = ssl.create_default_context()
        if self._parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=self._timeout)
        try:
            self._greet(server, host, tls)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, host: str, tls: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        encrypted = self._parts.scheme == "smtps"
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=tls)
            server.ehlo()
            encrypted = True
        if self._parts.username:
            if not encrypted and host not in _LOOPBACK:
                raise smtplib.SMTPAuthenticationError(530, "no encryption")
            server.login(unquote(self._parts.username), unquote(self._parts.password or ""))

    def close(self) -> None:
        """End the connection, if there is one."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()


def text_of(message: EmailMessage) -> str:
    """Return what a person reads of a mail, without what is attached."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def read(path: Path) -> EmailMessage | None:
    """Return a mail of the default install's folder."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return message if isinstance(message, EmailMessage) else None
