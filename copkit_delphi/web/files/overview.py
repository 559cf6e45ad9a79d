"""One page on everything that comes into a study and leaves it as a file."""

from __future__ import annotations

from typing import Any

from copkit_delphi.domain.errors import Conflict
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import archived_releases, archives, joinable, joining, replication, rounds
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import accounts
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import study_of
from copkit_delphi.web.files.forms import RefusalForm, ReplicationForm
from copkit_delphi.web.files.page import blueprint, show


def page(study: Study, **more: Any) -> str:
    """Render the page; ``more`` holds a form that was sent and refused."""
    may, asked = me().may, replication.of_study(db(), study.id)
    return show(
        "overview",
        study,
        **{
            "joined": _joined(study),
            "can_join": _can_join(study),
            "obstacle": replication.obstacle(db(), study.id),
            "asks": may(Action.REPLICATION_ASK, study.id),
            "archives": may(Action.ARCHIVE_EXPORT, study.id),
            "copied": archives.copied(db(), study.id),
            "came": archived_releases.names(db(), study.id),
            "requests": [_shown(row) for row in asked],
            "names": accounts.names(db(), {row.asked_by for row in asked}),
            "form": ReplicationForm(formdata=None),
            "refusal": RefusalForm(formdata=None),
            "tried": "",
            "confirm": ConfirmForm(),
            **more,
        },
    )


def _shown(row: Any) -> dict[str, Any]:
    mine, may = me().account_id, me().may
    over = row.made_at is not None and (row.content is None or now() >= row.made_at + replication.KEPT)
    takes = may(Action.REPLICATION_FETCH, row.study_id) and mine != row.decided_by
    return {
        "row": row,
        "over": over,
        "decides": row.state == "asked"
        and may(Action.REPLICATION_DECIDE, row.study_id)
        and mine != row.asked_by,
        "takes": takes and row.state in ("approved", "made") and not over,
    }


def _joined(study: Study) -> list[tuple[int, Any]]:
    found = [(row.number, joining.of_round(db(), row.id)) for row in rounds.of_study(db(), study.id)]
    return [(number, one) for number, one in found if one is not None]


def _can_join(study: Study) -> bool:
    if study.origin == "imported" or not me().may(Action.STUDY_RUN, study.id):
        return False
    try:
        joinable.planned(db(), study.id)
    except Conflict:
        return False
    return True


@blueprint.get("/<study_id>/files")
def overview(study_id: str) -> str:
    """What came in and what may leave."""
    return page(study_of(study_id))
