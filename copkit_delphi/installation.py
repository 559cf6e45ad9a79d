"""One installation: settings, database, vault, links and clock, as web and command line hand them to use cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError, OperationalError

from copkit_delphi import database
from copkit_delphi.database import Database
from copkit_delphi.domain.errors import N_, Conflict, DelphiError
from copkit_delphi.elicitation import (
    letters,
    links,
    lost_links,
    pace,
    reminders,
    retention,
    round_zero,
    rounds,
    seals,
    withdrawals,
)
from copkit_delphi.elicitation.letters import Post
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.ethics import rounds as ethics_rounds
from copkit_delphi.library import scenarios as library
from copkit_delphi.people import anchors, lists, outbox
from copkit_delphi.people.carriers import FolderCarrier, SmtpCarrier
from copkit_delphi.people.passwords import Site
from copkit_delphi.people.vault import Vault
from copkit_delphi.settings import Settings
from copkit_delphi.warning import briefs

DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts of the product that adapters hand to use cases."""

    settings: Settings
    database: Database
    vault: Vault
    links: Links
    clock: Clock

    @property
    def site(self) -> Site:
        """Return what mails about accounts are written with."""
        return Site(self.vault, self.settings.base_url, self.settings.organisation)

    @property
    def factor_vault(self) -> Vault:
        """Return what seals the secrets of authenticators, with a key of its own outside the database."""
        return Vault(self.settings.secret("factors"))

    def migrate(self) -> None:
        """Bring the schema up to date; raises ``DelphiError`` with one clear line."""
        with _one_line():
            database.upgrade(self.database.engine)
        self.fill_library()

    def fill_library(self) -> None:
        """Put the shipped scenarios into the library, and newer versions of them; people's own stay as they are."""
        with self.database.reading() as session:
            if not library.lacks_shipped(session):
                return
        with (
            suppress(IntegrityError),
            self.database.writing() as session,
        ):  # another process filled it just now
            library.fill(session, at=self.clock(session))

    def close_due_rounds(self) -> int:
        """Close every round of proposals, threats or ethics whose deadline and grace have passed; return how many."""
        return sum(self._close_due(kind) for kind in (round_zero, rounds, ethics_rounds))

    def _close_due(self, kind: Any) -> int:
        with self.database.reading() as session:
            due = kind.due(session, clock=self.clock)
        closed = 0
        for round_id in due:
            try:
                with self.database.writing() as session:
                    kind.close(session, round_id=round_id, actor=DEADLINE, clock=self.clock, due=True)
                closed += 1
            except Conflict:
                continue  # a facilitator closed it at the same moment
        return closed

    def deliver_outbox(self) -> int:
        """Hand queued mails to the mail server, or to the outbox folder of the default install."""
        settings = self.settings
        carrier = SmtpCarrier(settings.smtp_url) if settings.smtp_url else FolderCarrier(settings.outbox_dir)
        try:
            return outbox.deliver(
                self.database,
                self.vault,
                carrier,
                sender=settings.mail_from or "delphi@localhost",
                clock=self.clock,
            )
        finally:
            carrier.close()
            self._settle_letters()

    def _settle_letters(self) -> None:
        """Note in the logs of studies what became of their mails."""
        with self.database.reading() as session:
            if not letters.unsettled(session):
                return
        with self.database.writing() as session:
            letters.settle(session)

    def answer_lost_links(self) -> int:
        """Queue mails with fresh links to those who asked for one; return how many."""
        with self.database.reading() as session:
            if not lost_links.waiting(session):
                return 0
        with self.database.writing() as session:
            return lost_links.answer(session, Post(self.vault, self.links), at=self.clock(session))

    def send_reminders(self) -> int:
        """Queue the reminders whose day has come, each once; return how many people get one."""
        with self.database.reading() as session:
            due = reminders.due(session, at=self.clock(session))
        sent = 0
        for round_id, days_before in due:
            with self.database.writing() as session:
                sent += reminders.send_planned(
                    session,
                    Post(self.vault, self.links),
                    round_id=round_id,
                    days_before=days_before,
                    at=self.clock(session),
                )
        return sent

    def keep_pace(self) -> None:
        """Write down how many have finished the open rounds by now, for the picture over time."""
        with self.database.writing() as session:
            pace.keep(session, at=self.clock(session))

    def keep_lists(self, *, head: bool = False) -> None:
        """Write what a restore or a rewritten database must not undo into the lists beside it."""
        with self.database.reading() as session:
            lists.extend(self.settings.keys_dir / lists.ERASURES, withdrawals.marks(session))
            anchors.extend(session, self.settings.data_dir / anchors.FILE, head=head)

    def erase_again(self) -> int:
        """After a restore: erase whoever withdrew since the backup was made, and begin the anchors anew."""
        anchors.begin_anew(self.settings.data_dir / anchors.FILE)
        erased = set(lists.read(self.settings.keys_dir / lists.ERASURES))
        with self.database.writing() as session:
            at = self.clock(session)
            return withdrawals.replay(session, self.vault, self.links, erased=erased, at=at)

    def forget(self) -> None:
        """Take what was erased out of the files around the database: the log and the default install's mails."""
        self.keep_lists()
        with self.database.reading() as session:
            known = links.known(session)
        outbox.sweep_folder(self.settings.outbox_dir, is_old=lambda text: self._is_dead(text, known))
        self.database.truncate_log()

    def _is_dead(self, text: str, known: set[str]) -> bool:
        """Tell whether a mail names personal links, none of which leads to anybody any more."""
        named = self.links.named_in(text)
        return bool(named) and not named & known

    def sweep(self) -> None:
        """Delete everything whose time is over."""
        with self.database.writing() as session:
            retention.sweep(session, reviews=briefs.review_dates(session), at=self.clock(session))


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
        database=Database(settings.database, info={seals.KEY: settings.secret("seals")}),
        vault=Vault(settings.secret("vault")),
        links=Links(settings.secret("links"), settings.base_url),
        clock=clock,
    )
