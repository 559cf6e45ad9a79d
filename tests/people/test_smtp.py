"""Mail over SMTP against a server of our own: encryption, refusals, a server that is away, and nothing lost or doubled."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from copkit_delphi.people import outbox
from copkit_delphi.people.carriers import SmtpCarrier
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f

HOST = "127.0.0.1"


class Inbox:
    """What a mail server got, and what it refuses by recipient."""

    def __init__(self, refusals: dict[str, str] | None = None) -> None:
        self.mails: list[Any] = []
        self.sessions: set[int] = set()
        self.encrypted: list[bool] = []
        self.refusals = refusals or {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.sessions.add(id(session))
        self.encrypted.append(session.ssl is not None)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


class Secure(Controller):
    """A server that offers STARTTLS and asks for a name and a password."""

    def factory(self) -> SMTP:
        def check(*args: Any) -> AuthResult:
            return AuthResult(success=args[-1].password == b"secret@1", handled=False)

        return SMTP(
            self.handler, tls_context=self.tls, require_starttls=True, auth_required=True, authenticator=check
        )


@contextmanager
def serving(handler: Inbox, kind: type[Controller] = Controller, **options: Any) -> Iterator[int]:
    tls = options.pop("tls", None)
    server = kind(handler, hostname=HOST, port=_free(), **options)
    server.tls = tls  # type: ignore[attr-defined]
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for this machine, which the client trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def queued(place: f.Install, *to: str, subject: str = "Hello", **more: Any) -> None:
    with place.database.writing() as session:
        for address in to:
            outbox.queue(
                session, place.vault, kind="invitation", to=address, subject=subject, text="Zażółć", at=f.NOW,
                **more,
            )  # fmt: skip


def delivered(place: f.Install, url: str, *, later: timedelta = timedelta(0)) -> int:
    carrier = SmtpCarrier(url, timeout=5)
    try:
        return outbox.deliver(
            place.database, place.vault, carrier, sender="from@x.example", clock=f.clock_at(f.NOW + later)
        )
    finally:
        carrier.close()


def rows(place: f.Install) -> list[tuple[str, int, str | None]]:
    with place.database.reading() as session:
        found = [(row.state, row.attempts, row.error) for row in session.scalars(select(OutboxMessage))]
        return sorted(found, key=repr)


def test_many_mails_go_through_one_connection_each_to_one_person(place: f.Install) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        queued(
            place,
            "a@x.example",
            "b@x.example",
            "c@x.example",
            extra=outbox.Extra("de", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        )
        assert delivered(place, f"smtp://{HOST}:{port}") == 3
    assert len(inbox.sessions) == 1
    assert sorted(mail["To"] for mail in inbox.mails) == ["a@x.example", "b@x.example", "c@x.example"]
    mail = inbox.mails[0]
    assert mail.get_body(("plain",)).get_content().strip() == "Zażółć"
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "de"
    assert len({one["Message-ID"] for one in inbox.mails}) == 3


def test_starttls_is_used_and_the_password_arrives(place: f.Install, tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    with serving(inbox, Secure, tls=tls) as port:
        queued(place, "a@x.example")
        assert delivered(place, f"smtp://me:secret%401@{HOST}:{port}") == 1
    assert inbox.encrypted == [True]


def test_smtps_is_encrypted_from_the_start(place: f.Install, tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    with serving(inbox, ssl_context=tls) as port:
        queued(place, "a@x.example")
        assert delivered(place, f"smtps://{HOST}:{port}") == 1
    assert len(inbox.mails) == 1


@pytest.mark.parametrize("kind", [Secure, Controller])
def test_a_certificate_nobody_vouches_for_gets_no_mail(
    place: f.Install, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, kind: type[Controller]
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    inbox = Inbox()
    options: dict[str, Any] = {"tls": tls} if kind is Secure else {"ssl_context": tls}
    with serving(inbox, kind, **options) as port:
        queued(place, "a@x.example")
        scheme = "smtp" if kind is Secure else "smtps"
        assert delivered(place, f"{scheme}://me:secret%401@{HOST}:{port}") == 0
    assert inbox.mails == []
    assert rows(place) == [("queued", 0, "certificate")]


def test_a_wrong_password_holds_the_queue_and_fails_no_mail(place: f.Install, tls: ssl.SSLContext) -> None:
    with serving(Inbox(), Secure, tls=tls) as port:
        queued(place, "a@x.example", "b@x.example")
        assert delivered(place, f"smtp://me:wrong@{HOST}:{port}") == 0
    assert [state for state, _, _ in rows(place)] == ["queued", "queued"]
    with place.database.reading() as session:
        assert outbox.health(session).error == "sign-in"


def test_a_refused_address_fails_at_once_one_put_off_waits_and_the_others_go(place: f.Install) -> None:
    inbox = Inbox({"gone@x.example": "550 no such user", "busy@x.example": "451 greylisted"})
    with serving(inbox) as port:
        queued(place, "gone@x.example", "busy@x.example", "fine@x.example")
        url = f"smtp://{HOST}:{port}"
        assert delivered(place, url) == 1
        assert rows(place) == [
            ("failed", 1, "address-refused"),
            ("queued", 1, "later"),
            ("sent", 1, None),
        ]
        assert delivered(place, url, later=timedelta(minutes=1)) == 0  # not yet
        inbox.refusals.clear()
        assert delivered(place, url, later=timedelta(minutes=3)) == 1


def test_pauses_grow_and_the_last_attempt_gives_up(place: f.Install) -> None:
    with serving(Inbox({"busy@x.example": "451 later"})) as port:
        queued(place, "busy@x.example")
        waited = []
        moment = timedelta(0)
        for _ in range(outbox.MAX_ATTEMPTS):
            delivered(place, f"smtp://{HOST}:{port}", later=moment)
            with place.database.reading() as session:
                row = session.scalars(select(OutboxMessage)).one()
            if row.next_try_at:
                waited.append((row.next_try_at - f.NOW - moment).total_seconds() / 60)
                moment = row.next_try_at - f.NOW
    assert waited == [3 * 2**n for n in range(outbox.MAX_ATTEMPTS - 1)]
    assert rows(place) == [("failed", outbox.MAX_ATTEMPTS, "later")]


def test_a_port_that_refuses_holds_everything_and_is_left_alone_for_a_while(place: f.Install) -> None:
    queued(place, "a@x.example", "b@x.example")
    url = f"smtp://{HOST}:{_free()}"
    assert [delivered(place, url, later=timedelta(seconds=n)) for n in (0, 5, 10)] == [0, 0, 0]
    with place.database.reading() as session:
        found = outbox.health(session)
    assert (found.waiting, found.down_since) == (2, f.NOW)
    assert found.next_try_at == f.NOW + timedelta(seconds=30)  # two attempts, twice as long after each
    assert {(state, attempts) for state, attempts, _ in rows(place)} == {("queued", 0)}
    inbox = Inbox()
    with serving(inbox) as port:
        assert delivered(place, f"smtp://{HOST}:{port}", later=timedelta(seconds=31)) == 2
    with place.database.reading() as session:
        assert outbox.health(session).down_since is None


def test_a_server_that_never_answers_is_given_up_on(place: f.Install) -> None:
    with socket.create_server((HOST, 0)) as silent:
        queued(place, "a@x.example")
        carrier = SmtpCarrier(f"smtp://{HOST}:{silent.getsockname()[1]}", timeout=0.2)
        clock = f.clock_at()
        assert outbox.deliver(place.database, place.vault, carrier, sender="x@x.example", clock=clock) == 0
    assert rows(place) == [("queued", 0, "no-answer")]


@pytest.mark.parametrize("where", ["subject", "to"])
def test_a_line_break_puts_no_header_into_a_mail(place: f.Install, where: str) -> None:
    inbox = Inbox()
    hostile = "x@x.example\r\nBcc: everybody@x.example"
    with serving(inbox) as port:
        if where == "subject":
            queued(place, "a@x.example", subject=hostile)
        else:
            queued(place, hostile)
        queued(place, "fine@x.example")
        assert delivered(place, f"smtp://{HOST}:{port}") == 1
    assert [mail["To"] for mail in inbox.mails] == ["fine@x.example"]
    assert ("failed", 1, "not-writable") in rows(place)


def test_two_workers_at_once_send_each_mail_once(place: f.Install) -> None:
    inbox, gate, counts = Inbox(), threading.Barrier(2), []
    queued(place, *(f"p{n}@x.example" for n in range(20)))
    with serving(inbox) as port:

        def work() -> None:
            gate.wait()
            counts.append(delivered(place, f"smtp://{HOST}:{port}"))

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(counts) == 20
    assert len({mail["To"] for mail in inbox.mails}) == len(inbox.mails) == 20


def test_mail_that_was_taken_by_a_process_that_died_leaves_later(place: f.Install) -> None:
    queued(place, "a@x.example")
    with place.database.writing() as session:
        assert len(outbox._claim(session, f.NOW, 50)) == 1
    with serving(Inbox()) as port:
        url = f"smtp://{HOST}:{port}"
        assert [delivered(place, url), delivered(place, url, later=timedelta(minutes=31))] == [0, 1]
