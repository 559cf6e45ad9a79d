"""The methods page and the JSON Schema in docs/ are what the registry says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from copkit_delphi.analysis.methods import methods_page
from copkit_delphi.analysis.schema import json_schema

DOCS = Path(__file__).parents[2] / "docs"
MADE = {
    "measures.md": methods_page,
    "analysis.schema.json": lambda: json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n",
}


@pytest.mark.parametrize("name", MADE)
def test_a_page_made_from_the_registry_is_up_to_date(name: str) -> None:
    if os.environ.get("COPKIT_DOCS"):
        (DOCS / name).write_text(MADE[name](), encoding="utf-8")
    said = (DOCS / name).read_text(encoding="utf-8")
    assert said == MADE[name](), "write it anew: COPKIT_DOCS=1 python3 app.py test tests/analysis"
