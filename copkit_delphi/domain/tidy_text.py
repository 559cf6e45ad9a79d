"""From the bytes of a delimited file to its records: encoding, delimiter, header, line numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, Invalid

MAX_BYTES = 20 * 1024 * 1024
SHOWN = 40

BOM = N_("byte order mark")
UTF16 = N_("UTF-16")
WINDOWS = N_("Windows-1252")
SEMICOLONS = N_("semicolons")
TABS = N_("tabs")
DELIMITERS = {",": None, ";": SEMICOLONS, "\t": TABS}

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class TidyError(Invalid):
    """A file that was not read, nothing of it: ``line`` counts from 1, ``column`` names where in the line."""

    def __init__(self, message: str, *, line: int, column: str = "", **params: object) -> None:
        self.line = line
        self.column = column
        super().__init__(message, line=line, column=column, **params)


def shown(text: str) -> str:
    """Return ``text`` short and printable, for a message."""
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return clean if len(clean) <= SHOWN else clean[: SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The records of a file with line numbers, the place of each column, and what was noticed."""

    delimiter: str
    places: dict[str, int]
    width: int
    header_line: int
    records: Iterator[tuple[int, list[str]]]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]


def open_sheet(data: bytes, required: tuple[str, ...], optional: tuple[str, ...]) -> Sheet:
    """Decode ``data`` and read its header; raises ``TidyError`` where the meaning is not certain."""
    text, notes = decode(data)
    delimiter = _delimiter(text, {*required, *optional})
    found = records(text, delimiter)
    line, header = next(found)
    names = [name.strip().lower() for name in header]
    _check_header(names, line, required)
    places = {name: place for place, name in enumerate(names) if name in {*required, *optional}}
    ignored = tuple(shown(name) for name in names if name and name not in places)
    said = DELIMITERS[delimiter]
    return Sheet(delimiter, places, len(names), line, found, ignored, (*notes, *([said] if said else [])))


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of ``data`` and notes on its encoding: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if len(data) > MAX_BYTES:
        raise TidyError(
            N_("The file is larger than %(size)s MB. Split it by round or by item."),
            line=1,
            size=MAX_BYTES // 1024 // 1024,
        )
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text, notes = _utf16(data) if wide else _eight_bit(data)
    _refuse_nul(text)
    if not text.strip():
        raise TidyError(
            N_("The file is empty. Its first line names the columns round, panellist, group, item, value."),
            line=1,
        )
    return text, notes


def _utf16(data: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode("utf-16"), (UTF16,)
    except UnicodeDecodeError as error:
        raise _bad_byte(data[: error.start].decode("utf-16", "replace")) from None


def _eight_bit(data: bytes) -> tuple[str, tuple[str, ...]]:
    marked = data.startswith(codecs.BOM_UTF8)
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8"), (BOM,) if marked else ()
    except UnicodeDecodeError as error:
        if marked or _MULTIBYTE.search(body):
            raise _bad_byte(body[: error.start].decode("utf-8")) from None
    try:
        return body.decode("cp1252"), (WINDOWS,)
    except UnicodeDecodeError as error:
        raise _bad_byte(body[: error.start].decode("cp1252")) from None


def _place(before: str) -> tuple[int, str]:
    """Return the line and the character that follow the text ``before``."""
    lines = re.split("\r\n|\r|\n", before)
    return len(lines), str(len(lines[-1]) + 1)


def _bad_byte(before: str) -> TidyError:
    line, column = _place(before)
    return TidyError(
        N_(
            "Line %(line)s, character %(column)s: not the same encoding as the rest of the file."
            " Save the whole file as CSV UTF-8."
        ),
        line=line,
        column=column,
    )


def _refuse_nul(text: str) -> None:
    position = text.find("\0")
    if position >= 0:
        line, column = _place(text[:position])
        raise TidyError(
            N_(
                "Line %(line)s, character %(column)s: a NUL byte, so this is not plain text."
                " Save the table as CSV UTF-8, not as a workbook."
            ),
            line=line,
            column=column,
        )


def _delimiter(text: str, known: set[str]) -> str:
    header = text.lstrip().splitlines()[0]

    def recognised(delimiter: str) -> int:
        return len(known & {name.strip(' "').lower() for name in header.split(delimiter)})

    return max(DELIMITERS, key=recognised)


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the line it starts on; quoted fields may span lines."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    line = 1
    while True:
        try:
            fields = next(reader, None)
        except csv.Error:
            raise TidyError(
                N_(
                    "Line %(line)s: a quotation mark is not closed, stands within a text, or a field is too long."
                    " Close it, or double each mark inside a quoted text."
                ),
                line=line,
            ) from None
        if fields is None:
            return
        if any(field.strip() for field in fields):
            yield line, fields
        line = reader.line_num + 1


def _check_header(names: list[str], line: int, required: tuple[str, ...]) -> None:
    for name in required:
        if name not in names:
            raise TidyError(
                N_(
                    "Line %(line)s, column %(column)s: this column is missing. The first line must name"
                    " %(required)s; it reads “%(text)s”."
                ),
                line=line,
                column=name,
                required=", ".join(required),
                text=shown(", ".join(names)),
            )
    for name in names:
        if name and names.count(name) > 1:
            raise TidyError(
                N_("Line %(line)s, column %(column)s: this column stands twice. Keep one of them."),
                line=line,
                column=shown(name),
            )
