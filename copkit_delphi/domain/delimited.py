"""From the bytes of a text file to its records: size, encoding, what parts its columns, line numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice

from copkit_delphi.domain.errors import N_, Invalid

MAX_BYTES = 20 * 1024 * 1024
SHOWN = 40

BOM = N_("byte order mark")
UTF16 = N_("UTF-16")
WINDOWS = N_("Windows-1252")
SEMICOLONS = N_("semicolons")
TABS = N_("tabs")
BARS = N_("vertical bars")
DELIMITERS = {",": None, ";": SEMICOLONS, "\t": TABS, "|": BARS}
_SNIFFED = 50  # lines
_FEW_ZEROS = 4
_END = "\0"  # of a text, where no quotation mark is open any more: no text that is read holds it

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class LineError(Invalid):
    """A file that was not read, nothing of it: ``line`` counts from 1, ``column`` names where in the line."""

    def __init__(self, message: str, *, line: int, column: str = "", **params: object) -> None:
        self.line = line
        self.column = column
        super().__init__(message, line=line, column=column, **params)


def shown(text: str) -> str:
    """Return ``text`` short and printable, for a message."""
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return clean if len(clean) <= SHOWN else clean[: SHOWN - 1] + "…"


def check_size(data: bytes) -> None:
    """Raise ``LineError`` for a file of more than 20 MB."""
    if len(data) > MAX_BYTES:
        raise LineError(
            N_("The file is larger than %(size)s MB. Split it, or leave out what is not needed."),
            line=1,
            size=MAX_BYTES // 1024 // 1024,
        )


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of ``data`` and notes on its encoding: UTF-8, UTF-16 or Windows-1252; raises ``LineError``."""
    check_size(data)
    wide = _wide(data)
    text, notes = _utf16(data, wide) if wide else _eight_bit(data)
    _refuse_nul(text)
    return text, notes


def _wide(data: bytes) -> str:
    """Return the coding of text of two bytes a letter, known by its mark or by where its zeros stand; else empty."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = data[::2].count(0), data[1::2].count(0)
    most = max(first, second)
    if most < max(len(data) / 5, _FEW_ZEROS) or min(first, second) * 10 >= most:
        return ""
    return "utf-16-be" if first > second else "utf-16-le"


def _utf16(data: bytes, coding: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode(coding), (UTF16,)
    except UnicodeDecodeError as error:
        raise _bad_byte(data[: error.start].decode(coding, "replace")) from None


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


def _bad_byte(before: str) -> LineError:
    line, column = _place(before)
    return LineError(
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
        raise LineError(
            N_(
                "Line %(line)s, character %(column)s: a NUL byte, so this is not plain text."
                " Save the table as CSV UTF-8."
            ),
            line=line,
            column=column,
        )


def delimiter(text: str, known: Collection[str] = ()) -> str:
    """Return what parts the columns: what parts most of the ``known`` names in the first line that is not blank.

    Without known names what stands equally often in most of the first lines; empty where there is one column.
    """
    if known:
        header = text.lstrip().splitlines()[0]
        return max(DELIMITERS, key=lambda one: sum(name in known for name in _names(header, one)))
    head = "".join(islice(io.StringIO(text, newline=None), _SNIFFED))
    best, most = "", (0.0, 0)
    for one in DELIMITERS:
        widths = Counter(_widths(head, one))
        width, lines = widths.most_common(1)[0] if widths else (0, 0)
        if width > 1 and (score := (lines / widths.total(), width)) > most:
            best, most = one, score
    return best


def _names(header: str, delimiter: str) -> set[str]:
    return {name.strip(' "').lower() for name in header.split(delimiter)}


def _widths(head: str, delimiter: str) -> Iterator[int]:
    """Yield how many fields each record has, up to one that the end of the head may have cut."""
    try:
        for _, fields in records(head, delimiter, lenient=True):
            yield len(fields)
    except LineError:
        return


def records(text: str, delimiter: str, *, lenient: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the line it starts on; quoted fields may span lines.

    ``lenient`` takes text behind a closing quotation mark, as mail programs write: ``"Able, Ann" <ann@x.example>``.
    Raises ``LineError`` where a mark stays open, for all that follows would be one field.
    """
    ended = io.StringIO(f"{text}\n{_END}", newline="")
    reader = csv.reader(ended, delimiter=delimiter, strict=not lenient, skipinitialspace=True)
    line = 1
    while True:
        try:
            fields = next(reader)
        except csv.Error:
            raise _open_mark(line) from None
        if fields == [_END]:
            return
        if fields and fields[-1].endswith(_END):
            raise _open_mark(line)
        if any(field.strip() for field in fields):
            yield line, fields
        line = reader.line_num + 1


def _open_mark(line: int) -> LineError:
    return LineError(
        N_(
            "Line %(line)s: a quotation mark is not closed, stands within a text, or a field is too long."
            " Close it, or double each mark inside a quoted text."
        ),
        line=line,
    )
