"""Editions of the information sheet that every study shows, and what each of them said."""

from __future__ import annotations

EDITION = "2027-01"
SYNTHETIC = "synthetic"  # made-up panellists, who are nobody
_TELL_OF_TIMES = frozenset({EDITION, SYNTHETIC})
_TELL_OF_REPLICATION = _TELL_OF_TIMES | {"2026-12"}


def tells_of_replication(version: str | None) -> bool:
    """Tell whether a version that somebody agreed to told of files of ratings, row by row, for others who check.

    A stored version is the edition of the sheet, followed by the number of the study's own text where it has one.
    """
    return _edition(version) in _TELL_OF_REPLICATION


def tells_of_times(version: str | None) -> bool:
    """Tell whether a version that somebody agreed to told that it is measured how long a page is in view."""
    return _edition(version) in _TELL_OF_TIMES


def _edition(version: str | None) -> str:
    return (version or "").partition("/")[0]
