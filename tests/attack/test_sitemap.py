"""The site map holds every route there is, with its rule, and no other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from copkit_delphi.web.doors import DOORS, Who
from tests.attack import sitemap

pytestmark = pytest.mark.xdist_group("attack")  # one stage is set for all of them


@pytest.fixture(scope="module")
def drawn(staged: Path) -> dict[str, Any]:
    """The site map as the harness reads it."""
    found: dict[str, Any] = json.loads((staged / "sitemap.json").read_text())
    return found


def _shape(path: str) -> str:
    return re.sub(r"<[^>]+>|\{\w+\}", "{}", path)


def _served(staged: Path) -> set[tuple[str, str]]:
    lines = [line.split() for line in (staged / "routes.txt").read_text().splitlines()]
    return {
        (method, _shape(path))
        for methods, path in lines
        for method in methods.split(",")
        if method not in {"HEAD", "OPTIONS"}
    }


def test_every_route_is_in_the_site_map_and_nothing_else_is(staged: Path, drawn: dict[str, Any]) -> None:
    mapped = {(method, _shape(one["path"])) for one in drawn["routes"] for method in one["methods"]}
    assert mapped == _served(staged)
    assert drawn["options"].get("unmapped_on_purpose", []) == []


def test_every_form_of_the_product_has_its_fields(drawn: dict[str, Any]) -> None:
    # A new form that no prepared page shows is named here: give its fields in sitemap.UNSEEN.
    assert drawn["guessed"] == []


def test_both_studies_fill_every_address(drawn: dict[str, Any]) -> None:
    holes = {hole for one in drawn["routes"] for hole in re.findall(r"\{(\w+)\}", one["path"])}
    assert holes - drawn["objects"]["A"].keys() == set()
    of_one_study = holes - drawn["objects"]["B"].keys()
    assert of_one_study <= {"open_study", "open_number", "open_item", "first_number"}


def test_the_tables_beside_the_map_name_routes_that_exist(drawn: dict[str, Any]) -> None:
    ids = {one["id"] for one in drawn["routes"]}
    assert {*sitemap.UNSEEN, *sitemap.ENDS, *sitemap.FILLED, *sitemap.BY_OBJECT} - ids == set()


def test_no_page_of_a_study_is_mapped_as_public(drawn: dict[str, Any]) -> None:
    public = {one["id"] for one in drawn["routes"] if one["access"] == "public"} - {"race.reasons"}
    assert {name for name in public if DOORS[name.removesuffix("-bare")].who is not Who.PUBLIC} == set()
    assert not public & sitemap.BY_OBJECT.keys()


def test_the_studies_share_nobody(drawn: dict[str, Any]) -> None:
    accounts = drawn["accounts"].values()
    assert {one["role"] for one in accounts} >= {
        "facilitator",
        "analyst",
        "ethics_reviewer",
        "dpo",
        "owner",
        "panellist",
    }
    assert all(len(one["studies"]) <= 1 for one in accounts if one["role"] != "trainer")
    named = [one["user"] for one in accounts if one["user"]]
    assert len(named) == len(set(named))
    for role in ("facilitator", "owner", "reader", "panellist"):
        assert {study for one in accounts if one["role"] == role for study in one["studies"]} == {"A", "B"}
