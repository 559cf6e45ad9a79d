"""Judgements as pages show them: word with number, pin and badge, all from frozen figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup

from copkit_delphi.domain.decisions import disputed
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.reporting import charts, phrases


@dataclass(frozen=True, slots=True)
class Judged:
    """One likelihood item in words and as a pin."""

    number: int
    title: str
    statement: str
    item: ItemResult
    words: str
    half: str
    pin: Markup

    @property
    def disputed(self) -> bool:
        """Tell whether the brief prints both sides of it."""
        return disputed(self.item)


def judged(rows: Iterable[tuple[int, str, ItemResult]]) -> list[Judged]:
    """Return ``(number, title, item)`` rows as pages show them."""
    return [
        Judged(
            number=number,
            title=title,
            statement=item.wording,
            item=item,
            words=str(phrases.likelihood(item, gettext)),
            half=phrases.middle_half(item.panel, "%"),
            pin=charts.pin(item.panel, item.scale, say=gettext),
        )
        for number, title, item in rows
    ]
