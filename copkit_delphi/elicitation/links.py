"""Personal links: signed random ids. The database keeps their hash alone."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Gone, NotFound, Withdrawn
from copkit_delphi.elicitation.models import Panellist, PersonalLink, Round, Study
from copkit_delphi.elicitation.traces import RetiredLink

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
        return self.issue_beside(session, study_id=panellist.study_id, codes=[panellist.id])[panellist.id]

    def issue_beside(self, session: Session, *, study_id: str, codes: Iterable[str]) -> dict[str, str]:
        """Return a new address for each code; older links go on working, so that nobody at work is put out.

        Rows are written in the order of codes, which tells nothing of the order of names.
        """
        drawn = {code: secrets.token_urlsafe(24) for code in sorted(codes)}
        session.add_all(
            PersonalLink(token_hash=_hash(random_id), panellist_id=code, study_id=study_id)
            for code, random_id in drawn.items()
        )
        return {
            code: f"{self._base_url}/p/{self._signer.dumps(random_id)}" for code, random_id in drawn.items()
        }

    def revoke(self, session: Session, *, codes: Iterable[str]) -> None:
        """Let every link of these codes stop working."""
        session.execute(
            update(PersonalLink).where(PersonalLink.panellist_id.in_(list(codes))).values(revoked=True)
        )

    def retire(self, session: Session, panellist: Panellist) -> set[str]:
        """Turn the links of somebody who withdraws into ones that say so; return their keys."""
        mine = PersonalLink.panellist_id == panellist.id
        keys = set(session.scalars(select(PersonalLink.token_hash).where(mine)))
        session.execute(delete(PersonalLink).where(mine))
        session.add_all(RetiredLink(token_hash=key, study_id=panellist.study_id) for key in keys)
        return keys

    def named_in(self, text: str) -> set[str]:
        """Return the keys of the personal links that stand in a mail."""
        found = set()
        for token in re.findall(r"/p/([\w.-]+)", text):
            with suppress(NotFound):
                found.add(self.read(token))
        return found

    def read(self, token: str) -> str:
        """Return the key of the link behind ``token``; raises ``NotFound`` when it was altered."""
        try:
            return _hash(str(self._signer.loads(token)))
        except BadSignature:
            raise NotFound(N_("This link is not complete. Open it again from your invitation.")) from None


def in_language(address: str, language: str) -> str:
    """Return a personal address that opens its pages in the language of the mail it stands in; empty stays empty."""
    return f"{address}?language={language}" if address else ""


def known(session: Session) -> set[str]:
    """Return the keys of the links that lead to somebody, the replaced ones too."""
    return set(session.scalars(select(PersonalLink.token_hash)))


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
        select(Panellist, PersonalLink.revoked, last.scalar_subquery(), Study.asked_until)
        .join(PersonalLink, PersonalLink.panellist_id == Panellist.id)
        .join(Study, Study.id == PersonalLink.study_id)
        .where(PersonalLink.token_hash == key)
    )
    found = session.execute(query).first()
    if found is None:
        if session.get(RetiredLink, key) is not None:
            raise Withdrawn(
                N_("You have withdrawn from this study. Your answers and your name are erased here.")
            )
        raise NotFound(N_("This link is not known. Open it again from your invitation."))
    panellist, revoked, *deadlines = found
    until = max((moment for moment in deadlines if moment is not None), default=None)
    if revoked or (until is not None and at > until + VALID_AFTER_DEADLINE):
        raise Gone(N_("This link is no longer valid. Ask for a new one at the address in your invitation."))
    return panellist
