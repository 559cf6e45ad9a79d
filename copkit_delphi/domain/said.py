"""A sentence with its parameters, translated where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """An untranslated sentence and what is filled into it; as a string it is English."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


def said(sentence: str, /, **params: object) -> Said:
    """Return a sentence with its parameters."""
    return Said(sentence, params)


def verbatim(text: str) -> Said:
    """Return what somebody typed, which nobody translates."""
    return Said("%(text)s", {"text": text})
