"""What a facilitator sees of a running study: progress by name and group, never an answer, a code or a time."""

from __future__ import annotations

from typing import Any

from flask import request

from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState
from copkit_delphi.domain.mail import STATES
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import (
    advice,
    behaviours,
    pace,
    panels,
    quality,
    results,
    retained,
    rounds,
)
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.web.context import db, now
from copkit_delphi.web.facilitator.forms import ConfirmForm, OpenForm
from copkit_delphi.web.facilitator.mail import queue_of
from copkit_delphi.web.facilitator.names import standings_of
from copkit_delphi.web.facilitator.roster import listed


def monitor(study: Study, latest: Round) -> dict[str, Any]:
    """Return what the monitor's page shows."""
    is_open = latest.state == RoundState.OPEN
    planned = next((row for row in rounds.of_study(db(), study.id) if row.state == RoundState.DRAFT), None)
    feedback_open = latest.feedback == FeedbackState.OPEN and study.state == StudyState.RUNNING
    groups = panels.by_group(db(), study_id=study.id)
    rules = Protocol.from_dict(study.protocol)
    invited, finished = sum(one.invited for one in groups), sum(one.done for one in groups)
    return {
        "expected": pace.expected(round_=latest, invited=invited, done=finished, at=now()),
        "over_days": pace.steps(db(), round_=latest, invited=invited, k=rules.k),
        "invited": invited,
        "kept": retained.by_group(db(), study_id=study.id, latest=latest, progress=groups),
        "quality": quality.of_round(db(), study_id=study.id, number=latest.number),
        "is_open": is_open,
        "in_moderation": latest.feedback == FeedbackState.IN_MODERATION,
        "planned": planned if feedback_open else None,
        "goes_on": rounds.goes_on(study, latest.number),
        "may_end": not is_open and study.state == StudyState.RUNNING,
        "has_results": latest.number > 1 or not is_open,
        "groups": groups,
        "people": listed(standings_of(study.id, latest), list(request.args.items())),
        "invitation_words": STATES,
        "synthetic_seats": sum(behaviours.seats(db(), study_id=study.id).values()),
        "rules": rules,
        **queue_of(),
        "form": OpenForm(),
        "confirm": ConfirmForm(),
        **advised(study, latest, is_open=is_open),
    }


def advised(study: Study, latest: Round, *, is_open: bool) -> dict[str, Any]:
    """Return the advisor's criteria: on closing while the round is open, on ending after its close."""
    if is_open:
        checks = advice.before_closing(db(), study_id=study.id)
        return {"checks": checks, "favours": all(check.met for check in checks)}
    if study.state != StudyState.RUNNING:
        return {"checks": (), "favours": False}
    frozen, protocol = results.snapshot(db(), latest.id), Protocol.from_dict(study.protocol)
    return {"checks": advice.after_close(frozen, protocol), "favours": advice.says_end(frozen, protocol)}
