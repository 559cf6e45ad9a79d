"""Roles, actions and the one table of who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from copkit_delphi.domain.errors import N_


class Role(StrEnum):
    """Roles of staff and readers. Those of ``GLOBAL_ROLES`` count everywhere, the others in one study."""

    ADMIN = "admin"
    FACILITATOR = "facilitator"
    CO_FACILITATOR = "co_facilitator"
    ANALYST = "analyst"
    ETHICS_REVIEWER = "ethics_reviewer"
    DPO = "dpo"
    OWNER = "owner"
    OBSERVER = "observer"
    READER = "reader"
    TRAINER = "trainer"


ROLE_LABELS = {
    Role.ADMIN: N_("Administrator"),
    Role.FACILITATOR: N_("Facilitator"),
    Role.CO_FACILITATOR: N_("Co-facilitator"),
    Role.ANALYST: N_("Analyst"),
    Role.ETHICS_REVIEWER: N_("Ethics reviewer"),
    Role.DPO: N_("Data protection officer"),
    Role.OWNER: N_("Accountable owner"),
    Role.OBSERVER: N_("Observer"),
    Role.READER: N_("Reader"),
    Role.TRAINER: N_("Trainer"),
}

# Everywhere, a facilitator may make studies; which studies an account runs is a role in each of them.
GLOBAL_ROLES = frozenset({Role.ADMIN, Role.FACILITATOR, Role.READER, Role.TRAINER})
STUDY_ROLES = frozenset(Role) - {Role.ADMIN, Role.READER, Role.TRAINER}


class Action(StrEnum):
    """What a door asks for, ``resource:action``, alphabetical."""

    ACCOUNT_MANAGE = "account:manage"
    ARCHIVE_EXPORT = "archive:export"
    AUDIT_BY_DAY = "audit:by-day"
    AUDIT_EXACT = "audit:exact"
    BRIEF_DRAFT = "brief:draft"
    BRIEF_READ = "brief:read"
    BRIEF_READ_DRAFT = "brief:read-draft"
    BRIEF_RELEASE = "brief:release"
    BRIEF_SIGN = "brief:sign"
    COMMUNITY_KEEP = "community:keep"
    ETHICS_ASSESS = "ethics:assess"
    ETHICS_REASONS = "ethics:reasons"
    ETHICS_REPLY = "ethics:reply"
    EXERCISE_FOLLOW = "exercise:follow"
    EXERCISE_RUN = "exercise:run"
    LIBRARY_EDIT = "library:edit"
    LIBRARY_READ = "library:read"
    MITIGATION_KEEP = "mitigation:keep"
    PANEL_CONTACTS = "panel:contacts"
    PRIVACY_KEEP = "privacy:keep"
    PRIVACY_READ = "privacy:read"
    REPLICATION_ASK = "replication:request"
    REPLICATION_DECIDE = "replication:decide"
    REPLICATION_FETCH = "replication:take"
    RESULTS_READ = "results:read"
    REVEAL_ASK = "reveal:ask"
    REVEAL_DECIDE = "reveal:decide"
    ROLE_MANAGE = "role:manage"
    ROUND_CONFIRM = "round:confirm"
    STUDY_CREATE = "study:create"
    STUDY_END = "study:end"
    STUDY_RUN = "study:run"
    STUDY_VIEW = "study:view"
    WAIVER_CONFIRM = "waiver:confirm"
    WARNING_SET = "warning:set"


ACTION_LABELS = {
    Action.ACCOUNT_MANAGE: N_("Make accounts and give every role"),
    Action.ARCHIVE_EXPORT: N_("Take the archive of a study: its design and disclosed results"),
    Action.AUDIT_BY_DAY: N_("Read the audit of the study by day"),
    Action.AUDIT_EXACT: N_("Read the audit of the study with exact times"),
    Action.BRIEF_DRAFT: N_("Write the draft brief, indicators and early actions"),
    Action.BRIEF_READ: N_("Be named as recipient of a released brief, read and acknowledge it"),
    Action.BRIEF_READ_DRAFT: N_("Read the draft brief and its annex"),
    Action.BRIEF_RELEASE: N_("Release a signed brief"),
    Action.BRIEF_SIGN: N_("Sign a brief"),
    Action.COMMUNITY_KEEP: N_("Keep the communities of TLP:GREEN and their readers"),
    Action.ETHICS_ASSESS: N_(
        "Write the ethics assessment, decide on comparable cases, clear flags, write a waiver"
    ),
    Action.ETHICS_REASONS: N_("Read the reasons of a closed ethics round, without a name or a group"),
    Action.ETHICS_REPLY: N_("Reply to ethics flags"),
    Action.EXERCISE_FOLLOW: N_("See where everybody's exercises stand"),
    Action.EXERCISE_RUN: N_("Do exercises"),
    Action.LIBRARY_EDIT: N_("Add, revise and retire entries of the library"),
    Action.LIBRARY_READ: N_("Read the library"),
    Action.MITIGATION_KEEP: N_("Add measures to the register and change them"),
    Action.PANEL_CONTACTS: N_("Open the names and contacts of the panel; each opening is logged"),
    Action.PRIVACY_KEEP: N_("Erase names; see a name that two agreed to open"),
    Action.PRIVACY_READ: N_("See when data are deleted and who asked for a name"),
    Action.REPLICATION_ASK: N_("Ask for a replication file after the study has ended"),
    Action.REPLICATION_DECIDE: N_("Agree to a replication file that somebody else asked for, or refuse"),
    Action.REPLICATION_FETCH: N_("Take a replication file that was agreed to: coded ratings"),
    Action.RESULTS_READ: N_("Read the results of closed rounds"),
    Action.REVEAL_ASK: N_("Ask who wrote one reason"),
    Action.REVEAL_DECIDE: N_("Agree that a name is opened, or refuse"),
    Action.ROLE_MANAGE: N_("Give and take roles in the study"),
    Action.ROUND_CONFIRM: N_("Confirm that a closed round opens again, asked for by somebody else"),
    Action.STUDY_CREATE: N_("Make a new study"),
    Action.STUDY_END: N_("End the study"),
    Action.STUDY_RUN: N_("Set up, invite, open, close, moderate"),
    Action.STUDY_VIEW: N_("See what the study is for, who works on it and where it stands"),
    Action.WAIVER_CONFIRM: N_("Confirm the waiver of a group that was not heard"),
    Action.WARNING_SET: N_("Set the warning level of a scenario"),
}

_RUNS = frozenset({Role.FACILITATOR, Role.CO_FACILITATOR})
_CHECKS = frozenset({Role.ETHICS_REVIEWER, Role.DPO})
_STUDY_STAFF = _RUNS | _CHECKS | {Role.ANALYST, Role.OWNER}

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.ACCOUNT_MANAGE: frozenset({Role.ADMIN}),
    Action.ARCHIVE_EXPORT: _RUNS | {Role.OWNER},
    Action.AUDIT_BY_DAY: _RUNS | _CHECKS,
    Action.AUDIT_EXACT: _CHECKS,
    Action.BRIEF_DRAFT: _RUNS | {Role.ANALYST},
    Action.BRIEF_READ: _STUDY_STAFF | {Role.READER, Role.OBSERVER},
    Action.BRIEF_READ_DRAFT: _STUDY_STAFF,
    Action.BRIEF_RELEASE: frozenset({Role.FACILITATOR, Role.ANALYST}),
    Action.BRIEF_SIGN: _CHECKS | {Role.OWNER},
    Action.COMMUNITY_KEEP: frozenset({Role.FACILITATOR}),
    Action.ETHICS_ASSESS: frozenset({Role.ETHICS_REVIEWER}),
    Action.ETHICS_REASONS: _RUNS | {Role.ETHICS_REVIEWER},
    Action.ETHICS_REPLY: _RUNS | {Role.ANALYST},
    Action.EXERCISE_FOLLOW: frozenset({Role.TRAINER}),
    Action.EXERCISE_RUN: frozenset({Role.FACILITATOR, Role.TRAINER}),
    Action.LIBRARY_EDIT: _RUNS | {Role.ANALYST},
    Action.LIBRARY_READ: _RUNS | {Role.ANALYST, Role.TRAINER},
    Action.MITIGATION_KEEP: _RUNS | {Role.ANALYST, Role.ETHICS_REVIEWER},
    Action.PANEL_CONTACTS: _RUNS | {Role.DPO},
    Action.PRIVACY_KEEP: frozenset({Role.DPO}),
    Action.PRIVACY_READ: _RUNS | _CHECKS,
    Action.REPLICATION_ASK: _RUNS | {Role.ANALYST},
    Action.REPLICATION_DECIDE: _CHECKS,
    Action.REPLICATION_FETCH: frozenset({Role.ANALYST}),
    Action.RESULTS_READ: _STUDY_STAFF,
    Action.REVEAL_ASK: _RUNS,
    Action.REVEAL_DECIDE: _CHECKS,
    Action.ROLE_MANAGE: frozenset({Role.FACILITATOR}),
    Action.ROUND_CONFIRM: _RUNS | {Role.OWNER},
    Action.STUDY_CREATE: frozenset({Role.FACILITATOR}),
    Action.STUDY_END: frozenset({Role.FACILITATOR}),
    Action.STUDY_RUN: _RUNS,
    Action.STUDY_VIEW: _STUDY_STAFF,
    Action.WAIVER_CONFIRM: frozenset({Role.OWNER}),
    Action.WARNING_SET: frozenset({Role.ANALYST}),
}

# Actions beside any one study: a role held in any study counts.
BESIDE_STUDIES = frozenset({Action.LIBRARY_EDIT, Action.LIBRARY_READ})

# Pairs of roles that nobody holds together in one study. The database knows them too (revision 0004).
EXCLUSIVE = (
    *(frozenset({runs, other}) for runs in sorted(_RUNS) for other in sorted(_STUDY_STAFF - _RUNS)),
    frozenset({Role.ETHICS_REVIEWER, Role.OWNER}),
)


def exclude(roles: frozenset[Role]) -> bool:
    """Tell whether two of ``roles`` exclude each other in one study."""
    return any(pair <= roles for pair in EXCLUSIVE)


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
        held = self._held() if action in BESIDE_STUDIES else self.roles(study_id)
        return bool(held & ALLOWED[action])

    def _held(self) -> frozenset[Role]:
        return self.everywhere.union(*self.by_study.values())

    def belongs_to(self, study_id: str) -> bool:
        """Tell whether the account holds any role in the study itself."""
        return study_id in self.by_study
