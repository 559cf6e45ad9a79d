"""The library: search, read, add, revise, retire, and take into a study."""

from __future__ import annotations

from copkit_delphi.web.library import reading, taking, writing
from copkit_delphi.web.library.page import blueprint

__all__ = ["blueprint", "reading", "taking", "writing"]
