"""A long import in a thread of its own, with a session of its own: whoever asked for it sees how far it is.

The thread is started while the request that began the import still holds its row: it waits for that commit, and does
nothing if there was none.
"""

from __future__ import annotations

import threading
from pathlib import Path

import structlog

from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.elicitation.recruiting import staging
from copkit_delphi.elicitation.recruiting.progress import Held
from copkit_delphi.installation import Installation

log = structlog.get_logger()
_FAILED = N_(
    "Something went wrong. Nobody was added. Try again; if it happens again, tell those who run this."
)


def folder(place: Installation) -> Path:
    """Return where the progress of imports is written."""
    return place.settings.data_dir / "imports"


def start(place: Installation, *, staged_id: str, actor: str) -> threading.Thread:
    """Take the people of a list in a thread; raises ``Conflict`` when that goes on already."""
    held = Held(folder(place), staged_id)
    thread = threading.Thread(target=run, args=(place, held, staged_id, actor), name="import", daemon=True)
    thread.start()
    return thread


def run(place: Installation, held: Held, staged_id: str, actor: str) -> None:
    """Take the people of a list as a whole; whatever stops it is said on its page."""
    try:
        _take(place, held, staged_id, actor)
    finally:
        held.end()


def _take(place: Installation, held: Held, staged_id: str, actor: str) -> None:
    try:
        with place.database.writing() as session:
            at = place.clock(session)
            staging.finish(session, place.vault, staged_id=staged_id, at=at, actor=actor, tell=held.tell)
    except DelphiError as error:
        _say(place, staged_id, str(error))
    except Exception as error:  # noqa: BLE001 - nobody waits for this thread: its page has to say it
        log.warning("import failed", kind=type(error).__name__)
        _say(place, staged_id, _FAILED)


def _say(place: Installation, staged_id: str, sentence: str) -> None:
    with place.database.writing() as session:
        staging.fail(session, staged_id=staged_id, sentence=sentence)
