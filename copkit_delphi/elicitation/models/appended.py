"""What holds in every table of answers: rows are appended, and one of each panellist, subject and round is current."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text


def appended(table: str, subject: str, *checks: CheckConstraint) -> tuple[Any, ...]:
    """Return the arguments of such a table; ``subject`` is the column that says what was answered."""
    answer = ("panellist_id", subject, "round_id")
    current = text("is_current")
    return (
        *checks,
        UniqueConstraint(*answer, "revision"),
        Index(f"uq_{table}_current", *answer, unique=True, sqlite_where=current, postgresql_where=current),
        Index(f"ix_{table}_round", "round_id"),
        {"sqlite_with_rowid": False},
    )
