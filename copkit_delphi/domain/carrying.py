"""Which items a further round asks: the rule that a study fixes, said once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from copkit_delphi.domain.between import ALL
from copkit_delphi.domain.results import CONFIDENCE_KIND, LIKELIHOOD, TRACK_RECORD
from copkit_delphi.domain.verdict import Verdict

SETTLED = frozenset({Verdict.CONSENSUS, Verdict.STABLE_DISSENT})
COMPANIONS = frozenset({CONFIDENCE_KIND, TRACK_RECORD})  # asked with their page, never for themselves


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item of the round before, with the verdict frozen there; ``changed`` tells of a wording made since."""

    item_id: str
    page: str
    kind: str
    verdict: str
    changed: bool = False

    @property
    def settled(self) -> bool:
        """Tell whether the answers need no further round: consensus or stable dissent, on the words as they stand."""
        return self.verdict in SETTLED and not self.changed

    @property
    def is_own(self) -> bool:
        """Tell whether the item is chosen for itself."""
        return self.kind not in COMPANIONS


def proposed(carry: str, candidates: Iterable[Candidate]) -> frozenset[str]:
    """Return the ids of the items that the rule asks again: all, or those not settled with what goes along.

    A page follows its statement, as the stopping rule does: once that is settled, nothing of the page is asked.
    """
    every = list(candidates)
    over = {one.page for one in every if one.kind == LIKELIHOOD and one.settled}
    wanted = {
        one.item_id
        for one in every
        if one.is_own and (carry == ALL or (not one.settled and one.page not in over))
    }
    return completed(wanted, every)


def completed(chosen: Collection[str], candidates: Iterable[Candidate]) -> frozenset[str]:
    """Return ``chosen`` with what goes along on their pages: the statement, on which the others depend, the own
    confidence and the track record. A page with nothing chosen is left out whole.
    """
    every = list(candidates)
    pages = {one.page for one in every if one.is_own and one.item_id in chosen}
    along = {one.item_id for one in every if one.page in pages and (not one.is_own or one.kind == LIKELIHOOD)}
    return frozenset(along | {one.item_id for one in every if one.is_own and one.item_id in chosen})


def deviation(
    chosen: Collection[str], rule: Collection[str], candidates: Iterable[Candidate]
) -> Mapping[str, list[str]]:
    """Return the ids asked although settled (``added``) and left out although open (``dropped``), in order."""
    own = [one.item_id for one in candidates if one.is_own]
    return {
        "added": [key for key in own if key in chosen and key not in rule],
        "dropped": [key for key in own if key in rule and key not in chosen],
    }
