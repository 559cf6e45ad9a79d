"""Brief, annex and analysis report as HTML: a document in, a page out, nothing computed in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from copkit_delphi.domain.documents import (
    MAX_ACTIONS,
    MAX_INDICATORS,
    NOT_PART,
    AnnexDocument,
    BriefDocument,
    Category,
    Dispute,
    Document,
    EarlyAction,
    Judgement,
    ReportDocument,
)
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.impact import BY_KEY, Headline
from copkit_delphi.domain.results import LIKELIHOOD, ItemResult
from copkit_delphi.reporting import charts, phrases
from copkit_delphi.reporting.environment import environment, written_day
from copkit_delphi.reporting.geometry import MatrixPoint
from copkit_delphi.reporting.labels import LABELS

COMPACT_ITEMS = 9
COMPACT_LINES = 18  # indicators and actions together


@dataclass(frozen=True, slots=True)
class Row:
    """A judgement with its results; ``item`` of a missing result is refused earlier, so it is always there."""

    judgement: Judgement
    item: ItemResult
    before: ItemResult | None
    headline: Headline | None
    has_impact: bool
    phrase: phrases.Phrase


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A dispute with its result in words; the number is that of the judgement on the same scenario."""

    dispute: Dispute
    item: ItemResult
    number: int | None
    title: str
    words: str


def render_brief(document: BriefDocument, *, language: str = "en", assets: str = "") -> str:
    """Return the early-warning brief as a whole HTML page; ``assets`` is where its style sheet lies."""
    say = _say(language)
    rows = [_row(document, judgement, say) for judgement in document.judgements]
    points = [_point(row, say) for row in rows if row.headline and row.item.panel.shown]
    horizon = written_day(document.horizon, language)
    groups = [(group.name, group.kind) for row in rows for group in row.item.groups]
    return _render(
        "brief.html",
        document,
        language,
        assets,
        rows=rows,
        off_map=[row for row in rows if not (row.headline and row.item.panel.shown)],
        map=charts.matrix_svg(points, horizon, say=say) if points else Markup(""),
        styles=charts.group_styles(dict.fromkeys(groups)),
        by_category=list(_by_category(document.actions[:MAX_ACTIONS])),
        most_actions=MAX_ACTIONS,
        most_indicators=MAX_INDICATORS,
        disagreements=[_disagreement(document, dispute, say) for dispute in document.disputes],
        place=_shared({row.judgement.place for row in rows}),
        by=_shared({row.judgement.by for row in rows}),
        analyst=_shared({row.judgement.confidence.set_by for row in rows if row.judgement.confidence}),
        compact=len(rows) >= COMPACT_ITEMS
        or len(document.indicators) + len(document.actions) > COMPACT_LINES,
    )


def render_annex(document: AnnexDocument, *, language: str = "en", assets: str = "") -> str:
    """Return the ethics impact annex as a whole HTML page, sections 0 to 16 in order."""
    engaged = {right for row in document.rights for right in (*row.threat, *row.response)}
    return _render("annex.html", document, language, assets, engaged=sorted(engaged))


def render_report(document: ReportDocument, *, language: str = "en", assets: str = "") -> str:
    """Return the analysis report of imported ratings as a whole HTML page."""
    items = document.snapshot.items
    groups = dict.fromkeys((group.name, group.kind) for item in items for group in item.groups)
    styles = charts.group_styles(groups)
    return _render("report.html", document, language, assets, items=items, styles=styles, groups=list(groups))


def _say(language: str) -> phrases.Say:
    say: phrases.Say = environment(language).globals["say"]  # type: ignore[assignment]
    return say


def _render(template: str, document: Document, language: str, assets: str, **more: object) -> str:
    say = _say(language)
    drawn: dict[str, Callable[..., object]] = {
        name: partial(getattr(charts, name), say=say)
        for name in (
            "pin",
            "distribution",
            "badge",
            "confidence_bars",
            "risk_mark",
            "yardstick",
            "table_twin",
        )
    }
    words = {
        "impact": partial(phrases.impact, say=say),
        "middle_half": phrases.middle_half,
        "unit_of": phrases.unit_of,
    }
    words["plain"] = plain
    known = {
        "labels": LABELS,
        "group_symbol": charts.group_symbol,
        "not_part": say(NOT_PART),
        "assets": assets,
    }
    page = environment(language).get_template(template)
    return page.render(document=document, language=language, **drawn, **words, **known, **more)


def _row(document: BriefDocument, judgement: Judgement, say: phrases.Say) -> Row:
    item = document.item(judgement.item)
    siblings = document.snapshot.scenario_items(judgement.scenario)
    return Row(
        judgement=judgement,
        item=item,
        before=document.item_before(judgement.item),
        headline=document.snapshot.headline(judgement.scenario),
        has_impact=any(other.dimension for other in siblings),
        phrase=phrases.likelihood(item, say),
    )


def _disagreement(document: BriefDocument, dispute: Dispute, say: phrases.Say) -> Disagreement:
    item = document.item(dispute.item)
    judgement = next((one for one in document.judgements if one.scenario == item.scenario), None)
    title = judgement.title if judgement else item.wording
    if item.kind == LIKELIHOOD:
        words = str(phrases.likelihood(item, say))
    else:
        words = f"{_subject(item, say)}: {phrases.describe(item.panel, phrases.unit_of(item.kind), say)}"
    return Disagreement(dispute, item, judgement.number if judgement else None, title, words)


def _subject(item: ItemResult, say: phrases.Say) -> str:
    return say(BY_KEY[item.dimension].label) if item.dimension in BY_KEY else item.wording


def _point(row: Row, say: phrases.Say) -> MatrixPoint:
    note = str(row.phrase)
    if row.item.split:
        note = f"{row.phrase.figure}; {say(phrases.PANEL_DIVIDED)}"
    level = row.headline.level if row.headline else 0
    title = row.judgement.title
    return MatrixPoint(
        row.judgement.number, title, note, row.item.panel, level, row.item.split, row.item.groups
    )


def _by_category(actions: tuple[EarlyAction, ...]) -> Iterator[tuple[Category, list[EarlyAction]]]:
    for category in Category:
        yield category, [action for action in actions if action.category is category]


def _shared(values: set[str] | set[date | None]) -> str | date | None:
    """Return the one value that all rows share, None where they differ."""
    return next(iter(values)) if len(values) == 1 else None
