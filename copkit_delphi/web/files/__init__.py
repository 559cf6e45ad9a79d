"""Files in and out of a study: rounds run elsewhere."""

from __future__ import annotations

from copkit_delphi.web.files import elsewhere, overview
from copkit_delphi.web.files.page import blueprint

__all__ = ["blueprint", "elsewhere", "overview"]
