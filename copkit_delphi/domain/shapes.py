"""Does JSON from outside have the shape of a dataclass? Types, finite numbers, texts without control characters."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import canonical_json
from copkit_delphi.domain.texts import DROPPED

LONGEST = 20_000
_UNION = frozenset({Union, types.UnionType})


def is_text(value: object, most: int = LONGEST) -> bool:
    """Tell whether ``value`` is a text of at most ``most`` characters that may stand on a page."""
    return isinstance(value, str) and len(value) <= most and not DROPPED.search(value)


def fits(value: object, hint: Any) -> bool:
    """Tell whether ``value``, read from JSON, has the shape of ``hint``.

    A dataclass has its fields and no other; one with a default may be left out. ``Any`` is plain JSON.
    """
    if is_dataclass(hint):
        hints, needed = _hints(cast("Any", hint)), _needed(cast("Any", hint))
        return (
            isinstance(value, dict)
            and needed <= value.keys() <= hints.keys()
            and all(fits(given, hints[name]) for name, given in value.items())
        )
    origin, args = get_origin(hint), get_args(hint)
    if origin in _UNION:
        return any(fits(value, one) for one in args)
    if origin is tuple:
        return isinstance(value, list) and all(fits(one, args[0]) for one in value)
    if origin is Mapping:
        return isinstance(value, dict) and all(is_text(k) and fits(v, args[1]) for k, v in value.items())
    return _plain(value, hint)


def _is_json(value: object, depth: int = 8) -> bool:
    if isinstance(value, list):
        return depth > 0 and all(_is_json(one, depth - 1) for one in value)
    if isinstance(value, dict):
        return depth > 0 and all(is_text(key) and _is_json(one, depth - 1) for key, one in value.items())
    return value is None or isinstance(value, bool) or any(_plain(value, hint) for hint in (str, float))


def _plain(value: object, hint: Any) -> bool:
    if hint is Any:
        return _is_json(value)
    if hint is str:
        return is_text(value)
    if hint is float:
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and abs(value) < 1e12
        )
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return isinstance(value, str) and value in set(hint)
    if hint is int:
        return type(value) is int and abs(value) < 2**31
    return type(value) is hint or (value is None and hint is type(None))


@lru_cache
def _hints(cls: Any) -> dict[str, Any]:
    found = get_type_hints(cls)
    return {one.name: found[one.name] for one in fields(cls)}


@lru_cache
def _needed(cls: Any) -> frozenset[str]:
    return frozenset(
        one.name for one in fields(cls) if one.default is MISSING and one.default_factory is MISSING
    )


def canonical(data: bytes, name: str) -> Any:
    """Return JSON that is written in its one canonical form; raises ``Invalid``, naming the part."""
    try:
        text = data.decode()
        value = json.loads(text, parse_constant=_no_number)
        same = canonical_json(value) == text
    except (ValueError, RecursionError):
        raise Invalid(N_("The part %(name)s is no JSON."), name=name) from None
    if not same:
        raise Invalid(N_("The part %(name)s is not written as this product writes it."), name=name)
    return value


def _no_number(text: str) -> float:
    raise ValueError(text)
