"""Verdicts as rows of cells: one item under each usual rule, and all items of a round at one glance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from copkit_delphi.domain.decisions import DecidedItem, DecisionRecord, RuleVerdict
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.verdict import VERDICT_LABELS, Verdict
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.phrases import Say, as_written

LETTERS = {
    Verdict.CONSENSUS: "C",
    Verdict.MAJORITY: "M",
    Verdict.STABLE_DISSENT: "D",
    Verdict.NOT_YET_STABLE: "N",
    Verdict.TOO_FEW_ANSWERS: "F",
}
RULE_KINDS = {
    "width": N_("Middle half at most"),
    "share": N_("In range at least"),
    "stability": N_("Stable from"),
}
_RULE = {
    "width": N_("middle half at most %(value)s wide"),
    "share": N_("at least %(value)s%% in range"),
    "stability": N_("stable if %(value)s%% stayed"),
}
NOT_TOLD = N_("not told")
WIDTH, CELL, ROW = 330.0, 36.0, 58.0  # drawn for a box of 326 px, which is a panel on a phone of 390
WORDS, FIGURE = 12.4, 9.0
SQUARE, ACROSS = 26.0, 12


def value_of(rule: RuleVerdict) -> str:
    """Write the threshold of a rule: percent for shares, points for widths."""
    return plain(rule.value) if rule.kind == "width" else plain(round(rule.value * 100, 6))


def rule_words(rule: RuleVerdict, say: Say = as_written) -> str:
    """Return a rule in words: "middle half at most 15 wide"."""
    return say(_RULE[rule.kind]) % {"value": value_of(rule)}


def verdict_words(verdict: str | None, say: Say = as_written) -> str:
    """Return a verdict's word, or that it is not told."""
    return say(NOT_TOLD) if verdict is None else say(VERDICT_LABELS[Verdict(verdict)])


def rule_strip(item: DecidedItem, say: Say = as_written) -> Markup:
    """Return the verdict of ``item`` under each usual rule: dark as now, framed where another, dashed where not told."""
    kinds = [kind for kind in RULE_KINDS if any(rule.kind == kind for rule in item.rules)]
    parts = [part for row, kind in enumerate(kinds) for part in _row(item, kind, row * ROW, say)]
    return svg.picture(WIDTH, ROW * len(kinds), _strip_title(item, say), parts, css="distribution narrow")


def _strip_title(item: DecidedItem, say: Say) -> str:
    untold = sum(rule.verdict is None for rule in item.rules)
    same = len(item.rules) - untold - len(item.flips)
    counts = say(N_("%(same)s usual rules give the same verdict, %(other)s another, %(untold)s are not told"))
    clauses = [counts % {"same": same, "other": len(item.flips), "untold": untold}]
    clauses += [f"{rule_words(rule, say)}: {verdict_words(rule.verdict, say)}" for rule in item.flips]
    return "; ".join(clauses)


def _row(item: DecidedItem, kind: str, top: float, say: Say) -> Iterator[str]:
    yield svg.text(0, top + 13, say(RULE_KINDS[kind]), size=WORDS)
    for place, rule in enumerate(rule for rule in item.rules if rule.kind == kind):
        left = place * (CELL + 2)
        yield from _cell(rule.verdict, item.verdict, left, top + 18, (CELL, 22))
        unit = "" if kind == "width" else "%"
        words = f"{value_of(rule)}{unit}"
        yield svg.text(left + CELL / 2, top + 51, words, size=FIGURE, anchor="middle", fill=svg.INK_3)


def _cell(verdict: str | None, own: str, left: float, top: float, size: tuple[float, float]) -> Iterator[str]:
    width, height = size
    if verdict is None:
        yield svg.rect(
            left + 0.5,
            top + 0.5,
            width - 1,
            height - 1,
            fill=svg.PAPER,
            stroke=svg.INK_3,
            stroke_dasharray="2 2",
        )
        return
    same = verdict == own
    paint = {"fill": svg.INK_2} if same else {"fill": svg.PAPER, "stroke": svg.INK, "stroke_width": 2.4}
    inset = 0.0 if same else 1.2
    yield svg.rect(left + inset, top + inset, width - 2 * inset, height - 2 * inset, **paint)
    yield svg.text(
        left + width / 2, top + height / 2 + 4, LETTERS[Verdict(verdict)], size=WORDS, weight=700, anchor="middle",
        fill=svg.PAPER if same else svg.INK,
    )  # fmt: skip


def round_map(record: DecisionRecord, say: Say = as_written) -> Markup:
    """Return one square a statement in order: dark where settled, framed where open, a corner cut where the rule decides."""
    parts = [part for place, item in enumerate(record.items) for part in _square(item, place)]
    across = min(ACROSS, max(1, len(record.items)))
    rows = -(-len(record.items) // ACROSS)
    return svg.picture(
        across * SQUARE, max(1, rows) * SQUARE, _map_title(record.items, say), parts, css="mark"
    )


def _map_title(items: Iterable[DecidedItem], say: Say) -> str:
    return "; ".join(f"{item.name}: {verdict_words(item.verdict, say)}" for item in items)


def _square(item: DecidedItem, place: int) -> Iterator[str]:
    left, top = place % ACROSS * SQUARE, place // ACROSS * SQUARE
    settled, side = item.settled, SQUARE - 4
    fill = svg.INK_2 if settled else svg.PAPER
    yield svg.rect(left + 1, top + 1, side, side, fill=fill, stroke=svg.INK_2, stroke_width=1.6)
    ink = svg.PAPER if settled else svg.INK
    yield svg.text(left + 1 + side / 2, top + side / 2 + 5, LETTERS[Verdict(item.verdict)], size=WORDS, weight=700,
                   anchor="middle", fill=ink)  # fmt: skip
    if item.flips:
        right = left + 1 + side
        corner = f"M{right - 9:.1f} {top} H{right + 1:.1f} V{top + 10:.1f} Z"
        yield svg.element("path", d=corner, fill=svg.PAPER, stroke=svg.INK, stroke_width=1.4)
