"""What the synthetic panel of the demonstration tends to say of the library's scenarios."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from copkit_delphi.elicitation.behaviours import Tendency
from copkit_delphi.library.shipped import DATA


@cache
def of_library() -> Mapping[str, Tendency]:
    """Return the tendencies by scenario name; a scenario that is not there is answered around the middle."""
    shipped = json.loads((DATA / "demonstration.json").read_text(encoding="utf-8"))
    return {
        name: _tendency(figures, shipped["scenarios"].get(name, {}))
        for name, figures in shipped["synthetic"].items()
    }


def _tendency(figures: dict[str, Any], written: dict[str, Any]) -> Tendency:
    reasons = written.get("reasons", {})
    return Tendency(
        centre=figures["centre"],
        spread=figures["spread"],
        movement=figures["movement"],
        impact=figures["impact"],
        higher=reasons.get("higher", ()),
        lower=reasons.get("lower", ()),
        lone=written.get("lone_reason") or "",
    )
