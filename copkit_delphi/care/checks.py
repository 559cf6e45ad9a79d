"""What the doctor looks at: one small check a trouble, in one registry. Looking changes nothing."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError

from copkit_delphi import database as schema
from copkit_delphi.care import keys, record
from copkit_delphi.care.backups import KEPT, SUFFIX
from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation import rounds
from copkit_delphi.installation import Installation
from copkit_delphi.people.models import OutboxMessage

LEAST_FREE = 500 * 1024 * 1024
LEAST_SHARE = 0.05
LATE = timedelta(minutes=5)
SKEW = timedelta(seconds=5)
BACKUP_DUE = timedelta(days=7)
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs"})


class Grade(StrEnum):
    """How bad it is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in a sentence that says what to do."""

    grade: Grade
    sentence: str
    values: dict[str, object]

    @property
    def text(self) -> str:
        """Return the sentence with its values."""
        return self.sentence % self.values


Check = Callable[[Installation], Finding]
CHECKS: dict[str, Check] = {}


def check(title: str) -> Callable[[Check], Check]:
    """Put a check on the list."""

    def register(function: Check) -> Check:
        CHECKS[title] = function
        return function

    return register


def examine(place: Installation) -> Iterator[tuple[str, Finding]]:
    """Yield what every check found; one that cannot look is a bad finding and does not stop the others."""
    for title, function in CHECKS.items():
        try:
            yield title, function(place)
        except (SQLAlchemyError, OSError) as error:
            why = str(getattr(error, "orig", None) or error).strip()
            yield title, _bad(N_("This could not be looked at: %(why)s"), why=why)


def _good(sentence: str, **values: object) -> Finding:
    return Finding(Grade.GOOD, sentence, values)


def _warning(sentence: str, **values: object) -> Finding:
    return Finding(Grade.WARNING, sentence, values)


def _bad(sentence: str, **values: object) -> Finding:
    return Finding(Grade.BAD, sentence, values)


@check(N_("Room on the disk"))
def _room(place: Installation) -> Finding:
    usage = shutil.disk_usage(place.settings.data_dir)
    free = f"{usage.free // 1024**2} MB"
    if usage.free < min(LEAST_FREE, usage.total * LEAST_SHARE):
        return _bad(N_("Only %(free)s are left. Make room before answers are refused."), free=free)
    return _good(N_("%(free)s are free."), free=free)


@check(N_("Secrets and data are closed to others"))
def _closed(place: Installation) -> Finding:
    folder = place.settings.data_dir
    files = [path for part in ("keys", ".") for path in (folder / part).glob("*") if path.is_file()]
    secret = [path for path in files if path.parent.name == "keys" or ".sqlite3" in path.name]
    open_ = [path for path in (*secret, folder / "keys") if _others_may(path)]
    if open_:
        names = ", ".join(str(path) for path in open_)
        return _bad(
            N_("Other users of this machine can read %(names)s. Take their rights away: chmod go= ..."),
            names=names,
        )
    return _good(N_("Only their owner can read %(n)s files."), n=len(secret))


def _others_may(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


@check(N_("The disk belongs to this machine"))
def _local(place: Installation) -> Finding:
    if place.database.engine.dialect.name != "sqlite":
        return _good(N_("The database is not a file."))
    kind = _file_system(place.settings.data_dir)
    if kind in NETWORK:
        return _bad(
            N_("SQLite loses answers on a network disk (%(kind)s). Use a local one, or PostgreSQL."),
            kind=kind,
        )
    return _good(N_("The data directory lies on %(kind)s."), kind=kind or "a local disk")


def _file_system(folder: Path) -> str:
    """Return the kind of file system of the longest mount point that holds ``folder``."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    lines = [line.split() for line in mounts.read_text().splitlines()]
    holding = [(len(parts[1]), parts[2]) for parts in lines if folder.is_relative_to(parts[1])]
    return max(holding)[1] if holding else ""


@check(N_("Schema"))
def _schema(place: Installation) -> Finding:
    with place.database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    newest = schema.newest()
    if current != newest:
        return _bad(
            N_(
                "The schema is at %(current)s, this version needs %(newest)s. Start the server once, it brings it up to date."
            ),
            current=current or "nothing",
            newest=newest,
        )
    return _good(N_("Revision %(newest)s."), newest=newest)


@check(N_("What is answered is on the disk"))
def _durable(place: Installation) -> Finding:
    wanted = schema.durability(place.database.engine)
    with place.database.engine.connect() as connection:
        found = {
            name: str(connection.exec_driver_sql(statement).scalar())
            for name, (statement, _) in wanted.items()
        }
    wrong = [f"{name} = {found[name]}" for name, (_, value) in wanted.items() if found[name] != value]
    if wrong:
        return _bad(N_("An answer may be lost in a power failure: %(wrong)s."), wrong=", ".join(wrong))
    return _good(
        N_("%(names)s as they must be."),
        names=", ".join(f"{name} = {value}" for name, value in found.items()),
    )


@check(N_("The file is whole"))
def _whole(place: Installation) -> Finding:
    if place.database.engine.dialect.name != "sqlite":
        return _good(N_("PostgreSQL looks after its own files."))
    with place.database.engine.connect() as connection:
        found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if found != ["ok"] or orphans is not None:
        return _bad(
            N_("The database file is damaged: %(why)s. Stop the server and restore a backup."),
            why="; ".join(found),
        )
    return _good(N_("No damage found."))


@check(N_("Audit chain"))
def _chain(place: Installation) -> Finding:
    found = record.examine(place)
    if found.faults:
        return _bad(
            N_("%(faults)s Keep the files as they are and ask how it came to that."),
            faults=" ".join(found.faults),
        )
    return _good(N_("The chain, its anchors and all ratings are whole."))


@check(N_("Keys"))
def _keys(place: Installation) -> Finding:
    if names := keys.wrong(place):
        return _bad(
            N_("%(names)s: missing, or not the key that sealed what is here. Put the saved keys back."),
            names=", ".join(names),
        )
    return _good(N_("They open what the database holds."))


@check(N_("Rounds close at their deadline"))
def _due(place: Installation) -> Finding:
    with place.database.reading() as session:
        late = rounds.due(session, clock=lambda looking: place.clock(looking) - LATE)
    if late:
        return _bad(
            N_("%(n)s rounds are past their deadline and still open. Start the server or the worker."),
            n=len(late),
        )
    return _good(N_("No round is overdue."))


@check(N_("Mail"))
def _mail(place: Installation) -> Finding:
    with place.database.reading() as session:
        failed = session.scalar(sa.select(sa.func.count()).where(OutboxMessage.state == "failed")) or 0
    if failed:
        return _warning(
            N_("%(n)s mails could not be delivered. Check COPKIT_SMTP_URL and send them again."), n=failed
        )
    if not place.settings.smtp_url:
        return _warning(
            N_("No mail server is set: mails are written to %(folder)s."), folder=place.settings.outbox_dir
        )
    return _good(N_("No mail is stuck."))


@check(N_("Address"))
def _address(place: Installation) -> Finding:
    url = place.settings.base_url
    if url.startswith("https://"):
        return _good(N_("People reach it by %(url)s."), url=url)
    return _warning(
        N_("People reach it by %(url)s, without encryption. Set COPKIT_PUBLIC_URL to an https address."),
        url=url,
    )


@check(N_("Clocks"))
def _clocks(place: Installation) -> Finding:
    with place.database.reading() as session:
        apart = abs(schema.now(session) - datetime.now(UTC))
    if apart > SKEW:
        return _warning(
            N_("This machine and the database differ by %(seconds)s seconds. Set both clocks."),
            seconds=int(apart.total_seconds()),
        )
    return _good(N_("Machine and database agree."))


@check(N_("Backup"))
def _backup(place: Installation) -> Finding:
    files = sorted(place.settings.backup_dir.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
    if not files:
        return _warning(
            N_("There is no backup in %(folder)s. Make one: copkit-delphi backup"),
            folder=place.settings.backup_dir,
        )
    age = datetime.now(UTC) - datetime.fromtimestamp(files[-1].stat().st_mtime, UTC)
    if age > BACKUP_DUE:
        return _warning(
            N_("The last backup is %(days)s days old. Make one: copkit-delphi backup"), days=age.days
        )
    return _good(
        N_("The last one is %(days)s days old; they are kept %(kept)s days."), days=age.days, kept=KEPT.days
    )


def _load_pdf_libraries() -> None:
    import weasyprint  # noqa: F401, PLC0415 - slow, and missing libraries show at its import


@check(N_("PDFs"))
def _pdfs(place: Installation) -> Finding:
    del place
    try:
        _load_pdf_libraries()
    except OSError as error:
        return _bad(N_("PDFs cannot be made: %(why)s"), why=error)
    return _good(N_("The libraries for PDFs are there."))
