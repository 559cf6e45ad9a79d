"""How the panel of a study comes about: gaps, lists that are imported, texts, interests, proposals, applications."""

from __future__ import annotations

from copkit_delphi.web.recruiting import enrolling, lists, nominating, overview, texts
from copkit_delphi.web.recruiting.page import blueprint

__all__ = ["blueprint", "enrolling", "lists", "nominating", "overview", "texts"]
