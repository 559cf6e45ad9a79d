"""Roles, actions and the one table of who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Roles of staff. All but administrator and reader are held per study."""

    ADMIN = "admin"
    FACILITATOR = "facilitator"
    ANALYST = "analyst"
    ETHICS_REVIEWER = "ethics_reviewer"
    DPO = "dpo"
    OWNER = "owner"
    OBSERVER = "observer"
    READER = "reader"


GLOBAL_ROLES = frozenset({Role.ADMIN, Role.READER, Role.FACILITATOR})


class Action(StrEnum):
    """What a door asks for, ``resource:action``, alphabetical."""

    ACCOUNT_MANAGE = "account:manage"
    BRIEF_DRAFT = "brief:draft"
    BRIEF_READ = "brief:read"
    BRIEF_READ_DRAFT = "brief:read-draft"
    BRIEF_RELEASE = "brief:release"
    BRIEF_SIGN = "brief:sign"
    ETHICS_ASSESS = "ethics:assess"
    PANEL_CONTACTS = "panel:contacts"
    RESULTS_READ = "results:read"
    STUDY_CREATE = "study:create"
    STUDY_RUN = "study:run"
    STUDY_VIEW = "study:view"


_STUDY_STAFF = frozenset({Role.FACILITATOR, Role.ANALYST, Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.ACCOUNT_MANAGE: frozenset({Role.ADMIN}),
    Action.BRIEF_DRAFT: frozenset({Role.FACILITATOR, Role.ANALYST}),
    Action.BRIEF_READ: _STUDY_STAFF | {Role.READER, Role.OBSERVER},
    Action.BRIEF_READ_DRAFT: _STUDY_STAFF,
    Action.BRIEF_RELEASE: frozenset({Role.FACILITATOR, Role.ANALYST}),
    Action.BRIEF_SIGN: frozenset({Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER}),
    Action.ETHICS_ASSESS: frozenset({Role.ETHICS_REVIEWER}),
    Action.PANEL_CONTACTS: frozenset({Role.FACILITATOR, Role.DPO}),
    Action.RESULTS_READ: _STUDY_STAFF,
    Action.STUDY_CREATE: frozenset({Role.FACILITATOR}),
    Action.STUDY_RUN: frozenset({Role.FACILITATOR}),
    Action.STUDY_VIEW: _STUDY_STAFF,
}

# Pairs of roles that nobody holds together in one study.
EXCLUSIVE = (
    frozenset({Role.FACILITATOR, Role.ANALYST}),
    frozenset({Role.FACILITATOR, Role.ETHICS_REVIEWER}),
    frozenset({Role.FACILITATOR, Role.DPO}),
    frozenset({Role.FACILITATOR, Role.OWNER}),
    frozenset({Role.ETHICS_REVIEWER, Role.OWNER}),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is acting: an account with its roles, detached from the database."""

    account_id: str
    name: str
    everywhere: frozenset[Role] = frozenset()
    by_study: dict[str, frozenset[Role]] = field(default_factory=dict)

    def roles(self, study_id: str | None = None) -> frozenset[Role]:
        """Return the roles that count in ``study_id``; a global facilitator runs only own studies."""
        if study_id is None:
            return self.everywhere
        return self.by_study.get(study_id, frozenset()) | (self.everywhere & {Role.READER})

    def may(self, action: Action, study_id: str | None = None) -> bool:
        """Tell whether one of the roles allows ``action``."""
        return bool(self.roles(study_id) & ALLOWED[action])

    def belongs_to(self, study_id: str) -> bool:
        """Tell whether the account holds any role in the study itself."""
        return study_id in self.by_study
