"""An analysis as one page that stands by itself: styles within, no script, nothing loaded. For a file's owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain, span
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.reporting import charts, choices
from copkit_delphi.reporting.environment import environment
from copkit_delphi.reporting.intervals import RankRow, rank_intervals
from copkit_delphi.reporting.labels import LABELS
from copkit_delphi.reporting.phrases import NOT_SHOWN, Say
from copkit_delphi.reporting.values import Shown
from copkit_delphi.resources import resource_dir

NO_RATINGS = N_("No ratings")
CHART_WIDTH = 280
OPEN_UP_TO = 6  # items: beyond that the tables are folded


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: its title, when to use it, its value, and what that says here."""

    title: str
    help: str
    value: Shown
    says: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Measures of one item or movement: those that fit a row, those with tables, and the undefined by reason."""

    rows: tuple[Line, ...] = ()
    blocks: tuple[Line, ...] = ()
    undefined: Mapping[str, tuple[Line, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One item of the last round, with the same item one round earlier."""

    number: int
    title: str
    item: ItemResult
    before: ItemResult | None
    verdict: str
    verdict_words: str
    reasons: tuple[str, ...]
    counted: str
    figures: Told
    movement: Told | None = None
    paired: str = ""


@dataclass(frozen=True, slots=True)
class Hanging:
    """An item whose verdict would be another under other usual rules."""

    title: str
    verdict: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The order of the items among ``places``; ``not_apart`` names for each row what it cannot be told from."""

    rows: tuple[RankRow, ...]
    places: int
    words: tuple[str, ...]
    not_apart: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class OverRounds:
    """One measure of the whole panel: a value for each round."""

    title: str
    help: str
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """How a measure is computed, and who defined it."""

    title: str
    source: str
    formula: str


@dataclass(frozen=True, slots=True)
class AnalysisPage:
    """Everything the page says; nothing is computed after this."""

    file: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    advice: str
    advice_reasons: tuple[str, ...]
    verdicts: tuple[tuple[str, int, str], ...]
    hanging: tuple[Hanging, ...]
    hanging_words: tuple[str, ...]
    order: Order | None
    order_reason: str
    cards: tuple[Card, ...]
    cards_note: str
    round_number: int
    rounds: tuple[str, ...]
    panel: tuple[OverRounds, ...]
    study: tuple[Line, ...]
    methods: tuple[Method, ...]
    by_name: tuple[str, ...]


def sayer(language: str) -> Say:
    """Return what translates the marked texts of a page into ``language``."""
    say: Say = environment(language).globals["say"]  # type: ignore[assignment]
    return say


def render_analysis(page: AnalysisPage, *, language: str = "en") -> str:
    """Return the whole HTML page."""
    base = sayer(language)

    # Nothing is withheld from a file's owner: an empty figure is one that nobody gave.
    def say(message: str) -> str:
        return base(NO_RATINGS if message == NOT_SHOWN else message)

    groups = dict.fromkeys((group.name, group.kind) for card in page.cards for group in card.item.groups)
    drawn = {name: partial(getattr(charts, name), say=say) for name in ("pin", "badge", "table_twin")}
    return (
        environment(language)
        .get_template("analysis.html")
        .render(
            page=page,
            language=language,
            labels=LABELS,
            style=Markup((resource_dir("reports") / "analysis.css").read_text("utf-8")),  # noqa: S704 - our own file
            distribution=partial(
                charts.distribution, width=CHART_WIDTH, styles=charts.group_styles(groups), say=say
            ),
            rank_intervals=partial(rank_intervals, say=say),
            sentence=choices.sentence,
            span=span,
            plain=plain,
            unfolded=len(page.cards) <= OPEN_UP_TO,
            no_ratings=base(NO_RATINGS),
            **drawn,
        )
    )
