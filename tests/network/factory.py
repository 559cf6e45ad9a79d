"""Releases for tests: a signed brief under a marking, given to readers by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.network import releases
from copkit_delphi.network.letters import Post
from copkit_delphi.network.recipients import Named
from copkit_delphi.network.releases import Made, Plan
from copkit_delphi.people import accounts
from copkit_delphi.people.models import Account
from copkit_delphi.warning import briefs
from copkit_delphi.warning.models import Brief
from tests import factories
from tests.warning import factory as warning
from tests.warning.factory import DOCUMENTS, LATER

SITE = "http://127.0.0.1:8000"
OFFICE = "Example Ministry"


def post(place: Any) -> Post:
    return Post(place.vault, SITE)


def signed(session: Session, made: warning.Made, marking: Marking = Marking.AMBER, **text: Any) -> Brief:
    """Make a signed brief under a marking."""
    warning.assess(session, made)
    brief = warning.written_brief(session, made, marking=marking, **text)
    briefs.send_for_signature(session, brief=brief, actor="a", at=LATER)
    for role in (Role.ETHICS_REVIEWER, Role.OWNER):
        warning.sign(session, made, brief, role)
    return brief


def release(
    place: Any,
    session: Session,
    made: warning.Made,
    readers: Sequence[str] = (),
    *,
    marking: Marking = Marking.AMBER,
    summary_public: bool = False,
    **text: Any,
) -> Brief:
    """Make a brief released to accounts by id, each of ``OFFICE``."""
    brief = signed(session, made, marking, **text)
    give(place, session, made, brief, readers, summary_public=summary_public)
    return brief


def give(
    place: Any,
    session: Session,
    made: warning.Made,
    brief: Brief,
    readers: Sequence[str],
    *,
    content_hash: str = "",
    organisation: str = OFFICE,
    summary_public: bool = False,
) -> None:
    """Release a brief that is signed, or try to."""
    shown = content_hash or briefs.prepare(session, brief, at=LATER).content_hash
    releases.release(
        session,
        post(place),
        brief=brief,
        made=Made(shown, DOCUMENTS),
        plan=Plan([Named(one, organisation) for one in readers], summary_public=summary_public),
        actor=made[Role.ANALYST],
        at=LATER,
    )
    session.flush()


def reader(session: Session, name: str = "Rita Reader") -> Account:
    return factories.make_account(session, name, Role.READER)


def who(session: Session, account_id: str) -> Identity:
    """Return an account as it would be signed in."""
    return accounts.identity(session, session.get_one(Account, account_id))
