"""How sensitive scenarios are handled: the information hazard of a scenario sets the least marking of its study."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain import marking
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation.models import Scenario, Study
from copkit_delphi.people import accounts

HIGH = "high"


def hazards(session: Session, study_id: str) -> set[str]:
    """Return the information hazards of a study's scenarios."""
    return set(session.scalars(select(Scenario.hazard).where(Scenario.study_id == study_id)))


def check(session: Session, study_id: str, wanted: str) -> None:
    """Raise ``Invalid`` when a study, or what is written from it, would be marked too low."""
    marking.check_least(Marking(wanted), hazards(session, study_id))


def raise_marking(study: Study, scenario: Scenario) -> None:
    """Mark a study as high as a scenario that joins it asks."""
    study.marking = marking.highest(Marking(study.marking), marking.least([scenario.hazard]))


def missing(session: Session, study_id: str) -> list[str]:
    """Return what sensitive scenarios still need before round 1 can open, as untranslated sentences."""
    if HIGH not in hazards(session, study_id):
        return []
    if any(role is Role.ETHICS_REVIEWER for role, *_ in accounts.holders(session, study_id=study_id)):
        return []
    return [N_("A scenario of high information hazard is in the study: name an ethics reviewer first.")]
