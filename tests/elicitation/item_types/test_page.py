"""The page on item types holds the table that the registry makes."""

from __future__ import annotations

import os
import re
from pathlib import Path

from copkit_delphi.elicitation.item_types import ITEM_TYPES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "item-types.md"
MARK = "<!-- table -->"


def table() -> str:
    rows = ["| kind | when to use it | answered by | added by facilitators |", "|---|---|---|---|"]
    rows += [
        f"| {one.label} | {one.about} | {one.widget} | {'yes' if one.authored else 'comes with the rules'} |"
        for one in ITEM_TYPES.values()
    ]
    return "\n".join(rows)


def test_the_page_lists_the_registry() -> None:
    text = PAGE.read_text(encoding="utf-8")
    whole = f"{MARK}\n{table()}\n{MARK}"
    if os.environ.get("COPKIT_DOCS"):
        found = re.compile(f"{MARK}(?:\n.*?\n{MARK})?", re.DOTALL)
        PAGE.write_text(found.sub(lambda _: whole, text, count=1), encoding="utf-8")
    assert whole in PAGE.read_text(encoding="utf-8")
