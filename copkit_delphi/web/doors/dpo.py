"""Privacy of a study."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Source

ROWS: dict[str, Door] = {
    "dpo.privacy": Door(Action.PRIVACY_READ, Source.SETUP, marked=True),
    "dpo.names": Door(Action.PRIVACY_KEEP, Source.SETUP, marked=True),
    "dpo.erase": Door(Action.PRIVACY_KEEP, Source.NONE, marked=True),
    "dpo.ask": Door(Action.REVEAL_ASK, Source.SETUP, marked=True),
    "dpo.ask_post": Door(Action.REVEAL_ASK, Source.SETUP, marked=True),
    "dpo.approve": Door(Action.REVEAL_DECIDE, Source.NONE, marked=True),
    "dpo.refuse": Door(Action.REVEAL_DECIDE, Source.NONE, marked=True),
    "dpo.name": Door(Action.PRIVACY_KEEP, Source.SETUP, marked=True),
}
