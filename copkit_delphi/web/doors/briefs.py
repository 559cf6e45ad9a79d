"""Writing a brief and keeping its registers."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Leaves, Source, Who

ROWS: dict[str, Door] = {
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
}
