"""A study's own questions in words, as they are locked: what the check of the set-up and the protocol both list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copkit_delphi.elicitation.item_types.interface import ItemType
from copkit_delphi.elicitation.item_types.shapes import OWN, Posed
from copkit_delphi.elicitation.items import called, of
from copkit_delphi.elicitation.models import Item
from copkit_delphi.web.facilitator.question_forms import say


@dataclass(frozen=True, slots=True)
class OwnAsked:
    """One own question: its words, its kind, and its options or the anchors of its scale."""

    text: str
    kind: str
    choices: str


def choices(kind: ItemType, posed: Posed) -> str:
    """Return options or anchors in one line; a point without an anchor stands as its number."""
    return "; ".join(choice.label or choice.value for choice in kind.choices(posed, say))


def by_scenario(asked: Iterable[Item]) -> dict[str, list[OwnAsked]]:
    """Return what a study asks beside its rules, by the id of the scenario, in order."""
    found: dict[str, list[OwnAsked]] = {}
    for item in asked:
        kind = of(item.kind)
        if kind.place == OWN:
            row = OwnAsked(called(item, say), say(kind.label), choices(kind, item))
            found.setdefault(item.scenario_id, []).append(row)
    return found
