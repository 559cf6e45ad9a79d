"""Facilitator and other staff of a study: studies, set-up, panel, rounds, moderation, results."""

from __future__ import annotations

from copkit_delphi.web.facilitator import (
    attachments,
    moderation,
    names,
    people,
    pilots,
    preview,
    results,
    rounds,
    scenarios,
    setup,
    shelf,
    staff,
    studies,
    templates,
    translations,
    wording,
)
from copkit_delphi.web.facilitator.page import blueprint

__all__ = [
    "attachments",
    "blueprint",
    "moderation",
    "names",
    "people",
    "pilots",
    "preview",
    "results",
    "rounds",
    "scenarios",
    "setup",
    "shelf",
    "staff",
    "studies",
    "templates",
    "translations",
    "wording",
]
