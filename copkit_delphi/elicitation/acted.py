"""What the log says of an act on the reasons of one item: which it was, told by what it changed."""

from __future__ import annotations

from typing import Any

from copkit_delphi.domain.redaction import marks
from copkit_delphi.elicitation import board as acts
from copkit_delphi.elicitation.board import Board

# What a facilitator does, and what the log says of it.
EVENTS = {
    "pass": "reason:pass",
    "merge": "reason:merge",
    "split": "reason:split",
    "leave_out": "reason:leave-out",
    "restore": "reason:restore",
    "redact": "reason:redact",
    "unmark": "reason:unmark",
    "edit": "reason:edit",
    "undo": "reason:undo",
}
Happened = tuple[str, dict[str, Any]]  # what the log says of an act, and its detail


def worded(before: Board, after: Board) -> Happened:
    """Tell what became of an argument's words: another wording, other marks, or nothing but that it passed."""
    put, gone = set(after.entries) - set(before.entries), set(before.entries) - set(after.entries)
    kinds, unmarked = _marked(before, after)
    if any(acts.needs_yes(after, one) for one in put) or any(acts.needs_yes(before, one) for one in gone):
        return EVENTS["edit"], {"marks": kinds} if kinds else {}
    if kinds:
        return EVENTS["redact"], {"marks": kinds}
    return (EVENTS["unmark"], {}) if unmarked else (EVENTS["pass"], {"reasons": 1})


def _marked(before: Board, after: Board) -> tuple[list[str], bool]:
    """Return the kinds of the marks in texts that were marked otherwise before, and whether any lost a mark."""
    texts = [(before.redacted.get(key, ""), text) for key, text in after.redacted.items()]
    changed = [(marks(old), marks(new)) for old, new in texts if old != new]
    return sorted({kind for _, new in changed for kind in new}), any(old and not new for old, new in changed)
