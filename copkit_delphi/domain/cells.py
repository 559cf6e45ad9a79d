"""Cells of a table that somebody will open in a spreadsheet."""

from __future__ import annotations

import re

# Some programs drop blanks before they look, and read the wide forms of Asian keyboards as the narrow ones.
_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")


def safe(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet takes it for a formula; negative numbers stay numbers."""
    return f"'{cell}" if _FORMULA.match(cell) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) is not None
