"""A table of answers from elsewhere, a CSV file or a workbook: named columns, and rows of texts with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copkit_delphi.domain import delimited
from copkit_delphi.domain.delimited import shown
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.texts import clean
from copkit_delphi.elicitation import workbooks
from copkit_delphi.elicitation.workbooks import MOST_COLUMNS, Note

MOST_ROWS, LONGEST_CELL = 20_000, 10_000
_PARTED = {
    ",": None,
    ";": N_("Columns are separated by semicolons."),
    "\t": N_("Columns are separated by tabs."),
    "|": N_("Columns are separated by vertical bars."),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as texts: ``lines`` are the numbers of its rows in the file, ``notes`` what was noticed on the way."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    sheet: str = ""
    notes: tuple[Note, ...] = ()


def read(data: bytes, filename: str, *, sheet: str = "", header_row: int = 1) -> Table:
    """Read a file; by default a workbook's first visible sheet, with the names of columns in line 1.

    Raises ``Invalid``: not this kind of file, too large, damaged, a bomb, two columns of one name.
    """
    if workbooks.is_one(data, filename):
        cells = workbooks.read(data, sheet=sheet, most=MOST_ROWS + header_row)
        return _table(cells.rows, header_row, cells.sheet, cells.notes)
    text, codings = delimited.decode(data)
    delimiter = delimited.delimiter(text) or ","
    notes: list[Note] = [(N_("Read as %(encoding)s."), {"encoding": coding}) for coding in codings]
    if parted := _PARTED[delimiter]:
        notes.append((parted, {}))
    return _table(delimited.records(text, delimiter), header_row, "", tuple(notes))


def _table(
    found: Iterable[tuple[int, Sequence[str]]],
    header_row: int,
    sheet: str,
    notes: tuple[Note, ...],
) -> Table:
    """Make a table of numbered records; the header is the first record from line ``header_row`` on."""
    below = ((line, fields) for line, fields in found if line >= header_row)
    _, names = next(below, (0, ()))
    headers = tuple(shown(" ".join(str(name).split())) for name in names)
    while headers and not headers[-1]:
        headers = headers[:-1]
    _check_headers(headers)
    kept, lines = [], []
    for line, fields in below:
        kept.append(_row(line, fields, len(headers)))
        lines.append(line)
        if len(kept) > MOST_ROWS:
            raise Invalid(N_("The file has more than %(most)s rows. Split it."), most=MOST_ROWS)
    if not kept:
        raise Invalid(N_("There is no row below the names of the columns."))
    return Table(headers, tuple(kept), tuple(lines), sheet, notes)


def _check_headers(headers: tuple[str, ...]) -> None:
    if not headers:
        raise Invalid(N_("The file is empty. Its first row names the columns."))
    if len(headers) > MOST_COLUMNS:
        raise Invalid(
            N_("The file has more than %(most)s columns. Leave out what is not needed."), most=MOST_COLUMNS
        )
    seen: set[str] = set()
    for name in headers:
        if name and name.casefold() in seen:
            raise Invalid(N_("Two columns are called “%(name)s”. Give each a name of its own."), name=name)
        seen.add(name.casefold())


def _row(line: int, fields: Sequence[str], width: int) -> tuple[str, ...]:
    if any(field.strip() for field in fields[width:]):
        raise Invalid(
            N_(
                "Line %(line)s has more cells than there are columns. If the names of the columns stand further down,"
                " say in which row."
            ),
            line=line,
        )
    if any(len(field) > LONGEST_CELL for field in fields):
        raise Invalid(
            N_("Line %(line)s: a cell is longer than %(most)s characters."), line=line, most=LONGEST_CELL
        )
    return tuple(clean(field) for field in [*fields[:width], *[""] * (width - len(fields))])
