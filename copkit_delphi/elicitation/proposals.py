"""What one panellist proposes in round 0, may change until it closes, and learns of it afterwards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid, NotFound
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.elicitation import round_zero
from copkit_delphi.elicitation.holding import Clock, begin, hold, set_out, takes_answers
from copkit_delphi.elicitation.models import (
    Panellist,
    Proposal,
    ProposalRound,
    ProposalUse,
    Proposing,
    Scenario,
)
from copkit_delphi.elicitation.ratings import answering

MOST = 10
MAX_TITLE, MAX_STATEMENT, MAX_WHY = 200, 1200, 600


@dataclass(frozen=True, slots=True)
class Typed:
    """One proposal as its author types it."""

    title: str
    statement: str = ""
    why: str = ""
    always: bool = False

    def check(self) -> None:
        """Raise ``Invalid`` for one without a title, one that is too long, or with what cannot be stored."""
        if not self.title.strip():
            raise Invalid(N_("Give your proposal a title: the threat in one line."))
        limits = ((self.title, MAX_TITLE), (self.statement, MAX_STATEMENT), (self.why, MAX_WHY))
        for text, most in limits:
            if len(text) > most:
                raise Invalid(N_("Write at most %(n)s characters."), n=most)
            if "\x00" in text:
                raise Invalid(N_("The text holds a character that cannot be stored. Type it again."))


@dataclass(frozen=True, slots=True)
class Own:
    """An own proposal with what became of it, once something did."""

    id: str
    typed: Typed
    scenarios: tuple[str, ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class Table:
    """Round 0 as one panellist sees it."""

    round: ProposalRound
    answering: bool
    progress: Progress
    mine: tuple[Own, ...]

    @property
    def full(self) -> bool:
        """Tell whether no further proposal is taken."""
        return len(self.mine) >= MOST


def table(session: Session, panellist: Panellist, at: datetime) -> Table | None:
    """Return round 0 with the panellist's own proposals; None where the study has no round 0."""
    round_ = round_zero.of_study(session, panellist.study_id)
    if round_ is None:
        return None
    taking = session.get(Proposing, (panellist.id, round_.id))
    progress = Progress(taking.progress) if taking else Progress.NOT_STARTED
    return Table(round_, takes_answers(round_, at), progress, tuple(_own(session, panellist)))


def _own(session: Session, panellist: Panellist) -> list[Own]:
    rows = session.scalars(
        select(Proposal).where(Proposal.panellist_id == panellist.id).order_by(Proposal.title, Proposal.id)
    ).all()
    uses = session.execute(
        select(ProposalUse.proposal_id, Scenario.title)
        .join(Scenario, Scenario.id == ProposalUse.scenario_id)
        .where(ProposalUse.proposal_id.in_([row.id for row in rows]))
        .order_by(Scenario.position)
    ).all()
    return [
        Own(
            row.id,
            Typed(row.title, row.statement, row.why, row.always),
            tuple(title for proposal_id, title in uses if proposal_id == row.id),
            row.left_out,
        )
        for row in rows
    ]


def save(
    session: Session, *, panellist_id: str, round_id: str, typed: Typed, clock: Clock, proposal_id: str = ""
) -> datetime:
    """Keep a new proposal, or an own one that was changed; raises ``Invalid``, ``NotFound`` or ``RoundClosed``."""
    panellist = answering(session, panellist_id)
    typed.check()
    at = hold(session, ProposalRound, round_id=round_id, panellist=panellist, clock=clock)
    set_out(session, Proposing, panellist_id=panellist_id, round_id=round_id)
    row = _mine(session, panellist_id, proposal_id) if proposal_id else _new(session, panellist_id, round_id)
    row.title, row.statement, row.why = typed.title.strip(), typed.statement.strip(), typed.why.strip()
    row.always = typed.always
    session.add(row)
    session.flush()  # inside the hold
    return at


def _new(session: Session, panellist_id: str, round_id: str) -> Proposal:
    held = select(func.count()).where(Proposal.panellist_id == panellist_id, Proposal.round_id == round_id)
    if (session.scalar(held) or 0) >= MOST:
        raise Invalid(N_("You have proposed %(n)s already. Change or remove one of them."), n=MOST)
    return Proposal(id=secrets.token_hex(16), panellist_id=panellist_id, round_id=round_id)


def _mine(session: Session, panellist_id: str, proposal_id: str) -> Proposal:
    row = session.get(Proposal, proposal_id)
    if row is None or row.panellist_id != panellist_id:
        raise NotFound(N_("There is no such proposal of yours."))
    return row


def remove(session: Session, *, panellist_id: str, round_id: str, proposal_id: str, clock: Clock) -> None:
    """Take an own proposal back while the round is open."""
    panellist = answering(session, panellist_id)
    hold(session, ProposalRound, round_id=round_id, panellist=panellist, clock=clock)
    session.delete(_mine(session, panellist_id, proposal_id))
    session.flush()  # inside the hold


def submit(session: Session, *, panellist_id: str, round_id: str, clock: Clock) -> None:
    """Mark a panellist as done with round 0, with or without a proposal; it may change until the deadline."""
    panellist = answering(session, panellist_id)
    hold(session, ProposalRound, round_id=round_id, panellist=panellist, clock=clock)
    begin(session, Proposing, panellist_id=panellist_id, round_id=round_id).progress = Progress.DONE
    session.flush()  # inside the hold


def forget(session: Session, *, panellist: Panellist) -> None:
    """Erase what somebody proposed who withdraws; scenarios that were made of it stay."""
    for row in (Proposal, Proposing):
        session.execute(
            delete(row).where(row.panellist_id == panellist.id).execution_options(synchronize_session=False)
        )


def kept(session: Session, panellist: Panellist) -> list[dict[str, object]]:
    """Return the own proposals for the copy of one's own data."""
    return [
        {
            "title": one.typed.title,
            "statement": one.typed.statement,
            "why": one.typed.why,
            "read_even_if_few": one.typed.always,
            "went_into": list(one.scenarios),
            "left_out_because": one.left_out,
        }
        for one in _own(session, panellist)
    ]
