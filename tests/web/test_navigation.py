"""The navigation inside a study: every page in one part, by the same doors, in every state of a study."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copkit_delphi.web.doors import DOORS, Source
from copkit_delphi.web.navigation import page_of
from copkit_delphi.web.parts import PARTS
from tests.journey import walk
from tests.journey.prepared import IN_STUDIES, Prepared, prepare
from tests.journey.walk import WAYS

ON_THE_OVERVIEW = {"facilitator.study", "facilitator.copy", "facilitator.save_template"}
IN_FRAME = re.compile(r'<nav class="parts".*?</nav>', re.DOTALL)
CURRENT = re.compile(r'<a(?: class="name")? href="([^"]*)" aria-current="(page|true)"')


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(Path(tmp_path_factory.mktemp("navigation")))


def test_every_page_of_a_study_belongs_to_one_of_the_table(prepared: Prepared) -> None:
    on_overview = set()
    with prepared.app.test_request_context():
        for endpoint, way in WAYS.items():
            if way.study and not DOORS[endpoint].leaves and DOORS[endpoint].source != Source.NONE:
                path = walk.addresses(prepared.app, endpoint, prepared.known)[0].partition("?")[0]
                if page_of(path, prepared.known[way.study]).endpoint == "facilitator.study":
                    on_overview.add(endpoint)
    assert on_overview == ON_THE_OVERVIEW


def _menu(prepared: Prepared, role: str, study: str, path: str = "") -> str:
    answer = prepared.client(role).get(f"/studies/{prepared.known[study]}{path}")
    assert answer.status_code == 200, (role, study, path)
    found = IN_FRAME.search(answer.text)
    assert found
    return found.group()


@pytest.mark.parametrize("study", ["draft", "open", "moderated", "closed", "imported"])
@pytest.mark.parametrize("role", [role for role in IN_STUDIES if role != "observer"])
def test_everything_that_is_offered_opens_and_says_where_it_is(
    prepared: Prepared, role: str, study: str
) -> None:
    client, title = prepared.client(role), _title(prepared, role, study)
    for href in dict.fromkeys(re.findall(r'href="([^"]*)"', _menu(prepared, role, study))):
        answer = client.get(href)
        assert answer.status_code == 200, (role, href)
        assert (href, "page") in CURRENT.findall(IN_FRAME.search(answer.text).group()), href
        assert title in re.search(r"<title>(.*?)</title>", answer.text).group(1), href


def _title(prepared: Prepared, role: str, study: str) -> str:
    page = prepared.client(role).get(f"/studies/{prepared.known[study]}").text
    return re.search(r"<title>Overview – (.*) – COPKIT Delphi</title>", page).group(1)


def test_whoever_runs_a_study_is_offered_every_page_of_the_table(prepared: Prepared) -> None:
    offered = set(re.findall(r'href="([^"]*)"', _menu(prepared, "co_facilitator", "closed")))
    with prepared.app.test_request_context():
        wanted = {
            walk.addresses(prepared.app, page.endpoint, prepared.known, prepared.known["closed"])[0]
            for part in PARTS
            for page in part.pages
            if not page.passing
        }
    assert {one.partition("?")[0] for one in wanted} == offered


def test_nobody_is_offered_a_page_whose_door_is_shut(prepared: Prepared) -> None:
    assert "/panel" not in _menu(prepared, "analyst", "open")
    assert "/names" in _menu(prepared, "dpo", "open")
    assert "/mail" not in _menu(prepared, "owner", "open")
    assert prepared.client("observer").get(f"/studies/{prepared.known['open']}").status_code in (403, 404)


@pytest.mark.parametrize(
    ("study", "now", "text"),
    [
        ("draft", ["Prepare", "Panel"], "Finish the set-up and open round 1."),
        ("open", ["Rounds"], "Follow who has answered."),
        ("moderated", ["Rounds"], "Check the reasons, then open the feedback."),
        ("closed", ["Decide"], "Open the next round or end the study."),
        ("imported", [], "Read the results."),
    ],
)
def test_the_navigation_says_what_is_under_way_and_what_comes_next(
    prepared: Prepared, study: str, now: list[str], text: str
) -> None:
    menu = _menu(prepared, "facilitator", study, "/roles")
    assert re.findall(r'>([A-Z]\w+)<span class="badge">under way', menu) == now
    page = prepared.client("facilitator").get(f"/studies/{prepared.known[study]}/roles").text
    assert text in page
    assert text not in prepared.client("owner").get(f"/studies/{prepared.known[study]}/roles").text
