"""A warning level is proposed by rule, set by a person, appended, printed, and part of what is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from copkit_delphi.domain.alert import Change, Level
from copkit_delphi.domain.errors import Conflict, Invalid, NotFound
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.register import Observed
from copkit_delphi.people import audit
from copkit_delphi.reporting.documents import render_brief
from copkit_delphi.reporting.environment import written_day
from copkit_delphi.warning import briefs, levels, planning, readings
from copkit_delphi.warning.levels import Chosen, Stand
from tests.factories import Install
from tests.warning import factory
from tests.warning.factory import LATER, REVIEW, Made

TODAY = LATER.date()
CHOSEN = Chosen(Level.ADVISORY, "Preparing takes longer than we have.", Change.EVIDENCE, REVIEW)


def stands(session: Session, made: Made) -> dict[str, Stand]:
    found = levels.standing(session, study_id=made.study_id, on=TODAY)
    return {one.scenario.name: one for one in found}


def set_level(session: Session, made: Made, chosen: Chosen = CHOSEN, *, seen: int | None = None) -> None:
    stand = stands(session, made)["S02"]
    seen = len(stand.history) if seen is None else seen
    levels.set_level(session, stand=stand, chosen=chosen, seen=seen, by=made.who(Role.ANALYST), at=LATER)


def read(session: Session, made: Made, name: str, status: Observed, *, days: int = 1) -> None:
    planning.take_from_library(session, study_id=made.study_id)
    watch = next(one for one in readings.of_study(session, made.study_id) if one.indicator.name == name)
    readings.add(
        session,
        watch=watch,
        status=status,
        value="12 a year",
        on=TODAY - timedelta(days=days),
        seen=len(watch.readings),
        by=made.who(Role.ANALYST),
        at=LATER,
    )


def test_levels_are_appended_with_the_proposal_of_the_day(anywhere: Install) -> None:
    with anywhere.database.writing() as session:
        made = factory.staffed_study(anywhere, session, end=False)
    with anywhere.database.writing() as session:
        set_level(session, made)
        set_level(session, made, replace(CHOSEN, level=Level.WATCH, changed=Change.JUDGEMENT))
        first, second = stands(session, made)["S02"].history
        proposed = stands(session, made)["S02"].proposal.level
        events = [event for event in audit.of_study(session, made.study_id) if event.action == "warning:set"]
    assert (first.level, second.level, first.position, second.position) == (2, 1, 1, 2)
    assert first.proposed == second.proposed == proposed
    assert (first.name, first.account_id) == ("Anna Analyst", made[Role.ANALYST])
    assert len(events) == 2
    assert "longer" not in events[0].detail
    with pytest.raises(Exception, match="append-only"), anywhere.database.writing() as session:
        session.execute(text("UPDATE warning_level SET level = 0"))


def test_the_proposal_reads_frozen_figures_and_says_what_was_not_assessed(place: Install, made: Made) -> None:
    with place.database.reading() as session:
        stand = stands(session, made)["S02"]
    assert stand.facts.likelihood is not None
    assert stand.facts.impact is not None
    assert stand.facts.emerging is None
    assert "time left to act" in stand.proposal.not_assessed
    assert stand.proposal.level < Level.URGENT


@pytest.mark.parametrize(
    ("status", "days", "emerging"),
    [
        (Observed.EMERGING, 1, True),
        (Observed.CROSSED, 1, True),
        (Observed.NOT_OBSERVED, 1, False),
        (Observed.LAPSED, 1, None),
        (Observed.RETIRED, 1, None),
        (Observed.EMERGING, 400, None),
    ],
)
def test_only_a_reading_that_still_counts_feeds_the_proposal(
    place: Install, made: Made, status: Observed, days: int, emerging: bool | None
) -> None:
    with place.database.writing() as session:
        read(session, made, "S02-I1", status, days=days)
        stand = stands(session, made)["S02"]
    assert stand.facts.emerging is emerging
    assert (levels.STALE in stand.proposal.not_assessed) is (days == 400)


def test_an_indicator_against_the_scenario_never_raises_its_level(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        read(session, made, "S02-I1", Observed.CROSSED)
        row = readings.of_study(session, made.study_id)[0].indicator
        row.disconfirming = True
        session.flush()
        stand = stands(session, made)["S02"]
    assert stand.facts.emerging is None
    assert stand.against


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"reason": "x" * 161},
        {"expires_on": TODAY},
        {"expires_on": TODAY + timedelta(days=367)},
    ],
)
def test_a_level_needs_a_reason_and_an_end_within_a_year(
    place: Install, made: Made, wrong: dict[str, object]
) -> None:
    with place.database.writing() as session, pytest.raises(Invalid):
        set_level(session, made, replace(CHOSEN, **wrong))


def test_two_people_do_not_overtake_each_other(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        set_level(session, made)
        with pytest.raises(Conflict):
            set_level(session, made, seen=0)
        with pytest.raises(NotFound):
            levels.named(levels.standing(session, study_id=made.study_id, on=TODAY), "S99")


def test_the_brief_prints_the_level_and_the_annex_its_history(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        assert briefs.prepare(session, brief, at=LATER).brief.warnings == ()
        set_level(session, made, replace(CHOSEN, level=Level.WATCH))
        set_level(session, made)
        prepared = briefs.prepare(session, brief, at=LATER)
    (level,) = prepared.brief.warnings
    assert (level.level, level.before, level.set_by) == (Level.ADVISORY, Level.WATCH, "Anna Analyst")
    lines = [line for line in prepared.annex.history if "set by Anna Analyst, analyst" in line]
    assert len(lines) == 2
    assert "Watch (1)" in lines[0]


def test_a_new_level_makes_signatures_void(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.signed_brief(session, made)
        assert briefs.prepare(session, brief, at=LATER).releasable
        set_level(session, made)
        prepared = briefs.prepare(session, brief, at=LATER)
        assert not prepared.releasable
        with pytest.raises(Conflict):
            briefs.as_published(prepared, on=TODAY)


def test_an_expired_level_says_so_and_holds_nothing_back(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        set_level(session, made, replace(CHOSEN, expires_on=TODAY + timedelta(days=1)))
        brief = factory.signed_brief(session, made)
        later = LATER + timedelta(days=3)
        prepared = briefs.prepare(session, brief, at=later)
        document, _ = briefs.as_published(prepared, on=later.date())
    assert f"expired on {written_day(TODAY + timedelta(days=1), 'en')}" in render_brief(document)


def test_without_a_closed_round_there_is_no_warning(anywhere: Install) -> None:
    with anywhere.database.writing() as session:
        made = factory.staffed_study(anywhere, session, closed=False)
        with pytest.raises(Conflict):
            levels.standing(session, study_id=made.study_id, on=TODAY)
