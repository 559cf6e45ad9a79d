"""The comparison with other systems names a test for each row it calls met, and every test it names exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "comparison.md").read_text()
ROWS = [
    cells
    for line in TEXT.splitlines()
    if line.startswith("|") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) > 2
]
STATES = ("met", "partly", "planned", "not")


def test_every_test_that_is_named_exists() -> None:
    here = Path(__file__).parent
    written = {
        name
        for file in here.parent.rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert set(re.findall(r"`(test_\w+)`", TEXT)) - written == set()


def test_what_is_met_names_a_test_and_the_count_is_right() -> None:
    told = [(cells[-2], cells[-1]) for cells in ROWS if cells[-2] in STATES]
    assert [why for state, why in told if state == "met" and "`test_" not in why] == []
    counted = Counter(state for state, _ in told)
    said = ", ".join(f"{state} {counted[state]}" for state in STATES)
    assert f"{said[0].upper()}{said[1:]} of {len(told)} rows." in TEXT
