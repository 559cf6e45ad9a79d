"""The yardstick: what each probability word means, drawn to scale."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE, Word
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.axis import Axis
from copkit_delphi.reporting.phrases import Say, as_written

SHADES = ("#E8EEF3", "#D5DFE8", "#E8EEF3", "#D5DFE8", "#E8EEF3", "#D5DFE8", "#E8EEF3")


def yardstick(*, width: float = 676, say: Say = as_written) -> Markup:
    """Return the seven words on a 0 to 100% track with the range of each."""
    axis = Axis(PERCENT, 8, width - 16, "%")
    parts: list[str] = []
    for word, shade in zip(PHIA_GAP_FREE.words, SHADES, strict=True):
        parts += _word(axis, word, shade, say)
    ranges = "; ".join(f"{say(word.text)} {_range(word)}" for word in PHIA_GAP_FREE.words)
    return svg.picture(
        width, 62, f"{say(N_('Probability words'))}: {ranges}", [*parts, *axis.figures(46)], css="yardstick"
    )


def _range(word: Word) -> str:
    return f"{word.low}–{word.high}%"


def _word(axis: Axis, word: Word, shade: str, say: Say) -> Iterator[str]:
    left, right = axis.at(max(0, word.low - 0.5)), axis.at(min(100, word.high + 0.5))
    middle = (left + right) / 2
    yield svg.rect(left + 0.7, 0, right - left - 1.4, 44, fill=shade)
    for index, words in enumerate(svg.wrapped(say(word.text), right - left - 4, 8.6, 600)):
        yield svg.text(middle, 13 + 10.5 * index, words, size=8.6, weight=600, anchor="middle")
    yield svg.text(middle, 38, _range(word), size=8.2, anchor="middle", fill=svg.INK_2)
