"""What a template needs to draw one disclosed result: symbols of the groups and the table that says the same."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup

from copkit_delphi.domain.results import ItemResult
from copkit_delphi.reporting.charts import TwinRow, group_styles, group_symbol, table_twin
from copkit_delphi.reporting.marks import shape


@dataclass(frozen=True, slots=True)
class GroupMarks:
    """How one group is drawn: colour, the symbol on the scale and the symbol beside its name."""

    colour: str
    on_scale: Markup
    beside: Markup


@dataclass(frozen=True, slots=True)
class Drawings:
    """Marks by group name, and the rows of the table twin."""

    groups: dict[str, GroupMarks]
    twin: list[TwinRow]


def drawings(item: ItemResult) -> Drawings:
    """Return what draws ``item``; only figures of the snapshot are in it."""
    styles = group_styles((group.name, group.kind) for group in item.groups)
    marks = {
        group.name: GroupMarks(
            colour=styles[group.name].colour,
            on_scale=shape(styles[group.name], 0, 0, 6),
            beside=group_symbol(group.kind, style=styles[group.name], title=group.name),
        )
        for group in item.groups
    }
    return Drawings(marks, table_twin(item, say=gettext))
