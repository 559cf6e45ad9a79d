"""Reads what somebody uploads, a CSV file or a workbook (XLSX), as a table of texts; trusts nothing of it.

What is too large or looks like a bomb is refused before it is unpacked, each refusal with its reason and what to do.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.tidy_text import MAX_BYTES, decode, records, shown
from copkit_delphi.elicitation import packed

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 400, 10_000
_MOST_SCANNED = 100_000  # rows, blank ones too
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_SEPARATORS = (",", ";", "\t")
_FORMULA, _MERGED = re.compile(rb"<(?:\w+:)?f[\s/>]"), re.compile(rb"<(?:\w+:)?mergeCell\s")
_BROKEN = N_(
    "The workbook is damaged and cannot be read. Open it in a spreadsheet, save it again as XLSX, and upload that."
)

SEMICOLONS_READ = N_("Columns are separated by semicolons.")
TABS_READ = N_("Columns are separated by tabs.")
_SAID = {";": SEMICOLONS_READ, "\t": TABS_READ}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as texts: ``lines`` are the numbers of its rows in the file, ``notes`` what was noticed on the way.

    Notes are pairs of an untranslated sentence and its values.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    sheet: str = ""
    notes: tuple[tuple[str, dict[str, object]], ...] = ()


def rows(data: bytes, filename: str, *, sheet: str = "", header_row: int = 1) -> Table:
    """Read a CSV file or a workbook; by default its first visible sheet, with the names of columns in line 1.

    Raises ``Invalid``: not this kind of file, too large, damaged, a bomb, two columns of one name.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(N_("The file is larger than %(size)s MB. Split it."), size=MAX_BYTES // 1024 // 1024)
    if data.startswith(_OLE):
        raise Invalid(
            N_("This is an old workbook (XLS) or one with a password. Save it as XLSX without a password.")
        )
    if data.startswith((_ZIP, b"PK\x05\x06")):
        return _workbook(data, sheet, header_row)
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise Invalid(N_("The file has the name of a workbook and is none. Save it again as XLSX or as CSV."))
    return _text(data, header_row)


def _text(data: bytes, header_row: int) -> Table:
    if not data.strip():
        raise Invalid(N_("The file is empty. Its first row names the columns."))
    text, notes = decode(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_SEPARATORS, key=first.count)
    said = [_SAID[delimiter]] if delimiter in _SAID else []
    read: list[tuple[str, dict[str, object]]] = [
        (N_("Read as %(encoding)s."), {"encoding": note}) for note in notes
    ]
    return _table(records(text, delimiter), header_row, "", (*read, *((one, {}) for one in said)))


def _table(
    found: Iterable[tuple[int, Sequence[str]]],
    header_row: int,
    sheet: str,
    notes: tuple[tuple[str, dict[str, object]], ...],
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
    return tuple(field.strip() for field in [*fields[:width], *[""] * (width - len(fields))])


# Workbooks -----------------------------------------------------------------------------------------------------------


def _workbook(data: bytes, wanted: str, header_row: int) -> Table:
    with packed.opened(data) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
            raise Invalid(
                N_(
                    "This is a packed file and no workbook of the kind XLSX. Save the table as XLSX or as CSV."
                )
            )
        marked = {name: _marks(archive, name) for name in names if name.startswith("xl/worksheets/sheet")}
    formulas = any(formula for formula, _ in marked.values())
    book = _guarded(lambda: openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True))
    name, hidden = _chosen(book, wanted)
    notes = _notes(name, hidden, merged=any(merged for _, merged in marked.values()), formulas=formulas)
    values = _guarded(lambda: list(_cells(book[name])))
    if formulas:
        again = _guarded(lambda: openpyxl.load_workbook(io.BytesIO(data), read_only=True))
        _refuse_uncalculated(values, _guarded(lambda: list(_cells(again[name]))))
    return _table(_numbered(values), header_row, name, notes)


def _marks(archive: zipfile.ZipFile, name: str) -> tuple[bool, bool]:
    """Tell whether a sheet holds formulas and merged cells, without reading it as XML."""
    content = _guarded(lambda: archive.read(name))
    return _FORMULA.search(content) is not None, _MERGED.search(content) is not None


def _guarded(read: Callable[[], Any]) -> Any:
    """Run a reader on a file that may be made to break it: whatever it raises is one refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which nobody reads here
            return read()
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - a hostile workbook makes the library raise anything
        raise Invalid(_BROKEN) from None


def _chosen(book: Any, wanted: str) -> tuple[str, list[str]]:
    """Return the name of the sheet to read, and the names of those that are hidden."""
    sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
    hidden = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
    if not sheets:
        raise Invalid(N_("The workbook has no sheet with cells."))
    if not wanted:
        visible = [sheet.title for sheet in sheets if sheet.title not in hidden]
        return (visible or [sheets[0].title])[0], hidden
    for sheet in sheets:
        if sheet.title.casefold() == wanted.strip().casefold():
            return sheet.title, hidden
    raise Invalid(
        N_("The workbook has no sheet “%(name)s”. Its sheets are: %(known)s."),
        name=shown(wanted),
        known=", ".join(shown(sheet.title) for sheet in sheets),
    )


def _notes(
    name: str, hidden: list[str], *, merged: bool, formulas: bool
) -> tuple[tuple[str, dict[str, object]], ...]:
    found: list[tuple[str, dict[str, object]]] = [(N_("Sheet: %(name)s."), {"name": shown(name)})]
    if hidden:
        names = ", ".join(shown(one) for one in hidden)
        found.append((N_("Hidden sheets, not read unless you name one: %(names)s."), {"names": names}))
    if merged:
        found.append((N_("There are merged cells: only the first cell of each holds its value."), {}))
    if formulas:
        found.append((N_("There are formulas: the values that were stored with them are read."), {}))
    return tuple(found)


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what the file says of its size need not be true
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
        if number > _MOST_SCANNED:
            raise Invalid(N_("The file has more than %(most)s rows. Split it."), most=MOST_ROWS)
        filled = row
        while filled and filled[-1] is None:
            filled = filled[:-1]
        yield filled


def _numbered(values: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(values, 1):
        texts = [written(value) for value in row]
        if any(text.strip() for text in texts):
            yield number, texts


def _refuse_uncalculated(values: list[tuple[Any, ...]], formulas: list[tuple[Any, ...]]) -> None:
    """A formula without a stored value would be read as an empty cell, and so as an answer that was not given."""
    for number, (row, behind) in enumerate(zip(values, formulas, strict=False), 1):
        for place, content in enumerate(behind):
            if (
                isinstance(content, str)
                and content.startswith("=")
                and (place >= len(row) or row[place] is None)
            ):
                raise Invalid(
                    N_(
                        "Line %(line)s, column %(column)s: a formula without a value. Open the workbook, let it calculate, and save it."
                    ),
                    line=number,
                    column=place + 1,
                )


def written(value: Any) -> str:
    """Return a cell's value as text: dates as in ISO 8601, numbers without a needless ``.0``."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.15g}"
        case datetime() | date() | time():
            return value.isoformat().removesuffix("T00:00:00")
        case _:
            return str(value)
