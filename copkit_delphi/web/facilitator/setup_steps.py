"""The steps of the set-up: which there are, and which are done."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask_babel import gettext

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.plan import PLAN
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import panels, questions, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.plans import About
from copkit_delphi.web.context import db

STEPS = (
    ("about", N_("About")),
    ("plan", N_("Plan")),
    ("groups", N_("Groups")),
    ("scenarios", N_("Scenarios")),
    ("rules", N_("Questions and rules")),
    ("questions_", N_("More questions")),
    ("panel", N_("Panel")),
    ("check", N_("Check and open")),
)
_OPTIONAL = frozenset({"questions_"})


def steps(study: Study, current: str) -> list[dict[str, Any]]:
    """Return the set-up's steps for the stepper; a step is done when nothing of it is missing."""
    done_ = {
        "about": all(getattr(study, field.name) for field in fields(About)),
        "plan": len(Protocol.from_dict(study.protocol).plan) == len(PLAN),
        "groups": bool(studies.groups(db(), study.id)),
        "scenarios": bool(studies.scenarios(db(), study.id)),
        "rules": True,
        "questions_": bool(questions.listed(db(), study.id)),
        "panel": not panels.missing(db(), study_id=study.id),
        "check": study.state != StudyState.DRAFT,
    }
    return [
        {
            "name": name,
            "label": label,
            "state": "done" if done_[name] else gettext("optional") if name in _OPTIONAL else "todo",
            "current": name == current,
        }
        for name, label in STEPS
    ]
