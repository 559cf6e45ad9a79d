"""Tables of a study. Answers stand under random codes, without a name, an address or a time."""

from copkit_delphi.elicitation.models.answers import Argument, Draft, Rating, Rationale
from copkit_delphi.elicitation.models.building import (
    Attachment,
    ChangeReason,
    DesignTemplate,
    Pilot,
    TemplateVersion,
)
from copkit_delphi.elicitation.models.panel import Panellist, PanellistSession, Participation, PersonalLink
from copkit_delphi.elicitation.models.questionnaire import Item, Scenario
from copkit_delphi.elicitation.models.rounds import Round, Snapshot
from copkit_delphi.elicitation.models.study import Amendment, StakeholderGroup, Study

__all__ = [
    "Amendment",
    "Argument",
    "Attachment",
    "ChangeReason",
    "DesignTemplate",
    "Draft",
    "Item",
    "Panellist",
    "PanellistSession",
    "Participation",
    "PersonalLink",
    "Pilot",
    "Rating",
    "Rationale",
    "Round",
    "Scenario",
    "Snapshot",
    "StakeholderGroup",
    "Study",
    "TemplateVersion",
]
