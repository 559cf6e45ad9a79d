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
    "panellist.proposals": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.propose_threat": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.take_proposal_back": Door(Who.PANELLIST, Source.NONE),
    "panellist.proposals_done": Door(Who.PANELLIST, Source.NONE),
    "panellist.interests_": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.interests_post": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.propose": Door(Who.PANELLIST, Source.SETUP, marked=True),
    "panellist.propose_post": Door(Who.PANELLIST, Source.SETUP, marked=True),
    "panellist.sheet": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.draft": Door(Who.PANELLIST, Source.OWN),
    "panellist.save": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.review": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.submit": Door(Who.PANELLIST, Source.NONE),
    "panellist.done": Door(Who.PANELLIST, Source.PROGRESS, marked=True),
    "panellist.copy": Door(Who.PANELLIST, Source.OWN, leaves=Leaves.OWN),
    "panellist.deadline_file": Door(Who.PANELLIST, Source.SETUP, marked=True, leaves=Leaves.CALENDAR),
    "panellist.my_data": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.my_data_json": Door(Who.PANELLIST, Source.OWN, leaves=Leaves.OWN),
    "panellist.wordings": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.wordings_post": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.results": Door(Who.PANELLIST, Source.SNAPSHOT, marked=True),
    "panellist.ethics_review": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.ethics_sheet": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.ethics_save": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.ethics_submit": Door(Who.PANELLIST, Source.NONE),
    "panellist.ethics_results": Door(Who.PANELLIST, Source.SNAPSHOT, marked=True),
}
