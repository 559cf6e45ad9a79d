"""States of study, round, feedback and brief, and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from copkit_delphi.domain.errors import N_, Conflict

GRACE_SECONDS = 60  # a form begun before the deadline may still arrive; closing by hand has none


class StudyState(StrEnum):
    """Draft until round 1 opens."""

    DRAFT = "draft"
    RUNNING = "running"
    ENDED = "ended"
    ARCHIVED = "archived"


class RoundState(StrEnum):
    """A round takes ratings only while open."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class FeedbackState(StrEnum):
    """Feedback of a closed round reaches the panel only once it was moderated."""

    NONE = "none"
    IN_MODERATION = "in_moderation"
    OPEN = "open"


class BriefState(StrEnum):
    """A published version never changes; any edit before that voids signatures."""

    DRAFT = "draft"
    ASSESSED = "assessed"
    SIGNED = "signed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Progress(StrEnum):
    """A panellist in a round."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class FlagState(StrEnum):
    """An ethics flag: replied to by the team, cleared by the reviewer."""

    OPEN = "open"
    ANSWERED = "answered"
    CLEARED = "cleared"


# Keyed by kind first: members of different enums with the same text are equal.
MOVES: dict[type[StrEnum], dict[StrEnum, frozenset[StrEnum]]] = {
    StudyState: {
        StudyState.DRAFT: frozenset({StudyState.RUNNING}),
        StudyState.RUNNING: frozenset({StudyState.ENDED}),
        StudyState.ENDED: frozenset({StudyState.ARCHIVED}),
        StudyState.ARCHIVED: frozenset({StudyState.ENDED}),
    },
    RoundState: {
        RoundState.DRAFT: frozenset({RoundState.OPEN}),
        RoundState.OPEN: frozenset({RoundState.CLOSED}),
    },
    FeedbackState: {
        FeedbackState.NONE: frozenset({FeedbackState.IN_MODERATION}),
        FeedbackState.IN_MODERATION: frozenset({FeedbackState.OPEN}),
    },
    BriefState: {
        BriefState.DRAFT: frozenset({BriefState.ASSESSED}),
        BriefState.ASSESSED: frozenset({BriefState.SIGNED, BriefState.DRAFT}),
        BriefState.SIGNED: frozenset({BriefState.PUBLISHED, BriefState.DRAFT}),
        BriefState.PUBLISHED: frozenset({BriefState.WITHDRAWN}),
    },
    FlagState: {
        FlagState.OPEN: frozenset({FlagState.ANSWERED}),
        FlagState.ANSWERED: frozenset({FlagState.ANSWERED, FlagState.CLEARED}),
    },
}


def check_move(before: StrEnum, after: StrEnum) -> None:
    """Raise ``Conflict`` unless ``before`` may become ``after``."""
    if after not in MOVES[type(before)].get(before, frozenset()):
        raise Conflict(
            N_("This is %(before)s and cannot become %(after)s."), before=str(before), after=str(after)
        )
