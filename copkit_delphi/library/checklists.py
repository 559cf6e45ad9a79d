"""Reporting checklists for Delphi studies as shipped: their items in our own words, and how far the original was read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from copkit_delphi.library.shipped import DATA


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item: ``key`` names it across checklists (``ACCORD M12``), ``seen`` how far its wording was read."""

    key: str
    number: str
    section: str
    text: str
    seen: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist with where it was published."""

    name: str
    citation: str
    doi: str
    items: tuple[ChecklistItem, ...]


@cache
def checklists() -> tuple[Checklist, ...]:
    """Return ACCORD (35 items) and DELPHISTAR (38)."""
    lists = json.loads((DATA / "checklists.json").read_text(encoding="utf-8"))["lists"]
    return tuple(
        Checklist(
            one["name"],
            one["citation"],
            one["doi"],
            tuple(
                ChecklistItem(
                    f"{one['name']} {row['id']}", row["id"], row["section"], row["text"], row["seen"]
                )
                for row in one["items"]
            ),
        )
        for one in lists
    )
