"""Figures in words: the same sentence for table, title, label and screen reader. A hidden figure has no words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import span, written
from copkit_delphi.domain.impact import LEVELS, SEVERE, Headline
from copkit_delphi.domain.results import LIKELIHOOD, PROBABILITY, TRACK_RECORD, Figures, ItemResult
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE

Say = Callable[[str], str]
NOT_SHOWN = N_("Not shown: fewer than 5 answers")
# A group of five or more is hidden too where it would give a smaller one away by subtraction.
GROUP_NOT_SHOWN = N_("Not shown: too few answers, here or in another group")
GROUP_ROW = N_("Not shown: too few answers")  # as a chart has room for
EVERYBODY = N_("All panellists")
PERCENT_KINDS = frozenset({LIKELIHOOD, PROBABILITY, TRACK_RECORD})
PANEL_DIVIDED = N_("panel divided")


def as_written(message: str) -> str:
    """Return ``message`` untranslated."""
    return message


def unit_of(kind: str) -> str:
    """Return the unit that an item of ``kind`` prints."""
    return "%" if kind in PERCENT_KINDS else ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A likelihood in words: ``word`` and ``figure`` always together, ``note`` when the panel is split.

    ``wide`` tells that both are ranges, because the panel is split or its middle half spans many words.
    """

    word: str
    figure: str
    note: str = ""
    wide: bool = False

    def __str__(self) -> str:
        start = f"{self.word}, {self.figure}" if self.figure else self.word
        return f"{start}; {self.note}" if self.note else start


def likelihood(item: ItemResult, say: Say = as_written) -> Phrase:
    """Return "Likely, 58%", a range of words when split or wide, or that nothing is shown."""
    figures = item.panel
    if figures.median is None:
        return Phrase(say(NOT_SHOWN), "")
    note = say(PANEL_DIVIDED) if item.split else ""
    if figures.q1 is not None and figures.q3 is not None:
        words = PHIA_GAP_FREE.words_between(figures.q1, figures.q3)
        if item.split or len(words) > 2:
            return Phrase(
                _word_range(words[0].text, words[-1].text, say), span(figures.q1, figures.q3), note, True
            )
    return Phrase(say(PHIA_GAP_FREE.word(figures.median).text), written(figures.median, "%"), note)


def _word_range(first: str, last: str, say: Say) -> str:
    if first == last:
        return say(first)
    return say(N_("%(first)s to %(last)s")) % {"first": say(first), "last": say(last).lower()}


def middle_half(figures: Figures, unit: str = "") -> str:
    """Return "44 to 70%", empty where it is not shown."""
    return "" if figures.q1 is None or figures.q3 is None else span(figures.q1, figures.q3, unit)


def ninety(figures: Figures, unit: str = "") -> str:
    """Return the 5th to 95th percentile as a range, empty where it is not shown."""
    return "" if figures.p05 is None or figures.p95 is None else span(figures.p05, figures.p95, unit)


def describe(figures: Figures, unit: str = "", say: Say = as_written, hidden: str = NOT_SHOWN) -> str:
    """Return all that is shown of ``figures`` as one clause, for titles and labels; ``hidden`` where nothing is."""
    if figures.median is None:
        return say(hidden)
    parts = [say(N_("median %s")) % written(figures.median, unit)]
    if half := middle_half(figures, unit):
        parts.append(say(N_("middle half %s")) % half)
    if whole := ninety(figures, unit):
        parts.append(say(N_("90%% of the panel %s")) % whole)
    return ", ".join(parts)


def impact(headline: Headline | None, say: Say = as_written) -> str:
    """Return "Systemic 4, 3 dimensions at 3 or more"; says when nothing may be shown."""
    if headline is None:
        return say(NOT_SHOWN)
    level = f"{say(LEVELS[headline.level])} {headline.level}"
    if not headline.severe:
        return level
    if headline.severe == 1:
        return level + say(N_(", 1 dimension at %d or more")) % SEVERE
    return level + say(N_(", %(n)d dimensions at %(level)d or more")) % {
        "n": headline.severe,
        "level": SEVERE,
    }


def severe(headline: Headline, say: Say = as_written) -> str:
    """Return "3 dimensions at 3+", as a table cell has room for; empty when none is that high."""
    if not headline.severe:
        return ""
    if headline.severe == 1:
        return say(N_("1 dimension at %d+")) % SEVERE
    return say(N_("%(n)d dimensions at %(level)d+")) % {"n": headline.severe, "level": SEVERE}
