"""What is told of the marks on arguments: counted once, at the close of a round, from k people on.

While a round is open nobody sees a count. At its close the counts freeze with the result; which argument moved whom is
in no result, file or page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.results import MarkedArgument
from copkit_delphi.elicitation.disclosure import countable
from copkit_delphi.elicitation.models import Argument, ArgumentMark, Item


class Kind(StrEnum):
    """What a panellist may say of an argument."""

    USEFUL = "useful"
    CHANGED = "changed"


def counted(
    session: Session, *, round_id: str, rated: Mapping[str, int], k: int
) -> tuple[MarkedArgument, ...]:
    """Return the arguments that enough panellists marked in a round, by item; a count that may not be told is None.

    It is told from ``k`` people on, and where those of ``rated``, the ratings by item name, who did not mark it are
    none or ``k`` too.
    """
    query = (
        select(Item.name, ArgumentMark.argument_id, ArgumentMark.kind)
        .join(Argument, Argument.id == ArgumentMark.argument_id)
        .join(Item, Item.id == Argument.item_id)
        .where(ArgumentMark.round_id == round_id)
    )
    tally = Counter((name, key, kind) for name, key, kind in session.execute(query))
    enough = {
        of: number
        for of, number in tally.items()
        if number >= k and countable(number, max(number, rated.get(of[0], 0)), k)
    }
    return tuple(
        MarkedArgument(name, key, enough.get((name, key, Kind.USEFUL)), enough.get((name, key, Kind.CHANGED)))
        for name, key in sorted({(name, key) for name, key, _ in enough})
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """An argument that was marked by enough people, in its words, with the counts that may be shown."""

    side: str
    text: str
    useful: int | None
    changed: int | None


def told(session: Session, marked: Iterable[MarkedArgument]) -> dict[str, list[Moved]]:
    """Return what may be shown of frozen counts, by item name, most first; arguments that are gone are left out."""
    counts = {one.argument: one for one in marked}
    query = select(Argument.id, Argument.side, Argument.text).where(Argument.id.in_(counts))
    texts = {key: (side, text) for key, side, text in session.execute(query)}
    found: dict[str, list[Moved]] = {}
    for key, one in counts.items():
        if key in texts:
            found.setdefault(one.item, []).append(Moved(*texts[key], one.useful, one.changed))
    for rows in found.values():
        rows.sort(key=lambda row: (-(row.changed or 0), -(row.useful or 0), row.text))
    return found
