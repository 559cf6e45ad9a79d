"""The JSON Schema of the attrition entry."""

from __future__ import annotations

from collections.abc import Mapping

from copkit_delphi.analysis.measure import SHARE

_COUNT = {"type": "integer", "minimum": 0}
_FIGURE = {"type": ["number", "null"]}
_SHARE = {**SHARE, "type": ["number", "null"]}
_TEXT = {"type": "string"}
_REASON = {"type": "object", "additionalProperties": _TEXT}


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_GROUP = _object(n=_COUNT, stayed=_COUNT, share=_SHARE)
_ITEM = _object(
    item=_TEXT,
    n_stayed=_COUNT,
    n_left=_COUNT,
    **dict.fromkeys(("mean_stayed", "mean_all", "bias", "cliff_delta", "ci_low", "ci_high"), _FIGURE),
    a12=_SHARE,
    **dict.fromkeys(("hedges_g", "hedges_low", "hedges_high"), _FIGURE),
    mannwhitney_p=_SHARE,
    **dict.fromkeys(("share", "share_low", "share_high"), _SHARE),
    **dict.fromkeys(("width", "width_low", "width_high"), _FIGURE),
    flips={"type": ["boolean", "null"]},
    reason=_REASON,
)
_FLAG = _object(
    kind={"enum": ["groups", "leavers", "criterion"]}, items={"type": "array", "items": _TEXT}, why=_TEXT
)
_STEP = _object(
    from_round={"type": "integer"},
    to_round={"type": "integer"},
    n=_COUNT,
    stayed=_COUNT,
    share=_SHARE,
    groups={"type": "object", "additionalProperties": _GROUP},
    chi2=_FIGURE,
    df={"type": ["integer", "null"]},
    p=_SHARE,
    fisher_p=_SHARE,
    fisher_simulated={"type": "boolean"},
    cramers_v=_SHARE,
    items={"type": "array", "items": _ITEM},
    flags={"type": "array", "items": _FLAG},
    reason=_REASON,
)
SCHEMA: Mapping[str, object] = _object(steps={"type": "array", "items": _STEP})
