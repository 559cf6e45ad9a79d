"""Reads a workbook (XLSX) that somebody uploads as numbered rows of texts, and tells whether a file is one.

Nothing of it is trusted: what is too large, looks like a bomb, or hides its cells is refused, with what to do.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import Any

import openpyxl
from defusedxml.common import DefusedXmlException

from copkit_delphi.domain.delimited import check_size, shown
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import packed

MOST_COLUMNS = 400
MOST_SCANNED = 100_000  # rows, blank ones too
MOST_CELLS = 500_000  # of all sheets: opening a workbook may read each of them, and empty cells too
MOST_BESIDE = 4 * 1024 * 1024  # bytes of a part that is no sheet: names, styles
_OLE, _ZIPS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (b"PK\x03\x04", b"PK\x05\x06")
_NAMES = (".xlsx", ".xlsm", ".xls", ".ods")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SHEETS, _STRINGS = "xl/worksheets/", "xl/sharedstrings.xml"
_CELL = re.compile(rb"[<:](?:c|row|si)[\s/>]")
_FORMULA, _MERGED = re.compile(rb"<(?:\w+:)?f[\s/>]"), re.compile(rb"<(?:\w+:)?mergeCell\s")

Note = tuple[str, dict[str, object]]  # an untranslated sentence and its values
Values = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of one sheet that hold anything, each with its line, and what was noticed on the way."""

    sheet: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[Note, ...]


def is_one(data: bytes, filename: str) -> bool:
    """Tell a workbook from a text file; raises ``Invalid`` for what is too large, of an old kind or misnamed."""
    check_size(data)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Invalid(N_("The workbook is protected with a password. Save it without one."))
        raise Invalid(N_("This is a workbook of the old kind (XLS) or another Office file. Save it as XLSX."))
    if data.startswith(_ZIPS):
        return True
    if data and filename.lower().endswith(_NAMES):
        raise Invalid(
            N_("The file is called a workbook but is none. Open it in your spreadsheet and save it as XLSX.")
        )
    return False


def read(data: bytes, *, sheet: str = "", most: int = MOST_SCANNED) -> Cells:
    """Return a sheet by its name, or the first visible one that holds anything; raises ``Invalid``.

    Dates are as in ISO 8601. A formula gives the value that was stored with it, and is refused without one.
    Of more than ``most`` rows that hold anything one more is read, so that whoever asked refuses them.
    """
    formulas, merged = _looked_over(data)
    book = _guarded(lambda: _open(data, data_only=True))
    name, hidden, values = _chosen(book, sheet, most)
    if formulas:
        again = _guarded(lambda: _open(data, data_only=False))
        _refuse_uncalculated(values, _values(again[name], most))
    rows = ((line, tuple(map(written, row))) for line, row in enumerate(values, 1))
    filled = tuple((line, texts) for line, texts in rows if any(text.strip() for text in texts))
    return Cells(name, filled, tuple(_notes(name, hidden, merged=merged, formulas=formulas)))


def _open(data: bytes, *, data_only: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)


def _looked_over(data: bytes) -> tuple[bool, bool]:
    """Look at the parts, none of them read as XML; return whether there are formulas and merged cells."""
    with packed.opened(data) as archive:
        names = [name.lower() for name in archive.namelist()]
        if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise Invalid(N_("This is a packed file and no workbook. Save the table as XLSX or as CSV."))
        if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
            raise Invalid(N_("The workbook holds macros. Save it as XLSX without macros."))
        return _marks(archive)


def _marks(archive: zipfile.ZipFile) -> tuple[bool, bool]:
    """Go through the parts that are read; raises ``Invalid`` where that would take long."""
    formulas = merged = False
    cells = 0
    for part in archive.infolist():
        name = part.filename.lower()
        if name.startswith(_SHEETS) or name == _STRINGS:
            content = _guarded(partial(archive.read, part))
            formulas = formulas or _FORMULA.search(content) is not None
            merged = merged or _MERGED.search(content) is not None
            cells += sum(1 for _ in islice(_CELL.finditer(content), MOST_CELLS + 1))
            _refuse_cells(cells)
        elif name.endswith((".xml", ".rels")):
            _refuse_beside(part)
    return formulas, merged


def _refuse_cells(cells: int) -> None:
    if cells > MOST_CELLS:
        raise Invalid(
            N_(
                "The workbook has more than %(most)s cells, rows and texts, those counted that are empty and have a format."
                " Save the sheet as CSV, or copy what is needed into a new workbook."
            ),
            most=f"{MOST_CELLS:,}",
        )


def _refuse_beside(part: zipfile.ZipInfo) -> None:
    if part.file_size > MOST_BESIDE:
        raise Invalid(
            N_(
                "A part of the workbook is larger than %(size)s MB: %(name)s. Copy the table into a new workbook and"
                " save that."
            ),
            size=MOST_BESIDE // 1024 // 1024,
            name=shown(part.filename),
        )


def _guarded(read: Callable[[], Any]) -> Any:
    """Run a reader on a file that may be made to break it: whatever it raises is one of two refusals."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which nobody reads here
            return read()
    except Invalid:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile workbook makes the library raise anything
        if any(isinstance(one, DefusedXmlException) for one in (error, error.__cause__)):
            raise Invalid(
                N_("The workbook holds XML that a spreadsheet does not write (entities). It was not read.")
            ) from None
        raise Invalid(
            N_(
                "The workbook is damaged and cannot be read. Open it in your spreadsheet and save it as XLSX again."
            )
        ) from None


def _chosen(book: Any, wanted: str, most: int) -> tuple[str, list[str], Values]:
    """Return the name of the sheet to read, the names of those that are hidden, and its values."""
    sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
    hidden = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
    for sheet in sheets:
        fits = sheet.title.casefold() == wanted.strip().casefold() if wanted else sheet.title not in hidden
        if fits and ((values := _values(sheet, most)) or wanted):
            return sheet.title, hidden, values
    known = ", ".join(shown(sheet.title) for sheet in sheets)
    if wanted:
        raise Invalid(
            N_("The workbook has no sheet “%(name)s”. Its sheets are: %(known)s."),
            name=shown(wanted),
            known=known,
        )
    raise Invalid(
        N_("The workbook has no visible sheet with cells in it. Its sheets are: %(known)s."), known=known
    )


def _values(sheet: Any, most: int) -> Values:
    """Return the rows of a sheet up to the last that holds anything, each up to its last cell; ``most`` and one."""
    rows: Values = _guarded(lambda: list(_cut(sheet, most)))
    while rows and not _holds(rows[-1]):
        rows.pop()
    return rows


def _holds(row: Sequence[Any]) -> bool:
    return any(str(value).strip() for value in row if value is not None)


def _cut(sheet: Any, most: int) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what the file says of its size need not be true
    filled = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
        if number > MOST_SCANNED:
            raise Invalid(N_("The sheet has more than %(most)s rows. Split it."), most=f"{MOST_SCANNED:,}")
        yield row[: _width(row)]
        filled += _holds(row)
        if filled > most:
            return


def _width(row: Sequence[Any]) -> int:
    """Return how many cells stand up to the last filled one; a sheet may have a million blank rows."""
    if row.count(None) == len(row):
        return 0
    return next(place for place in range(len(row), 0, -1) if row[place - 1] is not None)


def _refuse_uncalculated(values: Values, formulas: Values) -> None:
    """A formula without a stored value would be read as an empty cell, as if nothing had been given."""
    for number, behind in enumerate(formulas):
        row = values[number] if number < len(values) else ()
        for place, content in enumerate(behind):
            bare = place >= len(row) or row[place] is None
            if bare and isinstance(content, str) and content.startswith("="):
                raise Invalid(
                    N_(
                        "Line %(line)s, column %(column)s: a formula without a value. Open the workbook, let it calculate, and save it."
                    ),
                    line=number + 1,
                    column=place + 1,
                )


def _notes(name: str, hidden: list[str], *, merged: bool, formulas: bool) -> Iterator[Note]:
    yield N_("Sheet: %(name)s."), {"name": shown(name)}
    if others := ", ".join(shown(one) for one in hidden if one != name):
        yield N_("Hidden sheets, not read: %(names)s."), {"names": others}
    if merged:
        yield N_("There are merged cells: only the first cell of each holds its value."), {}
    if formulas:
        yield N_("There are formulas: the values that were stored with them are read."), {}


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
