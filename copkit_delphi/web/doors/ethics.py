"""Ethics of a study."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Source

ROWS: dict[str, Door] = {
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
}
