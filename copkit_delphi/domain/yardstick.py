"""Probability words: seven gap-free bands of whole percents, cut at the midpoints of the PHIA ranges."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up


@dataclass(frozen=True, slots=True)
class Word:
    """One probability word: whole percents ``low`` to ``high`` inclusive; ``enters`` is stored when chosen."""

    text: str
    low: int
    high: int
    enters: int


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A closed list of probability words in rising order, covering 0 to 100 without gaps."""

    name: str
    words: tuple[Word, ...]

    def word(self, percent: float) -> Word:
        """Return the word for ``percent`` (0 to 100), rounded half up once."""
        whole = int(round_half_up(percent))
        for word in self.words:
            if word.low <= whole <= word.high:
                return word
        raise ValueError(f"{percent} is not within 0 to 100")

    def words_between(self, low: float, high: float) -> tuple[Word, ...]:
        """Return the words touched by the interval ``low`` to ``high``, in rising order."""
        first, last = self.word(low), self.word(high)
        return self.words[self.words.index(first) : self.words.index(last) + 1]


PHIA_GAP_FREE = Yardstick(
    "phia-gap-free",
    (
        Word(N_("Remote chance"), 0, 7, 4),
        Word(N_("Highly unlikely"), 8, 22, 15),
        Word(N_("Unlikely"), 23, 37, 30),
        Word(N_("Realistic possibility"), 38, 52, 45),
        Word(N_("Likely"), 53, 77, 65),
        Word(N_("Highly likely"), 78, 92, 85),
        Word(N_("Almost certain"), 93, 100, 96),
    ),
)

YARDSTICKS = {PHIA_GAP_FREE.name: PHIA_GAP_FREE}
