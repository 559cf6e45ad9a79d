"""What made-up panellists propose in round 0 of a practice study: threats of the shipped library that it does not ask yet.

Every proposal goes through the same use case as an expert's.
"""

from __future__ import annotations

import random

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, RoundClosed
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.elicitation import behaviours, proposals, studies
from copkit_delphi.elicitation.behaviours import Behaviour, Panel
from copkit_delphi.elicitation.holding import Clock, takes_answers
from copkit_delphi.elicitation.models import ProposalRound, Proposing
from copkit_delphi.elicitation.proposals import Typed
from copkit_delphi.library import shipped

SILENT, ONE, TWO = 3, 5, 2  # of ten who take part: so many have nothing to propose, one threat, two threats


def propose(
    session: Session, *, round_: ProposalRound, clock: Clock, seed: int, behaviour: Behaviour | None = None
) -> int:
    """Let every synthetic panellist propose in an open round 0; return how many are done now who were not."""
    study = studies.get(session, round_.study_id)
    if not study.practice:
        raise Conflict(N_("Synthetic panellists answer in practice studies only."))
    if not takes_answers(round_, clock(session)):
        raise RoundClosed(N_("Round 0 has closed: nothing more is proposed."))
    acting, threats = behaviour or Panel(), _threats(session, study.id)
    done = 0
    for seat, code in behaviours.seated(session, study.id, seed):
        if not acting.takes_part(seat, 0) or _finished(session, code, round_):
            continue
        rng = random.Random(f"{seed}:{seat.kind}:{seat.index}:0")  # noqa: S311 - a repeatable panel
        number = rng.choices((0, 1, 2), (SILENT, ONE, TWO))[0]
        for typed in rng.sample(threats, min(number, len(threats))):
            proposals.save(session, panellist_id=code, round_id=round_.id, typed=typed, clock=clock)
        proposals.submit(session, panellist_id=code, round_id=round_.id, clock=clock)
        done += 1
    return done


def _finished(session: Session, code: str, round_: ProposalRound) -> bool:
    row = session.get(Proposing, (code, round_.id))
    return row is not None and row.progress == Progress.DONE


def _threats(session: Session, study_id: str) -> list[Typed]:
    """Return the threats of the library that the study does not ask, as an expert would type them."""
    asked = {one.library_id for one in studies.scenarios(session, study_id)}
    return [
        Typed(
            entry.title,
            entry.statement.statement if entry.statement else "",
            entry.summary.partition(". ")[0] + ".",
        )
        for entry in shipped.scenarios()
        if entry.id not in asked
    ]
