"""What stands open in a study beside its rounds: a question for a name, a flag, a community."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import FlagState
from copkit_delphi.elicitation import feedback, panels, reveals, rounds
from copkit_delphi.ethics import flags
from copkit_delphi.ethics.models import EthicsFlag
from copkit_delphi.network import communities
from tests import factories
from tests.factories import Place


def asked(place: Place, session: Session, known: dict[str, str]) -> dict[str, str]:
    """Let a facilitator ask for a name, and the panel raise a flag."""
    study = known["closed"]
    reason = feedback.raw_reasons(session, round_=rounds.get(session, study_id=study, number=1))[0].key
    request = reveals.ask(
        session, study_id=study, rationale_id=reason, reason="safety", text="Somebody may be in danger.",
        actor="test", at=factories.NOW,
    )  # fmt: skip
    flag = EthicsFlag(
        id=secrets.token_hex(8), study_id=known["open"], question_id="FRR-04", level="stop", source=flags.PANEL,
        state=FlagState.OPEN, reply="",
    )  # fmt: skip
    session.add(flag)
    session.flush()
    contact = panels.members(session, place.vault, study_id=known["open"])[0].contact_id
    return {"reveal": request.id, "flag": flag.id, "contact": contact}


def community(session: Session, email: str) -> None:
    """Make a community with one reader in it."""
    row = communities.create(session, name="Port security", actor="test", at=factories.NOW)
    communities.add(session, community_id=row.id, email=email, actor="test", at=factories.NOW)
