"""The JSON of ``analyse`` with every measure: it keeps to its schema, explains each null and can be made again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner

from copkit_delphi.analysis.schema import json_schema
from copkit_delphi.cli.analyse import command

ROUND_KEYS = {
    "krippendorff_alpha", "kendall_w", "kendall_w_p", "skillings_mack", "fleiss_kappa", "gwet_ac1", "gwet_ac2", "icc", "cronbach_alpha",
}  # fmt: skip
ITEM_KEYS = {
    "mad", "cv", "tastle_wierman", "van_der_eijk_a", "leik_d", "entropy", "bimodality_coefficient", "dip_p", "ipr", "ipras",
    "disagreement_index", "appropriateness", "percent_agreement", "balanced_share", "min_group_share", "reasons", "group_test",
}  # fmt: skip
STABILITY_KEYS = {"net_change", "weighted_kappa", "stuart_maxwell_p", "delta_cv"}
STUDY_KEYS = {"attrition", "rule_sensitivity", "ranking"}


def written(folder: Path, rows: list[tuple[object, ...]]) -> Path:
    path = folder / "ratings.csv"
    lines = ["round,panellist,group,item,value", *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def analysed(path: Path, *more: str) -> dict[str, Any]:
    done = CliRunner().invoke(command, [str(path), "--format", "json", "--resamples", "100", *more])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout, parse_constant=pytest.fail)
    return found


def random_rows(scale: tuple[int, int], missing: float) -> list[tuple[object, ...]]:
    random = np.random.default_rng(7)
    rows = []
    for number, person, item in product((1, 2), range(14), range(5)):
        if random.random() >= missing and not (number == 2 and person == 3):
            group = ("LEA", "Industry", "Civil society")[person % 3]
            rows.append((number, f"P{person}", group, f"I{item}", random.integers(scale[0], scale[1] + 1)))
    return rows


PANELS = {
    "ordinal": (random_rows((1, 9), 0.1), "1:9"),
    "complete": (random_rows((1, 5), 0), "1:5"),
    "percent": (random_rows((0, 100), 0.2), "0:100"),
    "one panellist": ([(1, "P1", "LEA", "I1", 3), (1, "P1", "LEA", "I2", 4)], "1:5"),
    "one rating": ([(1, "P1", "LEA", "I1", 3)], "1:5"),
    "unanimous": ([(r, f"P{p}", "LEA", f"I{i}", 3) for r in (1, 2) for p in range(8) for i in range(3)], "1:5"),
    "nothing rated": ([(1, f"P{p}", "LEA", "I1", "cannot_judge") for p in range(6)] + [(1, "P9", "LEA", "I2", 2)], "1:5"),
    "two values": ([(1, f"P{p}", "ab"[p % 2], f"I{i}", 1 + 4 * ((p + i) % 2)) for p in range(8) for i in range(2)], "1:5"),
    "one item": ([(r, f"P{p}", "ab"[p % 2], "I1", 1 + p % 5) for r in (1, 2) for p in range(12)], "1:5"),
    "nobody twice": ([(r, f"P{p}{r}", "LEA", "I1", 1 + p % 5) for r in (1, 2) for p in range(6)], "1:5"),
    "two points": ([(r, f"P{p}", "LEA", f"I{i}", p % 2) for r in (1, 2) for p in range(6) for i in range(2)], "0:1"),
}  # fmt: skip


@pytest.mark.parametrize("name", PANELS)
def test_the_json_keeps_to_its_schema_and_explains_each_null(tmp_path: Path, name: str) -> None:
    rows, scale = PANELS[name]
    found = analysed(written(tmp_path, rows), "--scale", scale)
    jsonschema.Draft202012Validator(json_schema()).validate(found)
    assert [path for path in unexplained(found) if path] == []


def unexplained(part: Any, path: str = "") -> Iterator[str]:
    """Yield where a null stands beside a map of reasons that does not name it."""
    if isinstance(part, list):
        for place, entry in enumerate(part):
            yield from unexplained(entry, f"{path}[{place}]")
    if isinstance(part, dict):
        reason = part.get("reason")
        for name, value in part.items():
            if value is None and isinstance(reason, dict) and not reason.get(name):
                yield f"{path}.{name}"
            yield from unexplained(value, f"{path}.{name}")


def test_what_the_field_asks_for_is_there(tmp_path: Path) -> None:
    found = analysed(written(tmp_path, PANELS["ordinal"][0]), "--scale", "1:9")
    assert found.keys() >= STUDY_KEYS
    assert found["rounds"][0].keys() >= ROUND_KEYS
    assert found["rounds"][0]["items"][0].keys() >= ITEM_KEYS
    assert found["stability"][0].keys() >= STABILITY_KEYS
    assert found["rounds"][0]["krippendorff_alpha"].keys() >= {
        "nominal", "ordinal", "interval", "ratio", "interval_ci_items", "interval_ci_panellists",
    }  # fmt: skip
    assert found["rounds"][0]["icc"].keys() >= {"1", "A1", "C1", "1k", "Ak", "Ck"}
    assert found["rounds"][0]["skillings_mack"].keys() >= {"statistic", "df", "p"}
    test = found["rounds"][0]["items"][0]["group_test"]
    assert test.keys() >= {"kruskal_h", "kruskal_p", "epsilon_squared", "pairs"}
    assert test["pairs"][0].keys() >= {"a", "b", "cliff_delta", "mannwhitney_p", "adjusted_p"}


def test_the_same_file_and_seed_give_the_same_json_and_another_seed_does_not(tmp_path: Path) -> None:
    path = written(tmp_path, PANELS["ordinal"][0])
    first, again, other = (analysed(path, "--seed", seed) for seed in ("3", "3", "4"))
    assert first == again
    assert first["options"]["seed"] == 3
    assert first["rounds"][0]["krippendorff_alpha"] != other["rounds"][0]["krippendorff_alpha"]


def test_figures_do_not_depend_on_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = PANELS["complete"][0]
    first = analysed(written(tmp_path, rows))
    random = np.random.default_rng(1)
    by_item = [row for item in range(5) for row in rows if row[3] == f"I{item}"]
    again = analysed(written(tmp_path, [by_item[place] for place in random.permutation(len(by_item))]))
    known = {one["item"]: one for one in again["rounds"][0]["items"]}
    for one in first["rounds"][0]["items"]:
        for key in ITEM_KEYS - {"group_test"}:
            assert known[one["item"]][key] == pytest.approx(one[key], abs=1e-9), key
