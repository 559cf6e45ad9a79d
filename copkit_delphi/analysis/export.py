"""Analyses as plain dictionaries: the one form that command, page and API write as JSON (schema 1)."""

from __future__ import annotations

from dataclasses import asdict

from copkit_delphi.analysis.measure import NO_RATINGS
from copkit_delphi.analysis.results import (
    GroupAnalysis,
    ItemAnalysis,
    ItemStability,
    PanelCoefficients,
    RoundAnalysis,
    StudyAnalysis,
)
from copkit_delphi.domain.scale import Scale

SCHEMA = 1
FIGURES = ("n", "n_cannot_judge", "median", "q1", "q3", "iqr", "mean", "sd", "p05", "p95")
ALPHAS = ("ordinal", "interval")


def to_dict(study: StudyAnalysis) -> dict[str, object]:
    """Return ``schema``, ``options``, ``rounds``, ``stability`` and what is about the whole study: JSON data without NaN.

    ``stability`` has one entry for each item and each round with the round before it. Each object
    explains its nulls in ``reason``.
    """
    moves = [item.movement for one in study.rounds for item in one.items if item.movement is not None]
    return {
        "schema": SCHEMA,
        "options": dict(study.options),
        "rounds": [round_dict(one) for one in study.rounds],
        "stability": [stability_dict(move) for move in moves],
        **study.more,
        "reason": dict(study.reason),
    }


def round_dict(analysis: RoundAnalysis) -> dict[str, object]:
    """Return one round."""
    return {
        "round": analysis.number,
        "n_panellists": analysis.n_panellists,
        **_panel(analysis),
        "items": [item_dict(item) for item in analysis.items],
    }


def _panel(analysis: RoundAnalysis) -> dict[str, object]:
    plain = coefficients_dict(analysis.coefficients)
    return {**plain, **analysis.more, "reason": {**plain["reason"], **analysis.reason}}  # type: ignore[dict-item]


def coefficients_dict(coefficients: PanelCoefficients) -> dict[str, object]:
    """Return the panel coefficients, alpha with its own reasons."""
    reason = coefficients.reason
    return {
        "kendall_w": coefficients.kendall_w,
        "kendall_panellists": coefficients.kendall_panellists,
        "krippendorff_alpha": {
            "ordinal": coefficients.alpha_ordinal,
            "interval": coefficients.alpha_interval,
            "reason": {name: reason[f"alpha_{name}"] for name in ALPHAS if f"alpha_{name}" in reason},
        },
        "reason": {name: text for name, text in reason.items() if not name.startswith("alpha_")},
    }


def item_dict(item: ItemAnalysis) -> dict[str, object]:
    """Return one item of a round; its movement stands in ``stability`` of the whole."""
    share = item.percent_agreement
    return {
        "item": item.item.name,
        "title": item.item.title,
        "scale": scale_dict(item.item.scale),
        **{name: getattr(item, name) for name in FIGURES},
        "histogram": [{"low": low, "high": high, "count": count} for low, high, count in item.histogram],
        "percent_agreement": None if share is None else asdict(share),
        "balanced_share": item.balanced_share,
        "consensus": item.consensus,
        "agreement": None if item.agreement is None else str(item.agreement),
        "group_guard": item.group_guard,
        "stability": str(item.stability),
        "verdict": str(item.verdict),
        "reasons": list(item.reasons),
        **item.more,
        "groups": {group.name: group_dict(group) for group in item.groups},
        "reason": {name: text for name, text in item.reason.items() if name != "movement"},
    }


def group_dict(group: GroupAnalysis) -> dict[str, object]:
    """Return one group's figures of one item."""
    figures = {"median": group.median, "q1": group.q1, "q3": group.q3, "iqr": group.iqr}
    reason = {name: NO_RATINGS for name, value in figures.items() if value is None}
    return {"n": group.n, **figures, "reason": reason}


def stability_dict(move: ItemStability) -> dict[str, object]:
    """Return the movement of one item between two rounds."""
    plain = asdict(move)
    more = plain.pop("more")
    return {**plain, **more, "reason": move.reason}


def scale_dict(scale: Scale) -> dict[str, object]:
    """Return a scale's bounds, its step (0: any number) and how it was treated."""
    kind = "ordinal" if scale.points else "continuous"
    return {"low": scale.low, "high": scale.high, "step": scale.step, "kind": kind}
