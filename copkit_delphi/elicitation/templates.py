"""Templates: designs with a name that new studies start from. A few are shipped; facilitators save their own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.marking import Marking
from copkit_delphi.elicitation import designs, studies
from copkit_delphi.elicitation.models import DesignTemplate, Study, TemplateVersion
from copkit_delphi.people import audit
from copkit_delphi.people.models import Account

SHIPPED = "shipped-"
_FOLDER = Path(__file__).resolve().parent / "data" / "templates"
_UNKNOWN = N_("There is no such template, or it is not shared with you.")
_UNSHARED = frozenset({Marking.AMBER_STRICT, Marking.RED})  # for named readers or one organisation


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as it is offered: ``key`` names it; ``owner`` is empty for one that is shipped."""

    key: str
    name: str
    description: str
    owner: str
    mine: bool
    shared: bool
    version: int


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Return the templates that come with the product by key: ``name``, ``description`` and ``design``."""
    return {
        f"{SHIPPED}{path.stem}": json.loads(path.read_text("utf-8"))
        for path in sorted(_FOLDER.glob("*.json"))
    }


def offered(session: Session, *, account: str) -> list[Offer]:
    """Return what an account may start from: shipped ones, own ones, and what others share."""
    ready = [
        Offer(key, one["name"], one["description"], "", False, True, 1) for key, one in shipped().items()
    ]
    query = (
        select(DesignTemplate, Account.name, func.max(TemplateVersion.number))
        .join(Account, Account.id == DesignTemplate.owner)
        .join(TemplateVersion, TemplateVersion.template_id == DesignTemplate.id)
        .where(or_(DesignTemplate.owner == account, DesignTemplate.shared))
        .group_by(DesignTemplate.id, Account.name)
        .order_by(DesignTemplate.name, DesignTemplate.id)
    )
    kept = [
        Offer(row.id, row.name, row.description, name, row.owner == account, row.shared, number)
        for row, name, number in session.execute(query)
    ]
    return ready + kept


def get(session: Session, *, key: str, account: str) -> DesignTemplate:
    """Return a template that the account owns or that is shared; raises ``NotFound``."""
    row = session.get(DesignTemplate, key)
    if row is None or not (row.shared or row.owner == account):
        raise NotFound(_UNKNOWN)
    return row


def _own(session: Session, key: str, account: str) -> DesignTemplate:
    row = get(session, key=key, account=account)
    if row.owner != account:
        raise Conflict(
            N_("This template belongs to somebody else. Start a study from it and save that as your own.")
        )
    return row


def versions(session: Session, *, key: str) -> Sequence[TemplateVersion]:
    """Return the versions of a template, newest first."""
    query = select(TemplateVersion).where(TemplateVersion.template_id == key)
    return session.scalars(query.order_by(TemplateVersion.number.desc())).all()


def save(
    session: Session,
    *,
    study_id: str,
    name: str,
    description: str,
    scenarios: bool,
    actor: str,
    at: datetime,
) -> DesignTemplate:
    """Save the design of a study as a new template of ``actor``, seen by nobody else yet."""
    if not name.strip():
        raise Invalid(N_("Give the template a name."))
    row = DesignTemplate(
        id=secrets.token_hex(8),
        name=name.strip(),
        description=description.strip(),
        owner=actor,
        shared=False,
        marking=Marking.CLEAR,
    )
    session.add(row)
    session.flush()  # its version refers to it
    _append(session, row, study_id, scenarios=scenarios, note="", at=at)
    audit.record(session, actor=actor, action="template:save", at=at, study_id=study_id, template=row.id)
    return row


def save_version(
    session: Session, *, key: str, study_id: str, note: str, scenarios: bool, actor: str, at: datetime
) -> int:
    """Save the design of a study as the next version of an own template; return its number."""
    row = _own(session, key, actor)
    number = _append(session, row, study_id, scenarios=scenarios, note=note.strip(), at=at)
    audit.record(
        session, actor=actor, action="template:save", at=at, study_id=study_id, template=key, version=number
    )
    return number


def _append(
    session: Session, row: DesignTemplate, study_id: str, *, scenarios: bool, note: str, at: datetime
) -> int:
    study = studies.get(session, study_id)
    # Without its scenarios a design says nothing that would need its study's marking.
    row.marking = str(study.marking) if scenarios else str(Marking.CLEAR)
    if row.shared:
        _check_shared(row)
    last = session.scalar(
        select(func.max(TemplateVersion.number)).where(TemplateVersion.template_id == row.id)
    )
    number = (last or 0) + 1
    design = designs.to_dict(session, study_id, scenarios=scenarios)
    session.add(TemplateVersion(template_id=row.id, number=number, design=design, note=note, saved_at=at))
    session.flush()  # two savers: the key decides
    return number


def share(session: Session, *, key: str, shared: bool, actor: str, at: datetime) -> None:
    """Show an own template to every facilitator, or to nobody else any more."""
    row = _own(session, key, actor)
    row.shared = shared
    if shared:
        _check_shared(row)
    audit.record(session, actor=actor, action="template:share", at=at, template=key, shared=shared)


def _check_shared(row: DesignTemplate) -> None:
    if Marking(row.marking) in _UNSHARED:
        raise Conflict(
            N_(
                "This template holds scenarios marked %(marking)s and cannot be shared. Save it without scenarios."
            ),
            marking=row.marking,
        )


def remove(session: Session, *, key: str, actor: str, at: datetime) -> None:
    """Delete an own template with its versions; studies made from it stay."""
    row = _own(session, key, actor)
    session.execute(delete(TemplateVersion).where(TemplateVersion.template_id == key))
    session.delete(row)
    audit.record(session, actor=actor, action="template:remove", at=at, template=key)


def start(
    session: Session, *, key: str, title: str, facilitator: str, at: datetime, practice: bool = False
) -> Study:
    """Make a draft study from the newest version of a template, a real one or for practice."""
    if key.startswith(SHIPPED):
        if key not in shipped():
            raise NotFound(_UNKNOWN)
        design, number = shipped()[key]["design"], 1
    else:
        get(session, key=key, account=facilitator)
        newest = versions(session, key=key)[0]
        design, number = newest.design, newest.number
    made = designs.draft_from(session, design, facilitator=facilitator, at=at, title=title, practice=practice)
    audit.record(
        session, actor=facilitator, action="study:copy", at=at, study_id=made.id, template=key, version=number
    )
    return made
