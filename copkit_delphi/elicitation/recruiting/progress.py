"""How far an import is, in a file of two numbers beside the database.

The import is one transaction, and SQLite has one writer: nothing of it can be read from the database while it runs.
The file is locked by whoever imports, so that an import whose process is gone is told from one that goes on.
"""

from __future__ import annotations

import fcntl
import re
from pathlib import Path

from copkit_delphi.domain.errors import N_, Conflict

_ID = re.compile(r"[0-9a-f]{32}")


def _path(folder: Path, staged_id: str) -> Path:
    if not _ID.fullmatch(staged_id):
        raise ValueError("an import is named by a random id")
    return folder / f"{staged_id}.progress"


class Held:
    """The file of an import that runs, held until ``end``: opened by whoever starts it, written by whoever imports."""

    def __init__(self, folder: Path, staged_id: str) -> None:
        """Raise ``Conflict`` when the import runs already."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = _path(folder, staged_id)
        self._file = self._path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Conflict(N_("This list is being taken already.")) from None

    def tell(self, done: int, of: int) -> None:
        """Write how many people of how many are sealed."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{done} {of}")
        self._file.flush()

    def end(self) -> None:
        """Let the file go."""
        self._path.unlink(missing_ok=True)
        self._file.close()


def alive(folder: Path, staged_id: str) -> bool:
    """Tell whether somebody holds the file: the import goes on."""
    try:
        with _path(folder, staged_id).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def read(folder: Path, staged_id: str) -> tuple[int, int]:
    """Return how many people of how many are sealed; (0, 0) before the first."""
    try:
        done, _, of = _path(folder, staged_id).read_text().partition(" ")
    except FileNotFoundError:
        return 0, 0
    return (int(done), int(of)) if done.isdigit() and of.isdigit() else (0, 0)
