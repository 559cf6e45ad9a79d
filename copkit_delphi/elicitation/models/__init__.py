"""Tables of a study. Answers stand under random codes, without a name, an address or a time."""

from copkit_delphi.elicitation.models.answers import Argument, Draft, Rating, Rationale
from copkit_delphi.elicitation.models.invitations import (
    Invitation,
    Letter,
    LetterText,
    MailChoice,
    ProgressDay,
    ReminderPlan,
    RoundQuality,
)
from copkit_delphi.elicitation.models.panel import Panellist, PanellistSession, Participation, PersonalLink
from copkit_delphi.elicitation.models.questionnaire import Item, Scenario
from copkit_delphi.elicitation.models.rounds import Round, Snapshot
from copkit_delphi.elicitation.models.study import Amendment, StakeholderGroup, Study

__all__ = [
    "Amendment",
    "Argument",
    "Draft",
    "Invitation",
    "Item",
    "Letter",
    "LetterText",
    "MailChoice",
    "Panellist",
    "PanellistSession",
    "Participation",
    "PersonalLink",
    "ProgressDay",
    "Rating",
    "Rationale",
    "ReminderPlan",
    "Round",
    "RoundQuality",
    "Scenario",
    "Snapshot",
    "StakeholderGroup",
    "Study",
]
