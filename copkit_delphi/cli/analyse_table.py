"""The readable form of an analysis: plain text within 100 columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from copkit_delphi.domain.figures import plain, round_half_up
from copkit_delphi.domain.protocol import Criterion
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.tidy import TidyRatings
from copkit_delphi.domain.verdict import AGREEMENT_LABELS, STABILITY_LABELS, VERDICT_LABELS, Agreement

if TYPE_CHECKING:
    from copkit_delphi.analysis.results import GroupAnalysis, ItemAnalysis, ItemStability, RoundAnalysis

WIDTH = 100
NAME_WIDTH = 24
GROUP_WIDTH = 14
NONE = "-"


def render(file: str, ratings: TidyRatings, criterion: Criterion, analyses: Sequence[RoundAnalysis]) -> str:
    """Return the whole report; "-" stands for an undefined figure, whose reason follows below its table."""
    lines = list(_head(file, ratings, criterion, analyses))
    for analysis in analyses:
        lines += ["", *_round(analysis, ratings.scale)]
    return "\n".join(lines)


def _head(
    file: str, ratings: TidyRatings, criterion: Criterion, analyses: Sequence[RoundAnalysis]
) -> Iterator[str]:
    panellists = len({row.panellist for row in ratings.rows})
    groups = len({row.group for row in ratings.rows})
    items = len({row.item for row in ratings.rows})
    yield (
        f"{clean(file)}: {_count(len(analyses), 'round')}, {_count(panellists, 'panellist')},"
        f" {_count(groups, 'group')}, {_count(items, 'item')}"
    )
    origin = (
        "given" if ratings.scale_given else "the smallest usual scale that fits; --scale LOW:HIGH changes it"
    )
    yield f"Scale {ratings.scale} ({origin})"
    yield f"Consensus: {criterion_words(criterion)}"
    if ratings.notes:
        yield f"Read as: {', '.join(ratings.notes)}"
    if ratings.ignored:
        yield from wrap(f"Columns not read: {', '.join(ratings.ignored)}", WIDTH)
    if any(row.weight is not None for row in ratings.rows):
        yield "Weights were read; every figure below is unweighted."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def criterion_words(criterion: Criterion) -> str:
    """Return the criterion as people read it."""
    if criterion.width is None:
        return f"{criterion}, also balanced over groups, and half of each group"
    return f"the middle half spans at most {plain(criterion.width)}"


def _round(analysis: RoundAnalysis, scale: Scale) -> Iterator[str]:
    yield f"ROUND {analysis.number}: {_count(analysis.n_panellists, 'panellist')}"
    yield from _coefficients(analysis)
    yield ""
    yield from _grid(
        ("item", "n", "median", "middle half", "mean", "SD", "agree", "agreement", "verdict"),
        [_item_row(item, scale) for item in analysis.items],
    )
    yield from _reasons(analysis.items)
    yield from _group_tables(analysis.items, scale)
    moves = [(item.movement, item) for item in analysis.items if item.movement is not None]
    if moves:
        yield from ("", f"MOVEMENT from round {moves[0][0].from_round} to round {analysis.number}", "")
        yield from _grid(
            ("item", "pairs", "changed", "within tol.", "net change", "Wilcoxon p", "stability"),
            [_move_row(move, item) for move, item in moves],
        )
        yield from _undefined((move.item, move.reason) for move, _ in moves)


def _coefficients(analysis: RoundAnalysis) -> Iterator[str]:
    found = analysis.coefficients
    rated_all = f"{_count(found.kendall_panellists, 'panellist')} rated all items"
    yield f"Kendall's W {_or_reason(found.kendall_w, found.reason.get('kendall_w'))} ({rated_all})"
    yield (
        f"Krippendorff's alpha {_or_reason(found.alpha_ordinal, found.reason.get('alpha_ordinal'))} ordinal,"
        f" {_or_reason(found.alpha_interval, found.reason.get('alpha_interval'))} interval"
    )


def _or_reason(value: float | None, reason: str | None) -> str:
    return f"{round_half_up(value, 0.01):.2f}" if value is not None else f"undefined: {reason}"


def _item_row(item: ItemAnalysis, scale: Scale) -> tuple[str, ...]:
    share = item.percent_agreement
    return (
        item.item.name,
        str(item.n),
        figure(item.median, scale),
        _span(item, scale),
        figure(item.mean, scale),
        figure(item.sd, scale),
        percent(share.share if share else None),
        AGREEMENT_LABELS[item.agreement] if item.agreement else NONE,
        VERDICT_LABELS[item.verdict],
    )


def _span(figures: ItemAnalysis | GroupAnalysis, scale: Scale) -> str:
    if figures.q1 is None:
        return NONE
    return f"{figure(figures.q1, scale)} to {figure(figures.q3, scale)}"


def _move_row(move: ItemStability, item: ItemAnalysis) -> tuple[str, ...]:
    p = move.wilcoxon_p
    return (
        move.item,
        str(move.n_paired),
        percent(move.share_changed),
        percent(move.share_within_tolerance),
        percent(move.net_change),
        NONE if p is None else "<0.001" if p < 0.001 else f"{round_half_up(p, 0.001):.3f}",
        STABILITY_LABELS[item.stability],
    )


def _reasons(items: Iterable[ItemAnalysis]) -> Iterator[str]:
    """Say why where the figures of the table above do not: a group, or the criterion's range, decided."""
    yield ""
    for item in items:
        if _needs_saying(item):
            text = f"{clean(item.item.name)}: {clean('; '.join(item.reasons[:-1]))}"
            yield from wrap(text, WIDTH, subsequent_indent="  ")
    yield from _undefined((item.item.name, _without(item.reason, "movement")) for item in items)


def _needs_saying(item: ItemAnalysis) -> bool:
    return len(item.reasons) > 2 or item.agreement is Agreement.POLARISED


def _without(reason: dict[str, str], name: str) -> dict[str, str]:
    return {key: text for key, text in reason.items() if key != name}


def _undefined(reasons: Iterable[tuple[str, dict[str, str]]]) -> Iterator[str]:
    for name, reason in reasons:
        for text in dict.fromkeys(reason.values()):
            missing = ", ".join(key for key, why in reason.items() if why == text)
            yield from wrap(f"{clean(name)}: no {missing}: {text}", WIDTH, subsequent_indent="  ")


def _group_tables(items: Sequence[ItemAnalysis], scale: Scale) -> Iterator[str]:
    names = [group.name for group in items[0].groups] if items else []
    cells = [[_median_and_n(group, scale) for group in item.groups] for item in items]
    widest = max((len(_cut(text, GROUP_WIDTH)) for row in (names, *cells) for text in row), default=1)
    at_once = (WIDTH - NAME_WIDTH) // (widest + 2)
    for first in range(0, len(names), at_once):
        part = slice(first, first + at_once)
        rows = [(item.item.name, *row[part]) for item, row in zip(items, cells, strict=True)]
        yield from ("", "MEDIANS BY GROUP (number of ratings)", "")
        yield from _grid(("item", *names[part]), rows, widest=GROUP_WIDTH)


def _median_and_n(group: GroupAnalysis, scale: Scale) -> str:
    return f"{figure(group.median, scale)} ({group.n})"


def _grid(header: Sequence[str], rows: Sequence[Sequence[str]], widest: int = NAME_WIDTH) -> Iterator[str]:
    cells = [
        [_cut(text, NAME_WIDTH if place == 0 else widest) for place, text in enumerate(row)]
        for row in (header, *rows)
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *others = (
            _aligned(text, width, header[place])
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *others)).rstrip()


def _aligned(text: str, width: int, column: str) -> str:
    return text.ljust(width) if column in {"item", "agreement", "verdict", "stability"} else text.rjust(width)


def figure(value: float | None, scale: Scale) -> str:
    """Return a figure to a thousandth of the scale's range, in tens: 58.2 on 0:100, 6.25 on 1:9."""
    if value is None:
        return NONE
    return plain(round_half_up(value, 10.0 ** (math.ceil(math.log10(scale.range)) - 3)))


def percent(share: float | None) -> str:
    """Return a share, 0 to 1, as whole percent."""
    return NONE if share is None else f"{plain(round_half_up(share * 100))}%"


def clean(text: str) -> str:
    """Return ``text`` without characters that would steer a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _cut(text: str, width: int) -> str:
    shown = clean(text)
    return shown if len(shown) <= width else shown[: width - 1] + "…"
