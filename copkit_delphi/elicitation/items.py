"""Item types: what can be rated, each on its scale. Pages, forms and analysis know only this registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.impact import BY_KEY
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import CONFIDENCE_KIND, IMPACT_KIND, LIKELIHOOD, TRACK_RECORD
from copkit_delphi.domain.scale import CONFIDENCE, IMPACT, PERCENT, RATED_PERCENT, Scale


@dataclass(frozen=True, slots=True)
class ItemType:
    """One kind of item: the scale results are read on, and the values a form accepts."""

    kind: str
    scale: Scale
    accepted: Scale
    refusal: str

    def parse(self, text: str) -> float | None:
        """Return the value typed, None when nothing was; raises ``Invalid`` with what to write."""
        cleaned = text.strip().removesuffix("%").strip()
        if not cleaned:
            return None
        if not (cleaned.isascii() and cleaned.isdigit() and len(cleaned) <= 3):
            raise Invalid(self.refusal)
        value = float(cleaned)
        if not self.accepted.contains(value):
            raise Invalid(self.refusal)
        return value


_PERCENT = N_("Give a whole number from 1 to 99, or choose “I cannot judge this”.")

ITEM_TYPES = {
    item_type.kind: item_type
    for item_type in (
        ItemType(LIKELIHOOD, PERCENT, RATED_PERCENT, _PERCENT),
        ItemType(IMPACT_KIND, IMPACT, IMPACT, N_("Choose a level from 0 to 4, or “cannot judge”.")),
        ItemType(CONFIDENCE_KIND, CONFIDENCE, CONFIDENCE, N_("Choose how sure you are.")),
        ItemType(TRACK_RECORD, PERCENT, RATED_PERCENT, _PERCENT),
    )
}


def planned(
    protocol: Protocol, statement: str, track_record: str
) -> Iterator[tuple[str, str, str | None, str]]:
    """Yield ``(suffix of the name, kind, dimension, wording)`` of the items of one scenario, in order."""
    yield "likelihood", LIKELIHOOD, None, statement
    for key in protocol.dimensions:
        yield f"impact.{key}", IMPACT_KIND, key, BY_KEY[key].label
    yield "confidence", CONFIDENCE_KIND, None, ""
    if protocol.ask_track_record and track_record:
        yield "track_record", TRACK_RECORD, None, track_record
