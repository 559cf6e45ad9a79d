"""Options of a question: a bar for each share, or a mark at each place of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up, written
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.marks import shape
from copkit_delphi.reporting.phrases import Say, as_written
from copkit_delphi.reporting.pins import OWN

WIDTH, LABEL, ROW, FIGURE = 290.0, 116.0, 34.0, 62.0
_SIZE = 12.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One option with its share of the panel, 0 to 1, None where it is not shown; ``own`` was chosen by the reader."""

    text: str
    share: float | None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One option at its median place, with the middle half where shown and the reader's own place."""

    text: str
    median: float
    q1: float | None = None
    q3: float | None = None
    own: float | None = None


def bars(rows: Sequence[Bar], *, say: Say = as_written) -> Markup:
    """Return a bar for each option; a share that is not shown is a sentence in the place of its bar."""
    span = WIDTH - LABEL - FIGURE
    parts: list[str] = []
    for place, row in enumerate(rows):
        middle = ROW * (place + 0.5)
        parts += _label(row.text, middle)
        if row.share is None:
            parts.append(svg.text(LABEL, middle + 4, say(N_("not shown")), size=_SIZE, fill=svg.INK_3))
        else:
            parts.append(svg.rect(LABEL, middle - 8, span, 16, fill=svg.LINE))
            parts.append(svg.rect(LABEL, middle - 8, span * row.share, 16, fill=svg.IQR))
            parts.append(svg.text(LABEL + span + 6, middle + 4, _percent(row.share), size=_SIZE, weight=600))
        if row.own:
            parts.append(shape(OWN, WIDTH - 12, middle, 6, hollow=True))
    hidden = say(N_("not shown"))
    title = "; ".join(f"{row.text}: {hidden if row.share is None else _percent(row.share)}" for row in rows)
    return svg.picture(WIDTH, ROW * len(rows), title, parts, css="shares")


def places(rows: Sequence[Place], *, say: Say = as_written) -> Markup:
    """Return the options below each other, each on a track from the first place to the last."""
    size, span = len(rows), WIDTH - LABEL - 30
    parts: list[str] = []

    def at(rank: float) -> float:
        return LABEL + 8 + (span - 16) * (rank - 1) / max(1, size - 1)

    for place, row in enumerate(rows):
        middle = ROW * (place + 0.5)
        parts += _label(row.text, middle)
        parts.append(svg.rect(LABEL, middle - 1, span, 2, fill=svg.LINE))
        if row.q1 is not None and row.q3 is not None:
            parts.append(svg.rect(at(row.q1) - 3, middle - 5, at(row.q3) - at(row.q1) + 6, 10, fill=svg.BAR))
        parts.append(svg.rect(at(row.median) - 2, middle - 10, 4, 20, fill=svg.INK))
        if row.own is not None:
            parts.append(shape(OWN, at(row.own), middle, 6, hollow=True))
    base = ROW * size
    parts += [
        svg.text(at(rank), base + 12, str(rank), size=_SIZE, anchor="middle") for rank in range(1, size + 1)
    ]
    median = say(N_("median place %s"))
    title = "; ".join(f"{row.text}: {median % written(row.median)}" for row in rows)
    return svg.picture(WIDTH, base + 20, title, parts, css="shares")


def _label(text: str, middle: float) -> list[Markup]:
    lines = svg.wrapped(text, LABEL - 10, _SIZE)
    top = middle + 4 - 7 * (len(lines) - 1)
    return [svg.text(0, top + 14 * number, line, size=_SIZE) for number, line in enumerate(lines)]


def _percent(share: float) -> str:
    return written(round_half_up(100 * share), "%")
