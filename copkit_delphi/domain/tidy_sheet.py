"""The header of a file of tidy ratings, and the place of each of its columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copkit_delphi.domain import delimited
from copkit_delphi.domain.delimited import LineError, shown
from copkit_delphi.domain.errors import N_


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
    """Decode ``data`` and read its header; raises ``LineError`` where the meaning is not certain."""
    text, notes = delimited.decode(data)
    if not text.strip():
        raise LineError(
            N_("The file is empty. Its first line names the columns round, panellist, group, item, value."),
            line=1,
        )
    delimiter = delimited.delimiter(text, {*required, *optional})
    found = delimited.records(text, delimiter)
    line, header = next(found)
    names = [name.strip().lower() for name in header]
    _check_header(names, line, required)
    places = {name: place for place, name in enumerate(names) if name in {*required, *optional}}
    ignored = tuple(shown(name) for name in names if name and name not in places)
    said = delimited.DELIMITERS[delimiter]
    return Sheet(delimiter, places, len(names), line, found, ignored, (*notes, *([said] if said else [])))


def _check_header(names: list[str], line: int, required: tuple[str, ...]) -> None:
    for name in required:
        if name not in names:
            raise LineError(
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
            raise LineError(
                N_("Line %(line)s, column %(column)s: this column stands twice. Keep one of them."),
                line=line,
                column=shown(name),
            )
