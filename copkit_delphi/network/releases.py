"""Releases: the one way a document leaves the house, and the way it is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import USES, PermittedUse
from copkit_delphi.elicitation import studies
from copkit_delphi.network import communities, letters, recipients
from copkit_delphi.network.letters import Post
from copkit_delphi.network.models import Community, Recipient, Release
from copkit_delphi.network.recipients import Candidate, Named
from copkit_delphi.people import audit
from copkit_delphi.warning import briefs, rendering
from copkit_delphi.warning.briefs import Prepared
from copkit_delphi.warning.models import Brief


@dataclass(frozen=True, slots=True)
class Plan:
    """To whom a brief goes, and for which use; the marking is the brief's own, which was signed."""

    recipients: Sequence[Named] = ()
    permitted_use: PermittedUse = PermittedUse.AWARENESS
    summary_public: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """Every document of a release as bytes, made before the database is written, and the content they were made of."""

    content_hash: str
    documents: Mapping[str, bytes]


def make(prepared: Prepared, plan: Plan, *, at: datetime) -> Made:
    """Typeset what a release hands out; takes seconds. Raises ``Conflict`` naming a closed gate."""
    use = USES[plan.permitted_use]
    brief, annex = briefs.as_published(prepared, on=at.date(), permitted_use=use)
    return Made(prepared.content_hash, rendering.documents(brief, annex))


def check(
    session: Session, *, brief: Brief, plan: Plan
) -> tuple[list[tuple[Named, Candidate]], Community | None]:
    """Return who is named and the community; raises ``Invalid`` or ``Conflict`` where the marking does not allow it."""
    named = recipients.check(session, brief=brief, named=plan.recipients)
    return named, communities.of_brief(session, brief)


def release(
    session: Session, post: Post, *, brief: Brief, made: Made, plan: Plan, actor: str, at: datetime
) -> Release:
    """Release a signed brief with annex and ethics summary to those whom its marking allows, and tell them.

    All nine gates are checked. Raises ``Conflict`` naming the gate that holds it back, ``Invalid`` for a plan that
    breaks a rule of the marking; then nothing is released.
    """
    people, community = check(session, brief=brief, plan=plan)
    briefs.publish(
        session,
        brief=brief,
        content_hash=made.content_hash,
        documents=made.documents,
        actor=actor,
        at=at,
    )
    row = Release(
        brief_id=brief.id,
        marking=brief.marking,
        community_id=community.id if community else None,
        permitted_use=plan.permitted_use,
        summary_public=plan.summary_public and not studies.get(session, brief.study_id).exercise,
        released_by=actor,
        released_at=at,
    )
    session.add(row)
    session.flush()  # recipients refer to it
    named = recipients.add(session, brief_id=brief.id, people=people, actor=actor, at=at)
    for one in named:
        letters.send(session, post, kind=letters.RELEASE, to=one, brief_id=brief.id, at=at)
    _tell_of_replacement(session, post, brief, {one.account_id for one in named}, at)
    accounts = [one.account_id for one in named]
    audit.record(
        session,
        actor=actor,
        action="release:give",
        at=at,
        study_id=brief.study_id,
        version=brief.version,
        marking=brief.marking,
        recipients=accounts,
    )
    return row


def _tell_of_replacement(session: Session, post: Post, brief: Brief, written: set[str], at: datetime) -> None:
    """Tell the recipients of earlier versions, once each, unless the new version was just sent to them."""
    query = (
        select(Recipient)
        .join(Brief, Brief.id == Recipient.brief_id)
        .where(
            Brief.study_id == brief.study_id,
            Brief.version < brief.version,
            Brief.state == str(BriefState.PUBLISHED),
        )
        .order_by(Brief.version.desc())
    )
    for row in session.scalars(query):
        if row.account_id not in written:
            written.add(row.account_id)
            letters.send(session, post, kind=letters.REPLACEMENT, to=row, brief_id=row.brief_id, at=at)


def get(session: Session, *, study_id: str, brief_id: str) -> tuple[Release, Brief]:
    """Return a release of a study with its brief; raises ``NotFound``."""
    row, brief = session.get(Release, brief_id), session.get(Brief, brief_id)
    if row is None or brief is None or brief.study_id != study_id:
        raise NotFound(N_("There is no such release in this study."))
    return row, brief


def retract(session: Session, post: Post, *, brief: Brief, reason: str, actor: str, at: datetime) -> None:
    """Take a release back with a reason: a tombstone stays, and every recipient is told and must acknowledge it."""
    briefs.withdraw(session, brief=brief, reason=reason, actor=actor, at=at)
    row = session.get_one(Release, brief.id)
    row.retracted_by, row.retracted_at = actor, at
    for one in recipients.of_release(session, brief.id):
        letters.send(session, post, kind=letters.RETRACTION, to=one, brief_id=brief.id, at=at)
    audit.record(
        session,
        actor=actor,
        action="release:retract",
        at=at,
        study_id=brief.study_id,
        version=brief.version,
    )
