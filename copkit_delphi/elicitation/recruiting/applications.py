"""Applications to join a panel whose address was confirmed: facilitators decide on each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.mail import NOT_TAKEN
from copkit_delphi.elicitation import letters
from copkit_delphi.elicitation.letters import Addressee
from copkit_delphi.elicitation.models import Applicant, Study
from copkit_delphi.elicitation.recruiting import checking, listing
from copkit_delphi.elicitation.recruiting.listing import ENROLLED, Newcomer
from copkit_delphi.people import accounts, audit, vault
from copkit_delphi.people.passwords import Site
from copkit_delphi.people.vault import Vault


@dataclass(frozen=True, slots=True)
class Applied:
    """Somebody whose address is confirmed; ``hindrance`` keeps from approving, ``like`` is a likeness on the list."""

    id: str
    name: str
    email: str
    group_id: str
    organisation: str
    why: str
    hindrance: str
    like: str
    language: str = ""


def waiting(session: Session, seals: Vault, *, study_id: str) -> list[Applied]:
    """Return the confirmed applications, in an order that tells nothing."""
    against = checking.known(
        vault.contacts(session, seals, study_id=study_id), accounts.addresses(session, study_id=study_id)
    )
    seen: set[str] = set()
    found = []
    for row, said in _opened(session, seals, study_id):
        found.append(_applied(row, said, against, again=said["email"] in seen))
        seen.add(said["email"])
    return found


def _opened(session: Session, seals: Vault, study_id: str) -> list[tuple[Applicant, dict[str, Any]]]:
    query = select(Applicant).where(Applicant.study_id == study_id, Applicant.token_hash.is_(None))
    return [(row, seals.open(row.seal)) for row in session.scalars(query.order_by(Applicant.id))]


def _applied(row: Applicant, said: dict[str, Any], against: checking.Known, *, again: bool) -> Applied:
    hindrance = ""
    if said["email"] in against.emails:
        hindrance = checking.LABELS[checking.Verdict.ON_LIST]
    elif said["email"] in against.staff:
        hindrance = checking.LABELS[checking.Verdict.STAFF]
    elif again:
        hindrance = N_("Applied twice: this is the second time")
    marks = (checking.folded_address(said["email"]), checking.folded_name(said["name"]))
    like = next((against.alike[mark] for mark in marks if mark in against.alike), "")
    return Applied(row.id, said["name"], said["email"], said["group_id"], said["organisation"], said["why"],
                   hindrance, like, said.get("language", ""))  # fmt: skip


def approve(
    session: Session, seals: Vault, *, study_id: str, ids: Collection[str], at: datetime, actor: str
) -> list[str]:
    """Put the people of these applications on the list, all or none; return their addresses.

    Raises ``Invalid`` when none is chosen, ``Conflict`` when one of them cannot be taken or is gone.
    """
    listing.hold(session, seals, study_id=study_id)
    chosen = _chosen(session, seals, study_id, ids)
    for one in chosen:
        if one.hindrance:
            raise Conflict(
                N_("%(name)s cannot be taken. Nobody was added: leave this one out."), name=one.name
            )
    people = [
        Newcomer(one.name[:120], one.email, one.group_id, one.organisation, one.language, origin=ENROLLED)
        for one in chosen
    ]
    listing.put(session, seals, study_id=study_id, people=people, at=at, actor=actor)
    _forget(session, chosen)
    audit.record(
        session, actor=actor, action="enrolment:approve", at=at, study_id=study_id, people=len(people)
    )
    return [one.email for one in people]


def decline(
    session: Session, site: Site, *, study_id: str, ids: Collection[str], at: datetime, actor: str
) -> int:
    """Decline these applications: they are deleted, and the people get a short mail; return how many."""
    chosen = _chosen(session, site.vault, study_id, ids)
    study = session.get_one(Study, study_id)
    for one in chosen:
        to = Addressee(one.name, one.email, one.language)
        letters.send_unlogged(session, site.vault, study=study, kind=NOT_TAKEN, to=to, at=at)
    _forget(session, chosen)
    audit.record(
        session, actor=actor, action="enrolment:decline", at=at, study_id=study_id, people=len(chosen)
    )
    return len(chosen)


def _chosen(session: Session, seals: Vault, study_id: str, ids: Collection[str]) -> list[Applied]:
    if not ids:
        raise Invalid(N_("Tick at least one application."))
    chosen = [one for one in waiting(session, seals, study_id=study_id) if one.id in ids]
    if len(chosen) != len(set(ids)):
        raise Conflict(N_("Somebody else decided on one of these meanwhile. Look at the list again."))
    return chosen


def _forget(session: Session, chosen: Sequence[Applied]) -> None:
    session.execute(
        delete(Applicant)
        .where(Applicant.id.in_([one.id for one in chosen]))
        .execution_options(synchronize_session=False)
    )
