"""Whatever is recorded in the audit has words, so that nobody reads a raw name of an event."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from copkit_delphi.domain.events import EVENT_LABELS
from copkit_delphi.domain.permission import Action

EVENT = re.compile(r"[a-z]+(-[a-z]+)*:[a-z]+(-[a-z]+)*")


def test_every_recorded_event_has_words_and_no_words_stand_unused(tracked: list[Path], root: Path) -> None:
    rooms = root / "copkit_delphi"
    named = {
        node.value
        for path in tracked
        if path.suffix == ".py" and path.is_relative_to(rooms) and path.parent != rooms / "domain"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and EVENT.fullmatch(node.value)
    }
    assert sorted(EVENT_LABELS.keys() - named) == []
    assert sorted(named - set(Action) - EVENT_LABELS.keys()) == []
