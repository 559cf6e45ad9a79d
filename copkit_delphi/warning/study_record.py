"""What an annex prints of the study itself: decisions by role, moderation in numbers, the study's own questions."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import ROLE_LABELS
from copkit_delphi.domain.record_parts import Decided, Moderated, OwnQuestion, StudyRecord
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.elicitation.board import GROUNDS
from copkit_delphi.elicitation.decision_log import Logged
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.items import called, of, points
from copkit_delphi.elicitation.moderation_log import Summary
from copkit_delphi.reporting.phrases import as_written
from copkit_delphi.warning.gathered import Gathered

NO_ROLE = N_("somebody who ran the study then")


def study_record(found: Gathered) -> StudyRecord:
    """Return the record of a study: its log, its moderation and its last frozen results, all of it disclosed before."""
    policy, default = found.policy
    return StudyRecord(
        decisions=tuple(map(_decided, found.decided)),
        moderation=tuple(map(_moderated, found.moderated)),
        policy=policy,
        own_policy=not default,
        questions=tuple(
            _question(found, item) for item in found.snapshots[-1].items if of(item.kind).place == shapes.OWN
        ),
    )


def _decided(row: Logged) -> Decided:
    by = ROLE_LABELS[row.role] if row.role else NO_ROLE
    return Decided(row.on, row.round, row.choice, by, row.advice, row.reason)


def _moderated(one: Summary) -> Moderated:
    counts = one.counts
    names = {
        "reasons": "reasons",
        "shown": "arguments",
        "merged": "merged",
        "redacted": "redacted",
        "edited": "edited",
    }
    return Moderated(
        one.round,
        **{field: counts.get(name, 0) for field, name in names.items()},
        left_out=tuple(
            (label, counts[f"left_out_{ground}"])
            for ground, label in GROUNDS.items()
            if f"left_out_{ground}" in counts
        ),
    )


def _question(found: Gathered, item: ItemResult) -> OwnQuestion:
    ends = points(item, as_written)
    scenario = found.scenarios[item.scenario]
    return OwnQuestion(
        item=item.name,
        number=found.numbers.get(item.scenario),
        about=scenario.short or scenario.title,
        question=called(item, as_written),
        scale=", ".join(f"{one.value} {one.label}" for one in (ends[0], ends[-1])) if ends else "",
        words=of(item.kind).printed(item, as_written),
    )
