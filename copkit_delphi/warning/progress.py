"""How far early actions have come: a live register beside the brief, appended by people."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.permission import Identity
from copkit_delphi.domain.register import MOVES, OWNED, Status
from copkit_delphi.people import audit
from copkit_delphi.warning.models import ActionChange, EarlyAction

OWNER_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Tracked:
    """An early action with every step it took, oldest first."""

    action: EarlyAction
    steps: tuple[ActionChange, ...] = ()

    @property
    def status(self) -> Status:
        """Return where it stands; before the first step, whether the brief recommends it."""
        if self.steps:
            return Status(self.steps[-1].status)
        return Status.RECOMMENDED if self.action.recommended else Status.PROPOSED

    @property
    def owner(self) -> str:
        """Return who owns it now."""
        return (self.steps[-1].owner if self.steps else "") or self.action.owner


def of_study(session: Session, study_id: str) -> tuple[Tracked, ...]:
    """Return every early action of a study with its steps."""
    query = select(EarlyAction).where(EarlyAction.study_id == study_id).order_by(EarlyAction.position)
    actions = list(session.scalars(query))
    found: dict[str, list[ActionChange]] = defaultdict(list)
    rows = select(ActionChange).join(EarlyAction).where(EarlyAction.study_id == study_id)
    for row in session.scalars(rows.order_by(ActionChange.position)):
        found[row.action_id].append(row)
    return tuple(Tracked(one, tuple(found[one.id])) for one in actions)


def get(session: Session, *, study_id: str, action_id: str) -> Tracked:
    """Return one early action of a study; raises ``NotFound``."""
    for one in of_study(session, study_id):
        if one.action.id == action_id:
            return one
    raise NotFound(N_("There is no such action in this study."))


def move(
    session: Session,
    *,
    tracked: Tracked,
    status: Status,
    owner: str,
    reason: str,
    seen: int,
    by: Identity,
    at: datetime,
) -> None:
    """Append a step; ``seen`` is how many steps the person saw, so that two do not overtake each other."""
    if seen != len(tracked.steps):
        raise Conflict(N_("Somebody changed this action meanwhile. Read the change, then make yours."))
    _check(tracked, status, owner, reason)
    session.add(
        ActionChange(
            id=secrets.token_hex(8),
            action_id=tracked.action.id,
            position=seen + 1,
            status=status,
            owner=owner.strip(),
            reason=reason.strip(),
            account_id=by.account_id,
            name=by.name,
            at=at,
        )
    )
    session.flush()  # one step a position: the index decides between two people
    audit.record(
        session,
        actor=by.account_id,
        action="action:move",
        at=at,
        study_id=tracked.action.study_id,
        early_action=tracked.action.id,
        before=str(tracked.status),
        after=str(status),
    )


def _check(tracked: Tracked, status: Status, owner: str, reason: str) -> None:
    if status not in MOVES[tracked.status]:
        raise Invalid(
            N_("An action that is “%(before)s” cannot become “%(after)s”."),
            before=str(tracked.status),
            after=str(status),
        )
    if not reason.strip():
        raise Invalid(N_("Say why the status changes."))
    if status in OWNED and not owner.strip():
        raise Invalid(N_("From “adopted” on an action needs an owner."))
