"""What rows of a tidy file must be, alone, together and on their scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from copkit_delphi.domain.delimited import LineError, shown
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.scale import USUAL, Scale

MAX_GROUPS = 100
MAX_ITEMS = 5000


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


@dataclass(slots=True)
class Consistency:
    """What must agree over the whole file, by the line it was first read on."""

    groups: dict[str, tuple[str, int]] = field(default_factory=dict)
    titles: dict[str, tuple[str, int]] = field(default_factory=dict)
    ratings: dict[tuple[int, str, str], int] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)

    def check(self, row: TidyRow, title: str) -> None:
        """Take in ``row``; raises ``LineError`` where it contradicts an earlier one."""
        self._check_only_rating(row)
        _check_one(self.groups, "group", row, row.panellist, row.group)
        if title:
            _check_one(self.titles, "item_title", row, row.item, title)
        self._check_number("group", row.group, MAX_GROUPS, row)
        self._check_number("item", row.item, MAX_ITEMS, row)

    def _check_number(self, column: str, name: str, most: int, row: TidyRow) -> None:
        known = self.names.setdefault(column, set())
        if name in known:
            return
        known.add(name)
        if len(known) > most:
            raise LineError(
                N_(
                    "Line %(line)s, column %(column)s: more than %(most)s different names. Is this the right column?"
                    " Otherwise split the file."
                ),
                line=row.line,
                column=column,
                most=most,
            )

    def _check_only_rating(self, row: TidyRow) -> None:
        first = self.ratings.setdefault((row.round, row.panellist, row.item), row.line)
        if first != row.line:
            raise LineError(
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


def _check_one(known: dict[str, tuple[str, int]], column: str, row: TidyRow, key: str, text: str) -> None:
    first, line = known.setdefault(key, (text, row.line))
    if first != text:
        raise LineError(
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


def check_row(row: TidyRow) -> None:
    """Raise ``LineError`` unless bounds and weight fit the value."""
    for column, bound, wrong in (
        ("low", row.low, row.value is not None and row.low is not None and row.low > row.value),
        ("high", row.high, row.value is not None and row.high is not None and row.high < row.value),
    ):
        if bound is not None and row.value is None:
            raise LineError(
                N_(
                    "Line %(line)s, column %(column)s: a bound without a value. Write a value or empty this field."
                ),
                line=row.line,
                column=column,
            )
        if wrong:
            raise LineError(
                N_("Line %(line)s, column %(column)s: low, value and high must rise: low <= value <= high."),
                line=row.line,
                column=column,
            )
    if row.weight is not None and row.weight < 0:
        raise LineError(
            N_("Line %(line)s, column %(column)s: a weight is 0 or more."), line=row.line, column="weight"
        )


def _figures(row: TidyRow) -> Iterable[tuple[str, float]]:
    for column, value in (("value", row.value), ("low", row.low), ("high", row.high)):
        if value is not None:
            yield column, value


def _on(scale: Scale, column: str, value: float) -> bool:
    return scale.contains(value) if column == "value" else scale.low <= value <= scale.high


def as_given(scale: Scale) -> Scale:
    """Return the scale as read: two points cannot be told from a continuous 0:1 by their bounds, and wide scales are continuous."""
    return scale if scale.points is not None and scale.points > 2 else Scale(scale.low, scale.high, 0)


def smallest(rows: Iterable[TidyRow]) -> Scale:
    """Return the smallest usual scale that holds every figure, the widest if none does."""
    figures = {figure for row in rows for figure in _figures(row)}
    fitting = (scale for scale in USUAL if all(_on(scale, *figure) for figure in figures))
    return next(fitting, USUAL[-1])


def check_scale(rows: Iterable[TidyRow], scale: Scale, *, given: bool) -> None:
    """Raise ``LineError`` at the first figure off ``scale``."""
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
                raise LineError(
                    off if given else none, line=row.line, column=column, value=plain(value), scale=str(scale)
                )
