"""What the synthetic panel of the demonstration tends to say of the library's scenarios."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from copkit_delphi.elicitation.behaviours import Tendency
from copkit_delphi.library.scenarios import DATA


@cache
def of_library() -> Mapping[str, Tendency]:
    """Return the tendencies by scenario name; a scenario that is not there is answered around the middle."""
    shipped = json.loads((DATA / "demonstration.json").read_text(encoding="utf-8"))
    return {
        name: Tendency(**figures, **_reasons(shipped["scenarios"].get(name, {})))
        for name, figures in shipped["synthetic"].items()
    }


def _reasons(scenario: dict[str, dict[str, list[str]]]) -> dict[str, tuple[str, ...]]:
    written = scenario.get("reasons", {})
    return {side: tuple(written.get(side, ())) for side in ("higher", "lower")}
