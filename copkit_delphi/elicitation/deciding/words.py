"""Effects as words: what may be said where a number would tell too much."""

from __future__ import annotations

from copkit_delphi.analysis.sample import SLACK
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.protocol import thresholds_for
from copkit_delphi.domain.scale import Scale

# |Cliff's delta| below which an effect is negligible, small, medium (Romano et al., 2006); a convention.
_SIZES = ((0.147, "negligible"), (0.33, "small"), (0.474, "medium"))
_PARTS = ((0.225, "about_a_fifth"), (0.29, "about_a_quarter"), (0.4, "about_a_third"))
_LIMITS = (0.001, 0.01, 0.05)
MOST = 0.9  # of an effect that is printed: 1.0 says that no answers overlap, which can fix what a group gave
LEAN = 0.3


def distance_of(apart: float, scale: Scale) -> str:
    """Return what a distance of two group medians means by the limits of ``scale``: of the guard, and of polarised.

    >>> distance_of(-16, Scale(0, 100))
    'apart'
    """
    limits, slack = thresholds_for(scale), SLACK * scale.range
    if abs(apart) >= limits.polarised - slack:
        return "far_apart"
    return "apart" if abs(apart) > limits.group_guard + slack else "close"


def size_of(delta: float) -> str:
    """Return the word for an effect.

    >>> size_of(-0.4)
    'medium'
    """
    return next((word for limit, word in _SIZES if abs(delta) < limit), "large")


def printed(delta: float) -> float:
    """Return an effect to one decimal, held within 0.9 on both sides.

    >>> printed(0.97), printed(-0.26)
    (0.9, -0.3)
    """
    away = min(MOST, round_half_up(abs(delta), 0.1))
    return -away if delta < 0 and away else away


def below(p: float) -> float:
    """Return the usual threshold that ``p`` lies below, 1 for none.

    >>> below(0.02), below(0.05)
    (0.05, 1.0)
    """
    return next((limit for limit in _LIMITS if p < limit), 1.0)


def part_of(count: int, total: int) -> str:
    """Return about how large a part is.

    >>> part_of(6, 20)
    'about_a_third'
    """
    return next((word for limit, word in _PARTS if count / total < limit), "nearly_half")


def lean_of(rho: float) -> str:
    """Say whether likelihood goes with desirability, against it, or neither.

    >>> lean_of(0.5), lean_of(-0.1)
    ('with', 'none')
    """
    if abs(rho) < LEAN:
        return "none"
    return "with" if rho > 0 else "against"
