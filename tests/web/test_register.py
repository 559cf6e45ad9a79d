"""Pages of levels, indicators and actions: who may write, what is kept when refused, what readers see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.network import releases
from copkit_delphi.warning import planning, progress
from copkit_delphi.warning.models import Brief
from tests.factories import migrated
from tests.network.factory import post, release
from tests.warning import factory
from tests.warning.factory import LATER
from tests.warning.test_registers import move, recommended
from tests.web.stage import furnished, stage
from tests.web.staged import Stage, read_form

__all__ = ["furnished", "migrated", "stage"]


@pytest.fixture
def planned(stage: Stage) -> Stage:
    with stage.place.database.writing() as session:
        planning.take_from_library(session, study_id=stage.made.study_id)
    return stage


def form_at(stage: Stage, page: str, path: str, role: Role = Role.ANALYST) -> dict[str, str]:
    """Return the fields of one form of a page, without their prefix."""
    html = stage[role].get(f"{stage.base}{page}").text
    return read_form(html, f"{stage.base}{path}")


def named(fields: dict[str, str], **values: str) -> dict[str, str]:
    """Return the fields with values given under the names that a person sees."""
    prefix = next(iter(fields)).rpartition("-")[0]
    return fields | {f"{prefix}-{name}": value for name, value in values.items()}


LEVEL = {"level": "3", "changed": "evidence", "reason": "The recall takes five months."}


def test_an_analyst_sets_a_level_and_page_one_of_the_draft_prints_it(stage: Stage) -> None:
    fields = form_at(stage, "/levels", "/levels/S02")
    answer = stage[Role.ANALYST].post(f"{stage.base}/levels/S02", data=named(fields, **LEVEL))
    assert answer.status_code == 303
    page = stage[Role.OWNER].get(f"{stage.base}/levels").text
    assert "The recall takes five months." in page
    assert "Set by Anna Analyst, analyst" in page
    assert "Set this level in my name" not in page
    with stage.place.database.writing() as session:
        factory.written_brief(session, stage.made)
    draft = stage[Role.OWNER].get(f"{stage.base}/brief/brief.html").text
    assert "Level 3 of 4" in draft
    assert "The recall takes five months." in draft


def test_only_an_analyst_sets_a_level(stage: Stage) -> None:
    data = named(form_at(stage, "/levels", "/levels/S02"), **LEVEL)
    for role in (Role.FACILITATOR, Role.ETHICS_REVIEWER, Role.OWNER):
        assert stage[role].post(f"{stage.base}/levels/S02", data=data).status_code == 403
    assert "No level has been set." in stage[Role.OWNER].get(f"{stage.base}/levels").text
    assert stage[Role.READER].get(f"{stage.base}/levels").status_code == 404
    assert stage[Role.ANALYST].post(f"{stage.base}/levels/S99", data=data).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": ""}, "Give one reason."),
        ({"level": "9"}, "Not a valid choice"),
        ({"changed": ""}, "Say what led to it."),
        ({"expires_on": "2030-01-01"}, "within twelve months"),
        ({"seen": "x"}, "Not a valid integer"),
        ({"seen": "7"}, "Somebody set this level meanwhile"),
    ],
)
def test_a_refused_level_keeps_what_was_typed(stage: Stage, wrong: dict[str, str], said: str) -> None:
    fields = form_at(stage, "/levels", "/levels/S02")
    typed = {"reason": "Typed by me"} if "reason" not in wrong else {}
    answer = stage[Role.ANALYST].post(f"{stage.base}/levels/S02", data=named(fields, **LEVEL | typed | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert not typed or "Typed by me" in answer.text
    assert "No level has been set." in answer.text


def test_the_workbench_counts_scenarios_without_a_level(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        factory.written_brief(session, stage.made)
    assert "Scenarios without a warning level, or with one that expired: 2." in (
        stage[Role.ANALYST].get(f"{stage.base}/brief").text
    )


def test_a_reading_is_added_and_shown_with_who_and_until_when_it_counts(planned: Stage) -> None:
    with planned.place.database.reading() as session:
        indicator = planning.of_study(session, planned.made.study_id).indicators[0].id
    path = f"/indicators/{indicator}"
    fields = form_at(planned, "/indicators", path)
    day = (LATER - timedelta(days=300)).date().isoformat()
    old = named(fields, status="emerging", value="12 in a year", on=day)
    assert planned[Role.FACILITATOR].post(f"{planned.base}{path}", data=old).status_code == 303
    page = planned[Role.OWNER].get(f"{planned.base}/indicators").text
    assert "12 in a year" in page
    assert "Fatima Facilitator" in page
    assert "Stale since" in page
    assert "Add a reading" not in page
    answer = planned[Role.ANALYST].post(f"{planned.base}{path}", data=old | {"value": "x"})
    assert answer.status_code == 422
    assert "Somebody added a reading meanwhile" in answer.text
    assert planned[Role.OWNER].post(f"{planned.base}{path}", data=old).status_code == 403


def test_a_step_needs_an_owner_and_readers_see_only_what_their_brief_holds(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        key = recommended(session, stage.made)
        brief = released_to_the_reader(stage, session)
    fields = form_at(stage, "/actions", f"/actions/{key}")
    step = named(fields, status="adopted", owner="", reason="Money is there.")
    answer = stage[Role.ANALYST].post(f"{stage.base}/actions/{key}", data=step)
    assert answer.status_code == 422
    assert "needs an owner" in answer.text
    assert "Money is there." in answer.text
    step = named(fields, status="adopted", owner="Example Agency", reason="Money is there.")
    assert stage[Role.ANALYST].post(f"{stage.base}/actions/{key}", data=step).status_code == 303
    page = stage[Role.READER].get(f"/briefs/{brief.id}/actions").text
    assert "Example Agency" in page
    assert "Adopted" in page
    assert page.count("<tr") == 2, "one action and the heading"
    for hidden in ("Money is there.", "Anna Analyst"):
        assert hidden not in page
    assert stage[Role.READER].get(f"{stage.base}/actions").status_code == 404


def released_to_the_reader(stage: Stage, session: Session) -> Brief:
    return release(stage.place, session, stage.made, [stage.reader(session).id])


def test_a_retracted_brief_shows_no_actions(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        key = recommended(session, stage.made)
        brief = released_to_the_reader(stage, session)
        move(session, stage.made, key, progress.Status.CONSIDERED)
        releases.retract(
            session, post(stage.place), brief=brief, reason="A figure was wrong.", actor="a", at=LATER
        )
    answer = stage[Role.READER].get(f"/briefs/{brief.id}/actions")
    assert answer.status_code == 410
    assert "A figure was wrong." in answer.text
