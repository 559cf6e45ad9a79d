"""The JSON Schema of an analysis, made from the registry: what pages, briefs and other programs may rely on."""

from __future__ import annotations

from collections.abc import Mapping

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.export import FIGURES, SCHEMA
from copkit_delphi.analysis.measure import NUMBER, SHARE, Level, Measure, json_list, json_object
from copkit_delphi.domain.verdict import Agreement, Stability, Verdict

Schema = dict[str, object]

_COUNT: Schema = {"type": "integer", "minimum": 0}
_TEXT: Schema = {"type": "string"}
_REASON: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


def json_schema() -> Schema:
    """Return the JSON Schema (2020-12) of ``analyse --format json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "COPKIT Delphi analysis",
        **json_object(
            schema={"const": SCHEMA},
            scale=json_object(**_scale(), given={"type": "boolean"}),
            criterion=_TEXT,
            notes=json_list(_TEXT),
            ignored_columns=json_list(_TEXT),
            options={"type": "object", "required": ["seed", "resamples"]},
            rounds=json_list(_round()),
            stability=json_list(_stability()),
            **_measured("study"),
            reason=_REASON,
        ),
    }


def _round() -> Schema:
    found = _measured("round")
    core = {
        "round": _COUNT,
        "n_panellists": _COUNT,
        "kendall_w": _or_null(NUMBER),
        "kendall_panellists": _COUNT,
        "items": json_list(_item()),
        "reason": _REASON,
    }
    return json_object(**{**found, **core})


def _item() -> Schema:
    figures = {name: _COUNT if name.startswith("n") else _or_null(NUMBER) for name in FIGURES}
    word = {"type": ["string", "null"], "enum": [*map(str, Agreement), None]}
    core = {
        "item": _TEXT,
        "title": _TEXT,
        "scale": json_object(**_scale()),
        **figures,
        "histogram": json_list(json_object(low=NUMBER, high=NUMBER, count=_COUNT)),
        "balanced_share": _or_null(SHARE),
        "consensus": {"type": ["boolean", "null"]},
        "agreement": word,
        "group_guard": {"type": "boolean"},
        "stability": {"enum": [*map(str, Stability)]},
        "verdict": {"enum": [*map(str, Verdict)]},
        "reasons": json_list(_TEXT),
        "groups": {"type": "object", "additionalProperties": _group()},
        "reason": _REASON,
    }
    return json_object(**{**_measured("item"), **core})


def _group() -> Schema:
    figures = dict.fromkeys(("median", "q1", "q3", "iqr"), _or_null(NUMBER))
    return json_object(n=_COUNT, **figures, reason=_REASON)


def _stability() -> Schema:
    once: Schema = {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}
    core = {
        "item": _TEXT,
        "from_round": _COUNT,
        "to_round": _COUNT,
        "n_paired": _COUNT,
        "n_once": once,
        "reason": _REASON,
    }
    return json_object(**{**_measured("stability"), **core})


def _scale() -> dict[str, object]:
    return {"low": NUMBER, "high": NUMBER, "step": NUMBER, "kind": {"enum": ["ordinal", "continuous"]}}


def _measured(level: Level) -> dict[str, object]:
    return {measure.name: _described(measure) for measure in registry.of(level)}


def _described(measure: Measure) -> Schema:
    return {"title": measure.title, "description": measure.source, **_or_null(measure.schema)}


def _or_null(schema: Mapping[str, object]) -> Schema:
    return {"anyOf": [dict(schema), {"type": "null"}]}
