"""Every way out in one table: who may pass, what it reads, under which marking. Closed by default.

A route that is not in the table does not start; a row without a route does not either.
"""

from __future__ import annotations

from copkit_delphi.web.doors import (
    admin,
    briefs,
    dpo,
    ethics,
    exercises,
    facilitator,
    files,
    library,
    network,
    panellist,
    public,
    recruiting,
)
from copkit_delphi.web.doors.door import Door, Leaves, Source, Who

_TABLES = (
    public,
    panellist,
    facilitator,
    files,
    recruiting,
    library,
    admin,
    exercises,
    briefs,
    ethics,
    dpo,
    network,
)
DOORS: dict[str, Door] = {name: door for table in _TABLES for name, door in table.ROWS.items()}

__all__ = ["DOORS", "Door", "Leaves", "Source", "Who"]
