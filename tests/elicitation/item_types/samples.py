"""One definition of every kind of the registry, as a facilitator types it, and answers as forms send them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from copkit_delphi.elicitation.item_types import ITEM_TYPES, of
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.shapes import Leaning, Planned

OPTIONS = "Harden devices\nTrain officers\nShare reports\nWait"
SAID: dict[str, Mapping[str, str]] = {
    "probability": {"interval": "y"},
    "ordinal": {"points": "7", "lowest": "1", "anchors": "Not at all\nEntirely"},
    "ranking": {"options": OPTIONS},
    "single": {"options": OPTIONS},
    "multiple": {"options": OPTIONS},
}
DIMENSIONS = {"dimensions": ("physical", "rights")}


@dataclass(frozen=True)
class Posed:
    """An item that stands in no table."""

    kind: str
    name: str
    wording: str
    low: float
    high: float
    dimension: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def posed(kind: str, planned: Planned) -> Posed:
    """Return a planned item as a type reads it."""
    return Posed(
        kind, f"S01.q1.{planned.suffix}", planned.wording, planned.scale.low, planned.scale.high,
        planned.dimension, planned.options,
    )  # fmt: skip


def items(kind: str) -> list[Posed]:
    """Return the items that the sample definition of a kind makes."""
    one = ITEM_TYPES[kind]
    options = one.define("How is it?", SAID.get(kind, {})) if one.authored else {}
    if kind == "impact":
        options = DIMENSIONS
    return [posed(kind, planned) for planned in one.items("How is it?", options)]


EVERY = sorted(ITEM_TYPES)
POSED = [one for kind in EVERY for one in items(kind)]


def sent(one: Posed) -> st.SearchStrategy[dict[str, Any]]:
    """Return what a form may send for an item, in the shapes of its parts: much of it is no answer."""
    text = st.one_of(
        st.just(""),
        st.integers(-2, 120).map(str),
        st.sampled_from(["x", "cannot", "½", "１"]),
        st.text(max_size=12),
    )
    shapes: dict[str, st.SearchStrategy[Any]] = {"cannot": st.booleans()}
    for part in of(one.kind).parts(one):
        if part.shape == "one":
            shapes[part.key] = text
        elif part.shape == "many":
            shapes[part.key] = st.lists(text, max_size=5)
    if "ranks" in shapes:
        del shapes["ranks"]
        shapes["detail"] = st.lists(text, max_size=5)
    return st.fixed_dictionaries(shapes)


def answers(one: Posed) -> st.SearchStrategy[Answer]:
    """Return answers that fit an item, by the way a made-up panellist gives them."""

    def drawn(seed: int, centre: float, lean: float) -> Answer:
        return of(one.kind).invent(random.Random(seed), Leaning(centre=centre, lean=lean), one)

    return st.builds(drawn, st.integers(0, 10**6), st.floats(0, 100), st.floats(-2, 2))
