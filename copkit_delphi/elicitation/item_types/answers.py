"""An answer: as people give it, as a column and a draft keep it, and as a summary reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.protocol import canonical_json

Detail = tuple[int, ...] | str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One judgement: a value, its bounds where asked, what is no number, or that the panellist cannot judge.

    ``detail`` is a text, the numbers of the options chosen (1 is the first), or the rank of each option.
    """

    value: float | None = None
    cannot_judge: bool = False
    low: float | None = None
    high: float | None = None
    detail: Detail = None

    @property
    def given(self) -> bool:
        """Tell whether this makes a rating."""
        return self.cannot_judge or self.value is not None or self.detail is not None

    @property
    def written(self) -> str | None:
        """Return ``detail`` as a column keeps it: canonical JSON."""
        return None if self.detail is None else canonical_json(self.detail)

    @classmethod
    def stored(
        cls,
        value: float | None,
        cannot_judge: bool,
        low: float | None = None,
        high: float | None = None,
        detail: str | None = None,
    ) -> Answer:
        """Return the answer of a row."""
        return cls(value, cannot_judge, low, high, None if detail is None else detail_of(detail))


def detail_of(written: str) -> Detail:
    """Return what a column keeps as JSON."""
    found = json.loads(written)
    return tuple(found) if isinstance(found, list) else str(found)


def typed(answer: Answer) -> dict[str, Any]:
    """Return an answer as a form sends it and a draft keeps it: texts, lists of texts, a tick."""
    detail: Any = answer.detail
    if isinstance(detail, tuple):
        detail = [str(one) for one in detail]
    return {
        "value": _written(answer.value),
        "cannot": answer.cannot_judge,
        "low": _written(answer.low),
        "high": _written(answer.high),
        "detail": "" if detail is None else detail,
    }


def _written(value: float | None) -> str:
    return "" if value is None else plain(value)


@dataclass(frozen=True, slots=True)
class Given:
    """One rating that stands, without who gave it; "cannot judge" is none."""

    value: float | None
    low: float | None
    high: float | None
    detail: Detail
