"""Every way out in one table: who may pass, what it reads, under which marking. Closed by default.

A route that is not in the table does not start; a row without a route does not either.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from copkit_delphi.domain.permission import Action


class Who(StrEnum):
    """Doors that ask for no role in a study."""

    PUBLIC = "public"
    PANELLIST = "panellist"
    HALF_WAY = "password given, second factor or not"
    STAFF = "signed in"


class Source(StrEnum):
    """Where the content of a way out comes from."""

    TEXT = "fixed text"
    OWN = "own answers"
    SETUP = "study set-up"
    PROGRESS = "progress, no figure"
    SNAPSHOT = "frozen snapshot"
    BRIEF = "brief version"
    LIBRARY = "library, TLP:CLEAR"
    EXERCISE = "own exercise; state only for a trainer"
    RELEASE = "released brief"
    RECIPIENTS = "names of recipients"
    ACCOUNT = "own account"
    ACCOUNTS = "accounts and titles of studies"
    NONE = "redirect only"


class Leaves(StrEnum):
    """What leaves a way as a file, and what holds it back."""

    RELEASED = "released document, through network.reading.issue"
    DRAFT = "draft or analysis report; each page says that it is not released"
    SNAPSHOT = "figures of a frozen snapshot, disclosed"
    OWN = "the panellist's own answers"
    FIXED = "fixed file, the same for everybody"


@dataclass(frozen=True, slots=True)
class Door:
    """One way out: ``who`` passes, from which ``source``; ``marked`` ways carry the study's marking.

    A way that answers with a file and not with a page says what ``leaves``.
    """

    who: Who | Action
    source: Source
    marked: bool = False
    leaves: Leaves | None = None


DOORS: dict[str, Door] = {
    "static": Door(Who.PUBLIC, Source.TEXT, leaves=Leaves.FIXED),
    "public.landing": Door(Who.PUBLIC, Source.TEXT),
    "public.help": Door(Who.PUBLIC, Source.TEXT),
    "public.privacy": Door(Who.PUBLIC, Source.TEXT),
    "public.accessibility": Door(Who.PUBLIC, Source.TEXT),
    "public.roles": Door(Who.PUBLIC, Source.TEXT),
    "public.healthz": Door(Who.PUBLIC, Source.TEXT, leaves=Leaves.FIXED),
    "public.sign_in": Door(Who.PUBLIC, Source.TEXT),
    "public.sign_in_post": Door(Who.PUBLIC, Source.NONE),
    "public.sign_out": Door(Who.PUBLIC, Source.NONE),
    "public.home": Door(Who.STAFF, Source.NONE),
    # one's own account
    "account.page": Door(Who.STAFF, Source.ACCOUNT),
    "account.password_post": Door(Who.STAFF, Source.ACCOUNT),
    "account.end_session": Door(Who.STAFF, Source.NONE),
    "account.factor": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.factor_post": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.remove_factor": Door(Who.STAFF, Source.ACCOUNT),
    "account.codes": Door(Who.STAFF, Source.ACCOUNT),
    "account.codes_post": Door(Who.STAFF, Source.ACCOUNT),
    "account.code": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.code_post": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.forgot": Door(Who.PUBLIC, Source.TEXT),
    "account.forgot_post": Door(Who.PUBLIC, Source.NONE),
    "account.link": Door(Who.PUBLIC, Source.NONE),
    "account.new_password": Door(Who.PUBLIC, Source.ACCOUNT),
    "account.new_password_post": Door(Who.PUBLIC, Source.ACCOUNT),
    # the panellist of a personal link
    "panellist.welcome": Door(Who.PUBLIC, Source.SETUP, marked=True),
    "panellist.enter": Door(Who.PUBLIC, Source.NONE),
    "panellist.leave": Door(Who.PANELLIST, Source.NONE),
    "panellist.desk": Door(Who.PANELLIST, Source.SETUP, marked=True),
    "panellist.consent": Door(Who.PANELLIST, Source.SETUP, marked=True),
    "panellist.decline": Door(Who.PANELLIST, Source.NONE),
    "panellist.withdraw": Door(Who.PANELLIST, Source.SETUP, marked=True),
    "panellist.withdraw_post": Door(Who.PANELLIST, Source.NONE),
    "panellist.withdrawn": Door(Who.PUBLIC, Source.TEXT),
    "panellist.sheet": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.draft": Door(Who.PANELLIST, Source.OWN),
    "panellist.save": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.review": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.submit": Door(Who.PANELLIST, Source.NONE),
    "panellist.done": Door(Who.PANELLIST, Source.PROGRESS, marked=True),
    "panellist.copy": Door(Who.PANELLIST, Source.OWN, leaves=Leaves.OWN),
    "panellist.my_data": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.my_data_json": Door(Who.PANELLIST, Source.OWN, leaves=Leaves.OWN),
    "panellist.results": Door(Who.PANELLIST, Source.SNAPSHOT, marked=True),
    "panellist.ethics_review": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.ethics_sheet": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.ethics_save": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.ethics_submit": Door(Who.PANELLIST, Source.NONE),
    "panellist.ethics_results": Door(Who.PANELLIST, Source.SNAPSHOT, marked=True),
    # facilitator and other staff of a study
    "facilitator.studies": Door(Who.STAFF, Source.SETUP),
    "facilitator.new": Door(Action.STUDY_CREATE, Source.TEXT),
    "facilitator.new_post": Door(Action.STUDY_CREATE, Source.NONE),
    "facilitator.study": Door(Action.STUDY_VIEW, Source.PROGRESS, marked=True),
    "facilitator.about": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.about_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.groups": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.groups_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.rules": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.rules_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.check": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.check_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.scenarios": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.take_scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.new_scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.new_scenario_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.scenario_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.remove_scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.panel": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.panel_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.remove_person": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.seats": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.replace_link": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.next_round": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.next_round_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.deadline": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.deadline_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.close": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.close_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.synthetic": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.end": Door(Action.STUDY_END, Source.SNAPSHOT, marked=True),
    "facilitator.end_post": Door(Action.STUDY_END, Source.SNAPSHOT, marked=True),
    "facilitator.moderation": Door(Action.STUDY_RUN, Source.SNAPSHOT, marked=True),
    "facilitator.moderation_post": Door(Action.STUDY_RUN, Source.SNAPSHOT, marked=True),
    "facilitator.roles": Door(Action.STUDY_VIEW, Source.SETUP, marked=True),
    "facilitator.roles_post": Door(Action.ROLE_MANAGE, Source.SETUP, marked=True),
    "facilitator.take_role": Door(Action.ROLE_MANAGE, Source.SETUP, marked=True),
    "facilitator.audit_by_day": Door(Action.AUDIT_BY_DAY, Source.SETUP, marked=True),
    "facilitator.names_": Door(Action.PANEL_CONTACTS, Source.SETUP, marked=True),
    "facilitator.names_post": Door(Action.PANEL_CONTACTS, Source.SETUP, marked=True),
    "facilitator.results": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "facilitator.round_results": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "facilitator.item": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "facilitator.export_csv": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True, leaves=Leaves.SNAPSHOT),
    "facilitator.export_json": Door(
        Action.RESULTS_READ, Source.SNAPSHOT, marked=True, leaves=Leaves.SNAPSHOT
    ),
    # library
    "library.catalogue": Door(Action.LIBRARY_READ, Source.LIBRARY),
    "library.entry": Door(Action.LIBRARY_READ, Source.LIBRARY),
    "library.version": Door(Action.LIBRARY_READ, Source.LIBRARY),
    "library.new": Door(Action.LIBRARY_EDIT, Source.TEXT),
    "library.new_post": Door(Action.LIBRARY_EDIT, Source.NONE),
    "library.revise": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.revise_post": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.retire": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.retire_post": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.bring_back": Door(Action.LIBRARY_EDIT, Source.NONE),
    "library.take": Door(Action.LIBRARY_READ, Source.LIBRARY),
    # administrators
    "admin.accounts_": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.new": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.new_post": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.account": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.account_post": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.deactivate": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.reactivate": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.invite": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.reset": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.remove_factor": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.end_sessions": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.give_role": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.take_role": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.give_study_role": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.take_study_role": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.installation": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.audit": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    # exercises
    "exercises.catalogue": Door(Action.EXERCISE_RUN, Source.EXERCISE),
    "exercises.start": Door(Action.EXERCISE_RUN, Source.NONE),
    "exercises.exercise": Door(Action.EXERCISE_RUN, Source.EXERCISE, marked=True),
    "exercises.play": Door(Action.EXERCISE_RUN, Source.NONE),
    # brief, ethics and reader
    "briefs.workbench": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "briefs.propose": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.text": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.text_post": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.plans": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.plans_post": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.add_indicator": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.preview": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "briefs.draft_pdf": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True, leaves=Leaves.DRAFT),
    "briefs.send": Door(Action.BRIEF_DRAFT, Source.NONE, marked=True),
    "briefs.sign": Door(Action.BRIEF_SIGN, Source.BRIEF, marked=True),
    "briefs.sign_post": Door(Action.BRIEF_SIGN, Source.BRIEF, marked=True),
    "briefs.report_pdf": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True, leaves=Leaves.DRAFT),
    "briefs.print_asset": Door(Who.PUBLIC, Source.TEXT, leaves=Leaves.FIXED),
    "register.levels": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "register.set_level": Door(Action.WARNING_SET, Source.BRIEF, marked=True),
    "register.indicators": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "register.read_indicator": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "register.actions": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "register.move_action": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "ethics.assessment": Door(Action.STUDY_VIEW, Source.BRIEF, marked=True),
    "ethics.round": Door(Action.STUDY_VIEW, Source.PROGRESS, marked=True),
    "ethics.open_round": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "ethics.open_round_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "ethics.deadline": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "ethics.deadline_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "ethics.close": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "ethics.close_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "ethics.synthetic": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "ethics.results": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "ethics.flags": Door(Action.STUDY_VIEW, Source.SNAPSHOT, marked=True),
    "ethics.reply_flag": Door(Action.ETHICS_REPLY, Source.SNAPSHOT, marked=True),
    "ethics.clear_flag": Door(Action.ETHICS_ASSESS, Source.SNAPSHOT, marked=True),
    "ethics.mitigations": Door(Action.STUDY_VIEW, Source.BRIEF, marked=True),
    "ethics.new_mitigation": Door(Action.MITIGATION_KEEP, Source.BRIEF, marked=True),
    "ethics.new_mitigation_post": Door(Action.MITIGATION_KEEP, Source.BRIEF, marked=True),
    "ethics.mitigation": Door(Action.MITIGATION_KEEP, Source.BRIEF, marked=True),
    "ethics.mitigation_post": Door(Action.MITIGATION_KEEP, Source.BRIEF, marked=True),
    "ethics.waiver": Door(Action.STUDY_VIEW, Source.BRIEF, marked=True),
    "ethics.waiver_post": Door(Action.ETHICS_ASSESS, Source.BRIEF, marked=True),
    "ethics.confirm_waiver": Door(Action.WAIVER_CONFIRM, Source.NONE, marked=True),
    "ethics.reasons": Door(Action.ETHICS_REASONS, Source.SNAPSHOT, marked=True),
    "ethics.precedents": Door(Action.STUDY_VIEW, Source.BRIEF, marked=True),
    "ethics.decide_precedent": Door(Action.ETHICS_ASSESS, Source.BRIEF, marked=True),
    "ethics.edit": Door(Action.ETHICS_ASSESS, Source.BRIEF, marked=True),
    "ethics.edit_post": Door(Action.ETHICS_ASSESS, Source.BRIEF, marked=True),
    # privacy
    "dpo.privacy": Door(Action.PRIVACY_READ, Source.SETUP, marked=True),
    "dpo.names": Door(Action.PRIVACY_KEEP, Source.SETUP, marked=True),
    "dpo.erase": Door(Action.PRIVACY_KEEP, Source.NONE, marked=True),
    "dpo.ask": Door(Action.REVEAL_ASK, Source.SETUP, marked=True),
    "dpo.ask_post": Door(Action.REVEAL_ASK, Source.SETUP, marked=True),
    "dpo.approve": Door(Action.REVEAL_DECIDE, Source.NONE, marked=True),
    "dpo.refuse": Door(Action.REVEAL_DECIDE, Source.NONE, marked=True),
    "dpo.name": Door(Action.PRIVACY_KEEP, Source.SETUP, marked=True),
    # the network
    "network.release": Door(Action.BRIEF_RELEASE, Source.BRIEF, marked=True),
    "network.release_post": Door(Action.BRIEF_RELEASE, Source.BRIEF, marked=True),
    "network.recipients": Door(Action.BRIEF_RELEASE, Source.RECIPIENTS, marked=True),
    "network.name_another": Door(Action.BRIEF_RELEASE, Source.RECIPIENTS, marked=True),
    "network.remind": Door(Action.BRIEF_RELEASE, Source.NONE, marked=True),
    "network.retract": Door(Action.BRIEF_RELEASE, Source.RECIPIENTS, marked=True),
    "network.retract_post": Door(Action.BRIEF_RELEASE, Source.RECIPIENTS, marked=True),
    "network.communities": Door(Action.COMMUNITY_KEEP, Source.RECIPIENTS),
    "network.new_community": Door(Action.COMMUNITY_KEEP, Source.RECIPIENTS),
    "network.add_member": Door(Action.COMMUNITY_KEEP, Source.RECIPIENTS),
    "network.remove_member": Door(Action.COMMUNITY_KEEP, Source.NONE),
    # readers and the public: each sees what was released to them (network.reading)
    "reader.briefs": Door(Who.PUBLIC, Source.RELEASE),
    "reader.brief": Door(Who.PUBLIC, Source.RELEASE, marked=True),
    "reader.actions": Door(Who.STAFF, Source.RELEASE, marked=True),
    "reader.pdf": Door(Who.PUBLIC, Source.RELEASE, marked=True, leaves=Leaves.RELEASED),
    "reader.ethics": Door(Who.PUBLIC, Source.RELEASE, marked=True),
    "reader.arrive": Door(Who.STAFF, Source.NONE),
    "reader.acknowledge": Door(Who.STAFF, Source.RELEASE, marked=True),
}
