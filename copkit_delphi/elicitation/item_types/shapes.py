"""The plain values that item types and the web layer exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from markupsafe import Markup

from copkit_delphi.domain.scale import Scale

Say = Callable[[str], str]

# Widgets: how the web layer asks. Each is one macro of templates/panellist/_widgets.html.
PERCENT, INTERVAL, TILES, CARDS, CHECKS, RANKS, TEXT = (
    "percent", "interval", "tiles", "cards", "checks", "ranks", "text",
)  # fmt: skip
# Where results stand.
STATEMENT, IMPACT, TRACK, ASIDE, OWN = "statement", "impact", "track", "aside", "own"
# What a form sends for one part: one text, several texts, a tick.
ONE, MANY, FLAG = "one", "many", "flag"


class Posed(Protocol):
    """An item as a type reads it: a row, a line on a page, an own answer."""

    @property
    def name(self) -> str:
        """Return the name, ``S04.q1.feasibility``."""

    @property
    def dimension(self) -> str | None:
        """Return what a type of several items calls this one."""

    @property
    def wording(self) -> str:
        """Return the question in the study's words."""

    @property
    def low(self) -> float:
        """Return the lower end of the scale."""

    @property
    def high(self) -> float:
        """Return the upper end of the scale."""

    @property
    def options(self) -> Mapping[str, Any] | None:
        """Return what the definition says beside the wording."""


@dataclass(frozen=True, slots=True)
class Posing:
    """An item that stands in no table: a question not yet asked, a frozen result with what its type froze."""

    wording: str
    low: float
    high: float
    dimension: str | None
    options: Mapping[str, Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a form: ``key`` of the typed values, what is added to the field's name, and its shape."""

    key: str
    suffix: str
    shape: str


VALUE, CANNOT = Part("value", "", ONE), Part("cannot", "_cannot", FLAG)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a widget: what is sent, what is read, and what explains it."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """How an item is asked, in the words of the reader; ``limit`` is a number of characters.

    ``heading`` and ``note`` stand once above neighbouring items that share them, ``claim`` above one item.
    ``anchors`` say what the levels from 1 on mean.
    """

    title: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    anchors: tuple[str, ...] = ()
    limit: int = 0
    heading: str = ""
    note: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a facilitator says to define a question; ``widget`` is text, lines, number, choice or yes."""

    key: str
    widget: str
    label: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    start: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One item that a definition makes; ``suffix`` follows the name of its question."""

    kind: str
    wording: str
    scale: Scale
    suffix: str = ""
    dimension: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A result in words, as a drawing, and as the table that says the same."""

    words: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    drawing: Markup | None = None


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a made-up panellist leans on a scenario: percent, its place in the group, the round before."""

    centre: float = 50.0
    spread: float = 12.0
    lean: float = 0.0
    movement: float = 0.4
    impact: Mapping[str, float] = field(default_factory=dict)
    own: float | None = None
    median: float | None = None
