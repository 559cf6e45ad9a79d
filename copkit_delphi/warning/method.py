"""How a study was run, in the words of a brief."""

from __future__ import annotations

from copkit_delphi.domain.documents import Amendment, DeadlineFact, GroupTarget, Method, RoundFact
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.protocol import Criterion, thresholds_for
from copkit_delphi.domain.scale import PERCENT, Scale
from copkit_delphi.warning.gathered import Gathered


def criterion_in_words(criterion: Criterion, scale: Scale) -> str:
    """Return a consensus criterion as a sentence."""
    spread = thresholds_for(scale)
    rest = f"partial at most {plain(spread.partial)}; polarised: group medians {plain(spread.polarised)} or more apart."
    if criterion.share is not None and criterion.low is not None and criterion.high is not None:
        share = f"{plain(criterion.share * 100)}%"
        return f"Consensus: {share} of ratings lie from {plain(criterion.low)} to {plain(criterion.high)}, in every group half."
    width = spread.consensus if criterion.width is None else criterion.width
    return f"Consensus: the middle half spans at most {plain(width)} points; {rest}"


def _stands(found: Gathered) -> str:
    """Say which results are of an earlier round than the last, and which were held back at its second close."""
    last = found.snapshots[-1]
    earlier = [
        f"{found.scenarios[item.scenario].short or item.scenario} (round {last.carried[item.name]})"
        for item in found.ranked
        if item.name in last.carried
    ]
    said = f" Settled earlier and not asked again: {', '.join(earlier)}." if earlier else ""
    if last.held:
        said += f" Items that keep the result of a first close: {len(last.held)}, since few answers changed."
    return said


def method(found: Gathered) -> Method:
    """Return rules, groups and rounds of a study as its brief prints them."""
    stopping, criterion = found.protocol.stopping, found.protocol.criterion
    spread = thresholds_for(PERCENT)
    stable = sum(item.stability == "stable" for item in found.ranked)
    return Method(
        criterion=criterion_in_words(criterion, PERCENT),
        stopping_rule=f"Stop after round {stopping.min_rounds} at the earliest, when every item is stable "
        f"({plain(stopping.stable_share * 100)}% of paired experts within {plain(spread.stability)} points); "
        f"at most {stopping.max_rounds} rounds.",
        stopping_result=f"After round {found.snapshots[-1].round}: {stable} of {len(found.ranked)} items are stable."
        f"{_stands(found)}",
        groups=tuple(GroupTarget(group.name, group.kind, group.target) for group in found.groups),
        rounds=tuple(
            RoundFact(
                row.number,
                row.opened_at.date() if row.opened_at else row.closed_at.date(),
                row.closed_at.date(),
                row.close_reason,
                tuple(
                    DeadlineFact(move.before.date() if move.before else None, move.after.date(), move.reason)
                    for move in found.moves
                    if move.round_id == row.id
                ),
            )
            for row in found.rounds
            if row.closed_at
        ),
        amendments=tuple(Amendment(row.on, row.text, row.reason) for row in found.amendments),
        dimensions=found.protocol.dimensions,
    )
