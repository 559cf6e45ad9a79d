"""Every table of every wing, for migrations; ``python -m copkit_delphi.schema`` checks that both agree."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import copkit_delphi.elicitation.models
import copkit_delphi.elicitation.traces
import copkit_delphi.ethics.models
import copkit_delphi.library.models
import copkit_delphi.network.models
import copkit_delphi.people.models
import copkit_delphi.training.models
import copkit_delphi.warning.models  # noqa: F401 - importing a wing's tables registers them
from copkit_delphi.database import Base, differences, make_engine, upgrade

metadata = Base.metadata


def check(url: str) -> int:
    """Migrate an empty database and compare it with the tables; return a process exit status."""
    engine = make_engine(url)
    upgrade(engine)
    found = differences(engine, metadata)
    for difference in found:
        print(difference)
    print("schema and migrations differ" if found else "schema and migrations agree")
    return int(bool(found))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(check(f"sqlite:///{Path(folder) / 'check.sqlite3'}"))
