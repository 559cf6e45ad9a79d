"""What came of a study, for those who judged: the public brief and how far its early actions have come."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.register import STATUS_LABELS
from copkit_delphi.elicitation.models import Study
from copkit_delphi.network import reading
from copkit_delphi.warning import progress
from copkit_delphi.warning.released import Released
from copkit_delphi.web.context import db

STATES = (StudyState.ENDED, StudyState.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A public brief with each early action it prints and the word for where it stands, "" when no longer kept."""

    released: Released
    actions: tuple[tuple[str, str], ...]


def of_study(study: Study) -> Outcome | None:
    """Return what came of a study that has ended; None before, and where its brief is not for everybody."""
    if study.state not in STATES:
        return None
    found = reading.of_panel(db(), study.id)
    if found is None:
        return None
    stands = {one.action.id: STATUS_LABELS[one.status] for one in progress.of_study(db(), study.id)}
    return Outcome(found, tuple((row.text, stands.get(row.key, "")) for row in found.actions))
