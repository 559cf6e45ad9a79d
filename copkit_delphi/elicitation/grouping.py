"""The stakeholder groups of a draft study."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Panellist, StakeholderGroup
from copkit_delphi.elicitation.plans import KINDS, GroupPlan
from copkit_delphi.people import vault


def set_groups(session: Session, *, study_id: str, plans: Sequence[GroupPlan]) -> None:
    """Replace the groups of a draft study; none can go while anybody is on the panel."""
    studies.draft(session, study_id)
    names = [plan.name.strip() for plan in plans]
    if not names or not all(names) or len({name.casefold() for name in names}) < len(names):
        raise Invalid(N_("Give at least one group, each with a name of its own."))
    if any(plan.kind not in KINDS or plan.target < 0 for plan in plans):
        raise Invalid(N_("Each group needs a kind of the list and a target of 0 or more."))
    existing = {group.name: group for group in studies.groups(session, study_id)}
    gone = existing.keys() - set(names)
    if gone and _has_panel(session, study_id):
        raise Conflict(
            N_(
                "Somebody is on the list of the panel. Take everybody off it before you remove or rename a group."
            )
        )
    for name in gone:
        session.delete(existing[name])
    for position, plan in enumerate(plans):
        group = existing.get(plan.name.strip()) or StakeholderGroup(
            id=secrets.token_hex(8), study_id=study_id, name=plan.name.strip()
        )
        group.kind, group.target, group.position = plan.kind, plan.target, position
        session.add(group)


def _has_panel(session: Session, study_id: str) -> bool:
    seated = session.scalar(select(Panellist.id).where(Panellist.study_id == study_id).limit(1))
    return bool(seated) or vault.holds(session, study_id=study_id)
