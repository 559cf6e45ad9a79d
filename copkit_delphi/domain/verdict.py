"""Two facts, one verdict: the closed lists of agreement, stability and verdict words."""

from __future__ import annotations

from enum import StrEnum

from copkit_delphi.domain.errors import N_

MIN_RATINGS = 5


class Agreement(StrEnum):
    """How far a panel's ratings of one item agree in one round, by the study's criterion."""

    CONSENSUS = "consensus"
    PARTIAL = "partial"
    DIVIDED = "divided"
    POLARISED = "polarised"


class Stability(StrEnum):
    """Whether paired panellists kept their rating between two rounds."""

    STABLE = "stable"
    MOVING = "moving"
    NOT_ASSESSABLE = "not_assessable"


class Verdict(StrEnum):
    """What may be said of an item after a round."""

    CONSENSUS = "consensus"
    MAJORITY = "majority"
    STABLE_DISSENT = "stable_dissent"
    NOT_YET_STABLE = "not_yet_stable"
    TOO_FEW_ANSWERS = "too_few_answers"


AGREEMENT_LABELS = {
    Agreement.CONSENSUS: N_("Consensus"),
    Agreement.PARTIAL: N_("Partial"),
    Agreement.DIVIDED: N_("Divided"),
    Agreement.POLARISED: N_("Polarised"),
}
STABILITY_LABELS = {
    Stability.STABLE: N_("stable"),
    Stability.MOVING: N_("moving"),
    Stability.NOT_ASSESSABLE: N_("not assessable"),
}
VERDICT_LABELS = {
    Verdict.CONSENSUS: N_("Consensus"),
    Verdict.MAJORITY: N_("Majority"),
    Verdict.STABLE_DISSENT: N_("Stable dissent"),
    Verdict.NOT_YET_STABLE: N_("Not yet stable"),
    Verdict.TOO_FEW_ANSWERS: N_("Too few answers"),
}

SPLIT = frozenset({Agreement.DIVIDED, Agreement.POLARISED})


def decide(
    agreement: Agreement | None, stability: Stability, *, n: int, required_group_short: bool = False
) -> Verdict:
    """Return the verdict of an item with ``n`` ratings.

    ``required_group_short`` tells that a required group has fewer than five ratings: the agreement
    word then stands, but ``consensus`` becomes ``majority``.
    """
    if n < MIN_RATINGS or agreement is None:
        return Verdict.TOO_FEW_ANSWERS
    if stability is not Stability.STABLE:
        return Verdict.NOT_YET_STABLE
    if agreement in SPLIT:
        return Verdict.STABLE_DISSENT
    if agreement is Agreement.PARTIAL or required_group_short:
        return Verdict.MAJORITY
    return Verdict.CONSENSUS
