"""Releasing a brief, and reading what was released."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Leaves, Source, Who

ROWS: dict[str, Door] = {
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
    "reader.briefs": Door(Who.PUBLIC, Source.RELEASE),
    "reader.brief": Door(Who.PUBLIC, Source.RELEASE, marked=True),
    "reader.actions": Door(Who.STAFF, Source.RELEASE, marked=True),
    "reader.pdf": Door(Who.PUBLIC, Source.RELEASE, marked=True, leaves=Leaves.RELEASED),
    "reader.ethics": Door(Who.PUBLIC, Source.RELEASE, marked=True),
    "reader.arrive": Door(Who.STAFF, Source.NONE),
    "reader.acknowledge": Door(Who.STAFF, Source.RELEASE, marked=True),
}
