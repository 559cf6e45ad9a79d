"""The five warning levels and the rule that proposes one. A person sets the level; this only proposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from copkit_delphi.domain.errors import N_

LASTS = timedelta(days=183)
LONGEST = timedelta(days=366)
SYSTEMIC = 4


class Level(IntEnum):
    """How far a scenario calls for action."""

    MONITOR = 0
    WATCH = 1
    ADVISORY = 2
    WARNING = 3
    URGENT = 4


LEVEL_NAMES = {
    Level.MONITOR: N_("Monitor"),
    Level.WATCH: N_("Watch"),
    Level.ADVISORY: N_("Advisory"),
    Level.WARNING: N_("Warning"),
    Level.URGENT: N_("Urgent"),
}
LEVEL_MEANINGS = {
    Level.MONITOR: N_("reviewed on schedule"),
    Level.WATCH: N_("signals emerge; indicators are collected"),
    Level.ADVISORY: N_("preparing is justified now"),
    Level.WARNING: N_("a decision is needed"),
    Level.URGENT: N_("the time left is shorter than an action needs"),
}


class Change(StrEnum):
    """What made a person change a level."""

    EVIDENCE = "evidence"
    JUDGEMENT = "judgement"
    POLICY = "policy"


CHANGE_LABELS = {
    Change.EVIDENCE: N_("Evidence: something new was observed"),
    Change.JUDGEMENT: N_("Judgement: the same facts are read differently"),
    Change.POLICY: N_("Policy: what counts as urgent has changed"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a scenario; None is "not assessed" and supports nothing.

    ``likelihood`` is the panel's median in whole percent, ``impact`` the headline level, ``margin`` the months
    between the panel's early time to onset and the longest lead time.
    """

    likelihood: int | None = None
    impact: int | None = None
    emerging: bool | None = None
    crossed: bool | None = None  # the threshold of an indicator of high diagnosticity
    act_now: bool | None = None  # on any action
    prepare_now: bool | None = None  # on a no-regret or preparedness action
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed level with the grounds for it, and what could not be assessed."""

    level: Level
    grounds: tuple[str, ...]
    not_assessed: tuple[str, ...]


EMERGING = N_("an indicator is emerging")
CROSSED = N_("a highly diagnostic threshold is crossed and acting now pays")
PREPARE = N_("preparing now pays")
CLOSING = N_("no time is left before the longest lead time")
FLOOR = N_("systemic impact is never below Watch")
COMBINED = {
    (10, 2): N_("likelihood 10% or more with impact 2 or more"),
    (10, 3): N_("likelihood 10% or more with impact 3 or more"),
    (25, 3): N_("likelihood 25% or more with impact 3 or more"),
    (40, 2): N_("likelihood 40% or more with impact 2 or more"),
    (55, 2): N_("likelihood 55% or more with impact 2 or more"),
}
_TABLE = {Level.WATCH: ((10, 2),), Level.ADVISORY: ((40, 2), (10, 3)), Level.WARNING: ((55, 2), (25, 3))}
_PARTS = {
    "likelihood": N_("likelihood"),
    "impact": N_("impact"),
    "emerging": N_("indicators"),
    "act_now": N_("whether acting now pays"),
    "margin": N_("time left to act"),
}


def propose(facts: Facts) -> Proposal:
    """Return the highest level whose conditions hold; Urgent only where the time left was assessed."""
    held = {level: _grounds(level, facts) for level in (Level.WATCH, Level.ADVISORY, Level.WARNING)}
    level = max((level for level, grounds in held.items() if grounds), default=Level.MONITOR)
    grounds = held.get(level, ())
    if level is Level.WARNING and facts.margin is not None and facts.margin <= 0:
        level, grounds = Level.URGENT, (*grounds, CLOSING)
    if level is Level.MONITOR and facts.impact is not None and facts.impact >= SYSTEMIC:
        level, grounds = Level.WATCH, (FLOOR,)
    missing = tuple(label for name, label in _PARTS.items() if getattr(facts, name) is None)
    return Proposal(level, grounds, missing)


def _grounds(level: Level, facts: Facts) -> tuple[str, ...]:
    judged = tuple(COMBINED[pair] for pair in _TABLE[level] if _reaches(facts, *pair))
    observed = {
        Level.WATCH: (EMERGING, facts.emerging or facts.crossed),
        Level.ADVISORY: (PREPARE, facts.prepare_now),
        Level.WARNING: (CROSSED, facts.crossed and facts.act_now),
    }
    ground, holds = observed[level]
    return (ground, *judged) if holds else judged


def _reaches(facts: Facts, likelihood: int, impact: int) -> bool:
    if facts.likelihood is None or facts.impact is None:
        return False
    return facts.likelihood >= likelihood and facts.impact >= impact


def last_day(on: date) -> date:
    """Return the last day on which a level set ``on`` a day may still stand."""
    return on + LONGEST
