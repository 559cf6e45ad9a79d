"""Tables of a study. Answers stand under random codes, without a name, an address or a time."""

from copkit_delphi.elicitation.models.answers import Argument, ArgumentMark, Draft, Rating, Rationale
from copkit_delphi.elicitation.models.building import (
    Attachment,
    ChangeReason,
    DesignTemplate,
    Pilot,
    TemplateVersion,
)
from copkit_delphi.elicitation.models.decisions import Decision, DecisionEntry
from copkit_delphi.elicitation.models.enquiries import EnquiriesSeen, Enquiry
from copkit_delphi.elicitation.models.expertise import TopicExpertise
from copkit_delphi.elicitation.models.files import (
    ArchivedCopy,
    ArchivedPart,
    ArchivedSnapshot,
    ColumnMapping,
    JoinedRound,
    ReplicationRequest,
    UploadedRatings,
)
from copkit_delphi.elicitation.models.invitations import (
    Invitation,
    Letter,
    LetterText,
    MailChoice,
    ProgressDay,
    ReminderPlan,
    RoundQuality,
)
from copkit_delphi.elicitation.models.moderation import (
    ModeratedReason,
    ModerationPolicy,
    ModerationStep,
    WordingRequest,
)
from copkit_delphi.elicitation.models.panel import (
    LostLink,
    Panellist,
    PanellistSession,
    Participation,
    PersonalLink,
)
from copkit_delphi.elicitation.models.practice import PracticeAnswer
from copkit_delphi.elicitation.models.proposals import Proposal, ProposalRound, ProposalUse, Proposing
from copkit_delphi.elicitation.models.questionnaire import Item, Question, Scenario
from copkit_delphi.elicitation.models.recruitment import (
    Applicant,
    ConsentText,
    EnrolmentPage,
    InterestHandling,
    Nomination,
    StagedUpload,
)
from copkit_delphi.elicitation.models.replies import Reply, ReplyThread
from copkit_delphi.elicitation.models.round_work import (
    DeadlineMove,
    ItemVersion,
    Reopening,
    RoundItem,
    SupersededSnapshot,
)
from copkit_delphi.elicitation.models.rounds import Round, Snapshot
from copkit_delphi.elicitation.models.study import Amendment, StakeholderGroup, Study

__all__ = [
    "Amendment",
    "Applicant",
    "ArchivedCopy",
    "ArchivedPart",
    "ArchivedSnapshot",
    "Argument",
    "ArgumentMark",
    "Attachment",
    "ChangeReason",
    "ColumnMapping",
    "ConsentText",
    "DeadlineMove",
    "Decision",
    "DecisionEntry",
    "DesignTemplate",
    "Draft",
    "EnquiriesSeen",
    "Enquiry",
    "EnrolmentPage",
    "InterestHandling",
    "Invitation",
    "Item",
    "ItemVersion",
    "JoinedRound",
    "Letter",
    "LetterText",
    "LostLink",
    "MailChoice",
    "ModeratedReason",
    "ModerationPolicy",
    "ModerationStep",
    "Nomination",
    "Panellist",
    "PanellistSession",
    "Participation",
    "PersonalLink",
    "Pilot",
    "PracticeAnswer",
    "ProgressDay",
    "Proposal",
    "ProposalRound",
    "ProposalUse",
    "Proposing",
    "Question",
    "Rating",
    "Rationale",
    "ReminderPlan",
    "Reopening",
    "ReplicationRequest",
    "Reply",
    "ReplyThread",
    "Round",
    "RoundItem",
    "RoundQuality",
    "Scenario",
    "Snapshot",
    "StagedUpload",
    "StakeholderGroup",
    "Study",
    "SupersededSnapshot",
    "TemplateVersion",
    "TopicExpertise",
    "UploadedRatings",
    "WordingRequest",
]
