"""Tables of a study. Answers stand under random codes, without a name, an address or a time."""

from copkit_delphi.elicitation.models.answers import Argument, Draft, Rating, Rationale
from copkit_delphi.elicitation.models.moderation import (
    ModeratedReason,
    ModerationPolicy,
    ModerationStep,
    WordingRequest,
)
from copkit_delphi.elicitation.models.panel import Panellist, PanellistSession, Participation, PersonalLink
from copkit_delphi.elicitation.models.questionnaire import Item, Scenario
from copkit_delphi.elicitation.models.rounds import Round, Snapshot
from copkit_delphi.elicitation.models.study import Amendment, StakeholderGroup, Study

__all__ = [
    "Amendment",
    "Argument",
    "Draft",
    "Item",
    "ModeratedReason",
    "ModerationPolicy",
    "ModerationStep",
    "Panellist",
    "PanellistSession",
    "Participation",
    "PersonalLink",
    "Rating",
    "Rationale",
    "Round",
    "Scenario",
    "Snapshot",
    "StakeholderGroup",
    "Study",
    "WordingRequest",
]
