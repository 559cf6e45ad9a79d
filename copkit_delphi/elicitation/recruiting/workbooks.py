"""A workbook as rows of text, read with suspicion: what it unpacks to is measured before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
from defusedxml.common import DefusedXmlException

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation.recruiting import grids
from copkit_delphi.elicitation.recruiting.grids import Grid

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_RATIO = 200  # of a part of more than a megabyte
_LARGE = 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY_ZIP = b"PK\x05\x06"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = ("vbaproject.bin", "xl/macrosheets/")
_MOST_LOOKED_AT = 30_000  # rows of a sheet, blank ones included


def of_file(name: str, data: bytes) -> Grid:
    """Return an uploaded file as rows; raises ``Invalid`` with the reason and what to do."""
    if not data:
        raise Invalid(N_("The file is empty. Choose the file again."))
    if len(data) > MOST_BYTES:
        raise Invalid(N_("The file is larger than 20 MB. Leave only the columns about people."))
    if data.startswith(_OLE):
        raise _old_or_locked(data)
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return _workbook(data)
    if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise Invalid(
            N_("The file is called a workbook but is none. Open it in your spreadsheet and save it as XLSX.")
        )
    return grids.of_bytes(data)


def _old_or_locked(data: bytes) -> Invalid:
    if _ENCRYPTED in data:
        return Invalid(N_("The workbook is protected with a password. Save it without one."))
    return Invalid(N_("This is a workbook of the old kind (XLS) or another Office file. Save it as XLSX."))


def _workbook(data: bytes) -> Grid:
    _measured(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            return grids.of_rows(_first_filled(book.worksheets))
        finally:
            book.close()
    except Invalid:
        raise
    except DefusedXmlException:
        raise Invalid(
            N_("The workbook holds XML that a spreadsheet does not write (entities). It was not read.")
        ) from None
    except Exception:  # noqa: BLE001 - a broken workbook breaks its reader in too many ways to name
        raise _broken() from None


def _broken() -> Invalid:
    return Invalid(
        N_("The workbook is damaged or no workbook. Open it in your spreadsheet and save it as XLSX again.")
    )


def _measured(data: bytes) -> None:
    """Look at the contents of the archive and refuse what is no workbook, or would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OSError):
        raise _broken() from None
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Invalid(N_("The workbook is protected with a password. Save it without one."))
    if _unpacks_to_too_much(parts):
        raise Invalid(N_("The file would unpack to far more than a list of people needs. It was not opened."))
    if any(name.endswith(_MACROS[0]) or name.startswith(_MACROS[1]) for name in names):
        raise Invalid(N_("The workbook holds macros. Save it as XLSX without macros."))
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Invalid(N_("This is an archive and no workbook. Save the list as XLSX or CSV."))


def _unpacks_to_too_much(parts: list[zipfile.ZipInfo]) -> bool:
    return (
        len(parts) > MOST_ENTRIES
        or sum(part.file_size for part in parts) > MOST_UNPACKED
        or any(
            part.file_size > _LARGE and part.file_size > MOST_RATIO * max(1, part.compress_size)
            for part in parts
        )
    )


def _first_filled(sheets: Iterable[Any]) -> list[list[str]]:
    for sheet in sheets:
        rows = list(_cells(sheet))
        if any(any(row) for row in rows):
            return rows
    raise Invalid(N_("The workbook has no sheet with cells in it."))


def _cells(sheet: Any) -> Iterator[list[str]]:
    """Yield the rows of a sheet as text; a formula gives the value that was stored with it."""
    rows = sheet.iter_rows(max_row=_MOST_LOOKED_AT, max_col=grids.MOST_COLUMNS + 1, values_only=True)
    for row in rows:
        yield [_text(value) for value in row]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)
