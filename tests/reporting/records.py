"""A study record for tests: decisions, moderation and own questions, with the snapshot that holds their results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from copkit_delphi.domain.decisions import Choice
from copkit_delphi.domain.documents import AnnexDocument
from copkit_delphi.domain.record_parts import Decided, Moderated, OwnQuestion, StudyRecord
from copkit_delphi.domain.redaction import POLICY
from copkit_delphi.domain.results import Figures, ItemResult
from tests.reporting.annexes import annex

RECORD = StudyRecord(
    decisions=(
        Decided(date(2026, 10, 12), 1, Choice.GO_ON, "Facilitator", Choice.GO_ON),
        Decided(
            date(2026, 11, 9), 2, Choice.END, "Co-facilitator", Choice.GO_ON,
            "The port panel meets no more before the budget is decided.",
        ),
    ),
    moderation=(
        Moderated(1, 64, 31, 22, 9, 7, (("identity", None), ("off topic", 6))),
        Moderated(2, 41, 25, 12, None, 0),
    ),
    policy=POLICY,
    questions=(
        OwnQuestion("S02.q1", 1, "Voice fraud", "How ready is your organisation?", "1 Not at all, 7 Entirely", "median 3, middle half 2 to 5"),
        OwnQuestion("S02.q2", 1, "Voice fraud", "Which measure first?", "", "Train officers 44%; Share reports 32%; 2 not shown"),
        OwnQuestion("S99.q1", None, "About the study", "What did we not ask?", "", "not shown: fewer than 5 answers"),
    ),
)  # fmt: skip


def recorded() -> AnnexDocument:
    """Return the full annex with its study record."""
    document = annex(record=RECORD)
    last = document.snapshot
    more = (_item("S02.q1", "ordinal", 34, "divided"), _item("S02.q2", "single", 34), _item("S99.q1", "text"))
    return replace(document, snapshots=(*document.snapshots[:-1], replace(last, items=(*last.items, *more))))


def _item(name: str, kind: str, n: int | None = None, agreement: str | None = None) -> ItemResult:
    return ItemResult(
        name, kind, name[:3], "", 1, 7, 1, Figures(n=n), (), agreement, "not_assessable", "", more={}
    )
