"""Which items a round asks, on both databases: the rule, a choice against it, results that stand."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from copkit_delphi.domain.carrying import Candidate, completed, deviation, proposed
from copkit_delphi.domain.errors import Conflict, Invalid, NotFound
from copkit_delphi.elicitation import (
    carrying,
    desks,
    mine,
    own,
    ratings,
    results,
    rounds,
    sheets,
    studies,
    succession,
)
from copkit_delphi.elicitation.models import (
    Amendment,
    Item,
    Panellist,
    Rating,
    RoundItem,
    Study,
)
from copkit_delphi.elicitation.ratings import Answer
from tests import factories as f
from tests.elicitation.staged import OPEN, two_rounds


def page(verdict: str, *, changed: bool = False, impact: str = "not_yet_stable") -> list[Candidate]:
    return [
        Candidate("s", "S", "likelihood", verdict, changed),
        Candidate("i", "S", "impact", impact),
        Candidate("c", "S", "confidence", "not_yet_stable"),
    ]


@pytest.mark.parametrize(
    ("verdict", "impact", "asked"),
    [
        ("consensus", "consensus", set()),
        ("stable_dissent", "stable_dissent", set()),
        ("majority", "consensus", {"s", "c"}),
        ("consensus", "majority", set()),
        ("majority", "too_few_answers", {"s", "i", "c"}),
        ("too_few_answers", "consensus", {"s", "c"}),
    ],
)
def test_open_items_are_asked_with_what_goes_along(verdict: str, impact: str, asked: set[str]) -> None:
    assert proposed("open", page(verdict, impact=impact)) == asked
    assert proposed("all", page(verdict, impact=impact)) == {"s", "i", "c"}


def test_changed_words_open_an_item_again() -> None:
    assert proposed("open", page("consensus", changed=True, impact="consensus")) == {"s", "c"}


def test_a_choice_is_completed_and_compared_with_the_rule() -> None:
    candidates = page("consensus", impact="consensus")
    chosen = completed({"i"}, candidates)
    assert chosen == {"s", "i", "c"}
    assert deviation(chosen, set(), candidates) == {"added": ["s", "i"], "dropped": []}


def test_a_settled_item_keeps_its_result_and_an_open_one_is_asked(place: f.Install) -> None:
    study_id, _ = two_rounds(place, protocol=OPEN)
    with place.database.reading() as session:
        second = results.of_study(session, study_id)[-1]
    assert [second.item(name).verdict for name in ("S02.likelihood", "S13.likelihood")] == [
        "consensus",
        "stable_dissent",
    ]
    with pytest.raises(Conflict, match="Every item is settled"), place.database.writing() as session:
        f.open_round(place, session, session.get_one(Study, study_id))
    with place.database.writing() as session:
        offered = carrying.proposals(session, study_id=study_id, number=3)
        assert not any(one.asked for one in offered)
        chosen = [one.item.id for one in offered if one.item.name.startswith("S13")]
        round_ = rounds.open_next(
            session, study_id=study_id, deadline=f.NOW + f.WEEK, actor="test", clock=f.clock_at(),
            chosen=chosen, reason="New facts.",
        )  # fmt: skip
        f.answer(session, round_)
        asked = {
            item.name
            for item in session.scalars(
                select(Item).join(
                    RoundItem, (RoundItem.item_id == Item.id) & (RoundItem.round_id == round_.id)
                )
            )
        }
        f.close_round(session, round_)
    with place.database.reading() as session:
        third = results.of_study(session, study_id)[-1]
        rated = set(
            session.scalars(
                select(Item.name).join(Rating, Rating.item_id == Item.id).where(Rating.round_id == round_.id)
            )
        )
    left = {item.name for item in second.items} - asked
    assert left
    assert rated <= asked
    assert third.carried == dict.fromkeys(left, 2)
    for name in left:
        assert third.item(name) == second.item(name)
    assert [item.name for item in third.items] == [item.name for item in second.items]


def test_leaving_the_rule_needs_a_reason_and_is_printed(place: f.Install) -> None:
    study_id, _ = two_rounds(place)
    with place.database.reading() as session:
        offered = carrying.proposals(session, study_id=study_id, number=3)
        assert all(one.asked for one in offered)
        keep = [one.item.id for one in offered if one.item.name == "S02.likelihood"]

    def opened(reason: str) -> None:
        with place.database.writing() as session:
            rounds.open_next(
                session, study_id=study_id, deadline=f.NOW + f.WEEK, actor="test", clock=f.clock_at(),
                chosen=keep, reason=reason,
            )  # fmt: skip

    with pytest.raises(Invalid, match="Say why other items"):
        opened(" ")
    with place.database.reading() as session:
        assert rounds.get(session, study_id=study_id, number=3).state == "draft"
    opened("Short of time.")
    with place.database.reading() as session:
        (row,) = session.scalars(select(Amendment).where(Amendment.study_id == study_id)).all()
        assert row.reason == "Short of time."
        assert "S13.likelihood" in row.text
        asked = succession.versions(session, rounds.get(session, study_id=study_id, number=3).id)
        names = {item.name for item in studies.items(session, study_id) if item.id in asked}
    assert names == {"S02.likelihood", "S02.confidence"}


def test_what_a_round_does_not_ask_is_not_stored_and_not_shown(place: f.Install) -> None:
    study_id, _ = two_rounds(place)
    with place.database.writing() as session:
        keep = [
            one.item.id
            for one in carrying.proposals(session, study_id=study_id, number=3)
            if one.item.name == "S02.likelihood"
        ]
        third = rounds.open_next(
            session, study_id=study_id, deadline=f.NOW + f.WEEK, actor="test", clock=f.clock_at(),
            chosen=keep, reason="Short of time.",
        )  # fmt: skip
        one = session.scalars(select(Panellist).where(Panellist.study_id == study_id)).first()
        assert one is not None
        one.consent_version = "x"
        view = desks.desk(session, panellist=one, at=f.NOW)
        assert [step.title for step in view.steps] == [studies.scenarios(session, study_id)[0].title]
        with pytest.raises(NotFound):
            sheets.sheet(session, view=view, position=2)
        assert {line.kind for line in sheets.sheet(session, view=view, position=1).lines} == {
            "likelihood",
            "confidence",
        }
        other = studies.scenarios(session, study_id)[1]
        item = session.scalars(select(Item).where(Item.scenario_id == other.id)).first()
        assert item is not None
        with pytest.raises(NotFound, match="not asked in this round"):
            ratings.save(
                session, panellist_id=one.id, round_id=third.id, scenario_id=other.id,
                answers={item.id: Answer(1)}, clock=f.clock_at(),
            )  # fmt: skip
        ratings.save_drafts(
            session,
            panellist_id=one.id,
            round_id=third.id,
            typed={item.id: {"value": "1"}},
            clock=f.clock_at(),
        )
        assert not mine.drafts(session, one.id, third)
        assert len(own.of_round(session, panellist_id=one.id, round_=third)) == 2
