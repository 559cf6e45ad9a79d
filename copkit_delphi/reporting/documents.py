"""Brief, annex and analysis report as HTML: a document in, a page out, nothing computed in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from copkit_delphi.domain.documents import (
    MAX_ACTIONS,
    MAX_ARGUMENTS,
    MAX_INDICATORS,
    MAX_QUESTIONS,
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
from copkit_delphi.reporting import charts, choices, phrases
from copkit_delphi.reporting.environment import environment, written_day
from copkit_delphi.reporting.geometry import MatrixPoint
from copkit_delphi.reporting.labels import LABELS

COMPACT_ITEMS = 9
COMPACT_ACTIONS, COMPACT_INDICATORS = 8, 6
MANY_DISPUTES = 3


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
    """A dispute with its result in words; ``more`` views stand in the annex, the number is that of the judgement."""

    dispute: Dispute
    item: ItemResult
    number: int | None
    title: str
    words: str
    higher: tuple[str, ...]
    lower: tuple[str, ...]
    more: int


def render_brief(document: BriefDocument, *, language: str = "en", assets: str = "") -> str:
    """Return the early-warning brief as a whole HTML page; ``assets`` is where its style sheet lies."""
    say = _say(language)
    rows = [_row(document, judgement, say) for judgement in document.judgements]
    points = [_point(row) for row in rows if row.headline and row.item.panel.shown]
    horizon = written_day(document.horizon, language)
    groups = [(group.name, group.kind) for row in rows for group in row.item.groups]
    numbers = {row.judgement.scenario: row.judgement.number for row in rows}
    compact = len(rows) >= COMPACT_ITEMS
    watched = choices.watched(document.indicators, COMPACT_INDICATORS if compact else MAX_INDICATORS)
    warnings = choices.levels(document.warnings, document.issued_on)
    most_actions = COMPACT_ACTIONS if compact else MAX_ACTIONS
    return _render(
        "brief.html",
        document,
        language,
        assets,
        rows=rows,
        off_map=[row for row in rows if not (row.headline and row.item.panel.shown)],
        map=charts.matrix_svg(points, horizon, say=say) if points else Markup(""),
        styles=charts.group_styles(dict.fromkeys(groups)),
        warnings=warnings,
        other_levels=choices.by_level(warnings[1:]),
        by_category=list(_by_category(document.actions[:most_actions])),
        most_actions=most_actions,
        watched=watched,
        indicators_left=len(document.indicators) - choices.printed(watched, alone=compact),
        sources=choices.sources(document.evidence, numbers),
        waiver=document.ethics.waiver if document.ethics else "",
        disagreements=[_disagreement(document, dispute, say) for dispute in document.disputes],
        place=_shared({row.judgement.place for row in rows}),
        by=_shared({row.judgement.by for row in rows}),
        analyst=_shared({row.judgement.confidence.set_by for row in rows if row.judgement.confidence}),
        compact=compact,
        elsewhere=[one.round for one in document.snapshots if one.imported],
    )


def render_annex(document: AnnexDocument, *, language: str = "en", assets: str = "") -> str:
    """Return the ethics impact annex as a whole HTML page, its sections in order."""
    engaged = {right for row in document.rights for right in (*row.threat, *row.response)}
    titles = {row.scenario: f"{row.number} {row.title}" for row in document.rights}
    items = {one.name: titles[one.scenario] for one in document.snapshot.items if one.scenario in titles}
    return _render(
        "annex.html",
        document,
        language,
        assets,
        engaged=sorted(engaged),
        register=choices.register(document.mitigations),
        views=choices.by_item(document.dissent or (), items),
        sources=choices.sources(document.evidence, {row.scenario: row.number for row in document.rights}),
        rated_by=_shared({risk.rated_by for risk in document.risks}),
        waiver=document.waiver,
        most_questions=MAX_QUESTIONS,
    )


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
            "level_mark",
            "confidence_bars",
            "risk_mark",
            "yardstick",
            "table_twin",
        )
    }
    words = {
        "severe": partial(phrases.severe, say=say),
        "sentence": choices.sentence,
        "shortened": choices.shortened,
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
    known["gate_note"] = lambda gate: choices.gate_note(gate, str(more.get("waiver", "")), say, language)
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
    most = MAX_ARGUMENTS if len(document.disputes) < MANY_DISPUTES else 1
    higher, lower = (
        tuple(choices.shortened(text) for text in side[:most]) for side in (dispute.higher, dispute.lower)
    )
    return Disagreement(
        dispute=dispute,
        item=item,
        number=judgement.number if judgement else None,
        title=title,
        words=words,
        higher=higher,
        lower=lower,
        more=len(dispute.higher) + len(dispute.lower) - len(higher) - len(lower),
    )


def _subject(item: ItemResult, say: phrases.Say) -> str:
    return say(BY_KEY[item.dimension].label) if item.dimension in BY_KEY else item.wording


def _point(row: Row) -> MatrixPoint:
    note = str(row.phrase)
    if row.phrase.wide:
        note = f"{row.phrase.figure}; {row.phrase.note}" if row.phrase.note else row.phrase.figure
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
