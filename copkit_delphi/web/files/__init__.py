"""Files in and out of a study: rounds run elsewhere, replication files, archives."""

from __future__ import annotations

from copkit_delphi.web.files import archive, elsewhere, overview, replication
from copkit_delphi.web.files.page import blueprint

__all__ = ["archive", "blueprint", "elsewhere", "overview", "replication"]
