"""Before its date nothing is deleted, from its date on all of it, and the record says so without content."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.protocol import KEEP_ANSWERS, KEEP_NAMES, Keeping, Protocol, digest
from copkit_delphi.elicitation import integrity, ratings, results, retention, rounds, studies
from copkit_delphi.elicitation.models import Panellist, Round, Study
from copkit_delphi.people import audit
from tests import factories as f

DAY = timedelta(days=1)
PEOPLE = "Ann; ann@x.example; Industry\nBob; bob@x.example; Industry"
ANSWERS = ("rating", "rationale", "panellist", "participation", "sealed_round")
NAMES = ("sealed_identity", "personal_link")


@pytest.fixture
def study(place: f.Install) -> Study:
    """A study that ended at ``NOW`` after one closed round, with a draft left over."""
    with place.database.writing() as session:
        made, round_ = f.running_study(place, session, f.make_account(session).id, people=PEOPLE)
        f.answer(session, round_)
        ann = session.query(Panellist).filter_by(study_id=made.id, synthetic=False).first()
        ratings.give_consent(session, panellist_id=ann.id, version="t", quoting="no")
        item = studies.items(session, made.id)[0]
        ratings.save_drafts(
            session, panellist_id=ann.id, round_id=round_.id, typed={item.id: {"value": "3"}}, clock=f.clock_at()
        )  # fmt: skip
        f.close_round(session, round_)
        studies.end(session, study_id=made.id, actor="test", at=f.NOW)
        return made


def counts(session: Any, *tables: str) -> list[int]:
    return [session.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]


def sweep(place: f.Install, days: int, **reviews: Any) -> None:
    with place.database.writing() as session:
        retention.sweep(session, reviews=reviews, at=f.NOW + days * DAY)


@pytest.mark.parametrize(
    ("tables", "days"), [(("draft",), 30), (NAMES, 90), (("outbox_message",), 31), (ANSWERS, 365)]
)
def test_nothing_before_its_date_and_all_from_it_on(
    place: f.Install, study: Study, tables: tuple[str, ...], days: int
) -> None:
    with place.database.writing() as session:
        session.execute(text("UPDATE outbox_message SET state = 'sent', seal = NULL"))
        before = counts(session, *tables)
    assert all(before)
    for day in (0, days // 2, days - 1):
        sweep(place, day)
        with place.database.reading() as session:
            assert counts(session, *tables) == before, day
    sweep(place, days)
    with place.database.reading() as session:
        assert counts(session, *tables) == [0] * len(tables)
        assert len(results.of_study(session, study.id)) == 1
        assert audit.verify(session) is None
        assert integrity.faults(session) == []
        noted = len(audit.of_study(session, study.id))
    sweep(place, days)
    with place.database.reading() as session:
        assert len(audit.of_study(session, study.id)) == noted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.integers(1, 200),
    answers=st.integers(1, 800),
    review=st.none() | st.integers(0, 400),
    day=st.integers(0, 1300),
)
def test_on_whatever_day_the_worker_runs_what_is_due_is_gone_and_nothing_else(
    place: f.Install, study: Study, names: int, answers: int, review: int | None, day: int
) -> None:
    reason = "" if (names, answers) == (KEEP_NAMES, KEEP_ANSWERS) else "The court asks for it."
    keeping = Keeping(names=names, answers=answers, reason=reason)
    reviews = {} if review is None else {study.id: f.NOW.date() + review * DAY}
    due = {"draft": 30, "sealed_identity": names, "rating": max(names, (review or 0) + answers)}
    with place.database.session() as session:
        mine = session.get_one(Study, study.id)
        mine.protocol = replace(Protocol.from_dict(mine.protocol), keeping=keeping).to_dict()
        retention.sweep(session, reviews=reviews, at=f.NOW + day * DAY)
        left = dict(zip(due, counts(session, *due), strict=True))
        session.rollback()
    goes = {"draft": min(due["draft"], due["rating"])}  # a draft goes with its panellist at the latest
    assert {table: bool(number) for table, number in left.items()} == {
        table: day < goes.get(table, first) for table, first in due.items()
    }


@pytest.mark.parametrize("times", [{"names": 30}, {"answers": 900}, {"names": 30, "reason": "  "}])
def test_another_time_needs_a_reason(times: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="Say why"):
        Keeping(**times)


def test_the_defaults_leave_the_hash_of_a_protocol_as_it_was() -> None:
    assert "keeping" not in Protocol().to_dict()
    other = Protocol(keeping=Keeping(names=30, reason="Asked for by the panel."))
    assert Protocol.from_dict(other.to_dict()) == other
    assert digest(other.to_dict()) != digest(Protocol().to_dict())


def test_a_brief_keeps_answers_until_a_year_after_its_review(place: f.Install, study: Study) -> None:
    review = {study.id: f.NOW.date() + 180 * DAY}
    sweep(place, 365 + 179, **review)
    with place.database.reading() as session:
        assert counts(session, "rating")[0] > 0
    sweep(place, 365 + 180, **review)
    with place.database.reading() as session:
        assert counts(session, "rating") == [0]


def test_the_record_counts_from_five_and_names_nobody(place: f.Install, study: Study) -> None:
    sweep(place, 400)
    with place.database.reading() as session:
        found = {
            event.action: json.loads(event.detail)["count"]
            for event in audit.of_study(session, study.id)
            if event.action.startswith("retention:")
        }
    assert found == {
        "retention:drafts": "a few",
        "retention:identities": "a few",
        "retention:ratings": 36,
    }


def test_names_go_half_a_year_after_the_last_close_even_if_nobody_ends_the_study(place: f.Install) -> None:
    with place.database.writing() as session:
        made, round_ = f.running_study(place, session, f.make_account(session).id, people=PEOPLE)
        f.answer(session, round_)
    sweep(place, 1000)  # a round is open: its panel is still needed
    with place.database.writing() as session:
        assert counts(session, "sealed_identity") == [2]
        rounds.close(session, round_id=round_.id, actor="test", clock=f.clock_at())
    sweep(place, 179)
    with place.database.reading() as session:
        assert counts(session, "sealed_identity") == [2]
    sweep(place, 180)
    with place.database.reading() as session:
        assert counts(session, "sealed_identity", "personal_link") == [0, 0]
        assert counts(session, "rating")[0] > 0
        due = retention.dates(session, session.get_one(Study, made.id), review_on=None)
        assert (due.answers, session.get_one(Round, round_.id).state) == (None, "closed")
