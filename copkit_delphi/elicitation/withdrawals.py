"""Leaving a study: one transaction erases what one panellist said; frozen results stay as they were published.

The withdrawal holds the open round as a submission does, and then its own code: the close of the round either counted
the answers before, or never sees them, and no answer of another tab arrives afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Withdrawn
from copkit_delphi.domain.lifecycle import Progress, RoundState
from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation import (
    enquiries,
    kinds,
    letters,
    moderation,
    proposals,
    replication,
    replies,
    rounds,
    seals,
)
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.models import (
    ArgumentMark,
    Draft,
    Panellist,
    Participation,
    Rating,
    Rationale,
    Round,
)
from copkit_delphi.elicitation.traces import Erasure
from copkit_delphi.people import audit, outbox, vault
from copkit_delphi.people.vault import Vault

PANELLIST = "panellist"
RESTORE = "restore"
WITHDRAWAL = "withdrawal"
IDENTITY = "identity"


def withdraw(
    session: Session, vault_: Vault, links: Links, *, panellist_id: str, clock: Clock, actor: str = PANELLIST
) -> None:
    """Erase everything a panellist said, the name and the links; raises ``Withdrawn`` the second time."""
    panellist = _hold(session, panellist_id)
    _erase(session, vault_, links, panellist, at=clock(session), actor=actor)


def replay(session: Session, vault_: Vault, links: Links, *, erased: Collection[str], at: datetime) -> int:
    """Erase again, after a restore, everybody whose mark is in ``erased``; return how many there were."""
    every = session.scalars(select(Panellist.id).order_by(Panellist.id)).all()
    left = [code for code in every if mark(code) in erased]
    for code in left:
        _erase(session, vault_, links, _hold(session, code), at=at, actor=RESTORE)
    nameless = [code for code in every if mark(code, IDENTITY) in erased and code not in set(left)]
    again = [
        code for code in nameless if _erase_name(session, vault_, links, session.get_one(Panellist, code))
    ]
    for code in again:
        _note_identity(session, session.get_one(Panellist, code), at=at)
    return len(left) + len(again)


def erase_name(session: Session, vault_: Vault, links: Links, *, panellist: Panellist, at: datetime) -> None:
    """Erase the name, address and links of a code; the answers stay under it."""
    _erase_name(session, vault_, links, panellist)
    _note_identity(session, panellist, at=at)


def _erase_name(session: Session, vault_: Vault, links: Links, panellist: Panellist) -> bool:
    keys = links.retire(session, panellist)
    contact = vault.of_panellist(session, vault_, study_id=panellist.study_id, panellist_id=panellist.id)
    if contact is None:
        return False
    letters.drop(session, contact_id=contact.id)
    vault.remove(session, contact_id=contact.id, study_id=panellist.study_id)
    outbox.forget(
        session, vault_, to=contact.email, mine=lambda text: _names_only(links.named_in(text), keys)
    )
    return True


def _names_only(named: set[str], keys: set[str]) -> bool:
    """Tell whether a mail names links and only these: mails of other studies and about accounts stay."""
    return bool(named) and named <= keys


def _note_identity(session: Session, panellist: Panellist, *, at: datetime) -> None:
    """Remember that the name behind a code is erased; this lets no answer be deleted."""
    session.merge(
        Erasure(
            panellist_id=panellist.id,
            kind=IDENTITY,
            study_id=panellist.study_id,
            group_id=panellist.group_id,
            on=at.date(),
        )
    )


def mark(panellist_id: str, kind: str = WITHDRAWAL) -> str:
    """Return what a list outside the database keeps of a code: enough to erase it again, not to read it."""
    return f"{kind} {hashlib.sha256(panellist_id.encode()).hexdigest()}"


def marks(session: Session) -> list[str]:
    """Return the marks of everybody who withdrew or whose name is erased."""
    query = select(Erasure.panellist_id, Erasure.kind).where(Erasure.kind.in_((WITHDRAWAL, IDENTITY)))
    return sorted(mark(code, kind) for code, kind in session.execute(query))


def _hold(session: Session, panellist_id: str) -> Panellist:
    """Lock the open round, of threats or of ethics, against its close, then the code against an answer from another tab."""
    mine = select(Panellist.study_id).where(Panellist.id == panellist_id).scalar_subquery()
    kinds.hold_open(session, mine)
    held = select(Panellist).where(Panellist.id == panellist_id).with_for_update()
    panellist = session.scalars(held.execution_options(populate_existing=True)).first()
    if panellist is None:
        raise Withdrawn(N_("You have withdrawn from this study. Your answers and your name are erased here."))
    return panellist


def _erase(
    session: Session, vault_: Vault, links: Links, panellist: Panellist, *, at: datetime, actor: str
) -> None:
    erased = _passed(session, panellist, at)
    moderation.forget(session, panellist=panellist)
    proposals.forget(session, panellist=panellist)
    enquiries.forget(session, panellist=panellist)
    replies.forget(session, panellist=panellist)
    replication.forget(session, study_id=panellist.study_id)
    for table in (Rating, Rationale, Draft, ArgumentMark, Participation):
        session.execute(
            delete(table)
            .where(table.panellist_id == panellist.id)
            .execution_options(synchronize_session=False)
        )
    _erase_name(session, vault_, links, panellist)
    study_id = panellist.study_id
    session.delete(panellist)
    audit.record(session, actor=actor, action=audit.WITHDRAW, at=at, study_id=study_id, seals=digest(erased))


def _passed(session: Session, panellist: Panellist, at: datetime) -> list[str]:
    """Write the row by which the triggers let the deletes of this code pass; return the hashes it takes away."""
    latest = rounds.latest(session, panellist.study_id)
    erased = seals.of_closed_rounds(session, panellist.id)
    session.add(
        Erasure(
            panellist_id=panellist.id,
            kind=WITHDRAWAL,
            study_id=panellist.study_id,
            group_id=panellist.group_id,
            round_id=latest.id if latest else None,
            progress=_progress(session, panellist.id, latest),
            on=at.date(),
            seals=erased,
        )
    )
    session.flush()  # the triggers look for this row
    return erased


def _progress(session: Session, panellist_id: str, latest: Round | None) -> str:
    """Return the progress to keep in the numbers of a closed round; in an open one the answers are gone."""
    if latest is None or latest.state == RoundState.OPEN:
        return Progress.NOT_STARTED
    row = session.get(Participation, (panellist_id, latest.id))
    return row.progress if row else Progress.NOT_STARTED
