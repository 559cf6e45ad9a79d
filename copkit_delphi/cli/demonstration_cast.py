"""Who acts in the demonstration, when, and in which words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.library import shipped as library

START = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cast:
    """Account ids of those who act in the demonstration, by role."""

    ids: Mapping[Role, str]
    names: Mapping[Role, str]

    def __getitem__(self, role: Role) -> str:
        return self.ids[role]


@cache
def content() -> dict[str, Any]:
    """Return the written content of the demonstration."""
    data: dict[str, Any] = json.loads((library.DATA / "demonstration.json").read_text(encoding="utf-8"))
    return data


def at(day: int) -> Clock:
    """Return a clock that stands ``day`` days after the start of the demonstration's calendar."""
    moment = START + timedelta(days=day)
    return lambda _session: moment
