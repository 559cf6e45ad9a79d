"""The one reader of tidy ratings: ``round,panellist,group,item,value[,low,high,rationale,weight,item_title]``.

Reads where the meaning is certain; otherwise one ``LineError`` with line, column and what to do, and
nothing is read.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from copkit_delphi.domain.delimited import MAX_BYTES, LineError, shown
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.tidy_checks import Consistency, TidyRow, as_given, check_row, check_scale, smallest
from copkit_delphi.domain.tidy_sheet import Sheet, open_sheet

__all__ = ["MAX_BYTES", "LineError", "TidyRatings", "TidyRow", "read_ratings"]

REQUIRED = ("round", "panellist", "group", "item", "value")
OPTIONAL = ("low", "high", "rationale", "weight", "item_title")
CANNOT_JUDGE = "cannot_judge"
DECIMAL_COMMAS = N_("decimal commas")

_POINT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_ROUND = re.compile(r"0*([1-9]\d{0,2})(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TidyRatings:
    """A whole file, read: ``notes`` says how (encoding, delimiter), ``ignored`` names unknown columns."""

    rows: tuple[TidyRow, ...]
    item_titles: Mapping[str, str]
    scale: Scale
    scale_given: bool
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What is known while rows are read: the sheet, the rows so far, where decimal marks were met."""

    sheet: Sheet
    consistency: Consistency = field(default_factory=Consistency)
    points: int | None = None
    commas: int | None = None


def read_ratings(data: bytes, *, scale: Scale | None = None) -> TidyRatings:
    """Read a file of tidy ratings, at most 20 MB.

    Without ``scale`` the smallest of ``domain.scale.USUAL`` that holds every figure is taken. A given
    scale of three to eleven points takes whole points only, any other takes every number within.
    """
    reading = _Reading(open_sheet(data, REQUIRED, OPTIONAL))
    rows = tuple(_row(reading, line, fields) for line, fields in reading.sheet.records)
    if not rows:
        raise LineError(
            N_("Line %(line)s: there are no ratings below the header. Add one row for each rating."),
            line=reading.sheet.header_line + 1,
        )
    used = smallest(rows) if scale is None else as_given(scale)
    check_scale(rows, used, given=scale is not None)
    notes = (*reading.sheet.notes, *([DECIMAL_COMMAS] if reading.commas else []))
    titles = {item: title for item, (title, _) in reading.consistency.titles.items()}
    return TidyRatings(rows, titles, used, scale is not None, notes, reading.sheet.ignored)


def _row(reading: _Reading, line: int, fields: list[str]) -> TidyRow:
    cells = _cells(reading.sheet, line, fields)
    text = cells.get("value", "")
    refused = text.lower() == CANNOT_JUDGE
    row = TidyRow(
        line=line,
        round=_round(line, cells["round"]),
        panellist=_name(line, cells, "panellist"),
        group=_name(line, cells, "group"),
        item=_name(line, cells, "item"),
        value=None if refused else _number(reading, line, "value", text),
        cannot_judge=refused,
        low=_number(reading, line, "low", cells.get("low", "")),
        high=_number(reading, line, "high", cells.get("high", "")),
        rationale=cells.get("rationale", ""),
        weight=_number(reading, line, "weight", cells.get("weight", "")),
    )
    check_row(row)
    reading.consistency.check(row, _tidied(cells.get("item_title", "")))
    return row


def _cells(sheet: Sheet, line: int, fields: list[str]) -> dict[str, str]:
    surplus = any(field.strip() for field in fields[sheet.width :])
    if len(fields) < sheet.width or surplus:
        raise LineError(
            N_(
                "Line %(line)s, column %(column)s: the line has %(count)s fields, the header %(width)s."
                " Quote texts that hold the delimiter, and leave empty fields in."
            ),
            line=line,
            column=str(min(len(fields), sheet.width) + 1),
            count=len(fields),
            width=sheet.width,
        )
    return {name: fields[place].strip() for name, place in sheet.places.items()}


@lru_cache(maxsize=20_000)  # the same few names stand on every line
def _tidied(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _name(line: int, cells: Mapping[str, str], column: str) -> str:
    name = _tidied(cells[column])
    if not name:
        raise LineError(
            N_("Line %(line)s, column %(column)s: this is empty. Write a name or code."),
            line=line,
            column=column,
        )
    return name


def _round(line: int, text: str) -> int:
    match = _ROUND.fullmatch(text)
    if not match:
        raise LineError(
            N_("Line %(line)s, column %(column)s: “%(text)s” is not a round. Write a whole number from 1."),
            line=line,
            column="round",
            text=shown(text),
        )
    return int(match[1])


def _number(reading: _Reading, line: int, column: str, text: str) -> float | None:
    if not text:
        return None
    comma = _COMMA.fullmatch(text) is not None
    if comma and reading.sheet.delimiter == ",":
        raise LineError(
            N_(
                "Line %(line)s, column %(column)s: “%(text)s” has a decimal comma in a file separated by commas."
                " Write a point, or separate the columns by semicolons."
            ),
            line=line,
            column=column,
            text=shown(text),
        )
    value = float(text.replace(",", ".")) if comma or _POINT.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise LineError(
            N_(
                "Line %(line)s, column %(column)s: “%(text)s” is not a number. Write digits such as 58 or 7.5,"
                " without a unit."
            ),
            line=line,
            column=column,
            text=shown(text),
        )
    _check_marks(reading, line, column, comma=comma, point="." in text)
    return value


def _check_marks(reading: _Reading, line: int, column: str, *, comma: bool, point: bool) -> None:
    reading.commas = reading.commas or (line if comma else None)
    reading.points = reading.points or (line if point else None)
    if reading.commas and reading.points:
        raise LineError(
            N_(
                "Line %(line)s, column %(column)s: the file has decimal points and decimal commas"
                " (the other kind on line %(other)s). Use one of them."
            ),
            line=line,
            column=column,
            other=reading.points if comma else reading.commas,
        )
