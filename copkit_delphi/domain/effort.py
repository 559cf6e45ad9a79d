"""How long a questionnaire takes, estimated from its items and its words. One place for builders and panellists.

Seconds are estimates of ours, not measured; a pilot tells what they are for one study.
"""

from __future__ import annotations

from collections.abc import Iterable

from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.results import CONFIDENCE_KIND, IMPACT_KIND, LIKELIHOOD, TRACK_RECORD

# By kind of item: deciding and pressing, without reading its words.
SECONDS = {LIKELIHOOD: 40, IMPACT_KIND: 6, CONFIDENCE_KIND: 5, TRACK_RECORD: 30}
OTHER = 15  # of a kind that is not in the table
CHARACTERS_A_SECOND = 18  # about 180 words of six characters a minute: read with care
LONG = 15  # minutes of a round, above which panels thin out


def seconds(kinds: Iterable[str], characters: int) -> float:
    """Return the seconds that items of ``kinds`` and a text of ``characters`` take."""
    return sum(SECONDS.get(kind, OTHER) for kind in kinds) + characters / CHARACTERS_A_SECOND


def minutes(seconds_: float) -> int:
    """Return whole minutes, rounded half up, at least one.

    >>> minutes(20), minutes(90), minutes(149)
    (1, 2, 2)
    """
    return max(1, int(round_half_up(seconds_ / 60)))
