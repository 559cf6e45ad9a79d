"""People whom members of the panel propose. Who proposed whom is written nowhere.

A proposal carries no code, no group of the proposer and no time; rows stand by random ids. Facilitators see any only
once as many agreed to take part as are needed for a figure, so that the proposer is one of many.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import entry
from copkit_delphi.elicitation.models import Nomination, Panellist, StakeholderGroup, Study
from copkit_delphi.elicitation.recruiting import checking, listing
from copkit_delphi.elicitation.recruiting.listing import NOMINATED, Newcomer
from copkit_delphi.people import accounts, audit, vault
from copkit_delphi.people.vault import Vault

MOST = 5
OPEN, DECLINED = "open", "declined"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody as a panellist proposes them; ``introduce``: they may be told that a member proposed them."""

    name: str
    email: str
    group_id: str
    organisation: str = ""
    why: str = ""
    introduce: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody who was proposed, once or more often, as facilitators see it. ``hindrance`` keeps from accepting."""

    id: str
    name: str
    email: str
    group_id: str
    organisation: str
    whys: tuple[str, ...]
    again: bool
    hindrance: str
    like: str
    declined: str


def propose(session: Session, seals: Vault, *, panellist_id: str, proposal: Proposal) -> int:
    """Keep a proposal and return how many the panellist has left; raises ``Invalid`` or ``Conflict``.

    Whether the person is on the panel already is not said: that would tell who is.
    """
    held = select(Panellist).where(Panellist.id == panellist_id).with_for_update()
    panellist = session.scalars(held.execution_options(populate_existing=True)).one()
    entry.check(session, panellist.study_id)
    if panellist.nominated >= MOST:
        raise Conflict(N_("You have proposed %(n)s people. More cannot be taken."), n=MOST)
    group = session.get(StakeholderGroup, proposal.group_id)
    if group is None or group.study_id != panellist.study_id:
        raise Invalid(N_("Choose the group the person would speak for."))
    if not proposal.name:
        raise Invalid(N_("Give a name."))
    kept = asdict(proposal) | {"email": accounts.clean_email(proposal.email), "reason": ""}
    session.add(
        Nomination(id=secrets.token_hex(16), study_id=panellist.study_id, state=OPEN, seal=seals.seal(kept))
    )
    panellist.nominated += 1
    return MOST - panellist.nominated


def shown(session: Session, study_id: str) -> bool:
    """Tell whether so many agreed to take part that a proposal may be shown."""
    k = Protocol.from_dict(session.get_one(Study, study_id).protocol).k
    query = select(func.count()).where(
        Panellist.study_id == study_id, Panellist.consent_version.is_not(None), ~Panellist.synthetic
    )
    return (session.scalar(query) or 0) >= k


def of_study(session: Session, seals: Vault, *, study_id: str) -> list[Proposed]:
    """Return everybody who was proposed, one entry a person, in an order that tells nothing."""
    if not shown(session, study_id):
        return []
    together: dict[str, list[tuple[Nomination, dict[str, Any]]]] = {}
    for row, said in _opened(session, seals, study_id):
        together.setdefault(said["email"], []).append((row, said))
    against = checking.known(
        vault.contacts(session, seals, study_id=study_id), accounts.addresses(session, study_id=study_id)
    )
    return [_proposed(email, rows, against) for email, rows in together.items()]


def _opened(session: Session, seals: Vault, study_id: str) -> list[tuple[Nomination, dict[str, Any]]]:
    query = select(Nomination).where(Nomination.study_id == study_id).order_by(Nomination.id)
    return [(row, seals.open(row.seal)) for row in session.scalars(query)]


def _proposed(email: str, rows: list[tuple[Nomination, dict[str, Any]]], against: checking.Known) -> Proposed:
    first = next((pair for pair in rows if pair[0].state == OPEN), rows[0])
    said = first[1]
    marks = (checking.folded_address(email), checking.folded_name(said["name"]))
    waiting = any(row.state == OPEN for row, _ in rows)
    return Proposed(
        id=first[0].id,
        name=said["name"],
        email=email,
        group_id=said["group_id"],
        organisation=said["organisation"],
        whys=tuple(one["why"] for row, one in rows if one["why"]),
        again=len(rows) > 1,
        hindrance=_hindrance(email, against),
        like=next((against.alike[mark] for mark in marks if mark in against.alike), ""),
        declined="" if waiting else (next((one["reason"] for _, one in rows if one["reason"]), "") or "–"),
    )


def _hindrance(email: str, against: checking.Known) -> str:
    if email in against.emails:
        return checking.LABELS[checking.Verdict.ON_LIST]
    return checking.LABELS[checking.Verdict.STAFF] if email in against.staff else ""


def accept(
    session: Session,
    seals: Vault,
    *,
    study_id: str,
    nomination_id: str,
    group_id: str,
    at: datetime,
    actor: str,
) -> None:
    """Put somebody who was proposed on the list; the proposals of the person are forgotten."""
    present, staff = listing.hold(session, seals, study_id=study_id)
    mine = _of_person(session, seals, study_id, nomination_id)
    said = mine[0][1]
    if hindrance := _hindrance(said["email"], checking.known(present, staff)):
        raise Conflict(hindrance)
    group = session.get(StakeholderGroup, group_id)
    if group is None or group.study_id != study_id:
        raise Invalid(N_("Choose the group the person is to speak for."))
    newcomer = Newcomer(
        name=said["name"][:120],
        email=said["email"],
        group_id=group_id,
        organisation=said["organisation"],
        origin=NOMINATED,
        introduced=any(one["introduce"] for _, one in mine),
    )
    listing.put(session, seals, study_id=study_id, people=[newcomer], at=at, actor=actor)
    _forget(session, (row for row, _ in mine))
    audit.record(session, actor=actor, action="nomination:accept", at=at, study_id=study_id)


def decline(
    session: Session,
    seals: Vault,
    *,
    study_id: str,
    nomination_id: str,
    reason: str,
    at: datetime,
    actor: str,
) -> None:
    """Decline somebody who was proposed, with a reason that facilitators see if the person is proposed again."""
    if not reason:
        raise Invalid(N_("Give a reason. Only facilitators see it."))
    for row, said in _of_person(session, seals, study_id, nomination_id):
        row.state, row.seal = DECLINED, seals.seal(said | {"reason": reason})
    audit.record(session, actor=actor, action="nomination:decline", at=at, study_id=study_id)


def _of_person(
    session: Session, seals: Vault, study_id: str, nomination_id: str
) -> list[tuple[Nomination, dict[str, Any]]]:
    """Return every proposal of the person of one proposal, that one first."""
    found = _opened(session, seals, study_id) if shown(session, study_id) else []
    one = next((said for row, said in found if row.id == nomination_id), None)
    if one is None:
        raise NotFound(N_("There is no such proposal. Somebody may have decided on it already."))
    mine = [pair for pair in found if pair[1]["email"] == one["email"]]
    return sorted(mine, key=lambda pair: pair[0].id != nomination_id)


def _forget(session: Session, rows: Iterable[Nomination]) -> None:
    for row in rows:
        session.delete(row)
