"""Files in and out of a study."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Leaves, Source

ROWS: dict[str, Door] = {
    "files.overview": Door(Action.STUDY_VIEW, Source.SETUP, marked=True),
    "files.upload": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "files.upload_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True, uploads=True),
    "files.columns": Door(Action.STUDY_RUN, Source.UPLOAD, marked=True),
    "files.columns_post": Door(Action.STUDY_RUN, Source.UPLOAD, marked=True),
    "files.drop_upload": Door(Action.STUDY_RUN, Source.NONE, marked=True),
    "files.drop_mapping": Door(Action.STUDY_RUN, Source.NONE, marked=True),
    "files.ask": Door(Action.REPLICATION_ASK, Source.SETUP, marked=True),
    "files.agree": Door(Action.REPLICATION_DECIDE, Source.NONE, marked=True),
    "files.refuse": Door(Action.REPLICATION_DECIDE, Source.SETUP, marked=True),
    "files.take": Door(Action.REPLICATION_FETCH, Source.RATINGS, marked=True, leaves=Leaves.REPLICATION),
    "files.archive": Door(Action.ARCHIVE_EXPORT, Source.SNAPSHOT, marked=True, leaves=Leaves.ARCHIVE),
    "files.archive_in": Door(Action.STUDY_CREATE, Source.TEXT),
    "files.archive_in_post": Door(Action.STUDY_CREATE, Source.TEXT, uploads=True),
}
