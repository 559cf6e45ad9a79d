"""Indicators and actions: taken from the library, completed by people, refused where something is missing."""

from __future__ import annotations

from typing import Any

import pytest

from copkit_delphi.domain.errors import Invalid, NotFound
from copkit_delphi.warning import briefs, planning
from tests.factories import Install
from tests.warning import factory
from tests.warning.factory import LATER, REVIEW, Made

COMPLETE: dict[str, Any] = {
    "owner": "Police",
    "baseline": "None a year",
    "threshold": "Five a year",
    "source": "Register",
    "expiry": REVIEW,
}


def test_the_library_is_taken_once_and_is_never_complete(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        assert planning.take_from_library(session, study_id=made.study_id) > 0
        assert planning.take_from_library(session, study_id=made.study_id) == 0
        rows = planning.of_study(session, made.study_id)
        assert {row.scenario for row in rows.indicators} == {"S02", "S13"}
        assert all("owner" in planning.incomplete(row) for row in (*rows.indicators, *rows.actions))
        document = briefs.prepare(session, factory.written_brief(session, made), at=LATER).brief
        assert (document.indicators, document.actions) == ((), ())


def test_only_complete_rows_enter_the_brief(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        first, second, *_ = planning.of_study(session, made.study_id).indicators
        study = {"study_id": made.study_id}
        planning.complete_indicator(session, indicator_id=first.id, **study, **COMPLETE)
        planning.complete_indicator(session, indicator_id=second.id, **study, **COMPLETE | {"baseline": " "})
        session.flush()
        document = briefs.prepare(session, brief, at=LATER).brief
    assert [row.text for row in document.indicators] == [first.text]
    assert planning.incomplete(second) == ["baseline"]


def test_only_recommended_actions_enter_the_brief(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        first, second, *_ = planning.of_study(session, made.study_id).actions
        whole = {"study_id": made.study_id, "owner": "Ministry", "trigger": "A case", "stop_rule": "No case"}
        planning.complete_action(session, action_id=first.id, recommended=True, **whole)
        planning.complete_action(session, action_id=second.id, recommended=False, **whole)
        session.flush()
        document = briefs.prepare(session, brief, at=LATER).brief
        assert [row.text for row in document.actions] == [first.text]


@pytest.mark.parametrize("missing", ["owner", "trigger", "stop_rule"])
def test_what_is_incomplete_cannot_be_recommended(place: Install, made: Made, missing: str) -> None:
    whole = {"owner": "Ministry", "trigger": "A case", "stop_rule": "No case"} | {missing: " "}
    with place.database.writing() as session:
        planning.take_from_library(session, study_id=made.study_id)
        row = planning.of_study(session, made.study_id).actions[0]
        with pytest.raises(Invalid):
            planning.complete_action(
                session, study_id=made.study_id, action_id=row.id, recommended=True, **whole
            )
        assert not row.recommended
        planning.complete_action(
            session, study_id=made.study_id, action_id=row.id, recommended=False, **whole
        )


def test_every_scenario_wants_one_indicator_against_it(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        study = {"study_id": made.study_id}
        row = planning.add_indicator(
            session, **study, scenario="S13", name="own-1", values={"text": "Detectors find every part."}
        )
        session.flush()
        lacking = [planning.without_disconfirming(planning.of_study(session, made.study_id), ["S02", "S13"])]
        planning.complete_indicator(session, indicator_id=row.id, **study, **COMPLETE, disconfirming=True)
        session.flush()
        lacking.append(
            planning.without_disconfirming(planning.of_study(session, made.study_id), ["S02", "S13"])
        )
    assert lacking == [["S02", "S13"], ["S02"]]


def test_rows_and_scenarios_of_other_studies_are_not_found(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        planning.take_from_library(session, study_id=made.study_id)
        rows = planning.of_study(session, made.study_id)
        with pytest.raises(NotFound):
            planning.complete_indicator(
                session, study_id="elsewhere", indicator_id=rows.indicators[0].id, **COMPLETE
            )
        with pytest.raises(NotFound):
            planning.complete_action(
                session,
                study_id="elsewhere",
                action_id=rows.actions[0].id,
                owner="",
                trigger="",
                stop_rule="",
                recommended=False,
            )
        with pytest.raises(NotFound):
            planning.add_indicator(
                session, study_id=made.study_id, scenario="S99", name="x", values={"text": "T"}
            )
        with pytest.raises(Invalid):
            planning.add_indicator(
                session, study_id=made.study_id, scenario="S02", name="x", values={"text": " "}
            )
