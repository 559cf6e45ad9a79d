"""The parts of a study and the pages of each, in the order of the work: the one table its navigation is made of.

A page is offered to whoever may pass its door (``web.doors``) once the study has something to show there.
A page whose address goes on from that of a page in the table belongs to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from copkit_delphi.domain.errors import N_


class From(IntEnum):
    """When a page has something to show."""

    ALWAYS = 0
    OPENED = 1
    CLOSED = 2


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the navigation.

    ``also`` are addresses within the study that belong here as well. ``imported`` pages stand in imported studies
    too; a ``passing`` one is offered in drafts only.
    """

    label: str
    endpoint: str
    since: From = From.ALWAYS
    imported: bool = False
    passing: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a study; ``stage`` is False where the work does not pass through it."""

    name: str
    label: str
    pages: tuple[Page, ...]
    stage: bool = True


PARTS = (
    Part(
        "overview",
        N_("Overview"),
        (Page(N_("Overview"), "facilitator.study", imported=True, also=("copy", "template")),),
        stage=False,
    ),
    Part(
        "prepare",
        N_("Prepare"),
        (
            Page(N_("Set-up"), "facilitator.check", also=("pilots", "preview")),
            Page(N_("Round 0"), "facilitator.round_zero_", passing=True),
            Page(N_("Protocol"), "facilitator.protocol", also=("readiness",)),
            Page(N_("Moderation policy"), "facilitator.policy"),
            Page(N_("Roles"), "facilitator.roles", imported=True),
        ),
    ),
    Part(
        "panel",
        N_("Panel"),
        (
            Page(N_("Groups and gaps"), "recruiting.overview"),
            Page(N_("Nominations"), "recruiting.nominations_"),
            Page(N_("Interests"), "recruiting.interests_"),
            Page(N_("To be named or asked again"), "recruiting.further_"),
            Page(N_("Information and consent"), "recruiting.texts"),
            Page(N_("Enrolment page"), "recruiting.enrolment", also=("panel/applicants",)),
            Page(N_("Import a list"), "recruiting.upload"),
            Page(N_("Names and contacts"), "facilitator.names_"),
        ),
    ),
    Part(
        "rounds",
        N_("Rounds"),
        (
            Page(N_("All rounds"), "facilitator.rounds_", From.OPENED, also=("scenarios",)),
            Page(N_("Mail"), "facilitator.mail", From.OPENED),
            Page(N_("Questions of the panel"), "facilitator.enquiries", From.OPENED),
        ),
    ),
    Part(
        "decide",
        N_("Decide"),
        (
            Page(N_("Results"), "facilitator.results", From.OPENED, imported=True),
            Page(N_("Deciding"), "facilitator.deciding", From.OPENED, imported=True, also=("end",)),
            Page(N_("Dissent register"), "facilitator.dissent", From.CLOSED, imported=True),
        ),
    ),
    Part(
        "ethics",
        N_("Ethics"),
        (
            Page(N_("Assessment"), "ethics.assessment", From.OPENED),
            Page(N_("Ethics round"), "ethics.round", From.OPENED, also=("ethics/results", "ethics/reasons")),
            Page(N_("Flags"), "ethics.flags", From.OPENED),
            Page(N_("Measures"), "ethics.mitigations", From.OPENED),
            Page(N_("Comparable cases"), "ethics.precedents", From.OPENED),
            Page(N_("Waiver"), "ethics.waiver", From.OPENED),
        ),
    ),
    Part(
        "brief",
        N_("Brief"),
        (
            Page(N_("Brief and annex"), "briefs.workbench", From.OPENED, imported=True),
            Page(N_("Warning levels"), "register.levels", From.OPENED),
            Page(N_("Indicators"), "register.indicators", From.OPENED),
            Page(N_("Early actions"), "register.actions", From.OPENED),
        ),
    ),
    Part(
        "records",
        N_("Records"),
        (
            Page(N_("Files"), "files.overview", imported=True, also=("set-up/elsewhere",)),
            Page(N_("Audit"), "facilitator.audit_by_day", imported=True),
            Page(N_("Log of the moderation"), "facilitator.reasons_log"),
            Page(N_("Privacy"), "dpo.privacy", imported=True, also=("reveals",)),
        ),
        stage=False,
    ),
)
