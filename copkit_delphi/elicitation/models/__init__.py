"""Tables of a study. Answers stand under random codes, without a name, an address or a time."""

from copkit_delphi.elicitation.models.answers import Argument, Draft, Rating, Rationale
from copkit_delphi.elicitation.models.panel import Panellist, PanellistSession, Participation, PersonalLink
from copkit_delphi.elicitation.models.questionnaire import Item, Question, Scenario
from copkit_delphi.elicitation.models.rounds import Round, Snapshot
from copkit_delphi.elicitation.models.study import Amendment, StakeholderGroup, Study

__all__ = [
    "Amendment",
    "Argument",
    "Draft",
    "Item",
    "Panellist",
    "PanellistSession",
    "Participation",
    "PersonalLink",
    "Question",
    "Rating",
    "Rationale",
    "Round",
    "Scenario",
    "Snapshot",
    "StakeholderGroup",
    "Study",
]
