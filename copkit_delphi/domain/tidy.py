"""The one reader of tidy ratings: ``round,panellist,group,item,value[,low,high,rationale,weight,item_title]``.

Reads where the meaning is certain; otherwise one ``TidyError`` with line, column and what to do, and
nothing is read.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.scale import USUAL, Scale
from copkit_delphi.domain.tidy_text import MAX_BYTES, Sheet, TidyError, open_sheet, shown

__all__ = ["MAX_BYTES", "TidyError", "TidyRatings", "TidyRow", "read_ratings"]

REQUIRED = ("round", "panellist", "group", "item", "value")
OPTIONAL = ("low", "high", "rationale", "weight", "item_title")
CANNOT_JUDGE = "cannot_judge"
DECIMAL_COMMAS = N_("decimal commas")

_POINT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_ROUND = re.compile(r"0*([1-9]\d{0,2})(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TidyRow:
    """One row: an empty ``value`` was not rated; ``line`` is where it starts in the file."""

    line: int
    round: int
    panellist: str
    group: str
    item: str
    value: float | None
    cannot_judge: bool = False
    low: float | None = None
    high: float | None = None
    rationale: str = ""
    weight: float | None = None


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
    """What must agree over the whole file."""

    sheet: Sheet
    groups: dict[str, tuple[str, int]] = field(default_factory=dict)
    titles: dict[str, tuple[str, int]] = field(default_factory=dict)
    ratings: dict[tuple[int, str, str], int] = field(default_factory=dict)
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
        raise TidyError(
            N_("Line %(line)s: there are no ratings below the header. Add one row for each rating."),
            line=reading.sheet.header_line + 1,
        )
    used = _smallest(rows) if scale is None else _as_given(scale)
    _check_scale(rows, used, given=scale is not None)
    notes = (*reading.sheet.notes, *([DECIMAL_COMMAS] if reading.commas else []))
    titles = {item: title for item, (title, _) in reading.titles.items()}
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
    _check_row(row)
    _check_against_others(reading, row, _tidied(cells.get("item_title", "")))
    return row


def _cells(sheet: Sheet, line: int, fields: list[str]) -> dict[str, str]:
    surplus = any(field.strip() for field in fields[sheet.width :])
    if len(fields) < sheet.width or surplus:
        raise TidyError(
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


def _tidied(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _name(line: int, cells: Mapping[str, str], column: str) -> str:
    name = _tidied(cells[column])
    if not name:
        raise TidyError(
            N_("Line %(line)s, column %(column)s: this is empty. Write a name or code."),
            line=line,
            column=column,
        )
    return name


def _round(line: int, text: str) -> int:
    match = _ROUND.fullmatch(text)
    if not match:
        raise TidyError(
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
        raise TidyError(
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
        raise TidyError(
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
        raise TidyError(
            N_(
                "Line %(line)s, column %(column)s: the file has decimal points and decimal commas"
                " (the other kind on line %(other)s). Use one of them."
            ),
            line=line,
            column=column,
            other=reading.points if comma else reading.commas,
        )


def _check_row(row: TidyRow) -> None:
    for column, bound, wrong in (
        ("low", row.low, row.value is not None and row.low is not None and row.low > row.value),
        ("high", row.high, row.value is not None and row.high is not None and row.high < row.value),
    ):
        if bound is not None and row.value is None:
            raise TidyError(
                N_(
                    "Line %(line)s, column %(column)s: a bound without a value. Write a value or empty this field."
                ),
                line=row.line,
                column=column,
            )
        if wrong:
            raise TidyError(
                N_("Line %(line)s, column %(column)s: low, value and high must rise: low <= value <= high."),
                line=row.line,
                column=column,
            )
    if row.weight is not None and row.weight < 0:
        raise TidyError(
            N_("Line %(line)s, column %(column)s: a weight is 0 or more."), line=row.line, column="weight"
        )


def _check_against_others(reading: _Reading, row: TidyRow, title: str) -> None:
    first = reading.ratings.setdefault((row.round, row.panellist, row.item), row.line)
    if first != row.line:
        raise TidyError(
            N_(
                "Line %(line)s, column %(column)s: %(panellist)s rated “%(item)s” in round %(round)s already"
                " on line %(first)s. Keep one of the two."
            ),
            line=row.line,
            column="item",
            panellist=shown(row.panellist),
            item=shown(row.item),
            round=row.round,
            first=first,
        )
    _check_one(reading.groups, "group", row, row.panellist, row.group)
    if title:
        _check_one(reading.titles, "item_title", row, row.item, title)


def _check_one(known: dict[str, tuple[str, int]], column: str, row: TidyRow, key: str, text: str) -> None:
    first, line = known.setdefault(key, (text, row.line))
    if first != text:
        raise TidyError(
            N_(
                "Line %(line)s, column %(column)s: %(key)s has “%(text)s” here and “%(first)s” on line %(other)s."
                " Write the same on every line."
            ),
            line=row.line,
            column=column,
            key=shown(key),
            text=shown(text),
            first=shown(first),
            other=line,
        )


def _figures(row: TidyRow) -> Iterable[tuple[str, float]]:
    for column, value in (("value", row.value), ("low", row.low), ("high", row.high)):
        if value is not None:
            yield column, value


def _on(scale: Scale, column: str, value: float) -> bool:
    return scale.contains(value) if column == "value" else scale.low <= value <= scale.high


def _as_given(scale: Scale) -> Scale:
    """Two points cannot be told from a continuous 0:1 by their bounds, and wide scales are continuous."""
    return scale if scale.points is not None and scale.points > 2 else Scale(scale.low, scale.high, 0)


def _smallest(rows: Iterable[TidyRow]) -> Scale:
    figures = {figure for row in rows for figure in _figures(row)}
    fitting = (scale for scale in USUAL if all(_on(scale, *figure) for figure in figures))
    return next(fitting, USUAL[-1])


def _check_scale(rows: Iterable[TidyRow], scale: Scale, *, given: bool) -> None:
    off = N_(
        "Line %(line)s, column %(column)s: %(value)s is not on the scale %(scale)s. Correct it or the scale."
    )
    none = N_(
        "Line %(line)s, column %(column)s: %(value)s is on none of the usual scales, the widest being %(scale)s."
        " Correct it, or state the scale as LOW:HIGH."
    )
    for row in rows:
        for column, value in _figures(row):
            if not _on(scale, column, value):
                raise TidyError(
                    off if given else none, line=row.line, column=column, value=plain(value), scale=str(scale)
                )
