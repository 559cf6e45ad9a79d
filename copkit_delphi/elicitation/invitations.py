"""Who is asked to a round, and how far each invitation came: queued, sent, failed, opened, accepted, declined, withdrawn.

What a mail server says stands on the side of names (``Invitation``), what a panellist pressed on the side of codes. They
meet in memory alone, as progress does: no row leads from a name to a code.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.domain.mail import InvitationState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import letter_texts, letters
from copkit_delphi.elicitation.holding import dialect
from copkit_delphi.elicitation.letters import Occasion, Post
from copkit_delphi.elicitation.models import (
    Invitation,
    Panellist,
    Participation,
    Round,
    Study,
)
from copkit_delphi.people import audit, vault
from copkit_delphi.people.vault import Contact, Vault

CHUNK = 500
_NOBODY = N_("There is no such person on the list.")


# Asking ----------------------------------------------------------------------------------------------------------------


def invite(
    session: Session,
    post: Post,
    *,
    round_: Any,
    at: datetime,
    actor: str,
    only: Collection[str] | None = None,
    again: bool = False,
) -> int:
    """Ask everybody to a round, or those whom the protocol says, or of the contacts ``only``; return how many.

    ``again`` says that the round was closed and opened again.

    Whoever has no code yet gets one. Whoever declined or whose invitation was taken back gets no mail.
    """
    people = vault.contacts(session, post.vault, study_id=round_.study_id)
    people = [one for one in people if only is None or one.id in only]
    return _invite(session, post, round_, people, at=at, actor=actor, again=again)


def invite_missing(session: Session, post: Post, *, round_: Any, at: datetime, actor: str) -> int:
    """Ask those who came on the list since the round opened; return how many."""
    asked = set(session.scalars(select(Invitation.contact_id).where(Invitation.round_id == round_.id)))
    people = vault.contacts(session, post.vault, study_id=round_.study_id)
    left = [one for one in people if not one.panellist_id or one.id not in asked]
    return _invite(session, post, round_, left, at=at, actor=actor)


def _invite(
    session: Session,
    post: Post,
    round_: Any,
    people: Sequence[Contact],
    *,
    at: datetime,
    actor: str,
    again: bool = False,
) -> int:
    back = taken_back(session, round_.study_id)
    wanted = _wanted(session, round_, [one for one in people if one.id not in back])
    _ask(session, post, round_, wanted, at, again=again)
    audit.record(
        session,
        actor=actor,
        action="panel:invite",
        at=at,
        study_id=round_.study_id,
        people=len(wanted),
        round=round_.number,
    )
    return len(wanted)


def taken_back(session: Session, study_id: str) -> set[str]:
    """Return whose invitation to a study was taken back."""
    query = select(Invitation.contact_id).where(
        Invitation.study_id == study_id, Invitation.state == InvitationState.WITHDRAWN
    )
    return set(session.scalars(query))


def _wanted(session: Session, round_: Any, people: Sequence[Contact]) -> list[Contact]:
    """Return who of ``people`` is asked: not who declined, nor, where the protocol says so, who missed the last round."""
    of_study = select(Panellist.id).where(Panellist.study_id == round_.study_id)
    left_out = set(session.scalars(of_study.where(Panellist.declined)))
    if isinstance(round_, Round) and finishers_only(session, round_):
        before = select(Round.id).where(Round.study_id == round_.study_id, Round.number == round_.number - 1)
        missed = select(Participation.panellist_id).where(
            Participation.round_id.in_(before), Participation.progress != Progress.DONE
        )
        left_out |= set(session.scalars(missed))
    return [one for one in people if one.panellist_id not in left_out]


def asked(round_id: str) -> Any:
    """Return the condition that a code is asked to a round: it has a seat there, or is made up."""
    seats = select(Participation.panellist_id).where(Participation.round_id == round_id)
    return or_(Panellist.synthetic, Panellist.id.in_(seats))


def finishers_only(session: Session, round_: Round) -> bool:
    """Tell whether the protocol asks to this round only those who finished the one before."""
    protocol = session.scalars(select(Study.protocol).where(Study.id == round_.study_id)).one()
    return round_.number > 1 and Protocol.from_dict(protocol).invite == "finished"


def _ask(
    session: Session, post: Post, round_: Any, people: Sequence[Contact], at: datetime, *, again: bool = False
) -> None:
    """Give codes to those who have none, revoke older links and queue each a mail with a new one."""
    bound = _bound(session, post.vault, round_.study_id, people)
    codes = [one.panellist_id for one in bound]
    post.links.revoke(session, codes=codes)
    if isinstance(round_, Round):
        _seat(session, round_.id, codes)
    agreed = set(
        session.scalars(
            select(Panellist.id).where(
                Panellist.study_id == round_.study_id, Panellist.consent_version.is_not(None)
            )
        )
    )
    study = session.get_one(Study, round_.study_id)
    sent: dict[str, str] = {}
    for kind, chosen in (
        ("round-reopened" if again else "round-opened", [one for one in bound if one.panellist_id in agreed]),
        ("invitation", [one for one in bound if one.panellist_id not in agreed]),
    ):
        if chosen:
            sent |= letters.send(session, post, occasion=Occasion(study, round_, kind, at), people=chosen)
    _note(session, round_, sent)


def _bound(session: Session, seals: Vault, study_id: str, people: Sequence[Contact]) -> list[Contact]:
    """Return ``people`` with their codes. Codes are written in their own random order, which tells nothing of names."""
    new = [(one, secrets.token_hex(16)) for one in people if not one.panellist_id]
    session.add_all(
        Panellist(id=code, study_id=study_id, group_id=contact.group_id)
        for contact, code in sorted(new, key=lambda pair: pair[1])
    )
    vault.bind(session, seals, new)
    session.flush()  # links refer to panellists
    return [one for one in people if one.panellist_id] + [
        replace(contact, panellist_id=code) for contact, code in new
    ]


def _seat(session: Session, round_id: str, codes: Iterable[str]) -> None:
    rows = [
        {"panellist_id": code, "round_id": round_id, "progress": Progress.NOT_STARTED}
        for code in sorted(codes)
    ]
    for start in range(0, len(rows), CHUNK):
        statement = dialect(session).insert(Participation).values(rows[start : start + CHUNK])
        session.execute(statement.on_conflict_do_nothing())


def _note(session: Session, round_: Any, sent: Mapping[str, str]) -> None:
    rows = [
        {
            "contact_id": contact_id,
            "round_id": round_.id,
            "study_id": round_.study_id,
            "state": InvitationState.QUEUED,
            "letter_id": letter_id,
            "reminders": 0,
        }
        for contact_id, letter_id in sorted(sent.items())
    ]
    for start in range(0, len(rows), CHUNK):
        statement = dialect(session).insert(Invitation).values(rows[start : start + CHUNK])
        changed = {"state": statement.excluded.state, "letter_id": statement.excluded.letter_id}
        session.execute(
            statement.on_conflict_do_update(index_elements=["contact_id", "round_id"], set_=changed)
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many have no invitation to the open round yet, and of how many it failed."""

    missing: int
    failed: int


def counted(session: Session, post: Post, *, round_: Any) -> Counted:
    """Return how many are to be invited still, and sent to again."""
    states = dict(
        session.execute(
            select(Invitation.contact_id, Invitation.state).where(Invitation.round_id == round_.id)
        ).all()
    )
    people = vault.contacts(session, post.vault, study_id=round_.study_id)
    back = taken_back(session, round_.study_id)
    left = [one for one in people if (not one.panellist_id or one.id not in states) and one.id not in back]
    failed = [one for one in people if states.get(one.id) == InvitationState.FAILED]
    return Counted(len(_wanted(session, round_, left)), len(_wanted(session, round_, failed)))


# One person, or all whose mail failed ----------------------------------------------------------------------------------


def contact_of(session: Session, seals: Vault, *, study_id: str, contact_id: str) -> Contact:
    """Return one person of a panel; raises ``NotFound``."""
    row = vault.get(session, seals, study_id=study_id, contact_id=contact_id)
    if row is None:
        raise NotFound(_NOBODY)
    return row


def resend(session: Session, post: Post, *, round_: Any, contact_id: str, at: datetime, actor: str) -> None:
    """Send one person a new link; the old one stops working. An invitation that was taken back stands again."""
    contact = contact_of(session, post.vault, study_id=round_.study_id, contact_id=contact_id)
    panellist = session.get(Panellist, contact.panellist_id) if contact.panellist_id else None
    if panellist is not None and panellist.declined:
        raise Conflict(
            N_("This person declined and gets no mail. The link they have still lets them change their mind.")
        )
    mine = (Invitation.contact_id == contact_id, Invitation.state == InvitationState.WITHDRAWN)
    session.execute(update(Invitation).where(*mine).values(state=InvitationState.QUEUED))
    _ask(session, post, round_, [contact], at)
    audit.record(session, actor=actor, action="panel:replace-link", at=at, study_id=round_.study_id)


def resend_failed(session: Session, post: Post, *, round_: Any, at: datetime, actor: str) -> int:
    """Send a new link to everybody whose invitation failed; return how many."""
    query = select(Invitation.contact_id).where(
        Invitation.round_id == round_.id, Invitation.state == InvitationState.FAILED
    )
    failed = set(session.scalars(query))
    people = vault.contacts(session, post.vault, study_id=round_.study_id)
    wanted = _wanted(session, round_, [one for one in people if one.id in failed])
    _ask(session, post, round_, wanted, at)
    audit.record(
        session, actor=actor, action="panel:resend", at=at, study_id=round_.study_id, people=len(wanted)
    )
    return len(wanted)


def take_back(
    session: Session, post: Post, *, round_: Any, contact_id: str, at: datetime, actor: str
) -> None:
    """Take an invitation back that was not accepted: the link is dead, mail that waits is not sent.

    Raises ``Conflict`` once the person agreed: then only they themselves can withdraw.
    """
    contact = contact_of(session, post.vault, study_id=round_.study_id, contact_id=contact_id)
    held = select(Panellist).where(Panellist.id == contact.panellist_id).with_for_update()
    panellist = session.scalars(held).first()
    if panellist is not None and panellist.consent_version is not None:
        raise Conflict(N_("This person takes part. Only they themselves can withdraw."))
    letters.drop(session, contact_id=contact_id)
    if panellist is not None:
        session.delete(panellist)
    vault.bind(session, post.vault, [(contact, "")])
    session.merge(
        Invitation(
            contact_id=contact_id,
            round_id=round_.id,
            study_id=round_.study_id,
            state=InvitationState.WITHDRAWN,
            letter_id="",
            reminders=0,
        )
    )
    audit.record(session, actor=actor, action="panel:take-back", at=at, study_id=round_.study_id)


def set_language(
    session: Session, seals: Vault, *, study_id: str, contact_id: str, language: str, at: datetime, actor: str
) -> None:
    """Choose in which language one person is written to; empty for that of the study. Raises ``Invalid``."""
    contact = contact_of(session, seals, study_id=study_id, contact_id=contact_id)
    vault.set_language(
        session, seals, contact=contact, language=letter_texts.check_language(language) if language else ""
    )
    audit.record(session, actor=actor, action="panel:set-language", at=at, study_id=study_id)
