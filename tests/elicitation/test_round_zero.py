"""Round 0: who reads a proposal when, what it becomes, and what is left of it when its author leaves."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from copkit_delphi.domain.errors import Conflict, Invalid, NotFound, RoundClosed
from copkit_delphi.elicitation import (
    own_record,
    panels,
    proposals,
    ratings,
    round_zero,
    rounds,
    studies,
    withdrawals,
)
from copkit_delphi.elicitation.models import Panellist, Proposal, ProposalRound, ProposalUse, Proposing
from copkit_delphi.elicitation.plans import ScenarioPlan
from copkit_delphi.elicitation.proposals import MOST, Typed
from copkit_delphi.people import audit
from tests import factories as f

WEEK = timedelta(days=7)
PEOPLE = "\n".join(f"Person {n}; person{n}@panel.example; Industry" for n in range(6))
PLAN = ScenarioPlan(
    name="P01", title="Forged voices", short="", statement="By 2028, a forged voice was used."
)


@pytest.fixture
def asked(place: f.Install) -> str:
    """A draft study whose panel of six is asked in round 0; returns the study's id."""
    with place.database.writing() as session:
        study = f.draft_study(session, f.make_account(session).id, practice=False, scenarios=())
        f.add_people(place, session, study, PEOPLE)
        opened = round_zero.open_(
            session,
            study_id=study.id,
            question="What?",
            deadline=f.NOW + WEEK,
            actor="test",
            clock=f.clock_at(),
        )
        panels.invite(session, place.vault, place.links, round_=opened, at=f.NOW, actor="test")
        for code in _codes(session, study.id):
            ratings.give_consent(session, panellist_id=code, version="1", quoting="no")
        return study.id


def _codes(session: object, study_id: str) -> list[str]:
    query = select(Panellist.id).where(Panellist.study_id == study_id).order_by(Panellist.id)
    return list(session.scalars(query))  # type: ignore[attr-defined]


def propose(
    place: f.Install,
    study_id: str,
    who: int,
    typed: Typed,
    *,
    at: timedelta = timedelta(0),
    proposal: str = "",
) -> None:
    with place.database.writing() as session:
        round_ = round_zero.of_study(session, study_id)
        assert round_ is not None
        proposals.save(
            session,
            panellist_id=_codes(session, study_id)[who],
            round_id=round_.id,
            typed=typed,
            clock=f.clock_at(f.NOW + at),
            proposal_id=proposal,
        )


def everybody(place: f.Install, study_id: str, number: int, *, always: bool = False) -> None:
    for who in range(number):
        propose(place, study_id, who, Typed(f"Threat {who}", f"Statement {who}.", "Why.", always))


def close(place: f.Install, study_id: str) -> str:
    with place.database.writing() as session:
        round_ = session.scalars(select(ProposalRound).where(ProposalRound.study_id == study_id)).one()
        round_zero.close(session, round_id=round_.id, actor="test", clock=f.clock_at())
        return round_.id


def titles(place: f.Install, round_id: str) -> list[str]:
    with place.database.reading() as session:
        return [one.title for one in round_zero.read(session, session.get_one(ProposalRound, round_id))]


def test_nobody_reads_a_proposal_before_the_close(place: f.Install, asked: str) -> None:
    everybody(place, asked, 6)
    with place.database.reading() as session:
        round_ = session.scalars(select(ProposalRound)).one()
        with pytest.raises(Conflict, match="before round 0 has closed"):
            round_zero.read(session, round_)
    assert sorted(titles(place, close(place, asked))) == [f"Threat {n}" for n in range(6)]


def test_the_order_tells_neither_author_nor_time(place: f.Install, asked: str) -> None:
    everybody(place, asked, 6)
    round_id = close(place, asked)
    with place.database.reading() as session:
        by_code = [
            session.scalars(select(Proposal.title).where(Proposal.panellist_id == code)).one()
            for code in _codes(session, asked)
        ]
    seen = titles(place, round_id)
    assert sorted(seen) == sorted(by_code)
    assert seen == titles(place, round_id)
    assert not hasattr(next(iter(_read(place, round_id))), "panellist_id")


def _read(place: f.Install, round_id: str) -> list[round_zero.Read]:
    with place.database.reading() as session:
        return round_zero.read(session, session.get_one(ProposalRound, round_id))


@pytest.mark.parametrize(("number", "always", "shown"), [(4, False, 0), (4, True, 4), (5, False, 5)])
def test_of_fewer_than_five_only_what_was_released_is_read(
    place: f.Install, asked: str, number: int, always: bool, shown: int
) -> None:
    everybody(place, asked, number, always=always)
    assert len(titles(place, close(place, asked))) == shown


def test_the_number_that_took_part_is_counted_once(place: f.Install, asked: str) -> None:
    everybody(place, asked, 5)
    round_id = close(place, asked)
    with place.database.writing() as session:
        code = session.scalars(select(Proposal.panellist_id)).first()
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=str(code), clock=f.clock_at())
    with place.database.reading() as session:
        assert session.get_one(ProposalRound, round_id).took_part == 5
    assert len(titles(place, round_id)) == 4


def test_whoever_withdraws_takes_proposals_along_and_the_scenario_stays(place: f.Install, asked: str) -> None:
    everybody(place, asked, 6)
    round_id = close(place, asked)
    with place.database.writing() as session:
        round_ = session.get_one(ProposalRound, round_id)
        chosen = [one.id for one in round_zero.read(session, round_)][:1]
        round_zero.merge(session, round_=round_, chosen=chosen, into=PLAN, actor="test", at=f.NOW)
        session.flush()
        author = session.get_one(Proposal, chosen[0]).panellist_id
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=author, clock=f.clock_at())
    with place.database.reading() as session:
        assert session.get(Proposal, chosen[0]) is None
        assert session.scalars(select(ProposalUse)).all() == []
        assert session.scalars(select(Proposing).where(Proposing.panellist_id == author)).all() == []
        assert [one.title for one in studies.scenarios(session, asked)] == ["Forged voices"]
        assert audit.verify(session) is None


def test_the_trail_leads_from_proposals_to_one_scenario_and_back_to_their_authors(
    place: f.Install, asked: str
) -> None:
    everybody(place, asked, 6)
    round_id = close(place, asked)
    with place.database.writing() as session:
        round_ = session.get_one(ProposalRound, round_id)
        ids = [one.id for one in round_zero.read(session, round_)]
        made = round_zero.merge(session, round_=round_, chosen=ids[:2], into=PLAN, actor="test", at=f.NOW)
        session.flush()
        round_zero.merge(session, round_=round_, chosen=ids[2:3], into=made.id, actor="test", at=f.NOW)
        round_zero.leave_out(
            session, round_=round_, chosen=ids[3:4], reason="Covered elsewhere.", actor="test", at=f.NOW
        )
        assert round_zero.trail(session, asked) == {made.id: 3}
        assert round_zero.waiting(session, studies.get(session, asked)) == 2
        author = session.get_one(Panellist, session.get_one(Proposal, ids[0]).panellist_id)
        table = proposals.table(session, author, f.NOW)
        assert table is not None
        assert [one.scenarios for one in table.mine] == [("Forged voices",)]
        assert own_record.record(session, place.vault, panellist=author)["proposals"][0]["went_into"] == [
            "Forged voices"
        ]


def test_removing_the_scenario_leaves_its_proposals_undecided(place: f.Install, asked: str) -> None:
    everybody(place, asked, 6)
    round_id = close(place, asked)
    with place.database.writing() as session:
        round_ = session.get_one(ProposalRound, round_id)
        ids = [one.id for one in round_zero.read(session, round_)]
        made = round_zero.merge(session, round_=round_, chosen=ids, into=PLAN, actor="test", at=f.NOW)
        session.flush()
        studies.remove_scenario(session, study_id=asked, scenario_id=made.id)
        session.flush()
        session.expire_all()
        assert round_zero.waiting(session, studies.get(session, asked)) == 6


def test_a_merge_refuses_what_is_not_of_this_round(place: f.Install, asked: str) -> None:
    everybody(place, asked, 5)
    round_id = close(place, asked)
    with place.database.writing() as session:
        round_ = session.get_one(ProposalRound, round_id)
        for chosen, error in (([], Invalid), (["0" * 32], NotFound)):
            with pytest.raises(error):
                round_zero.merge(session, round_=round_, chosen=chosen, into=PLAN, actor="test", at=f.NOW)


def test_an_author_changes_own_proposals_only(place: f.Install, asked: str) -> None:
    propose(place, asked, 0, Typed("Mine"))
    with place.database.reading() as session:
        mine = session.scalars(select(Proposal.id)).one()
    propose(place, asked, 0, Typed("Mine, changed"), proposal=mine)
    with pytest.raises(NotFound):
        propose(place, asked, 1, Typed("Theirs"), proposal=mine)
    with place.database.reading() as session:
        assert session.scalars(select(Proposal.title)).all() == ["Mine, changed"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (Typed("  "), "title"),
        (Typed("x" * 201), "at most"),
        (Typed("x", "y" * 1201), "at most"),
        (Typed("x", why="a\x00b"), "cannot be stored"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_do(
    place: f.Install, asked: str, typed: Typed, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        propose(place, asked, 0, typed)


def test_ten_proposals_are_enough(place: f.Install, asked: str) -> None:
    for number in range(MOST):
        propose(place, asked, 0, Typed(f"Threat {number}"))
    with pytest.raises(Invalid, match="10 already"):
        propose(place, asked, 0, Typed("One more"))


def test_after_the_deadline_nothing_is_taken_and_the_deadline_closes(place: f.Install, asked: str) -> None:
    late = WEEK + timedelta(minutes=2)
    with pytest.raises(RoundClosed):
        propose(place, asked, 0, Typed("Late"), at=late)
    with place.database.reading() as session:
        assert len(round_zero.due(session, clock=f.clock_at(f.NOW + late))) == 1
        assert round_zero.due(session, clock=f.clock_at(f.NOW + WEEK)) == []


def test_two_close_at_once_and_one_is_told(place: f.Install, asked: str) -> None:
    with place.database.reading() as session:
        round_id = session.scalars(select(ProposalRound.id)).one()
    told: list[str] = []

    def shut() -> None:
        try:
            with place.database.writing() as session:
                round_zero.close(session, round_id=round_id, actor="test", clock=f.clock_at())
        except Conflict:
            told.append("closed already")

    people = [threading.Thread(target=shut) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert told == ["closed already"]


def test_round_one_waits_for_round_zero_and_both_lock_each_other_out(place: f.Install, asked: str) -> None:
    with place.database.writing() as session:
        studies.add_scenario(session, study_id=asked, plan=PLAN)
    with place.database.writing() as session, pytest.raises(Conflict, match="Close round 0 first"):
        rounds.open_next(session, study_id=asked, deadline=f.NOW + WEEK, actor="test", clock=f.clock_at())
    close(place, asked)
    with place.database.writing() as session:
        rounds.open_next(session, study_id=asked, deadline=f.NOW + WEEK, actor="test", clock=f.clock_at())
    with place.database.writing() as session, pytest.raises(Conflict, match="this is locked"):
        round_zero.open_(
            session,
            study_id=asked,
            question="Again?",
            deadline=f.NOW + WEEK,
            actor="test",
            clock=f.clock_at(),
        )
