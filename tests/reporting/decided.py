"""A decision record as large as records get, for charts."""

from __future__ import annotations

from copkit_delphi.domain.decisions import (
    Attrition,
    Camp,
    DecidedItem,
    DecisionRecord,
    Kept,
    Leaving,
    RuleVerdict,
    Wishes,
)

RULES = tuple(
    RuleVerdict(kind, value, verdict)
    for kind, values in {
        "width": (10, 15, 20, 25),
        "share": (0.51, 0.6, 0.67, 0.75, 0.8, 0.9),
        "stability": (0.7, 0.75, 0.8, 0.85),
    }.items()
    for value, verdict in zip(values, ("consensus", "stable_dissent", None) * 2, strict=False)
)


def decided(name: str, *, verdict: str = "stable_dissent", advice: str = "settled_in_dissent") -> DecidedItem:
    """Return one statement on which the rule decides."""
    return DecidedItem(
        name, name.partition(".")[0], verdict, "polarised", "stable", ("The answers are stable.",), advice, RULES, (),
        Leaving(), ("polarised",), Camp("lower", "about_a_third"),
    )  # fmt: skip


def record(items: int = 18) -> DecisionRecord:
    """Return the record of a second round."""
    kept = (
        Kept("Law enforcement authorities of the Member States", "lea", 14, 14, enough=True),
        Kept("Industry", "ind", 12, 6, enough=False),
        Kept("Civil society", "cso", enough=True),
        Kept("Research", "aca", enough=False),
        Kept("Policy", "pol"),
    )
    return DecisionRecord(
        study="s", round=2, closed_on="2026-11-30", snapshot="f" * 64, criterion="default", min_rounds=2, max_rounds=3,
        stable_share=0.75, response_share=0.7, advice="another_round", stable=1,
        items=tuple(decided(f"S{n:02d}.likelihood") for n in range(1, items + 1)),
        attrition=Attrition(kept, alike=True), wishes=Wishes(34, -0.94, "against"),
    )  # fmt: skip
