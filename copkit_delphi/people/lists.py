"""Append-only lists beside the database: what a restored or rewritten database must not make undone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

ERASURES = "erasures.log"


def read(path: Path) -> list[str]:
    """Return the lines of a list, oldest first; none when there is no list yet."""
    return path.read_text().splitlines() if path.exists() else []


def append(path: Path, *lines: str) -> None:
    """Append lines, on stable storage."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def extend(path: Path, lines: Iterable[str]) -> None:
    """Append the lines that are not in the list yet."""
    known = set(read(path))
    new = [line for line in dict.fromkeys(lines) if line not in known]
    if new:
        append(path, *new)
