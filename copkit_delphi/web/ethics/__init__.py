"""Ethics of a study: the assessment by its reviewer, the rounds of its panel."""

from __future__ import annotations

from copkit_delphi.web.ethics import assessment, flags, mitigations, precedents, reasons, rounds, waiver
from copkit_delphi.web.ethics.page import blueprint

__all__ = ["assessment", "blueprint", "flags", "mitigations", "precedents", "reasons", "rounds", "waiver"]
