"""Readings of indicators and steps of actions: appended in somebody's name, refused where a rule is broken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, Invalid, NotFound
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.register import Observed, Status
from copkit_delphi.people import audit
from copkit_delphi.warning import briefs, planning, progress, readings, released
from tests.factories import Install
from tests.warning import factory
from tests.warning.factory import LATER, REVIEW, Made


def recommended(session: Session, made: Made) -> str:
    """Complete and recommend the first action of the study; return its id."""
    planning.take_from_library(session, study_id=made.study_id)
    row = planning.of_study(session, made.study_id).actions[0]
    planning.complete_action(
        session,
        study_id=made.study_id,
        action_id=row.id,
        owner="Ministry",
        trigger="A case",
        stop_rule="No case",
        recommended=True,
    )
    session.flush()
    return row.id


def move(
    session: Session, made: Made, action_id: str, status: Status, owner: str = "", reason: str = "Decided."
) -> None:
    tracked = progress.get(session, study_id=made.study_id, action_id=action_id)
    progress.move(
        session,
        tracked=tracked,
        status=status,
        owner=owner,
        reason=reason,
        seen=len(tracked.steps),
        by=made.who(Role.FACILITATOR),
        at=LATER,
    )


def test_steps_of_an_action_are_appended_with_who_when_and_why(anywhere: Install) -> None:
    with anywhere.database.writing() as session:
        made = factory.staffed_study(anywhere, session, end=False)
        key = recommended(session, made)
        assert progress.get(session, study_id=made.study_id, action_id=key).status is Status.RECOMMENDED
        move(session, made, key, Status.CONSIDERED)
        move(session, made, key, Status.ADOPTED, "Agency", "Money is there.")
        tracked = progress.get(session, study_id=made.study_id, action_id=key)
        events = [event for event in audit.of_study(session, made.study_id) if event.action == "action:move"]
    assert (tracked.status, tracked.owner) == (Status.ADOPTED, "Agency")
    assert [(step.name, step.reason) for step in tracked.steps] == [
        ("Fatima Facilitator", "Decided."),
        ("Fatima Facilitator", "Money is there."),
    ]
    assert len(events) == 2
    for table in ("action_change", "indicator_reading"):
        with anywhere.database.writing() as session:
            if table == "indicator_reading":
                _read(session, made, Observed.EMERGING)
        with pytest.raises(Exception, match="append-only"), anywhere.database.writing() as session:
            session.execute(text(f"UPDATE {table} SET name = 'x'"))


@pytest.mark.parametrize(
    ("status", "owner", "reason"),
    [
        (Status.ADOPTED, " ", "Decided."),
        (Status.REJECTED, "", " "),
        (Status.IMPLEMENTED, "Agency", "Done."),
        (Status.PROPOSED, "Agency", "Back."),
    ],
)
def test_a_step_without_owner_or_reason_or_out_of_turn_is_refused(
    place: Install, made: Made, status: Status, owner: str, reason: str
) -> None:
    with place.database.writing() as session:
        key = recommended(session, made)
        with pytest.raises(Invalid):
            move(session, made, key, status, owner, reason)
        assert progress.get(session, study_id=made.study_id, action_id=key).steps == ()


def test_a_step_after_the_release_changes_no_released_document(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        key = recommended(session, made)
        brief = factory.published_brief(session, made)
        before = released.pdf(session, brief_id=brief.id, kind="brief")
        move(session, made, key, Status.ADOPTED, "Agency")
        assert released.pdf(session, brief_id=brief.id, kind="brief") == before
        assert progress.get(session, study_id=made.study_id, action_id=key).status is Status.ADOPTED


def test_the_brief_prints_status_and_present_owner(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        key = recommended(session, made)
        move(session, made, key, Status.ADOPTED, "Agency")
        (action,) = briefs.prepare(session, brief, at=LATER).brief.actions
    assert (action.status, action.owner, action.key) == ("adopted", "Agency", key)


def _read(session: Session, made: Made, status: Observed, *, value: str = "12", days: int = 0) -> None:
    planning.take_from_library(session, study_id=made.study_id)
    watch = readings.of_study(session, made.study_id)[0]
    readings.add(
        session,
        watch=watch,
        status=status,
        value=value,
        on=LATER.date() - timedelta(days=days),
        seen=len(watch.readings),
        by=made.who(Role.ANALYST),
        at=LATER,
    )


def test_the_newest_reading_counts_until_it_goes_stale(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        _read(session, made, Observed.NOT_OBSERVED, value="0")
        _read(session, made, Observed.EMERGING)
        watch = readings.of_study(session, made.study_id)[0]
        row = watch.indicator
        row.cadence, row.expiry = "monthly", REVIEW
        assert (len(watch.readings), watch.status) == (2, Observed.EMERGING)
        assert watch.tells(LATER.date() + timedelta(days=31))
        assert watch.stale(LATER.date() + timedelta(days=32))


def test_a_reading_of_tomorrow_or_without_a_value_is_refused(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        for wrong in ({"days": -1}, {"value": " "}):
            with pytest.raises(Invalid):
                _read(session, made, Observed.EMERGING, **wrong)  # type: ignore[arg-type]
        _read(session, made, Observed.NOT_COLLECTABLE, value="")


def test_what_changed_meanwhile_or_is_elsewhere_is_refused(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        key = recommended(session, made)
        stale = progress.get(session, study_id=made.study_id, action_id=key)
        move(session, made, key, Status.CONSIDERED)
        with pytest.raises(Conflict):
            progress.move(
                session,
                tracked=progress.get(session, study_id=made.study_id, action_id=key),
                status=Status.ADOPTED,
                owner="Agency",
                reason="Decided.",
                seen=len(stale.steps),
                by=made.who(Role.ANALYST),
                at=LATER,
            )
        with pytest.raises(NotFound):
            progress.get(session, study_id="elsewhere", action_id=key)
        with pytest.raises(NotFound):
            readings.get(session, study_id="elsewhere", indicator_id="x")
