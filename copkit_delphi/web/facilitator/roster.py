"""A panel by name in pages of twenty-five, filtered by group, by invitation and by progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copkit_delphi.elicitation.standings import Standing

PAGE = 25
FILTERS = ("group", "state", "progress")


@dataclass(frozen=True, slots=True)
class Roster:
    """One page of a list of people, and what it can be narrowed to, with how many of each there are."""

    shown: tuple[Standing, ...]
    found: int
    everybody: int
    page: int
    pages: int
    chosen: dict[str, str]
    groups: dict[str, int]
    states: dict[str, int]
    progress: dict[str, int]


def listed(people: Sequence[Standing], asked: Iterable[tuple[str, str]]) -> Roster:
    """Return the page that an address asks for; what it cannot mean is left out."""
    given = dict(asked)
    chosen = {name: given[name] for name in FILTERS if given.get(name)}
    fits = [one for one in people if all(_stands(one)[name] == value for name, value in chosen.items())]
    pages = max(1, -(-len(fits) // PAGE))
    text = given.get("page", "1")
    page = min(int(text), pages) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1
    page = max(page, 1)
    return Roster(
        shown=tuple(fits[(page - 1) * PAGE : page * PAGE]),
        found=len(fits),
        everybody=len(people),
        page=page,
        pages=pages,
        chosen=chosen,
        groups=dict(sorted(Counter(one.group for one in people).items())),
        states={str(key): n for key, n in Counter(one.state for one in people).items()},
        progress=dict(Counter(told for one in people if (told := _stands(one)["progress"]))),
    )


def _stands(one: Standing) -> dict[str, str]:
    """Return what the list can be narrowed by, as its row says it."""
    progress = str(one.progress) if one.followed and one.progress else ""
    return {"group": one.group, "state": str(one.state), "progress": progress}
