"""How the panel of a study comes about."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Source

ROWS: dict[str, Door] = {
    "recruiting.overview": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.upload": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.upload_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True, uploads=True),
    "recruiting.preview": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.preview_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.cancel": Door(Action.STUDY_RUN, Source.NONE),
    "recruiting.invite_late": Door(Action.STUDY_RUN, Source.NONE),
    "recruiting.texts": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.texts_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.interests_": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.interests_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.further_": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.nominations_": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.decide": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.enrolment": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.enrolment_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.renew_address": Door(Action.STUDY_RUN, Source.NONE),
    "recruiting.applicants": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.applicants_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "recruiting.progress_": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
}
