"""Two people at the same moment with one brief: what one of them did stands, and the other is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.network import letters, recipients, releases
from copkit_delphi.people import audit
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.warning import briefs
from copkit_delphi.warning.models import Brief, Signature
from tests.factories import Install
from tests.meeting import at_once
from tests.network.factory import give, post, reader, release, signed
from tests.warning import factory
from tests.warning.factory import LATER, Made

LATE = LATER + timedelta(days=2)


@pytest.fixture
def study(anywhere: Install) -> Made:
    with anywhere.database.writing() as session:
        return factory.staffed_study(anywhere, session)


def _edit(session: Session, brief_id: str) -> None:
    brief = session.get_one(Brief, brief_id)
    text = factory.text_of(brief, bottom_line="Nobody signed this sentence.")
    briefs.edit(session, brief=brief, text=text, actor="a", at=LATER)


def _letters(session: Session, kind: str) -> int:
    return session.scalar(select(func.count()).where(OutboxMessage.kind == kind)) or 0


def test_a_brief_that_is_edited_while_it_is_released_stays_as_it_was_released(
    anywhere: Install, study: Made
) -> None:
    with anywhere.database.writing() as session:
        brief_id, rita = signed(session, study).id, reader(session).id
    refused = at_once(
        anywhere,
        lambda session: give(anywhere, session, study, session.get_one(Brief, brief_id), [rita]),
        lambda session: _edit(session, brief_id),
    )
    assert refused == ["A published version never changes. Start a new one."]
    with anywhere.database.reading() as session:
        brief = session.get_one(Brief, brief_id)
        assert brief.state == BriefState.PUBLISHED
        assert "Nobody signed" not in brief.bottom_line
        assert session.scalar(select(func.count()).where(Signature.brief_id == brief_id)) == 2


def test_a_brief_is_released_once(anywhere: Install, study: Made) -> None:
    with anywhere.database.writing() as session:
        brief_id, rita = signed(session, study).id, reader(session).id

    def press(session: Session) -> None:
        give(anywhere, session, study, session.get_one(Brief, brief_id), [rita])

    assert len(at_once(anywhere, press, press)) == 1
    with anywhere.database.reading() as session:
        assert _letters(session, letters.RELEASE) == 1
        assert [e.action for e in audit.of_study(session, study.study_id)].count("release:give") == 1


def test_a_brief_is_retracted_once_and_for_one_reason(anywhere: Install, study: Made) -> None:
    with anywhere.database.writing() as session:
        brief_id = release(anywhere, session, study, [reader(session).id]).id

    def retract(session: Session, reason: str) -> None:
        brief = session.get_one(Brief, brief_id)
        releases.retract(session, post(anywhere), brief=brief, reason=reason, actor="a", at=LATE)

    refused = at_once(anywhere, lambda s: retract(s, "First."), lambda s: retract(s, "Second."))
    assert len(refused) == 1
    with anywhere.database.reading() as session:
        assert session.get_one(Brief, brief_id).withdrawn_because == "First."
        assert _letters(session, letters.RETRACTION) == 1


def test_two_people_who_remind_at_once_send_one_reminder(anywhere: Install, study: Made) -> None:
    with anywhere.database.writing() as session:
        brief_id = release(anywhere, session, study, [reader(session).id]).id

    def remind(session: Session) -> None:
        recipients.remind(session, post(anywhere), brief=session.get_one(Brief, brief_id), actor="a", at=LATE)

    assert len(at_once(anywhere, remind, remind)) == 1
    with anywhere.database.reading() as session:
        assert _letters(session, letters.REMINDER) == 1


def test_nobody_is_named_to_a_brief_that_is_being_retracted(anywhere: Install, study: Made) -> None:
    with anywhere.database.writing() as session:
        brief_id = release(anywhere, session, study, [reader(session).id]).id
        second = reader(session, "Nora").id

    def retract(session: Session) -> None:
        brief = session.get_one(Brief, brief_id)
        releases.retract(session, post(anywhere), brief=brief, reason="Wrong.", actor="a", at=LATE)

    def name(session: Session) -> None:
        one = recipients.Named(second, "Example Ministry")
        brief = session.get_one(Brief, brief_id)
        recipients.name_another(session, post(anywhere), brief=brief, one=one, actor="a", at=LATE)

    assert at_once(anywhere, retract, name) == ["This brief is not released any more."]


def test_two_briefs_begun_at_once_have_two_references(anywhere: Install, study: Made) -> None:
    with anywhere.database.writing() as session:
        other = factory.staffed_study(anywhere, session)

    def propose(study_id: str):  # type: ignore[no-untyped-def]
        return lambda session: briefs.propose(session, study_id=study_id, analyst="Anna", actor="a", at=LATER)

    assert at_once(anywhere, propose(study.study_id), propose(other.study_id)) == []
    with anywhere.database.reading() as session:
        assert len(set(session.scalars(select(Brief.reference)))) == 2
