"""What a facilitator decides by after a close: frozen beside the snapshot, already disclosed, plain JSON data.

A record holds words where a figure could tell what somebody answered. Whatever is held back is ``None``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import StoppingRule
from copkit_delphi.domain.results import LIKELIHOOD, RATING_KIND, Frozen, ItemResult, RoundSnapshot
from copkit_delphi.domain.verdict import Stability, Verdict

JUDGED = (LIKELIHOOD, RATING_KIND)


class Choice(StrEnum):
    """What the stopping rule says after a round, and what a person decides."""

    END = "end"
    GO_ON = "another_round"


class Advice(StrEnum):
    """What another round could do for one item."""

    SETTLED = "settled"
    DISSENT = "settled_in_dissent"
    MOVING = "moving"
    UNKNOWN = "not_assessable"
    TOO_FEW = "too_few"


class Dissent(StrEnum):
    """Why an item stands in the dissent register."""

    POLARISED = "polarised"
    DIVIDED = "divided"
    GROUP = "group_guard"
    CAMP = "minority_camp"


class Held(StrEnum):
    """Why a part of a record says nothing."""

    FIRST_ROUND = "first_round"
    FEW = "few"
    NOBODY_LEFT = "nobody_left"
    NOT_ASKED = "not_asked"
    NOT_TOLD = "not_told"


CHOICE_LABELS = {Choice.END: N_("End the study"), Choice.GO_ON: N_("Another round")}
ADVICE_LABELS = {
    Advice.SETTLED: N_("Settled: another round is unlikely to change it."),
    Advice.DISSENT: N_("Settled in dissent: another round is unlikely to bring agreement."),
    Advice.MOVING: N_("Still moving: another round can settle it."),
    Advice.UNKNOWN: N_("Not assessable yet: another round shows whether the answers stand."),
    Advice.TOO_FEW: N_("Too few answers: more panellists are needed, not more rounds."),
}
ADVICE_WORDS = {
    Advice.SETTLED: N_("unlikely to change it"),
    Advice.DISSENT: N_("unlikely to bring agreement"),
    Advice.MOVING: N_("can settle it"),
    Advice.UNKNOWN: N_("shows whether it stands"),
    Advice.TOO_FEW: N_("needs more panellists"),
}
DISSENT_LABELS = {
    Dissent.POLARISED: N_("Groups stand far apart"),
    Dissent.DIVIDED: N_("The panel is divided"),
    Dissent.GROUP: N_("One group stands apart"),
    Dissent.CAMP: N_("A minority camp"),
}


@dataclass(frozen=True, slots=True)
class Stopping:
    """What the stopping rule says of a round: ``stable`` of ``judged`` statements are stable."""

    ends: bool
    stable: int
    judged: int

    @property
    def choice(self) -> Choice:
        """Return the advice as a choice."""
        return Choice.END if self.ends else Choice.GO_ON


def stopping(frozen: RoundSnapshot, rule: StoppingRule) -> Stopping:
    """Apply the stopping rule to a frozen round: the one place, for pages, records and use cases."""
    judged = [item for item in frozen.items if item.kind in JUDGED]
    stable = sum(item.stability == Stability.STABLE for item in judged)
    ends = rule.says_end(frozen.round, all_stable=stable == len(judged))
    return Stopping(ends, stable, len(judged))


def advice_on(item: ItemResult) -> Advice:
    """Say what another round could do for ``item``."""
    if item.verdict == Verdict.TOO_FEW_ANSWERS:
        return Advice.TOO_FEW
    if item.verdict == Verdict.STABLE_DISSENT:
        return Advice.DISSENT
    if item.stability == Stability.STABLE:
        return Advice.SETTLED
    return Advice.MOVING if item.stability == Stability.MOVING else Advice.UNKNOWN


def disputed(item: ItemResult) -> bool:
    """Tell whether a brief prints the dissent on ``item``: divided, polarised, or a group stands apart."""
    return item.split or item.group_guard


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """The verdict under one usual rule; ``kind`` is width, share or stability, ``value`` its threshold.

    ``verdict`` is None where it does not follow from figures that are shown anyway.
    """

    kind: str
    value: float
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Two groups on one item: medians ``apart`` (first less second), and what that means by the study's own limits.

    ``distance`` is close, apart (beyond the group guard) or far_apart (as far as groups that polarise). ``size`` compares
    the answers themselves in a word, from ten ratings in each group; from twenty so do ``effect`` (Cliff's delta, one
    decimal, at most 0.9 either way) and ``p`` (the threshold that the adjusted p lies below, 1 for none).
    """

    one: str
    other: str
    apart: float
    distance: str
    size: str | None = None
    effect: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Those who rated an item a round ago and no longer, against those who stayed: words only."""

    size: str | None = None
    side: str | None = None
    could_change: bool | None = None
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Camp:
    """The smaller of two camps: on which ``side``, and about how large."""

    side: str
    size: str


@dataclass(frozen=True, slots=True)
class DecidedItem:
    """One statement with everything a decision on it rests on."""

    name: str
    scenario: str
    verdict: str
    agreement: str | None
    stability: str
    reasons: tuple[str, ...]
    advice: str
    rules: tuple[RuleVerdict, ...]
    gaps: tuple[Gap, ...]
    leaving: Leaving
    dissent: tuple[str, ...] = ()
    camp: Camp | None = None
    leaning: str | None = None

    @property
    def flips(self) -> tuple[RuleVerdict, ...]:
        """Return the rules under which the verdict would be another one."""
        return tuple(rule for rule in self.rules if rule.verdict not in (None, self.verdict))

    @property
    def told(self) -> bool:
        """Tell whether any rule's verdict may be shown."""
        return any(rule.verdict is not None for rule in self.rules)

    @property
    def settled(self) -> bool:
        """Tell whether the answers are stable."""
        return self.advice in {Advice.SETTLED, Advice.DISSENT}

    @property
    def widest(self) -> Gap | None:
        """Return the two groups that lie furthest apart."""
        return max(self.gaps, key=lambda gap: abs(gap.apart), default=None)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of a group answered again; None where a count would tell of a few. ``enough``: met the response share."""

    name: str
    kind: str
    before: int | None = None
    again: int | None = None
    enough: bool | None = None


@dataclass(frozen=True, slots=True)
class Attrition:
    """Who stayed since the round before, by group, and whether groups stayed alike."""

    groups: tuple[Kept, ...] = ()
    alike: bool | None = None
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whether likelihood leans with desirability: ``rho`` over answers less their item's mean, two decimals."""

    n: int | None = None
    rho: float | None = None
    word: str | None = None
    held: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionRecord(Frozen):
    """What speaks for and against a decision after one round, frozen at its close."""

    study: str
    round: int
    closed_on: str
    snapshot: str
    criterion: str
    min_rounds: int
    max_rounds: int
    stable_share: float
    response_share: float
    advice: str
    stable: int
    items: tuple[DecidedItem, ...]
    attrition: Attrition
    wishes: Wishes

    def item(self, name: str) -> DecidedItem | None:
        """Return the item called ``name``, None where there is none."""
        return next((one for one in self.items if one.name == name), None)

    @property
    def flipping(self) -> tuple[DecidedItem, ...]:
        """Return the items whose verdict hangs on the rule."""
        return tuple(one for one in self.items if one.flips)

    @property
    def disputed(self) -> tuple[DecidedItem, ...]:
        """Return the items of the dissent register."""
        return tuple(one for one in self.items if one.dissent)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DecisionRecord:
        """Rebuild a record from its JSON data."""
        attrition = data["attrition"]
        groups = tuple(Kept(**row) for row in attrition["groups"])
        return cls(
            **{
                **data,
                "items": tuple(_item(row) for row in data["items"]),
                "attrition": Attrition(**{**attrition, "groups": groups}),
                "wishes": Wishes(**data["wishes"]),
            }
        )


def _item(data: Mapping[str, Any]) -> DecidedItem:
    return DecidedItem(
        **{
            **data,
            "reasons": tuple(data["reasons"]),
            "rules": tuple(RuleVerdict(**row) for row in data["rules"]),
            "gaps": tuple(Gap(**row) for row in data["gaps"]),
            "leaving": Leaving(**data["leaving"]),
            "dissent": tuple(data["dissent"]),
            "camp": Camp(**data["camp"]) if data["camp"] else None,
        }
    )
