"""Reading what was released: who sees which release, and the one function through which its bytes leave."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Gone, NotFound
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import ADDRESSED, Marking
from copkit_delphi.domain.permission import Action, Identity
from copkit_delphi.elicitation.models import Study
from copkit_delphi.network import recipients
from copkit_delphi.network.models import CommunityMember, Recipient, Release
from copkit_delphi.warning import released, rendering
from copkit_delphi.warning.models import Brief
from copkit_delphi.warning.released import Released

NO_BRIEF = N_("There is no such brief.")


@dataclass(frozen=True, slots=True)
class Issued:
    """A released document as it leaves the house."""

    content: bytes
    name: str


def _seen_by(reader: Identity | None) -> ColumnElement[bool]:
    """Return which releases ``reader`` sees; None is the public. An exercise is for its own people whatever its marking."""
    real = Brief.study_id.not_in(select(Study.id).where(Study.exercise))
    clear = real & (Release.marking == str(Marking.CLEAR))
    if reader is None:
        return clear
    named = Release.brief_id.in_(select(Recipient.brief_id).where(Recipient.account_id == reader.account_id))
    belongs = select(CommunityMember.community_id).where(CommunityMember.account_id == reader.account_id)
    works_on = [study for study in reader.by_study if reader.may(Action.BRIEF_READ_DRAFT, study)]
    # A community is of readers; what was given to somebody by name stays with them.
    green = real & (Release.marking == str(Marking.GREEN)) & Release.community_id.in_(belongs)
    shared = [green] if reader.may(Action.BRIEF_READ) else []
    return or_(
        clear,
        named,
        *shared,
        (Release.marking != str(Marking.RED)) & Brief.study_id.in_(works_on),
    )


def listed(session: Session, reader: Identity | None) -> list[Released]:
    """Return the newest version of every brief that ``reader`` sees, newest first, retracted ones too."""
    query = select(Release.brief_id).join(Brief, Brief.id == Release.brief_id).where(_seen_by(reader))
    return released.listed(session, list(session.scalars(query)))


def of_panel(session: Session, study_id: str) -> Released | None:
    """Return the brief of a study as its panel may read it: the newest public version, None if there is none."""
    query = select(Release.brief_id).join(Brief, Brief.id == Release.brief_id)
    public = list(session.scalars(query.where(_seen_by(None), Brief.study_id == study_id)))
    return next((one for one in released.listed(session, public) if not one.withdrawn), None)


def get(session: Session, *, brief_id: str, reader: Identity | None) -> Release:
    """Return a release; raises ``NotFound`` alike for one that is absent and one that ``reader`` does not see."""
    query = (
        select(Release)
        .join(Brief, Brief.id == Release.brief_id)
        .where(Release.brief_id == brief_id, _seen_by(reader))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(NO_BRIEF)
    return found


def summaries(session: Session) -> list[Brief]:
    """Return the standing briefs that are not public, but whose ethics summary (TLP:CLEAR) was made so."""
    query = (
        select(Brief)
        .join(Release, Release.brief_id == Brief.id)
        .where(
            Release.summary_public,
            Release.marking != str(Marking.CLEAR),
            Brief.state == str(BriefState.PUBLISHED),
        )
        .order_by(Release.released_at.desc())
    )
    newest: dict[str, Brief] = {}
    for brief in session.scalars(query):
        newest.setdefault(brief.reference, brief)
    return list(newest.values())


def ethics_summary(session: Session, *, brief_id: str, reader: Identity | None) -> dict[str, object]:
    """Return the ethics summary (TLP:CLEAR) of a release that is public or that ``reader`` sees.

    Why a brief was retracted is for those who could see it: where the summary alone was public, it is gone.
    """
    row = session.get(Release, brief_id)
    if row is None or not row.summary_public or _retracted(session, brief_id):
        row = get(session, brief_id=brief_id, reader=reader)
    brief = session.get_one(Brief, brief_id)
    refuse_retracted(row, brief, released.issued_by(session, brief_id))
    return released.ethics(session, brief_id)


def _retracted(session: Session, brief_id: str) -> bool:
    return session.get_one(Brief, brief_id).state == BriefState.WITHDRAWN


def issue(session: Session, *, release: Release, kind: str, account_id: str = "") -> Issued:
    """Return the PDF of a released document: the one function through which its bytes leave.

    Under a marking for named persons the copy of a recipient says for whom it is, the same bytes each time. Raises
    ``Gone`` after a retraction, ``Conflict`` where nobody but a recipient gets a copy.
    """
    brief = session.get_one(Brief, release.brief_id)
    refuse_retracted(release, brief, released.issued_by(session, brief.id))
    name = file_name(brief.reference, brief.version, kind, brief.marking)
    to = recipients.get(session, brief_id=brief.id, account_id=account_id) if account_id else None
    if release.marking in ADDRESSED and to is not None:
        page = released.page(session, brief_id=brief.id, kind=kind)
        return Issued(rendering.addressed(page, f"{to.name}, {to.organisation}"), name)
    if release.marking == Marking.RED:
        raise Conflict(N_("Under TLP:RED there are copies for the named recipients only."))
    return Issued(released.pdf(session, brief_id=brief.id, kind=kind), name)


def refuse_retracted(release: Release, brief: Brief, issued_by: str) -> None:
    """Raise ``Gone`` with who retracted the brief, when and why."""
    if brief.state == BriefState.WITHDRAWN:
        day = f"{release.retracted_at:%d %B %Y}".removeprefix("0") if release.retracted_at else "?"
        raise Gone(
            N_("This brief was retracted by %(who)s on %(day)s. Do not use it any more. Reason: %(reason)s"),
            who=issued_by,
            day=day,
            reason=brief.withdrawn_because,
        )


def file_name(reference: str, version: int, kind: str, marking: str) -> str:
    """Return "EWB-2026-01-v1-brief-TLP-AMBER"."""
    return f"{reference}-v{version}-{kind}-{marking.replace(':', '-').replace('+', '-')}"
