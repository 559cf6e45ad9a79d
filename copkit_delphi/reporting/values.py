"""Any figure of the engine as people read it: a text, named parts or a table; rounded, effect sizes before p."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain, round_half_up
from copkit_delphi.domain.verdict import VERDICT_LABELS
from copkit_delphi.reporting.phrases import Say, as_written

MOST_ENTRIES = 60
NAMES = {
    "a": N_("group"),
    "b": N_("other group"),
    "adjusted_p": N_("p, adjusted for the number of pairs"),
    "cliff_delta": N_("Cliff's delta"),
    "ci_interval": N_("interval"),
    "df": N_("degrees of freedom"),
    "epsilon_squared": N_("epsilon squared"),
    "kendall_panellists": N_("Panellists who rated all items"),
    "kendall_w": N_("Kendall's W"),
    "krippendorff_alpha": N_("Krippendorff's alpha"),
    "kruskal_h": N_("Kruskal's H"),
    "kruskal_p": N_("Kruskal-Wallis p"),
    "mannwhitney_p": N_("Mann-Whitney p"),
    "n_a": N_("ratings of the group"),
    "n_b": N_("ratings of the other group"),
}
SHARES = frozenset({"net_change", "response", "retention", "stayed"})
TESTS = frozenset({"statistic", "df", "chi2", "chi_squared", "kruskal_h"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A value for people: ``text``, or named ``parts``, or ``rows`` under ``columns``; ``left`` were not listed."""

    text: str = ""
    parts: tuple[tuple[str, Shown], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    left: int = 0

    @property
    def short(self) -> bool:
        """Tell whether it fits into a cell: a text, or parts that are texts."""
        return not self.rows and all(part.text and not part.parts for _, part in self.parts)


def figure(value: float) -> str:
    """Write a number for people: ``138``, ``54.1``, ``0.83``, ``0.003``, with a real minus sign."""
    size = abs(value)
    if 0 < size < 0.0005:
        return "≈0"
    step = 1.0 if size >= 100 else 0.1 if size >= 10 else 0.01 if size >= 0.005 else 0.001
    rounded = round_half_up(size, step)
    written = f"{rounded:.0f}" if rounded >= 100 else plain(rounded)
    return f"−{written}" if value < 0 and rounded else written


def percent(share: float) -> str:
    """Write a share as whole percent; ``<1%`` where that would round to nothing."""
    return "<1%" if 0 < share < 0.005 else f"{plain(round_half_up(share * 100))}%"


def chance(p: float) -> str:
    """Write a p-value without the letter: ``<0.001``, ``0.004``, ``0.19``."""
    return "<0.001" if p < 0.001 else plain(round_half_up(p, 0.001 if p < 0.01 else 0.01))


def is_p(name: str) -> bool:
    """Tell whether ``name`` is that of a p-value."""
    return name == "p" or name.endswith("_p") or name.startswith("p_")


def is_share(name: str) -> bool:
    """Tell whether ``name`` is that of a share that reads as percent."""
    return "share" in name or name in SHARES


def shown(name: str, value: object, say: Say = as_written, *, reason: str | None = None) -> Shown:
    """Return ``value`` of the measure or key ``name`` for people; None is "undefined" with its reason."""
    if isinstance(value, Mapping):
        return _mapping(value, say)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _listed(name, value, say)
    return Shown(_prefixed(name, value) + _scalar(name, value, say, reason))


def _prefixed(name: str, value: object) -> str:
    return "p " if is_p(name) and isinstance(value, float | int) else ""


def _scalar(name: str, value: object, say: Say, reason: str | None = None) -> str:
    if value is None:
        return say(N_("undefined: %s")) % say(reason) if reason else say(N_("undefined"))
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if isinstance(value, int | float):
        return _number(name, value)
    return say(VERDICT_LABELS.get(value, str(value))) if name == "verdict" else say(str(value) or "–")  # type: ignore[call-overload]


def _number(name: str, value: float) -> str:
    if is_p(name):
        return chance(value)
    if is_share(name) and isinstance(value, float):
        return percent(value)
    return str(value) if isinstance(value, int) else figure(value)


def _mapping(value: Mapping[str, object], say: Say) -> Shown:
    reasons = _reasons(value)
    fields = _fields(value, say)
    if list(fields) == ["interval"]:
        return Shown(str(fields["interval"]))
    parts = [
        (_label(name, say), shown(name, field, say, reason=reasons.pop(name, None)))
        for name, field in fields.items()
    ]
    parts += [(_label(name, say), Shown(say(why))) for name, why in reasons.items()]
    return Shown(parts=tuple(parts)) if parts else Shown(say(N_("none")))


def _reasons(value: Mapping[str, object]) -> dict[str, str]:
    found = value.get("reason")
    return {str(name): str(why) for name, why in found.items()} if isinstance(found, Mapping) else {}


def _fields(value: Mapping[str, object], say: Say) -> dict[str, object]:
    """Return the fields without reasons, both ends of an interval as one text, p-values last."""
    whole: dict[str, object] = {}
    shares = any(is_share(name) for name in value)
    for name, field in value.items():
        stem = name.removesuffix("high")
        if name.endswith("low") and name[:-3] + "high" in value:
            whole[f"{name[:-3]}interval"] = _ends(field, value[f"{name[:-3]}high"], say, shares=shares)
        elif not (name.endswith("high") and stem + "low" in value) and not _is_reason(name, field):
            whole[name] = field
    return dict(sorted(whole.items(), key=lambda pair: _place(*pair)))


def _is_reason(name: str, field: object) -> bool:
    return name == "reason" and isinstance(field, Mapping)


def _ends(low: object, high: object, say: Say, *, shares: bool) -> str | None:
    if low is None or high is None:
        return None
    name = "share" if shares else ""
    ends = [_scalar(name, end, say) for end in (low, high)]
    return say(N_("%(low)s to %(high)s")) % {"low": ends[0], "high": ends[1]}


def _place(name: str, value: object) -> int:
    """Return where a field stands: names, effects with their intervals, numbers of ratings, tests, p, lists."""
    if isinstance(value, Sequence | Mapping) and not isinstance(value, str):
        return 5
    if is_p(name):
        return 4
    if name in TESTS:
        return 3
    if name == "n" or name.startswith("n_"):
        return 2
    return 0 if isinstance(value, str) and not name.endswith("interval") else 1


def _label(name: str, say: Say) -> str:
    return say(NAMES.get(name, name.replace("_", " ")))


def _listed(name: str, values: Sequence[object], say: Say) -> Shown:
    kept, left = values[:MOST_ENTRIES], max(0, len(values) - MOST_ENTRIES)
    if not kept:
        return Shown(say(N_("none")))
    entries = [entry for entry in kept if isinstance(entry, Mapping)]
    if len(entries) < len(kept):
        return Shown("; ".join(_inline(name, entry, say) for entry in kept), left=left)
    if all(_flat(entry) for entry in entries):
        return _table(entries, left, say)
    parts = tuple((str(place), _mapping(entry, say)) for place, entry in enumerate(entries, 1))
    return Shown(parts=parts, left=left)


def _flat(entry: Mapping[str, object]) -> bool:
    return not any(
        isinstance(field, Mapping | Sequence) and not isinstance(field, str) and not _is_reason(name, field)
        for name, field in entry.items()
    )


def _inline(name: str, value: object, say: Say) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_inline(name, entry, say) for entry in value)
    return _scalar(name, value, say)


def _table(entries: Sequence[Mapping[str, object]], left: int, say: Say) -> Shown:
    rows = [(_fields(entry, say), _reasons(entry)) for entry in entries]
    names = list(dict.fromkeys(name for fields, _ in rows for name in fields))
    columns = sorted(names, key=lambda name: max(_place(name, fields.get(name)) for fields, _ in rows))
    return Shown(
        columns=tuple(_label(name, say) for name in columns),
        rows=tuple(
            tuple(_scalar(name, fields.get(name), say, why.get(name)) for name in columns)
            for fields, why in rows
        ),
        left=left,
    )
