"""What a questionnaire may take, and how minutes are said. What one item takes says its type.

Seconds are estimates of ours; what the pages of a study took is measured with its rounds.
"""

from __future__ import annotations

from copkit_delphi.domain.figures import round_half_up

CHARACTERS_A_SECOND = 18  # about 180 words of six characters a minute: read with care
LONG = 15  # minutes of a round, above which panels thin out


def minutes(seconds_: float) -> int:
    """Return whole minutes, rounded half up, at least one.

    >>> minutes(20), minutes(90), minutes(149)
    (1, 2, 2)
    """
    return max(1, int(round_half_up(seconds_ / 60)))
