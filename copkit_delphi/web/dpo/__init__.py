"""Privacy of one study: when data are deleted, names erased on request, and a name opened by two."""

from __future__ import annotations

from copkit_delphi.web.dpo import privacy, reveals
from copkit_delphi.web.dpo.page import blueprint

__all__ = ["blueprint", "privacy", "reveals"]
