"""Any figure of the engine as people read it: a text, named parts or a table; rounded, effect sizes before p."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain, round_half_up
from copkit_delphi.domain.verdict import VERDICT_LABELS
from copkit_delphi.reporting.phrases import Say, as_written

MOST_ENTRIES = 60
NAMES = {
    "a": N_("Group"),
    "a12": N_("A12 of Vargha and Delaney"),
    "adjusted_p": N_("p, adjusted for the number of pairs"),
    "b": N_("Other group"),
    "bias": N_("Difference of both means"),
    "chi2": N_("Chi-squared"),
    "ci_interval": N_("Interval"),
    "cliff_delta": N_("Cliff's delta"),
    "count": N_("Number"),
    "cramers_v": N_("Cramér's V"),
    "df": N_("Degrees of freedom"),
    "epsilon_squared": N_("Epsilon squared"),
    "explained": N_("Share explained"),
    "fisher_p": N_("Fisher's exact p"),
    "fisher_simulated": N_("Fisher's p was simulated"),
    "flips": N_("Could change the criterion"),
    "hedges_g": N_("Hedges' g"),
    "hedges_interval": N_("Interval of g"),
    "interval_ci_items": N_("Interval, its 95% interval by items"),
    "interval_ci_panellists": N_("Interval, its 95% interval by panellists"),
    "kendall_panellists": N_("Panellists who rated all items"),
    "kendall_w": N_("Kendall's W"),
    "krippendorff_alpha": N_("Krippendorff's alpha"),
    "kruskal_h": N_("Kruskal's H"),
    "kruskal_p": N_("Kruskal-Wallis p"),
    "mannwhitney_p": N_("Mann-Whitney p"),
    "mean_all": N_("Mean of all"),
    "mean_stayed": N_("Mean of those who stayed"),
    "n": N_("Number"),
    "n_a": N_("Ratings of the group"),
    "n_b": N_("Ratings of the other group"),
    "n_left": N_("Left"),
    "n_stayed": N_("Stayed"),
    "p": N_("p"),
    "share_interval": N_("Share, worst to best case"),
    "width": N_("Middle half"),
    "width_interval": N_("Middle half, best to worst case"),
}
SHARES = frozenset({"net_change", "response", "explained"})
TESTS = frozenset({"statistic", "df", "chi2", "kruskal_h"})
COUNTS = frozenset({"n", "count", "sizes", "stayed", "unplaced"})


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
    letter = "p " if is_p(name) and isinstance(value, float | int) else ""
    found = _named(name, value, say, reason)
    return Shown(letter + found.text) if letter else found


def _named(name: str, value: object, say: Say, reason: str | None = None) -> Shown:
    if isinstance(value, Mapping):
        return _mapping(name, value, say)
    if _is_list(value):
        return _listed(name, cast("Sequence[object]", value), say)
    return Shown(_scalar(name, value, say, reason))


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _scalar(name: str, value: object, say: Say, reason: str | None = None) -> str:
    if value is None:
        return say(N_("undefined: %s")) % say(reason) if reason else say(N_("undefined"))
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if isinstance(value, int | float):
        return _number(name, value)
    words = {str(verdict): label for verdict, label in VERDICT_LABELS.items()} if name == "verdict" else {}
    text = words.get(str(value), str(value))
    return say(text) if text else "–"


def _number(name: str, value: float) -> str:
    if is_p(name):
        return chance(value)
    if is_share(name) and isinstance(value, float):
        return percent(value)
    return str(value) if isinstance(value, int) else figure(value)


def _mapping(name: str, value: Mapping[str, object], say: Say) -> Shown:
    reasons = _reasons(value)
    fields = _fields(value, say)
    if list(fields) == ["interval"]:
        return Shown(_scalar("interval", fields["interval"], say))
    if fields and all(isinstance(field, Mapping) and _flat(field) for field in fields.values()):
        return _keyed(name, cast("Mapping[str, Mapping[str, object]]", fields), say)
    parts = [
        (_label(key, say), _named(key, field, say, reasons.pop(key, None))) for key, field in fields.items()
    ]
    parts += [(_label(key, say), Shown(say(why))) for key, why in reasons.items()]
    return Shown(parts=tuple(parts)) if parts else Shown(say(N_("none")))


def _keyed(name: str, entries: Mapping[str, Mapping[str, object]], say: Say) -> Shown:
    """Return entries that are found by their name as rows that begin with it; intervals alone stay parts."""
    if all(list(_fields(entry, say)) == ["interval"] for entry in entries.values()):
        return Shown(parts=tuple((_label(key, say), _mapping(key, entry, say)) for key, entry in entries.items()))  # fmt: skip
    kept = list(entries.items())[:MOST_ENTRIES]
    table = _table([entry for _, entry in kept], max(0, len(entries) - MOST_ENTRIES), say)
    rows = tuple((key, *row) for (key, _), row in zip(kept, table.rows, strict=True))
    return replace(table, columns=(_label(name, say), *table.columns), rows=rows)


def _reasons(value: Mapping[str, object]) -> dict[str, str]:
    found = value.get("reason")
    return {str(name): str(why) for name, why in found.items()} if isinstance(found, Mapping) else {}


def _fields(value: Mapping[str, object], say: Say) -> dict[str, object]:
    """Return the fields without reasons, both ends of an interval as one text, p-values last."""
    whole: dict[str, object] = {}
    last = ""
    for name, field in value.items():
        stem = name.removesuffix("low") if name.endswith("low") else name.removesuffix("high")
        if not {f"{stem}low", f"{stem}high"} <= value.keys():
            if not _is_reason(name, field):
                whole[name] = field
                last = name
        elif name.endswith("low"):
            of = last if stem in {"", "ci_"} else stem
            whole[f"{stem}interval"] = _ends(of, field, value[f"{stem}high"], say)
    return dict(sorted(whole.items(), key=lambda pair: _place(*pair)))


def _is_reason(name: str, field: object) -> bool:
    return name == "reason" and isinstance(field, Mapping)


def _ends(name: str, low: object, high: object, say: Say) -> str | None:
    """Return both ends of an interval of ``name``; None where one is undefined."""
    if low is None or high is None:
        return None
    ends = [_scalar(name, end, say) for end in (low, high)]
    return say(N_("%(low)s to %(high)s")) % {"low": ends[0], "high": ends[1]}


def _place(name: str, value: object) -> int:
    """Return where a field stands: names, effects with their intervals, numbers of ratings, tests, p, lists."""
    if isinstance(value, Mapping) or (_is_list(value) and name not in COUNTS):
        return 5
    if is_p(name):
        return 4
    if name in TESTS:
        return 3
    if name in COUNTS or name.startswith("n_"):
        return 2
    return 0 if isinstance(value, str) and not name.endswith("interval") else 1


def _label(name: str, say: Say) -> str:
    words = name.replace("_", " ")
    return say(NAMES.get(name, words[:1].upper() + words[1:]))


def _listed(name: str, values: Sequence[object], say: Say) -> Shown:
    kept, left = values[:MOST_ENTRIES], max(0, len(values) - MOST_ENTRIES)
    if not kept:
        return Shown(say(N_("none")))
    entries = [entry for entry in kept if isinstance(entry, Mapping)]
    if len(entries) < len(kept):
        between = "; " if any(_is_list(entry) for entry in kept) else ", "
        return Shown(between.join(_inline(name, entry, say) for entry in kept), left=left)
    if all(_flat(entry) for entry in entries):
        return _table(entries, left, say)
    parts = tuple(
        (_entry(entry, place, say), _mapping(name, entry, say)) for place, entry in enumerate(entries, 1)
    )
    return Shown(parts=parts, left=left)


def _entry(entry: Mapping[str, object], place: int, say: Say) -> str:
    """Return what an entry of a list is called: its rounds, else its name, else its place."""
    if {"from_round", "to_round"} <= entry.keys():
        return say(N_("Round %(from_round)s to round %(to_round)s")) % entry
    return next((field for field in entry.values() if isinstance(field, str)), str(place))


def _flat(entry: Mapping[str, object]) -> bool:
    return not any(
        (isinstance(field, Mapping) or _is_list(field)) and not _is_reason(name, field)
        for name, field in entry.items()
    )


def _inline(name: str, value: object, say: Say) -> str:
    if _is_list(value):
        return ", ".join(_inline(name, entry, say) for entry in cast("Sequence[object]", value))
    return _scalar(name, value, say)


def _table(entries: Sequence[Mapping[str, object]], left: int, say: Say) -> Shown:
    rows = [(_fields(entry, say), _reasons(entry)) for entry in entries]
    names = list(dict.fromkeys(name for fields, _ in rows for name in fields))
    places = {name: max(_rank(name, fields.get(name)) for fields, _ in rows) for name in names}
    columns = sorted(names, key=places.__getitem__)
    return Shown(
        columns=tuple(_label(name, say) for name in columns),
        rows=tuple(
            tuple(_cell(name, fields.get(name), say, why.get(name)) for name in columns)
            for fields, why in rows
        ),
        left=left,
    )


def _rank(name: str, value: object) -> int:
    return 0 if value is None and not is_p(name) else _place(name, value)


def _cell(name: str, value: object, say: Say, reason: str | None) -> str:
    return "–" if value is None and reason is None else _scalar(name, value, say, reason)
