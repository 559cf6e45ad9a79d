"""Small marks with a fixed meaning: group symbols, agreement badges, confidence bars, risk levels, track pins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from copkit_delphi.domain.alert import LEVEL_NAMES, Level
from copkit_delphi.domain.documents import GRADE_LABELS, Grade
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.risk import LEVEL_LABELS, LEVEL_LETTERS, RiskLevel
from copkit_delphi.domain.verdict import AGREEMENT_LABELS, Agreement
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.phrases import Say, as_written


@dataclass(frozen=True, slots=True)
class GroupStyle:
    """The shape and colour of a stakeholder group; shapes differ even where colours are lost."""

    shape: str
    colour: str


SHAPES: dict[str, GroupStyle] = {
    "lea": GroupStyle("circle", "#1F3F77"),
    "ind": GroupStyle("square", "#00776B"),
    "cso": GroupStyle("triangle", "#C2640F"),
    "aca": GroupStyle("pentagon", "#5A5A00"),
    "pol": GroupStyle("wedge", "#8A2F2F"),
    "plus": GroupStyle("plus", "#2F5D8A"),
    "hexagon": GroupStyle("hexagon", "#6B4A1E"),
    "bar": GroupStyle("bar", "#3B4856"),
}

_OUTLINES: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "triangle": ((0, -1.05), (1.05, 0.85), (-1.05, 0.85)),
    "wedge": ((0, 1.05), (1.05, -0.85), (-1.05, -0.85)),
    "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "pentagon": ((0, -1.1), (1.05, -0.3), (0.65, 0.95), (-0.65, 0.95), (-1.05, -0.3)),
    "hexagon": ((-1.1, 0), (-0.55, -0.95), (0.55, -0.95), (1.1, 0), (0.55, 0.95), (-0.55, 0.95)),
    "octagon": (
        *((-0.43, -1.05), (0.43, -1.05), (1.05, -0.43), (1.05, 0.43)),
        *((0.43, 1.05), (-0.43, 1.05), (-1.05, 0.43), (-1.05, -0.43)),
    ),
    "bar": ((-0.5, -1.1), (0.5, -1.1), (0.5, 1.1), (-0.5, 1.1)),
    "plus": (
        *((-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)),
        *((0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)),
    ),
}


def group_styles(groups: Iterable[tuple[str, str]]) -> dict[str, GroupStyle]:
    """Return a style for each ``(name, kind)``: a kind's own where it is free, else the next in the cycle."""
    styles: dict[str, GroupStyle] = {}
    pairs = list(groups)
    own = {kind for _, kind in pairs if kind in SHAPES}
    spare = [style for kind, style in SHAPES.items() if kind not in own] or list(SHAPES.values())
    taken: set[str] = set()
    for name, kind in pairs:
        if kind in SHAPES and kind not in taken:
            styles[name] = SHAPES[kind]
            taken.add(kind)
        else:
            styles[name] = spare[(len(styles) - len(taken)) % len(spare)]
    return styles


def shape(style: GroupStyle, x: float, y: float, radius: float = 4.0, *, hollow: bool = False) -> Markup:
    """Return the symbol centred on ``x, y``; hollow means an earlier round."""
    paint: dict[str, object] = {"fill": svg.PAPER if hollow else style.colour, "stroke": style.colour}
    paint["stroke_width"] = 1.5 if hollow else 0.8
    if style.shape == "circle":
        return svg.element("circle", cx=float(x), cy=float(y), r=float(radius), **paint)
    corners = (
        f"{svg.number(x + radius * dx)},{svg.number(y + radius * dy)}" for dx, dy in _OUTLINES[style.shape]
    )
    return svg.element("polygon", points=" ".join(corners), **paint)


def group_symbol(
    kind: str, *, style: GroupStyle | None = None, title: str = "", hollow: bool = False
) -> Markup:
    """Return the symbol of a group of ``kind`` as an inline picture, to stand before its name."""
    drawn = shape(style or SHAPES.get(kind, SHAPES["bar"]), 6, 6, 4.2, hollow=hollow)
    return svg.picture(12, 12, title or kind, [drawn], css="mark")


_HUMPS = {
    Agreement.CONSENSUS: ("M1 9.5 H7 C9.5 9.5 9 1.5 11 1.5 S12.5 9.5 15 9.5 H21", N_("one narrow hump")),
    Agreement.PARTIAL: ("M1 9.5 H4 C8 9.5 8 3 11 3 S14 9.5 18 9.5 H21", N_("one wide hump")),
    Agreement.DIVIDED: ("M1 9.5 C3 9.5 3 6.5 5.5 6.5 H16.5 C19 6.5 19 9.5 21 9.5", N_("flat")),
    Agreement.POLARISED: (
        "M1 9.5 C4 9.5 4 1.5 6 1.5 S8 8 11 8 S14 1.5 16 1.5 S18 9.5 21 9.5",
        N_("two humps"),
    ),
}


def badge(agreement: str | None, say: Say = as_written) -> Markup:
    """Return the agreement badge: a shape and a word; empty when no agreement may be shown."""
    if agreement is None:
        return Markup("")
    word = Agreement(agreement)
    path, hump = _HUMPS[word]
    curve = svg.element("path", d=path, fill="none", stroke=svg.INK, stroke_width=1.6, stroke_linecap="round")
    drawn = svg.picture(22, 11, say(hump), [curve], css="mark")
    return Markup('<span class="badge badge-{}">{}{}</span>').format(
        word.value, drawn, say(AGREEMENT_LABELS[word])
    )


def confidence_bars(grade: str | None, say: Say = as_written) -> Markup:
    """Return three rising bars and the word of an analytic confidence, or "Not graded"."""
    if grade is None:
        return Markup('<span class="conf">{}</span>').format(say(N_("Not graded")))
    value = Grade(grade)
    filled = list(Grade).index(value) + 1
    bars = [_bar(step, step < filled) for step in range(3)]
    drawn = svg.picture(19, 11, say(N_("%d of 3 bars")) % filled, bars, css="mark")
    return Markup('<span class="conf">{}{}</span>').format(drawn, say(GRADE_LABELS[value]))


def _bar(step: int, filled: bool) -> Markup:
    height = 3.5 + 3 * step
    fill = svg.INK if filled else svg.PAPER
    return svg.rect(1 + 6 * step, 10.5 - height, 4.4, height, fill=fill, stroke=svg.INK, stroke_width=0.9)


_SIGNS = {
    Level.MONITOR: "circle",
    Level.WATCH: "square",
    Level.ADVISORY: "diamond",
    Level.WARNING: "triangle",
    Level.URGENT: "octagon",
}


def level_mark(level: int, say: Say = as_written) -> Markup:
    """Return a warning level as its own shape with the number in it, and the word; filled from Warning on."""
    value = Level(level)
    filled = value >= Level.WARNING
    paint: dict[str, object] = {
        "fill": svg.INK if filled else svg.PAPER,
        "stroke": svg.INK,
        "stroke_width": 1.4,
    }
    name = _SIGNS[value]
    if name == "circle":
        sign = svg.element("circle", cx=10, cy=10, r=8, **paint)
    else:
        corners = (f"{svg.number(10 + 8 * dx)},{svg.number(10 + 8 * dy)}" for dx, dy in _OUTLINES[name])
        sign = svg.element("polygon", points=" ".join(corners), **paint)
    low = 15 if name == "triangle" else 13.6
    digit = svg.text(
        10, low, str(int(value)), size=10, weight=700, anchor="middle", fill=svg.PAPER if filled else svg.INK
    )
    word = say(LEVEL_NAMES[value])
    return Markup('<span class="alert">{}<b>{}</b></span>').format(
        svg.picture(20, 20, say(N_("Level %d of 4")) % value, [sign, digit], css="mark"), word
    )


_FILLED = {RiskLevel.LOW: 0.0, RiskLevel.MODERATE: 0.25, RiskLevel.HIGH: 0.5, RiskLevel.VERY_HIGH: 1.0}


def risk_mark(level: RiskLevel | None, say: Say = as_written) -> Markup:
    """Return a risk level as shape, letter and word; None is "not assessed", hatched."""
    if level is None:
        return Markup('<span class="risk risk-none">{}</span>').format(say(N_("not assessed")))
    drawn = svg.picture(12, 12, say(LEVEL_LABELS[level]), _disc(_FILLED[level], level), css="mark")
    letter, word = LEVEL_LETTERS[level], say(LEVEL_LABELS[level])
    return Markup('<span class="risk risk-{}">{}<b>{}</b> {}</span>').format(level.value, drawn, letter, word)


def _disc(filled: float, level: RiskLevel) -> Iterator[str]:
    ink = svg.PAPER if level in {RiskLevel.HIGH, RiskLevel.VERY_HIGH} else svg.INK
    yield svg.element("circle", cx=6, cy=6, r=4.6, fill="none", stroke=ink, stroke_width=1.2)
    if filled == 1.0:
        yield svg.element("circle", cx=6, cy=6, r=3, fill=ink)
    elif filled:
        end = "10.6 6" if filled == 0.25 else "6 10.6"
        yield svg.element("path", d=f"M6 6 L6 1.4 A4.6 4.6 0 0 1 {end} Z", fill=ink)
