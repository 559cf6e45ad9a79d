"""The facilitator and other staff of a study."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Leaves, Source, Who

ROWS: dict[str, Door] = {
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
    "facilitator.wording": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
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
}
