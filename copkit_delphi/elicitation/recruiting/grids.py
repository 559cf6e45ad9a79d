"""A list of people as rows of cells, whatever it came as: pasted, a text file, or a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, Invalid

MOST_ROWS = 5_000
MOST_COLUMNS = 30
LONGEST_CELL = 300
_SNIFFED = 50  # lines
_DELIMITERS = "\t;,|"
_ADDRESS = r"[^<>@\s,;]+@[^<>@\s,;]+"
_NAMED = re.compile(rf"(?P<name>[^<>]*)<(?P<email>{_ADDRESS})>")
_BARE = re.compile(_ADDRESS)
_ODD_BYTES = 0.2  # share of zero bytes by which text of two bytes a letter is known without a mark


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of equally many cells, each trimmed, at most 300 characters."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return len(self.rows[0]) if self.rows else 0


def of_rows(rows: Iterable[Sequence[str]]) -> Grid:
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
    return Grid(tuple(tuple((row + [""] * width)[:width]) for row in kept))


def _blank_end(row: Sequence[str]) -> int:
    return next((n for n, cell in enumerate(reversed(row)) if cell), len(row))


def of_text(text: str) -> Grid:
    """Return pasted or read text as rows: a list of mail addresses, or columns by tab, semicolon, comma or bar."""
    found = _addresses(text)
    if found:
        return of_rows(found)
    delimiter = _delimiter(text)
    lines = text if delimiter else re.sub(r"\t", " ", text)
    grid = of_rows(_split(lines, delimiter or "\t"))
    return _parted(grid)


def of_bytes(data: bytes) -> Grid:
    """Return a text file as rows; raises ``Invalid`` when it is no text that can be told."""
    return of_text(decoded(data))


def decoded(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or Windows-1252; raises ``Invalid``."""
    for mark, coding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _read(data, coding)
    zeros = data.count(0)
    if zeros > len(data) * _ODD_BYTES:
        return _read(data, "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be")
    if zeros:
        raise _no_text()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _read(data, "cp1252")


def _read(data: bytes, coding: str) -> str:
    try:
        text = data.decode(coding)
    except UnicodeDecodeError:
        raise _no_text() from None
    if "\x00" in text:
        raise _no_text()
    return text


def _no_text() -> Invalid:
    return Invalid(
        N_("This file is neither a workbook (XLSX) nor readable text. Save it as XLSX, or as CSV in UTF-8.")
    )


def _split(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        return list(reader)
    except csv.Error:
        raise Invalid(
            N_("Line %(line)s cannot be read: a quotation mark is open, or a cell is too long."),
            line=reader.line_num,
        ) from None


def _delimiter(text: str) -> str:
    """Return what parts the columns: what stands equally often in most lines; empty when there is one column."""
    head = "\n".join(text.splitlines()[:_SNIFFED])
    best, most = "", (0.0, 0)
    for one in _DELIMITERS:
        widths = Counter(len(row) for row in _split_or_none(head, one) if any(row))
        if not widths:
            continue
        width, lines = widths.most_common(1)[0]
        score = (lines / widths.total(), width)
        if width > 1 and score > most:
            best, most = one, score
    return best


def _split_or_none(text: str, delimiter: str) -> list[list[str]]:
    try:
        return _split(text, delimiter)
    except Invalid:
        return []


def _addresses(text: str) -> list[tuple[str, str]]:
    """Return names and addresses when the text is nothing but mail addresses as mail programs write them."""
    for delimiter in ";,":
        parts = [
            part.strip() for row in _split_or_none(text, delimiter) for part in row if part and part.strip()
        ]
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
