"""The panel: people in the vault, random codes in the study, invitations through the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import Progress, RoundState, StudyState
from copkit_delphi.elicitation import departures, entry, invitations, joined, standings
from copkit_delphi.elicitation.letters import Post
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.models import Panellist, Participation, Round, StakeholderGroup, Study
from copkit_delphi.elicitation.pasted import Person
from copkit_delphi.people import accounts, audit, vault
from copkit_delphi.people.vault import Vault


@dataclass(frozen=True, slots=True)
class MemberProgress:
    """What a facilitator sees of one member: a name and how far (None: not shown), never a code."""

    contact_id: str
    name: str
    group: str
    invited: bool
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """How far one group is in the open round."""

    name: str
    kind: str
    target: int
    invited: int
    in_progress: int
    done: int


def add(
    session: Session, seals: Vault, *, study_id: str, people: Sequence[Person], at: datetime, actor: str
) -> int:
    """Put people on the list of a study; raises ``Conflict`` on an address that is there twice."""
    entry.check(session, study_id)
    accounts.hold(session, study_id)  # nobody gets a role meanwhile
    staff = accounts.addresses(session, study_id=study_id)
    present = {contact.email for contact in vault.contacts(session, seals, study_id=study_id)}
    groups = {
        g.name: g.id
        for g in session.scalars(select(StakeholderGroup).where(StakeholderGroup.study_id == study_id))
    }
    for person in people:
        if person.email in staff:
            raise Conflict(
                N_("%(email)s works on this study and cannot be on its panel. Nobody was added."),
                email=person.email,
            )
        if person.email in present:
            raise Conflict(N_("%(email)s is on the list twice. Nobody was added."), email=person.email)
        present.add(person.email)
    vault.add(session, seals, study_id=study_id, people=[(p.name, p.email, groups[p.group]) for p in people])
    audit.record(session, actor=actor, action="panel:add", at=at, study_id=study_id, people=len(people))
    return len(people)


def take(
    session: Session, seals: Vault, *, study_id: str, people: Sequence[Person], at: datetime, actor: str
) -> tuple[int, int]:
    """Put whoever is not there yet on the list; return how many were added, and how many were there already.

    Raises ``Conflict`` with every address of somebody who works on the study.
    """
    entry.check(session, study_id)
    accounts.hold(session, study_id)  # nobody gets a role meanwhile
    staff = accounts.addresses(session, study_id=study_id)
    if works := sorted({one.email for one in people if one.email in staff}):
        raise Conflict(
            N_("These work on this study and cannot be on its panel: %(emails)s. Nobody was added."),
            emails=", ".join(works),
        )
    present = {contact.email for contact in vault.contacts(session, seals, study_id=study_id)}
    new = [one for one in people if one.email not in present]
    if new:
        add(session, seals, study_id=study_id, people=new, at=at, actor=actor)
    return len(new), len(people) - len(new)


def remove(session: Session, *, study_id: str, contact_id: str, at: datetime, actor: str) -> None:
    """Take somebody off the list of a draft study."""
    study = session.get_one(Study, study_id)
    if study.state != StudyState.DRAFT:
        raise Conflict(N_("The study runs. A panellist can withdraw, but nobody can be removed."))
    if not vault.remove(session, contact_id=contact_id, study_id=study_id):
        raise NotFound(N_("There is no such person on the list."))
    audit.record(session, actor=actor, action="panel:remove", at=at, study_id=study_id)


def invite(
    session: Session,
    seals: Vault,
    links: Links,
    *,
    round_: Any,
    at: datetime,
    actor: str,
    only: Collection[str] | None = None,
    again: bool = False,
) -> int:
    """Ask everybody to a round whom the protocol asks, or the contacts of ``only``; return how many get a mail."""
    post = Post(seals, links)
    return invitations.invite(session, post, round_=round_, at=at, actor=actor, only=only, again=again)


def replace_link(
    session: Session, seals: Vault, links: Links, *, round_: Any, contact_id: str, at: datetime, actor: str
) -> None:
    """Send one member a new link; the old one stops working."""
    invitations.resend(session, Post(seals, links), round_=round_, contact_id=contact_id, at=at, actor=actor)


def members(
    session: Session, seals: Vault, *, study_id: str, progress: Mapping[str, str] | None = None
) -> list[MemberProgress]:
    """Return every member by name with progress by code, of the latest round that opened unless given."""
    group_names = dict(
        session.execute(
            select(StakeholderGroup.id, StakeholderGroup.name).where(StakeholderGroup.study_id == study_id)
        ).all()
    )
    found = _progress(session, study_id) if progress is None else progress
    shown = standings.by_name(session, study_id)
    return [
        MemberProgress(
            contact_id=contact.id,
            name=contact.name,
            group=group_names.get(contact.group_id, ""),
            invited=bool(contact.panellist_id),
            progress=Progress(found.get(contact.panellist_id, Progress.NOT_STARTED)) if shown else None,
        )
        for contact in vault.contacts(session, seals, study_id=study_id)
    ]


def seats(session: Session, seals: Vault, *, study_id: str) -> dict[str, int]:
    """Return how many people and synthetic panellists are on the panel, by group id."""
    made_up = select(Panellist.group_id, func.count()).where(
        Panellist.study_id == study_id, Panellist.synthetic
    )
    counted = _counted(session, made_up)
    for contact in vault.contacts(session, seals, study_id=study_id):
        counted[contact.group_id] = counted.get(contact.group_id, 0) + 1
    return counted


def missing(session: Session, *, study_id: str) -> list[str]:
    """Return what is missing in the panel before round 1 can open, as untranslated sentences."""
    seated = session.scalar(select(Panellist.id).where(Panellist.study_id == study_id).limit(1))
    if seated or vault.holds(session, study_id=study_id):
        return []
    return [N_("Put at least one person on the list of the panel.")]


def _latest(session: Session, study_id: str) -> Round | None:
    query = select(Round).where(Round.study_id == study_id, Round.state != RoundState.DRAFT)
    return session.scalars(query.order_by(Round.number.desc()).limit(1)).first()


def _progress(session: Session, study_id: str) -> dict[str, str]:
    latest = _latest(session, study_id)
    if latest is None:
        return {}
    rows = session.execute(
        select(Participation.panellist_id, Participation.progress).where(Participation.round_id == latest.id)
    )
    return dict(rows.all())


def by_group(session: Session, *, study_id: str) -> list[GroupProgress]:
    """Return how far each group is in the latest round that opened. Counts of progress are not figures."""
    latest = _latest(session, study_id)
    groups = session.scalars(
        select(StakeholderGroup)
        .where(StakeholderGroup.study_id == study_id)
        .order_by(StakeholderGroup.position)
    ).all()
    invited = _invited(session, study_id, latest)
    left = departures.counted(session, round_id=latest.id) if latest else {}
    for group_id in (joined.not_asked(session, latest) if latest else {}).values():
        invited[group_id] -= 1
    counts = {state: _standing(session, latest, state) for state in Progress}
    return [
        GroupProgress(
            name=group.name,
            kind=group.kind,
            target=group.target,
            invited=invited.get(group.id, 0) + left.get(group.id, 0),
            in_progress=counts[Progress.IN_PROGRESS].get(group.id, 0),
            done=counts[Progress.DONE].get(group.id, 0),
        )
        for group in groups
    ]


def _invited(session: Session, study_id: str, latest: Round | None) -> dict[str, int]:
    """Return how many are asked to the latest round, by group: all, or whom the protocol asks."""
    query = select(Panellist.group_id, func.count()).where(Panellist.study_id == study_id)
    if latest is not None and invitations.finishers_only(session, latest):
        query = query.where(invitations.asked(latest.id))
    return _counted(session, query)


def _standing(session: Session, round_: Round | None, progress: Progress) -> dict[str, int]:
    """Return how many stand at ``progress`` by group, with those who withdrew after the close."""
    if round_ is None:
        return {}
    found = _counted(session, _joined(round_, progress))
    for group_id, number in departures.counted(session, round_id=round_.id, progress=progress).items():
        found[group_id] = found.get(group_id, 0) + number
    return found


def _joined(round_: Round, progress: Progress):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a Select of two columns
    return (
        select(Panellist.group_id, func.count())
        .join(Participation, Participation.panellist_id == Panellist.id)
        .where(Participation.round_id == round_.id, Participation.progress == progress)
    )


def _counted(session: Session, query) -> dict[str, int]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return dict(session.execute(query.group_by(Panellist.group_id)).all())
