"""Versions of the information that panellists agree to, and what each of them said."""

from __future__ import annotations

VERSION = "2026-12"
SYNTHETIC = "synthetic"  # made-up panellists, who are nobody
# Versions that told of replication files: ratings row by row, for others who check the study.
TELL_OF_REPLICATION = frozenset({VERSION, SYNTHETIC})
