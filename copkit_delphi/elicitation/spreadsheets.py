"""A snapshot as a workbook: the same disclosed figures as every page, nothing computed, nothing that calculates."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.elicitation.exports import COLUMNS, table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = {"wording": 60, "snapshot": 66, "item": 26, "set": 22}


def as_xlsx(snapshot: RoundSnapshot, *, marking: str) -> bytes:
    """Return the rows of the CSV as a workbook whose printed pages carry ``marking`` at head and foot.

    Texts are texts, whatever they begin with; the same snapshot and marking make the same bytes.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _TEXT_ONLY)
    book.set_properties({"title": f"Round {snapshot.round}", "created": _closed(snapshot)})
    sheet = book.add_worksheet(f"Round {snapshot.round}")
    _dress(book, sheet, marking)
    for number, row in enumerate(table(snapshot, marking), 1):
        for place, cell in enumerate(row):
            _write(sheet, number, place, cell)
    book.close()
    return out.getvalue()


def _closed(snapshot: RoundSnapshot) -> datetime:
    return datetime.fromisoformat(snapshot.closed_on)


def _dress(book: Any, sheet: Any, marking: str) -> None:
    """Name the columns, and print ``marking`` on each page; a doubled ampersand is a plain one there."""
    printed = marking.replace("&", "&&")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&C&B{printed}")
    sheet.set_footer(f"&L{printed}&RPage &P of &N")
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, name in enumerate(COLUMNS):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, _WIDTHS.get(name, 12))


def _write(sheet: Any, row: int, column: int, cell: str | float | None) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)
