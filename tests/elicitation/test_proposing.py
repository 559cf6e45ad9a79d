"""Made-up panellists in round 0: they propose by the same use case as experts, in practice studies alone."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, RoundClosed
from copkit_delphi.elicitation import behaviours, proposing, round_zero, studies
from copkit_delphi.elicitation.models import Proposal, ProposalRound, Study
from copkit_delphi.library import shipped
from tests import factories as f


def opened(session: Session, *, practice: bool = True) -> tuple[Study, ProposalRound]:
    study = f.draft_study(session, f.make_account(session).id, practice=practice)
    if practice:
        behaviours.seat_panel(session, study_id=study.id, sizes=f.SIZES)
    round_ = round_zero.open_(
        session, study_id=study.id, question="What?", deadline=f.NOW + f.WEEK, actor="t", clock=f.clock_at()
    )
    return study, round_


def propose(session: Session, round_: ProposalRound, seed: int = 7) -> int:
    return proposing.propose(session, round_=round_, clock=f.clock_at(), seed=seed)


def test_a_synthetic_panel_proposes_threats_that_the_study_does_not_ask(place: f.Install) -> None:
    with place.database.writing() as session:
        study, round_ = opened(session)
        done = propose(session, round_)
        assert 20 < done < sum(f.SIZES.values())  # some seats stay empty
        assert round_zero.taking_part(session, round_) == done
        assert propose(session, round_) == 0  # whoever is done stays as they are
        round_zero.close(session, round_id=round_.id, actor="t", clock=f.clock_at())
        read = round_zero.read(session, round_)
        asked = {one.library_id for one in studies.scenarios(session, study.id)}
        assert {one.title for one in read} <= {e.title for e in shipped.scenarios() if e.id not in asked}
        assert len({one.title for one in read}) > 5
        assert all(one.why.endswith(".") for one in read)
        merged = round_zero.merge(
            session, round_=round_, chosen=[read[0].id], into=studies.scenarios(session, study.id)[0].id,
            actor="t", at=f.NOW,
        )  # fmt: skip
        assert round_zero.trail(session, study.id) == {merged.id: 1}


def test_the_same_seed_proposes_the_same(place: f.Install) -> None:
    found = []
    with place.database.writing() as session:
        for seed in (7, 7, 8):
            _, round_ = opened(session)
            propose(session, round_, seed)
            titles = session.scalars(select(Proposal.title).where(Proposal.round_id == round_.id))
            found.append(sorted(titles))
    assert found[0] == found[1] != found[2]


def test_nothing_is_made_up_in_a_real_study_or_after_the_close(place: f.Install) -> None:
    with place.database.writing() as session:
        _, real = opened(session, practice=False)
        with pytest.raises(Conflict):
            propose(session, real)
        _, round_ = opened(session)
        round_zero.close(session, round_id=round_.id, actor="t", clock=f.clock_at())
        with pytest.raises(RoundClosed):
            propose(session, round_)
        assert session.scalar(select(func.count()).select_from(Proposal)) == 0
