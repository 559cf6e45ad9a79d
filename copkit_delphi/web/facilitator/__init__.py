"""Facilitator and other staff of a study: studies, set-up, panel, rounds, moderation, results."""

from __future__ import annotations

from copkit_delphi.web.facilitator import (
    deciding,
    invitations,
    letters,
    mail,
    moderation,
    names,
    people,
    plan,
    policy,
    preview,
    protocol,
    questions,
    reasons,
    results,
    round_work,
    round_zero,
    rounds,
    scenarios,
    setup,
    staff,
    studies,
)
from copkit_delphi.web.facilitator.page import blueprint

__all__ = [
    "blueprint",
    "deciding",
    "invitations",
    "letters",
    "mail",
    "moderation",
    "names",
    "people",
    "plan",
    "policy",
    "preview",
    "protocol",
    "questions",
    "reasons",
    "results",
    "round_work",
    "round_zero",
    "rounds",
    "scenarios",
    "setup",
    "staff",
    "studies",
]
