"""Item types: one module with one interface each. Pages, forms, results and exports know only this registry."""

from __future__ import annotations

from copkit_delphi.elicitation.item_types import choice, levels, ordinal, percent, profile, ranking, text
from copkit_delphi.elicitation.item_types.interface import ItemType
from copkit_delphi.elicitation.item_types.numbers import Number

ITEM_TYPES: dict[str, ItemType] = {
    one.kind: one
    for module in (percent, profile, ordinal, levels, ranking, choice, text)
    for one in module.TYPES
}
_UNKNOWN = Number()  # an item of an imported study: a number on its own scale


def of(kind: str) -> ItemType:
    """Return the type of ``kind``; an item of an imported study is a number on its own scale."""
    return ITEM_TYPES.get(kind, _UNKNOWN)


def authored() -> tuple[ItemType, ...]:
    """Return the types of which facilitators may add a question, in the order they are offered."""
    return tuple(one for one in ITEM_TYPES.values() if one.authored)
