"""Template filters and globals: words, figures, dates and charts. Charts come from the one place print uses too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, g
from flask_babel import gettext
from markupsafe import Markup

from copkit_delphi.domain import redaction
from copkit_delphi.domain.figures import plain, span, written
from copkit_delphi.domain.impact import LEVELS
from copkit_delphi.domain.marking import COLOURS, MEANINGS, Marking
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.domain.verdict import AGREEMENT_LABELS, STABILITY_LABELS, VERDICT_LABELS
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE
from copkit_delphi.elicitation.items import called, of, posed
from copkit_delphi.elicitation.models import Item
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.reporting.phrases import unit_of
from copkit_delphi.web import addresses, languages, marks, sign_in, site, zones
from copkit_delphi.web.context import context

_LABELS = {str(key): label for table in (AGREEMENT_LABELS, STABILITY_LABELS) for key, label in table.items()}


def label(value: str) -> str:
    """Return the word for an agreement or stability value."""
    return gettext(_LABELS[str(value)])


def verdict_label(value: str) -> str:
    """Return the word for a verdict value."""
    return gettext(VERDICT_LABELS[value])  # type: ignore[index]


def own_words(row: OwnAnswer) -> str:
    """Return an own answer in words, by the type of its item."""
    return of(row.kind).words(row, row.answer, gettext)


def own_name(row: OwnAnswer) -> str:
    """Return what the item of an own answer is called in a list."""
    return called(row, gettext)


def item_name(one: ItemResult | Item) -> str:
    """Return what an item or its frozen result is called in a list."""
    return called(one, gettext)


def item_posed(one: ItemResult | Item) -> str:
    """Return what an item is called, and in which words it asks."""
    return posed(one, gettext)


def column_labels(columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the columns of a picture's table as the table's macro reads them."""
    return [{"label": label, "num": place > 0} for place, label in enumerate(columns)]


def install(app: Flask) -> None:
    """Register filters and what every template may use."""
    app.jinja_env.filters.update(
        day=zones.day,
        moment=zones.moment,
        written=written,
        span=span,
        label=label,
        verdict_label=verdict_label,
        plain=plain,
        svg=Markup,
        own_words=own_words,
        item_name=item_name,
        item_posed=item_posed,
        column_labels=column_labels,
        own_name=own_name,
        unit=unit_of,
        mailed=addresses.mailed,
        language=languages.name,
    )
    app.jinja_env.filters.update(marked=marks.marked, suspected=marks.suspected)
    app.jinja_env.tests.update(has_mark=redaction.marks)
    app.jinja_env.globals.update(
        yardstick=PHIA_GAP_FREE,
        impact_levels=LEVELS,
        marking_meanings=MEANINGS,
        marking_colours=COLOURS,
        Marking=Marking,
    )
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, Any]:
    return {
        "identity": g.get("identity"),
        "organisation": context().settings.organisation,
        "help_contact": context().settings.help_contact or gettext("the facilitator of your study"),
        "demonstration": context().settings.demonstration,
        "half_way": g.get("half_way"),
        "factor_off": not context().settings.asks_factor,
        "ends_in": sign_in.ends_in(),
        "site": site.entries,
        "on_panel": "panellist" in g,
        "study_marking": site.marking,
    }
