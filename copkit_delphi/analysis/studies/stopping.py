"""The stop advisor: what the stopping rule says after the last round, with its reasons. A person decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.engine import analyse_under
from copkit_delphi.analysis.measure import Measure, Options, Outcome, Rules
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.verdict import Stability

NO_ITEMS = N_("no item was rated")
END, GO_ON = "end", "another_round"


def stop_advice(rounds: Sequence[RoundData], rules: Rules, options: Options) -> Outcome:
    """Return whether the rule says to end, and each of its conditions with whether it is met.

    >>> from copkit_delphi.analysis.small import round_of
    >>> rows = [[3], [3], [4], [4], [5]]
    >>> found = stop_advice([round_of(rows), round_of(rows, number=2)], Rules(), Options())
    >>> found.value["advice"], found.value["stable"], found.value["reasons"][0]
    ('end', ['I1'], 'round 2 of at least 2 and at most 3')
    """
    del options
    now, before = rounds[-1], rounds[-2] if len(rounds) > 1 else None
    if not now.items:
        return Outcome(None, NO_ITEMS)
    analysis = analyse_under(rules, now, before)
    words = {item.item.name: item.stability for item in analysis.items}
    by_word = {word: [name for name, found in words.items() if found is word] for word in Stability}
    rule = rules.stopping
    ends = rule.says_end(now.number, all_stable=len(by_word[Stability.STABLE]) == len(words))
    response = _response(before, now)
    return Outcome(
        {
            "round": now.number,
            "advice": END if ends else GO_ON,
            "stable": by_word[Stability.STABLE],
            "moving": by_word[Stability.MOVING],
            "not_assessable": by_word[Stability.NOT_ASSESSABLE],
            "response": response,
            "reasons": _reasons(now.number, by_word, response, rules),
        }
    )


def _response(before: RoundData | None, now: RoundData) -> float | None:
    """Return the share of the earlier round's panellists who answered again."""
    if before is None:
        return None
    earlier, again = _answered(before), _answered(now)
    return len(earlier & again) / len(earlier) if earlier else None


def _answered(data: RoundData) -> set[str]:
    took_part = np.flatnonzero((~np.isnan(data.values) | data.cannot_judge).any(axis=1))
    return {data.panellists[place] for place in took_part}


def _reasons(
    number: int, by_word: dict[Stability, list[str]], response: float | None, rules: Rules
) -> list[str]:
    rule = rules.stopping
    reasons = [f"round {number} of at least {rule.min_rounds} and at most {rule.max_rounds}"]
    reasons += [
        f"{len(names)} {'item is' if len(names) == 1 else 'items are'} {str(word).replace('_', ' ')}"
        for word, names in by_word.items()
        if names
    ]
    if response is not None:
        low = "less than" if response < rule.response_share else "at least"
        reasons.append(f"{low} {plain(rule.response_share * 100)}% of the earlier round answered again")
    return reasons


_NAMES = {"type": "array", "items": {"type": "string"}}
_FIELDS = {
    "round": {"type": "integer"},
    "advice": {"enum": [END, GO_ON]},
    "stable": _NAMES,
    "moving": _NAMES,
    "not_assessable": _NAMES,
    "response": {"type": ["number", "null"]},
    "reasons": _NAMES,
}
MEASURES = (
    Measure(
        "stop_advice",
        "study",
        N_("Stop advisor"),
        "Dajani, Sincoff and Talley, 1979; Boulkedid et al., 2011",
        "end when every item is stable from the earliest round on, or at the last round",
        N_("After each close: consensus does not end a study, stability does."),
        N_("Not as a decision: a person ends a study, against this advice only with a printed reason."),
        N_("An item with too few pairs is not assessable and counts as not stable."),
        stop_advice,
        ("derivation: the rule word for word on hand-made rounds",),
        undefined=(NO_ITEMS,),
        schema={
            "type": "object",
            "properties": _FIELDS,
            "required": list(_FIELDS),
            "additionalProperties": False,
        },
    ),
)
