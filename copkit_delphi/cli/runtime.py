"""What commands share: the installation, and the periodic work of a server."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import structlog

from copkit_delphi import installation
from copkit_delphi.analysis import ranks
from copkit_delphi.installation import Installation
from copkit_delphi.settings import Settings

log = structlog.get_logger()
TICK_SECONDS = 5.0
SWEEP_EVERY = 720  # ticks, an hour


def open_installation(**overrides: object) -> Installation:
    """Return this machine's installation with its schema up to date."""
    place = installation.make(Settings.read(**overrides))
    place.migrate()
    return place


class Worker:
    """Closes rounds at their deadline and delivers mail. One process only does it, held by a file lock."""

    def __init__(self, place: Installation) -> None:
        self._place = place
        self._stop = threading.Event()
        self._lock_path: Path = place.settings.data_dir / "worker.lock"

    def once(self) -> None:
        """Do what is due now."""
        self._place.close_due_rounds()
        self._place.send_reminders()
        self._place.answer_lost_links()
        self._place.deliver_outbox()
        self._place.keep_lists()

    def tidy(self) -> None:
        """Delete what is kept no longer, and anchor the newest entry of the audit chain."""
        self._place.keep_pace()
        self._place.sweep()
        self._place.keep_lists(head=True)
        self._place.forget()

    def run(self) -> None:
        """Do what is due every few seconds until ``stop``; a failure is logged and tried again."""
        ranks.get_ready()
        with self._lock_path.open("w") as lock:
            if not self._take(lock):
                return
            ticks = 0
            while not self._stop.wait(TICK_SECONDS if ticks else 0):
                self._tick(ticks)
                ticks += 1

    def _take(self, lock: object) -> bool:
        while not self._stop.is_set():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
            except OSError:
                self._stop.wait(TICK_SECONDS)
            else:
                return True
        return False

    def _tick(self, ticks: int) -> None:
        try:
            self.once()
            if ticks % SWEEP_EVERY == 0:
                self.tidy()
        except Exception as error:  # noqa: BLE001 - the server goes on; the next tick tries again
            log.warning("periodic work failed", kind=type(error).__name__)

    def start(self) -> threading.Thread:
        """Run in a thread of this process."""
        thread = threading.Thread(target=self.run, name="worker", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Ask the loop to end."""
        self._stop.set()
