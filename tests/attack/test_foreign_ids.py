"""An id of another study opens and changes nothing, wherever it stands: in an address, in a field, in a field's name."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.security import limiter
from tests import factories

pytestmark = pytest.mark.xdist_group("attack")  # one stage is set for all of them
HOLE, ID = re.compile(r"\{(\w+)\}"), re.compile(r"[0-9a-f]{12,}|[\w-]{20,}")
FIRST = ("facilitator", "analyst", "ethics_reviewer", "dpo")
# Of no study: accounts are the administrator's, the template is one that its facilitator shared with all.
SHARED = re.compile(r"admin\.|facilitator\.(remove_|share_)?template$")
# What is no 404: the way to where a released document is read; a scenario that is gone, with what was typed; a closed round.
OTHERWISE = {"reader.arrive": 302, "facilitator.scenario_post": 409, "panellist.take_proposal_back": 409}


@dataclass(frozen=True)
class Stage:
    """The application with both studies, the map of its routes, and browsers of those who work in study A."""

    app: Flask
    map: Mapping[str, Any]
    browsers: dict[str, FlaskClient]

    def browser(self, role: str) -> FlaskClient:
        if role not in self.browsers:
            self.browsers[role] = client = self.app.test_client()
            if role == "panellist":
                client.post(self.map["accounts"]["exp_a1"]["link"])
            else:
                account = self.map["accounts"][f"{role}_a"]
                client.post("/sign-in", data={"email": account["user"], "password": account["password"]})
        return self.browsers[role]

    def ids(self) -> dict[str, str]:
        """Return what study A calls something, and what study B calls the like of it."""
        mine, theirs = self.map["objects"]["A"], self.map["objects"]["B"]
        return {
            value: theirs[name]
            for name, value in mine.items()
            if theirs.get(name, value) != value and ID.fullmatch(value)
        }

    def routes(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield every route of a study or a panellist with somebody who may pass."""
        for one in self.map["routes"]:
            if one["access"] == "public" or SHARED.match(one["id"]):
                continue
            roles = [
                role
                for role in one["access"]["roles"]
                if role == "panellist" or f"{role}_a" in self.map["accounts"]
            ]
            if roles:
                yield one, next((role for role in FIRST if role in roles), roles[0])


@pytest.fixture(scope="module")
def both(staged: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("both")
    shutil.copytree(staged, folder, dirs_exist_ok=True)
    app = create_app(Settings(data_dir=folder, port=8000, second_factor="off"))
    app.config.update(WTF_CSRF_ENABLED=False)
    limiter.enabled = False
    yield Stage(app, json.loads((folder / "sitemap.json").read_text()), {})
    limiter.enabled = True


def filled(path: str, objects: Callable[[str], str]) -> str:
    return HOLE.sub(lambda hole: objects(hole[1]), path)


def sent(route: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the form of a route, with the right password where it asks for one."""
    form = route.get("form")
    return form and form | ({"current": factories.PASSWORD} if "current" in form else {})


def test_an_address_of_ones_own_study_opens_nothing_of_another(both: Stage) -> None:
    mine, theirs = both.map["objects"]["A"], both.map["objects"]["B"]
    opened, tried = [], 0
    for one, role in both.routes():
        for hole in HOLE.findall(one["path"]):
            if (
                hole.endswith("study_id")
                or hole == "open_study"
                or theirs.get(hole, mine[hole]) == mine[hole]
            ):
                continue
            path = filled(
                one["path"], lambda name, foreign=hole: theirs[name] if name == foreign else mine[name]
            )
            status = both.browser(role).open(path, method=one["methods"][0], data=sent(one)).status_code
            tried += 1
            if status != OTHERWISE.get(one["id"], 404):
                opened.append(f"{role} {one['id']} {hole}: {status}")
    assert opened == []
    assert tried > 40


def test_a_field_that_names_something_of_another_study_is_refused(both: Stage) -> None:
    ids, taken, tried = both.ids(), [], 0
    for one, role in both.routes():
        path, form = filled(one["path"], both.map["objects"]["A"].__getitem__), one.get("form", {})
        for name in (name for name, value in form.items() if value in ids and name != "csrf_token"):
            status = both.browser(role).post(path, data=form | {name: ids[form[name]]}).status_code
            tried += 1
            if status not in {404, 409, 422}:
                taken.append(f"{role} {one['id']} {name}: {status}")
    assert taken == []
    assert tried
