"""Editions of the information sheet that every study shows, and what each of them said."""

from __future__ import annotations

EDITION = "2026-12"
SYNTHETIC = "synthetic"  # made-up panellists, who are nobody
_TELL_OF_REPLICATION = frozenset({EDITION, SYNTHETIC})


def tells_of_replication(version: str | None) -> bool:
    """Tell whether a version that somebody agreed to told of files of ratings, row by row, for others who check.

    A stored version is the edition of the sheet, followed by the number of the study's own text where it has one.
    """
    return (version or "").partition("/")[0] in _TELL_OF_REPLICATION
