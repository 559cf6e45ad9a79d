"""Personal links: signed random ids. The database keeps their hash alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Gone, NotFound
from copkit_delphi.elicitation.models import Panellist, PersonalLink, Round

VALID_AFTER_DEADLINE = timedelta(days=7)


def _hash(random_id: str) -> str:
    return hashlib.sha256(random_id.encode()).hexdigest()


class Links:
    """Makes and reads personal links with a secret kept outside the database."""

    def __init__(self, secret: bytes, base_url: str) -> None:
        self._signer = URLSafeSerializer(secret, salt="personal-link")
        self._base_url = base_url

    def issue(self, session: Session, panellist: Panellist) -> str:
        """Return a new address for ``panellist``; older links of the same panellist stop working."""
        session.execute(
            update(PersonalLink).where(PersonalLink.panellist_id == panellist.id).values(revoked=True)
        )
        random_id = secrets.token_urlsafe(24)
        session.add(
            PersonalLink(token_hash=_hash(random_id), panellist_id=panellist.id, study_id=panellist.study_id)
        )
        return f"{self._base_url}/p/{self._signer.dumps(random_id)}"

    def read(self, token: str) -> str:
        """Return the key of the link behind ``token``; raises ``NotFound`` when it was altered."""
        try:
            return _hash(str(self._signer.loads(token)))
        except BadSignature:
            raise NotFound(N_("This link is not complete. Open it again from your invitation.")) from None


def resolve(session: Session, *, key: str, at: datetime) -> Panellist:
    """Return the panellist a link leads to; raises ``NotFound`` or, when it ran out, ``Gone``."""
    last = (
        select(Round.deadline)
        .where(
            Round.study_id == PersonalLink.study_id, Round.deadline.is_not(None)
        )  # planned rounds have none
        .order_by(Round.number.desc())
        .limit(1)
    )
    query = (
        select(Panellist, PersonalLink.revoked, last.scalar_subquery())
        .join(PersonalLink, PersonalLink.panellist_id == Panellist.id)
        .where(PersonalLink.token_hash == key)
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound(N_("This link is not known. Open it again from your invitation."))
    panellist, revoked, deadline = found
    if revoked or (deadline is not None and at > deadline + VALID_AFTER_DEADLINE):
        raise Gone(N_("This link is no longer valid. Ask for a new one at the address in your invitation."))
    return panellist
