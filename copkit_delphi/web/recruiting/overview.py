"""The panel at a glance: what each group has and lacks, and what waits for somebody."""

from __future__ import annotations

from copkit_delphi.elicitation.recruiting import gaps, staging
from copkit_delphi.web.context import context, db, now
from copkit_delphi.web.recruiting.page import blueprint, show, study_of


@blueprint.get("/<study_id>/panel")
def overview(study_id: str) -> str:
    """Each group with its target, and what is missing, as it stands now."""
    study = study_of(study_id, elicited=True)
    return show(
        "overview",
        study,
        gaps=gaps.of_study(db(), context().vault, study_id=study_id),
        staged=staging.latest(db(), study_id=study_id, at=now()),
    )
