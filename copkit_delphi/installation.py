"""One installation: settings, database, vault, links and clock, as web and command line hand them to use cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from copkit_delphi import database
from copkit_delphi.database import Database
from copkit_delphi.domain.errors import N_, Conflict, DelphiError
from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.people import outbox
from copkit_delphi.people.vault import Vault
from copkit_delphi.settings import Settings

DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts of the product that adapters hand to use cases."""

    settings: Settings
    database: Database
    vault: Vault
    links: Links
    clock: Clock

    def migrate(self) -> None:
        """Bring the schema up to date; raises ``DelphiError`` with one clear line."""
        with _one_line():
            database.upgrade(self.database.engine)

    def close_due_rounds(self) -> int:
        """Close every round whose deadline and grace have passed; return how many."""
        with self.database.reading() as session:
            due = rounds.due(session, clock=self.clock)
        closed = 0
        for round_id in due:
            try:
                with self.database.writing() as session:
                    rounds.close(session, round_id=round_id, actor=DEADLINE, clock=self.clock)
                closed += 1
            except Conflict:
                continue  # a facilitator closed it at the same moment
        return closed

    def deliver_outbox(self) -> int:
        """Hand queued mails to the mail server, or to the outbox folder of the default install."""
        settings = self.settings
        carrier = (
            outbox.smtp_carrier(settings.smtp_url)
            if settings.smtp_url
            else outbox.folder_carrier(settings.outbox_dir)
        )
        with self.database.writing() as session:
            return outbox.deliver(
                session, self.vault, carrier, sender=settings.mail_from or "delphi@localhost"
            )

    def sweep(self) -> None:
        """Delete drafts whose time is over."""
        with self.database.writing() as session:
            rounds.sweep_drafts(session, clock=self.clock)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise DelphiError(
            N_("The database cannot be opened: %(why)s."), why=str(error.orig).strip()
        ) from None


def make(settings: Settings, *, clock: Clock = database.now) -> Installation:
    """Return the installation that ``settings`` describe; its data directory is made if missing."""
    settings.prepare()
    return Installation(
        settings=settings,
        database=Database(settings.database),
        vault=Vault(settings.secret("vault")),
        links=Links(settings.secret("links"), settings.base_url),
        clock=clock,
    )
