"""Answers that are no numbers in the database: sealed, counted, erased, on both databases."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select, text

from copkit_delphi.elicitation import integrity, rounds, seals, studies, withdrawals
from copkit_delphi.elicitation.models import Rating
from tests import factories as f
from tests import own_questions
from tests.web import panel

ROW = {
    "id": "a", "panellist_id": "b", "item_id": "c", "round_id": "d", "revision": 1, "value": 60.0, "low": None,
    "high": None, "weight": None, "cannot_judge": False,
}  # fmt: skip


def test_an_answer_without_detail_keeps_the_hash_it_always_had() -> None:
    parts = "a|b|c|d|1.0|60.0||||0.0"
    before = hmac.new(b"k", parts.encode(), hashlib.sha256).hexdigest()[: seals.LENGTH]
    assert seals.of(b"k", ROW) == before
    assert seals.of(b"k", {**ROW, "detail": None}) == before
    assert len({seals.of(b"k", {**ROW, "detail": one}) for one in ("[1]", "[2]", '"text"')} | {before}) == 4


def test_details_are_sealed_counted_and_erased(place: f.Install) -> None:
    study = own_questions.started(place, rounds=2)
    with place.database.writing() as session:
        round_ = rounds.latest(session, study.id)
        f.answer(session, round_)
        f.close_round(session, round_)
        assert integrity.faults(session, study_id=study.id) == []
        someone = session.scalars(
            select(Rating.panellist_id).where(Rating.detail.is_not(None)).limit(1)
        ).one()
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=someone, clock=f.clock_at())
    with place.database.writing() as session:
        assert integrity.faults(session, study_id=study.id) == []
        assert session.scalars(select(Rating.id).where(Rating.panellist_id == someone)).first() is None
        studies.end(session, study_id=study.id, actor="test", at=f.NOW)


def test_a_text_that_was_changed_past_the_application_shows(place: f.Install) -> None:
    study = own_questions.started(place, rounds=2)
    postgres = place.database.engine.dialect.name == "postgresql"
    with place.database.engine.begin() as connection:
        of = " ON rating" if postgres else ""
        connection.exec_driver_sql(f"DROP TRIGGER rating_append_only{of}")
        connection.execute(text("UPDATE rating SET detail = '\"Other words\"' WHERE detail LIKE '\"%'"))
    with place.database.reading() as session:
        assert integrity.faults(session, study_id=study.id) != []
        assert panel.real(session, study)
