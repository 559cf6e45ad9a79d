"""The panellist of a personal link."""

from __future__ import annotations

from copkit_delphi.web.doors.door import Door, Leaves, Source, Who

ROWS: dict[str, Door] = {
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
    "panellist.language": Door(Who.PANELLIST, Source.NONE),
    "panellist.file": Door(Who.PANELLIST, Source.SETUP, marked=True, leaves=Leaves.ATTACHMENT),
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
}
