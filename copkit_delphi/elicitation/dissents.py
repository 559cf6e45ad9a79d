"""The dissent register of a study: where the panel does not agree, what each side argues, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import DecidedItem, DecisionRecord, disputed
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import LIKELIHOOD, ItemResult
from copkit_delphi.elicitation import arguments, decisions, results, rounds, studies
from copkit_delphi.elicitation.arguments import Stated


class Standing(StrEnum):
    """Where a dissent stands."""

    OPEN = "open"
    KEPT = "kept in brief"
    NOTED = "in this register only"
    GONE = "no longer there"


STANDING_LABELS = {
    Standing.OPEN: N_("Open: the study is running"),
    Standing.KEPT: N_("Kept: a brief prints both sides"),
    Standing.NOTED: N_("Noted: stands here, a brief does not print it"),
    Standing.GONE: N_("Gone: the last round shows it no longer"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the register: what the ``last`` round shows, and in which ``rounds`` there was dissent.

    ``kinds`` and ``decided`` are those of the last round with dissent; ``quotable`` are the keys of the arguments that
    a brief may quote, as their authors agreed; ``earlier`` are arguments of rounds before, in words that stand no more.
    """

    item: ItemResult
    decided: DecidedItem
    rounds: tuple[int, ...]
    standing: Standing
    stated: tuple[Stated, ...]
    quotable: frozenset[str]
    earlier: tuple[Stated, ...] = ()

    def side(self, name: str) -> list[tuple[str, bool]]:
        """Return the arguments of one side, each with whether a brief may quote it."""
        return [(one.text, one.key in self.quotable) for one in self.stated if one.side == name]


def of_study(session: Session, study_id: str) -> tuple[Entry, ...]:
    """Return the register in the order of the items; rounds without a decision record are not in it."""
    records = decisions.of_study(session, study_id)
    frozen = {one.round: one for one in results.of_study(session, study_id)}
    study = studies.get(session, study_id)
    running = study.state == StudyState.RUNNING
    k, among = Protocol.from_dict(study.protocol).k, rounds.of_study(session, study_id)
    told, quotable = (
        arguments.standing(session, among, k=k, frozen=frozen, quotable=only) for only in (False, True)
    )
    free = frozenset(one.key for one in quotable)
    before = _before(
        told,
        [arguments.standing(session, [row], k=k, frozen=frozen) for row in among if row.number in frozen],
    )
    entries = []
    for name in dict.fromkeys(one.name for record in records for one in record.disputed):
        held = [record for record in records if (one := record.item(name)) and one.dissent]
        decided = held[-1].item(name)
        item = frozen[held[-1].round].item(name)
        if decided:
            entries.append(
                Entry(
                    item,
                    decided,
                    tuple(record.round for record in held),
                    _standing(item, is_last=held[-1] is _last(records, name), running=running),
                    tuple(one for one in told if one.item == name),
                    free,
                    tuple(one for one in before if one.item == name),
                )
            )
    return tuple(entries)


def _before(told: Iterable[Stated], rounds_: Iterable[Iterable[Stated]]) -> list[Stated]:
    """Return what was argued in earlier rounds in other words than what stands now, first to last."""
    known = {(one.item, one.side, one.text) for one in told}
    found: dict[tuple[str, str, str], Stated] = {}
    for one in (one for stated in rounds_ for one in stated):
        found.setdefault((one.item, one.side, one.text), one)
    return [one for place, one in found.items() if place not in known]


def _last(records: Iterable[DecisionRecord], name: str) -> DecisionRecord | None:
    """Return the last record that holds the item: an item that is carried no further keeps what it had."""
    return next((record for record in reversed(tuple(records)) if record.item(name)), None)


def _standing(item: ItemResult, *, is_last: bool, running: bool) -> Standing:
    if not is_last:
        return Standing.GONE
    if running:
        return Standing.OPEN
    return Standing.KEPT if item.kind == LIKELIHOOD and disputed(item) else Standing.NOTED
