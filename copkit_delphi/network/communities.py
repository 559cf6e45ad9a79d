"""Communities for TLP:GREEN: named, with the readers who belong to them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Invalid, NotFound
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.network.models import Community, CommunityMember
from copkit_delphi.people import accounts, audit
from copkit_delphi.people.models import Account, RoleAssignment
from copkit_delphi.warning.models import Brief


@dataclass(frozen=True, slots=True)
class Listed:
    """A community with its members by name: ``(account id, name)``."""

    id: str
    name: str
    members: tuple[tuple[str, str], ...]


def listed(session: Session) -> list[Listed]:
    """Return every community by name."""
    members: dict[str, list[tuple[str, str]]] = {}
    query = (
        select(CommunityMember.community_id, Account.id, Account.name).join(Account).order_by(Account.name)
    )
    for community_id, account_id, name in session.execute(query):
        members.setdefault(community_id, []).append((account_id, name))
    rows = session.scalars(select(Community).order_by(Community.name))
    return [Listed(row.id, row.name, tuple(members.get(row.id, ()))) for row in rows]


def create(session: Session, *, name: str, actor: str, at: datetime) -> Community:
    """Make a community; raises ``Conflict`` when the name is taken."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 160:
        raise Invalid(N_("Name the community, in at most 160 characters."))
    if _named(session, name) is not None:
        raise Conflict(N_("There is a community of this name already."))
    row = Community(id=secrets.token_hex(8), name=name)
    session.add(row)
    session.flush()  # members refer to it
    audit.record(session, actor=actor, action="community:create", at=at, community=row.id)
    return row


def add(session: Session, *, community_id: str, email: str, actor: str, at: datetime) -> None:
    """Let a reader belong to a community; raises ``NotFound``, ``Invalid`` and, for oneself, ``Forbidden``."""
    _get(session, community_id)
    account = accounts.by_email(session, email)
    if account.id == actor:
        raise Forbidden(N_("Nobody lets themselves into a community. Ask another facilitator."))
    if session.get(RoleAssignment, (account.id, str(Role.READER), "")) is None:
        raise Invalid(N_("Only an account with the role of reader can belong to a community."))
    if session.get(CommunityMember, (community_id, account.id)) is None:
        session.add(CommunityMember(community_id=community_id, account_id=account.id))
        audit.record(
            session, actor=actor, action="community:add", at=at, community=community_id, account=account.id
        )


def remove(session: Session, *, community_id: str, account_id: str, actor: str, at: datetime) -> None:
    """Take a reader out of a community; raises ``NotFound``."""
    row = session.get(CommunityMember, (community_id, account_id))
    if row is None:
        raise NotFound(N_("This reader does not belong to the community."))
    session.delete(row)
    audit.record(
        session, actor=actor, action="community:remove", at=at, community=community_id, account=account_id
    )


def of_brief(session: Session, brief: Brief) -> Community | None:
    """Return the community a TLP:GREEN brief names, None under other markings; raises ``Conflict`` when unknown."""
    if brief.marking != Marking.GREEN:
        return None
    found = _named(session, brief.community)
    if found is None:
        raise Conflict(
            N_("There is no community “%(name)s”. Make it, with its readers, before you release to it."),
            name=brief.community,
        )
    return found


def _named(session: Session, name: str) -> Community | None:
    wanted = " ".join(name.split()).lower()
    return session.scalars(select(Community).where(func.lower(Community.name) == wanted)).first()


def _get(session: Session, community_id: str) -> Community:
    row = session.get(Community, community_id)
    if row is None:
        raise NotFound(N_("There is no such community."))
    return row
