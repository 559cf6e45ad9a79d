"""A list of people as rows of cells, whatever it came as: pasted, a text file, or a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from copkit_delphi.domain import delimited
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import workbooks
from copkit_delphi.elicitation.workbooks import Note

MOST_ROWS = 5_000
MOST_COLUMNS = 30
LONGEST_CELL = 300
_ADDRESS = r"[^<>@\s,;]+@[^<>@\s,;]+"
_NAMED = re.compile(rf"(?P<name>[^<>]*)<(?P<email>{_ADDRESS})>")
_BARE = re.compile(_ADDRESS)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of equally many cells, each trimmed, at most 300 characters; ``notes`` are what was noticed on the way."""

    rows: tuple[tuple[str, ...], ...]
    notes: tuple[Note, ...] = ()

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return len(self.rows[0]) if self.rows else 0


def of_rows(rows: Iterable[Sequence[str]], notes: tuple[Note, ...] = ()) -> Grid:
    """Return the rows that hold anything, as wide as the widest; raises ``Invalid`` beyond 5,000 rows or 30 columns."""
    kept: list[list[str]] = []
    for row in rows:
        cells = [" ".join(cell.split())[:LONGEST_CELL] for cell in row]
        if any(cells):
            kept.append(cells)
        if len(kept) > MOST_ROWS + 1:  # one more for headings
            raise Invalid(
                N_("The list has more than %(n)s rows. Divide it and import the parts."), n=f"{MOST_ROWS:,}"
            )
    width = max((len(row) - _blank_end(row) for row in kept), default=0)
    if width > MOST_COLUMNS:
        raise Invalid(
            N_("The list has more than %(n)s columns. Leave only those about people."), n=MOST_COLUMNS
        )
    if not kept:
        raise Invalid(N_("The list is empty: there is no row with anything in it."))
    return Grid(tuple(tuple((row + [""] * width)[:width]) for row in kept), notes)


def _blank_end(row: Sequence[str]) -> int:
    return next((n for n, cell in enumerate(reversed(row)) if cell), len(row))


def of_file(name: str, data: bytes) -> Grid:
    """Return an uploaded file as rows: a workbook's first visible sheet with anything in it, or text."""
    if workbooks.is_one(data, name):
        cells = workbooks.read(data, most=MOST_ROWS + 1)
        return of_rows((row for _, row in cells.rows), cells.notes)
    return of_text(delimited.decode(data)[0])


def of_text(text: str) -> Grid:
    """Return pasted or read text as rows: a list of mail addresses, or columns by tab, semicolon, comma or bar."""
    found = _addresses(text)
    if found:
        return of_rows(found)
    delimiter = delimited.delimiter(text)
    lines = text if delimiter else text.replace("\t", " ")
    return _parted(of_rows(_split(lines, delimiter or "\t")))


def _split(text: str, delimiter: str) -> Iterator[list[str]]:
    return (fields for _, fields in delimited.records(text, delimiter, lenient=True))


def _addresses(text: str) -> list[tuple[str, str]]:
    """Return names and addresses when the text is nothing but mail addresses as mail programs write them."""
    for delimiter in ";,":
        try:
            parts = [part.strip() for row in _split(text, delimiter) for part in row if part.strip()]
        except delimited.LineError:
            continue
        found = [_named(part) for part in parts]
        if found and all(found) and any(name for name, _ in filter(None, found)):
            return [pair for pair in found if pair]
    return []


def _named(part: str) -> tuple[str, str] | None:
    if (match := _NAMED.fullmatch(part)) is not None:
        return match["name"].strip(" \"'"), match["email"]
    return ("", part) if _BARE.fullmatch(part) else None


def _parted(grid: Grid) -> Grid:
    """Part a column of “Name <address>” into two."""
    for column in range(grid.width):
        cells = [row[column] for row in grid.rows if row[column]]
        if cells and sum(bool(_NAMED.fullmatch(cell)) for cell in cells) * 2 > len(cells):
            rows = [(*row[:column], *_in_two(row[column]), *row[column + 1 :]) for row in grid.rows]
            return of_rows(rows)
    return grid


def _in_two(cell: str) -> tuple[str, str]:
    if _NAMED.fullmatch(cell):
        return _named(cell) or (cell, "")
    return ("", cell) if "@" in cell else (cell, "")
