"""Every table of every wing, for migrations and their check."""

from __future__ import annotations

import copkit_delphi.elicitation.models
import copkit_delphi.ethics.models
import copkit_delphi.people.models
import copkit_delphi.warning.models  # noqa: F401 - importing a wing's tables registers them
from copkit_delphi.database import Base

metadata = Base.metadata
