"""What a facilitator writes down before round 1 and no figure can tell: aims, panel, preparation, roles.

It is part of the protocol, so that it is locked and hashed with the rules. Each text names the items of the reporting
checklists it answers: ACCORD (Gattrell et al. 2024) and DELPHISTAR (Niederberger et al. 2024).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class PlanText:
    """One text of the plan: its key, what it is called, what to write, and the checklist items it answers."""

    key: str
    label: str
    hint: str
    part: str
    answers: tuple[str, ...]


WHY, WHO, HOW, REST = N_("Why"), N_("Who"), N_("How"), N_("Money and roles")

PLAN = (
    PlanText(
        "why_delphi",
        N_("Why a Delphi"),
        N_("Why experts are asked in rounds and under protected anonymity, and not by another method."),
        WHY,
        ("ACCORD I1", "DELPHISTAR 9"),
    ),
    PlanText(
        "aims",
        N_("Aim"),
        N_("What the rounds are for: to find agreement, to forecast, to show dissent."),
        WHY,
        ("ACCORD I2", "DELPHISTAR 10"),
    ),
    PlanText(
        "audience",
        N_("Audience and region"),
        N_("Who will use the result, and for which countries it speaks."),
        WHY,
        ("ACCORD I2",),
    ),
    PlanText(
        "background",
        N_("Background"),
        N_("The project it belongs to, or the earlier study it updates; “none” is an answer."),
        WHY,
        ("ACCORD I3", "DELPHISTAR 7"),
    ),
    PlanText(
        "registration",
        N_("Registration"),
        N_("Where this protocol is registered, with link and date, or “not registered”."),
        WHY,
        ("ACCORD M1", "DELPHISTAR 8"),
    ),
    PlanText(
        "team",
        N_("Team"),
        N_(
            "Who leads, how they were chosen, their disciplines and experience, whom they asked about method."
        ),
        WHO,
        ("ACCORD M2", "DELPHISTAR 5", "DELPHISTAR 6"),
    ),
    PlanText(
        "expert",
        N_("Who counts as an expert"),
        N_("In one sentence that can be checked: for example five years of casework on the technology."),
        WHO,
        ("DELPHISTAR 13", "ACCORD M3"),
    ),
    PlanText(
        "criteria",
        N_("Panel criteria"),
        N_("Who may be on the panel, why this many, and who selects."),
        WHO,
        ("ACCORD M3", "DELPHISTAR 16"),
    ),
    PlanText(
        "perspectives",
        N_("Perspectives"),
        N_("Which ones are needed and why, how the public and those affected take part, and who is missing."),
        WHO,
        ("ACCORD M5", "DELPHISTAR 11", "DELPHISTAR 12"),
    ),
    PlanText(
        "recruitment",
        N_("Recruitment"),
        N_("How people are found and invited, whether members may name others, who is added later."),
        WHO,
        ("ACCORD M4", "DELPHISTAR 17", "DELPHISTAR 18"),
    ),
    PlanText(
        "preparation",
        N_("How the questions were made"),
        N_("Literature, interviews, casework; whether the panel gets a summary of it."),
        HOW,
        ("ACCORD M6", "ACCORD M7", "ACCORD M8", "DELPHISTAR 19"),
    ),
    PlanText(
        "variant",
        N_("Variant"),
        N_("What differs from a classical Delphi, and why; “nothing” is an answer."),
        HOW,
        ("ACCORD M9", "DELPHISTAR 15"),
    ),
    PlanText(
        "round_aims",
        N_("Aim of each round"),
        N_("One line a round."),
        HOW,
        ("ACCORD M11", "DELPHISTAR 22"),
    ),
    PlanText(
        "rule_reason",
        N_("Why this criterion and this stopping rule"),
        N_("Why this width or share means agreement here, and why the rounds end as they do."),
        HOW,
        ("ACCORD M12", "DELPHISTAR 23"),
    ),
    PlanText(
        "analysis",
        N_("How answers and reasons are worked up"),
        N_("What is done beyond the figures of this platform: how reasons are grouped, by whom."),
        HOW,
        ("ACCORD M15", "DELPHISTAR 28"),
    ),
    PlanText(
        "incentives",
        N_("Incentives"),
        N_("What panellists get for their time; “nothing” is an answer."),
        REST,
        ("ACCORD M20",),
    ),
    PlanText(
        "access",
        N_("Access"),
        N_("Languages, translations and help for people who could not take part otherwise."),
        REST,
        ("ACCORD M21",),
    ),
    PlanText(
        "endorsers",
        N_("Endorsing organisations"),
        N_("Who stands behind it and what they had to say in it; “none” is an answer."),
        REST,
        ("ACCORD O1",),
    ),
    PlanText(
        "interests",
        N_("Interests of the team"),
        N_("What those who run the study gain or lose by its result, and how that is handled."),
        REST,
        ("ACCORD O2",),
    ),
    PlanText(
        "funder_role",
        N_("Role of whoever pays"),
        N_("What the funder decides, sees or may stop; “nothing” is an answer."),
        REST,
        ("ACCORD O3", "DELPHISTAR 4"),
    ),
)
BY_KEY = {one.key: one for one in PLAN}
PARTS = (WHY, WHO, HOW, REST)


def checked(texts: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts that say something, in the order of the plan; raises ``Invalid`` for a strange or long one."""
    if texts.keys() - BY_KEY.keys():
        raise Invalid(N_("The plan has no text of that name."))
    stripped = {key: str(texts.get(key) or "").strip() for key in BY_KEY}
    for key, text in stripped.items():
        if len(text) > LONGEST:
            raise Invalid(N_("“%(label)s” has at most %(n)s characters."), label=BY_KEY[key].label, n=LONGEST)
    return {key: text for key, text in stripped.items() if text}


def answered(texts: Mapping[str, str], item: str) -> tuple[PlanText, ...]:
    """Return the texts that answer a checklist item and are written."""
    return tuple(one for one in PLAN if item in one.answers and texts.get(one.key))


def asked(item: str) -> tuple[PlanText, ...]:
    """Return every text that answers a checklist item, written or not."""
    return tuple(one for one in PLAN if item in one.answers)
