"""Personal links: signed random ids. The database keeps their hash alone."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Gone, NotFound, Over, Withdrawn
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation.models import Panellist, PersonalLink, Round, Study
from copkit_delphi.elicitation.traces import RetiredLink

VALID_AFTER_DEADLINE = timedelta(days=7)
_RUN_OUT = N_("This link is no longer valid. Ask for a new one: it comes to the address you were invited at.")

WITHDRAWN = N_("You have withdrawn from this study. Your answers and your name are erased here.")


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

    def replace(self, session: Session, *, study_id: str, codes: Iterable[str]) -> dict[str, str]:
        """Return a new address for each code; what works now stops when the new one is first entered.

        Not before: whoever knows an address could otherwise put its owner out of the pages at any time.
        """
        chosen = sorted(codes)
        addresses = self.issue_beside(session, study_id=study_id, codes=chosen)
        for code in chosen:
            (newest,) = self.named_in(addresses[code])
            session.flush()
            earlier = (PersonalLink.panellist_id == code) & (PersonalLink.token_hash != newest)
            session.execute(update(PersonalLink).where(earlier).values(replaced_by=newest))
        return addresses

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


def supersede(session: Session, *, key: str) -> None:
    """Stop the links in whose place the one of ``key`` was asked for: it has arrived."""
    session.execute(update(PersonalLink).where(PersonalLink.replaced_by == key).values(revoked=True))


def _last_deadline(study_id: Any) -> Any:
    """Return the query of the deadline of the last round of a study; planned rounds have none."""
    dated = select(Round.deadline).where(Round.study_id == study_id, Round.deadline.is_not(None))
    return dated.order_by(Round.number.desc()).limit(1).scalar_subquery()


def _over(at: datetime, *deadlines: datetime | None) -> bool:
    until = max((moment for moment in deadlines if moment is not None), default=None)
    return until is not None and at > until + VALID_AFTER_DEADLINE


def reachable(session: Session, *, at: datetime) -> list[Study]:
    """Return the studies into which a personal link leads at this moment."""
    query = select(Study, _last_deadline(Study.id)).where(
        Study.state != StudyState.ARCHIVED, Study.exercise.is_(False)
    )
    return [study for study, last in session.execute(query) if not _over(at, last, study.asked_until)]


def known(session: Session) -> set[str]:
    """Return the keys of the links that lead to somebody, the replaced ones too."""
    return set(session.scalars(select(PersonalLink.token_hash)))


def refuse_withdrawn(session: Session, *, key: str) -> None:
    """Raise ``Withdrawn`` where the panellist of a link has withdrawn."""
    retired = session.get(RetiredLink, key)
    if retired is not None:
        raise Withdrawn(WITHDRAWN, study_id=retired.study_id)


def resolve(session: Session, *, key: str, at: datetime) -> Panellist:
    """Return the panellist a link leads to; raises ``NotFound`` or, when it ran out, ``Gone``."""
    query = (
        select(Panellist, PersonalLink.revoked, _last_deadline(PersonalLink.study_id), Study.asked_until)
        .join(PersonalLink, PersonalLink.panellist_id == Panellist.id)
        .join(Study, Study.id == PersonalLink.study_id)
        .where(PersonalLink.token_hash == key)
    )
    found = session.execute(query).first()
    if found is None:
        refuse_withdrawn(session, key=key)
        raise NotFound(N_("This link is not known. Open it again from your invitation."))
    panellist, revoked, *deadlines = found
    if revoked:
        raise Gone(_RUN_OUT)
    if _over(at, *deadlines):
        raise Over(_RUN_OUT, study_id=panellist.study_id)
    return panellist
