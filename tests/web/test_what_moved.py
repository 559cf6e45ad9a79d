"""What moved since the last answer stands first on the overview of a later round, from frozen figures alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import event

from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.scale import IMPACT, PERCENT
from copkit_delphi.elicitation import desks, moved, results, rounds
from copkit_delphi.elicitation.ratings import Answer
from tests import factories
from tests.factories import StudyProtocol
from tests.web import panel
from tests.web.test_panellist import text

MOVED, DIFFER = "What moved since your last answer", "to look at again, if you like"


def listed(page: str) -> list[str]:
    """Return the addresses of the pages that are listed, in order."""
    found = re.search(r'<section class="panel" id="moved".*?</section>', page, re.DOTALL)
    return re.findall(r'href="(/panel/\d+)"', found[0]) if found else []


def test_round_1_lists_nothing(app: Flask, place) -> None:
    page = text(panel.enter(app, place, panel.started(place)).get("/panel"))
    assert listed(page) == []
    assert MOVED not in page


def test_round_2_lists_where_the_own_answer_stands_outside(app: Flask, place) -> None:
    study = panel.started(place, rounds=2)
    page = text(panel.enter(app, place, study).get("/panel"))
    assert DIFFER in page
    assert re.search(r"you said 80%; the middle half of the panel is \d+ to \d+%\.", page)
    assert listed(page)
    assert listed(text(panel.enter(app, place, study, who=1).get("/panel"))) == []  # Bob gave no answer


def test_round_2_offers_these_pages_below_the_work_closed_and_in_the_order_of_the_study(
    app: Flask, place
) -> None:
    study = panel.started(place, rounds=2, scenarios=("S02", "S04", "S06"))
    page = text(panel.enter(app, place, study).get("/panel"))
    assert page.index('id="round"') < page.index('id="moved"')
    assert re.search(r'id="moved"[^>]*><details><summary>', page)
    assert listed(page) == sorted(listed(page))
    assert "Start with these" not in page
    assert "differ" not in page


@pytest.mark.parametrize(
    ("own", "figures", "scale", "told"),
    [
        (50, Figures(n=12, median=52, q1=51, q3=54), PERCENT, False),
        (47, Figures(n=12, median=52, q1=51, q3=54), PERCENT, False),
        (46, Figures(n=12, median=52, q1=51, q3=54), PERCENT, True),
        (59, Figures(n=12, median=52, q1=51, q3=54), PERCENT, True),
        (3, Figures(n=12, median=1, q1=1, q3=2), IMPACT, True),
        (2, Figures(n=12, median=1, q1=1, q3=2), IMPACT, False),
        (80, Figures(n=7, median=50), PERCENT, True),
        (66, Figures(n=7, median=50), PERCENT, False),
        (66, Figures(), PERCENT, False),
    ],
)
def test_a_distance_smaller_than_people_answer_by_is_not_told(own, figures, scale, told) -> None:
    row = SimpleNamespace(answer=Answer(own))
    assert bool(moved._outside(row, SimpleNamespace(panel=figures, scale=scale))) == told


def test_round_3_lists_what_moved_between_both_frozen_rounds(app: Flask, place) -> None:
    study = panel.started(place, rounds=3)
    page = text(panel.enter(app, place, study).get("/panel"))
    assert MOVED in page
    with place.database.reading() as session:
        first, second = results.of_study(session, study.id)
    pairs = [
        (first.item(item.name).panel.median, item.panel.median)
        for item in second.items
        if item.kind == "likelihood"
    ]
    for was, now in pairs:
        sentence = f"median moved from {was:g} to {now:g}%"
        assert (sentence in page) == (was != now)
    assert any(was != now for was, now in pairs)
    assert listed(page)
    assert listed(text(panel.enter(app, place, study, who=1).get("/panel"))) == listed(
        page
    )  # nobody's own answer


def test_the_page_that_moved_most_comes_first(place) -> None:
    study = panel.started(place, rounds=3)
    with place.database.reading() as session:
        view = desks.desk(session, panellist=panel.real(session, study)[0], at=factories.NOW)
        far = [max(note.far for note in page.notes) for page in moved.since_last_answer(session, view)]
    assert far == sorted(far, reverse=True)
    assert far


def test_a_study_that_shows_no_figures_lists_none(app: Flask, place) -> None:
    study = panel.started(
        place, rounds=2, protocol=StudyProtocol(dimensions=("physical",), feedback=Feedback("none"))
    )
    page = text(panel.enter(app, place, study).get("/panel"))
    assert "Round 2" in page
    assert listed(page) == []
    assert MOVED not in page
    assert DIFFER not in page


def test_the_order_of_work_starts_with_what_moved_and_comes_back(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=3))
    places = listed(text(client.get("/panel")))
    assert client.post("/panel/order", data={"order": "moved"}).location == places[0]
    place_ = int(places[0].rpartition("/")[2])
    after = client.post(places[0], data=panel.fields(client, place_, round_=3)).location
    assert after == (places[1] if len(places) > 1 else after)
    assert "These pages come first." in text(client.get("/panel"))
    client.post("/panel/order", data={"order": "usual"})
    assert "Start with these" in text(client.get("/panel"))


def test_the_order_is_chosen_in_an_open_round_only(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    with place.database.writing() as session:
        factories.close_round(session, rounds.latest(session, study.id))
    assert client.post("/panel/order", data={"order": "moved"}).status_code == 409


@contextmanager
def statements(place) -> Iterator[list[str]]:
    """Count what is asked of the database."""
    found: list[str] = []

    def note(*told: object) -> None:
        found.append(str(told[2]))

    event.listen(place.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(place.database.engine, "before_cursor_execute", note)


def test_more_items_take_no_more_statements(app: Flask, place) -> None:
    counts = []
    for scenarios in (("S02",), ("S02", "S04", "S06")):
        study = panel.started(place, rounds=3, scenarios=scenarios)
        with place.database.reading() as session:
            view = desks.desk(session, panellist=panel.real(session, study)[0], at=factories.NOW)
            with statements(place) as found:
                assert moved.since_last_answer(session, view)
        counts.append(len(found))
    assert counts[0] == counts[1]
