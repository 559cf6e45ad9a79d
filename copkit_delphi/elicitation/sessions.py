"""Sessions of panellists: entering a link opens one, leaving ends it, and a copied cookie is dead with it.

The table keeps no time finer than a day: when somebody was here is nobody's business. How long a session may be
idle is counted in its sealed cookie.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import delete
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Gone, Withdrawn
from copkit_delphi.elicitation import links
from copkit_delphi.elicitation.models import Panellist, PanellistSession
from copkit_delphi.people import tokens

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
ENDED = N_("Your session has ended. Everything you saved is kept. Open your personal link again to go on.")


def begin(session: Session, *, key: str, at: datetime) -> str:
    """Return the token of a new session of the panellist a link leads to; raises as ``links.resolve`` does."""
    panellist = links.resolve(session, key=key, at=at)
    session.execute(delete(PanellistSession).where(PanellistSession.day < at.date() - timedelta(days=1)))
    token = tokens.draw()
    session.add(
        PanellistSession(
            token_hash=tokens.digest(token), panellist_id=panellist.id, link_hash=key, day=at.date()
        )
    )
    return token


def resume(session: Session, *, token: str, key: str, at: datetime) -> Panellist:
    """Return whose session it is; raises ``Gone`` when it was ended, and as ``links.resolve`` does."""
    panellist = links.resolve(session, key=key, at=at)  # whoever withdrew is told so, on every device
    row = session.get(PanellistSession, tokens.digest(token))
    if row is None or row.link_hash != key:
        raise Gone(ENDED)
    return panellist


def refuse(session: Session, *, key: str, withdrawn_from: str) -> NoReturn:
    """Refuse whoever has no session: one who withdrew, from the study named or by the link, reads that nothing is kept."""
    if withdrawn_from:
        raise Withdrawn(links.WITHDRAWN, study_id=withdrawn_from)
    links.refuse_withdrawn(session, key=key)
    raise Gone(ENDED)


def end(session: Session, *, token: str) -> None:
    """End the session of ``token``."""
    session.execute(delete(PanellistSession).where(PanellistSession.token_hash == tokens.digest(token)))
