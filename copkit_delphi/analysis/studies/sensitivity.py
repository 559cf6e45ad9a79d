"""What the verdicts would be under other usual rules: which of them hang on the rule that was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.engine import analyse_under
from copkit_delphi.analysis.measure import Measure, Options, Outcome, Rules, json_list, json_object
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.protocol import Criterion
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.verdict import Verdict

SHARES = (0.51, 0.67, 0.70, 0.75, 0.80, 0.90)
STABLE_SHARES = (0.70, 0.75, 0.80, 0.85)
SHORT_WIDTHS, LONG_WIDTHS, PERCENT_WIDTHS = (1.0, 1.5, 2.0), (1.0, 2.0, 3.0), (0.10, 0.15, 0.20, 0.25)
NO_ITEMS = N_("no item was rated")


@dataclass(frozen=True, slots=True)
class Variant:
    """One usual rule: its text, its kind (width, share or stability), and the rules with it."""

    text: str
    kind: str
    rules: Rules


def variants(rules: Rules, scale: Scale) -> Iterator[Variant]:
    """Yield the usual criteria and stability thresholds on ``scale``, the study's own rule left as it is otherwise.

    Widths and shares: Diamond et al. (2014), von der Gracht (2012). A share counts the range of the study's
    criterion, else what lies within the scale's tolerance of the median.
    """
    for width in _widths(scale):
        yield Variant(f"iqr<={plain(width)}", "width", replace(rules, criterion=Criterion(width=width)))
    low, high = rules.criterion.low, rules.criterion.high
    where = "around the median" if low is None or high is None else f"in {plain(low)}..{plain(high)}"
    for share in SHARES:
        criterion = Criterion(share=share, low=low, high=high)
        yield Variant(f"share>={plain(share)} {where}", "share", replace(rules, criterion=criterion))
    for share in STABLE_SHARES:
        stopping = replace(rules.stopping, stable_share=share)
        yield Variant(f"stable if {plain(share)} stayed", "stability", replace(rules, stopping=stopping))


def _widths(scale: Scale) -> tuple[float, ...]:
    if scale.points is None:
        return tuple(part * scale.range for part in PERCENT_WIDTHS)
    return LONG_WIDTHS if scale.points >= 7 else SHORT_WIDTHS


def rule_sensitivity(rounds: Sequence[RoundData], rules: Rules, options: Options) -> Outcome:
    """Return the verdict of each item of the last round, and under which other usual rules it would be another.

    >>> from copkit_delphi.analysis.small import round_of
    >>> rows = [[3], [3], [4], [4], [5]]
    >>> found = rule_sensitivity([round_of(rows), round_of(rows, number=2)], Rules(), Options())
    >>> [(one["verdict"], [flip["rule"] for flip in one["flips"]]) for one in found.value["items"]]
    [('consensus', ['share>=0.51 around the median', 'share>=0.67 around the median', 'share>=0.7 around the median', 'share>=0.75 around the median', 'share>=0.8 around the median', 'share>=0.9 around the median'])]
    """
    del options
    now, before = rounds[-1], rounds[-2] if len(rounds) > 1 else None
    if not now.items:
        return Outcome(None, NO_ITEMS)
    own = _verdicts(now, before, rules)
    tried = list(variants(rules, now.items[0].scale))
    others = [_verdicts(now, before, variant.rules) for variant in tried]
    items = [
        {
            "item": item.name,
            "verdict": str(own[place]),
            "flips": [
                {"rule": variant.text, "verdict": str(found[place])}
                for variant, found in zip(tried, others, strict=True)
                if found[place] is not own[place]
            ],
        }
        for place, item in enumerate(now.items)
    ]
    listed = [{"rule": variant.text, "kind": variant.kind} for variant in tried]
    return Outcome(
        {"round": now.number, "rules": listed, "items": items, "n_flipping": sum(bool(one["flips"]) for one in items)}
    )  # fmt: skip


def _verdicts(now: RoundData, before: RoundData | None, rules: Rules) -> tuple[Verdict, ...]:
    return tuple(item.verdict for item in analyse_under(rules, now, before).items)


_VERDICT = {"enum": [str(verdict) for verdict in Verdict]}
_TEXT = {"type": "string"}


MEASURES = (
    Measure(
        "rule_sensitivity",
        "study",
        N_("Verdicts under other rules"),
        "Diamond et al., 2014; von der Gracht, 2012",
        "the verdict of each item again with middle halves of 1 to 3 points (10 to 25 % of a continuous scale), shares of 51 to 90 %, and stability from 70 to 85 %",
        N_("Before a verdict is printed: says whether it is the panel's or the rule's."),
        N_("Not to look for the rule that gives the wanted verdict: the rule was fixed before round 1."),
        N_("As for the verdict itself."),
        rule_sensitivity,
        ("derivation: each verdict is the engine's own under the named rule",),
        undefined=(NO_ITEMS,),
        schema=json_object(
            round={"type": "integer"},
            rules=json_list(json_object(rule=_TEXT, kind={"enum": ["width", "share", "stability"]})),
            items=json_list(json_object(item=_TEXT, verdict=_VERDICT, flips=json_list(json_object(rule=_TEXT, verdict=_VERDICT)))),
            n_flipping={"type": "integer", "minimum": 0},
        ),
    ),
)  # fmt: skip
