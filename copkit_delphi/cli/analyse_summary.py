"""What stands first on an analysis page: the advice, the verdicts, those that hang on the rule, the order of items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from copkit_delphi.cli.analyse_words import VERDICT_WORDS
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.verdict import VERDICT_LABELS, Verdict
from copkit_delphi.reporting.intervals import RankRow
from copkit_delphi.reporting.pages import Hanging, Order
from copkit_delphi.reporting.phrases import Say
from copkit_delphi.reporting.values import percent

MOST_ITEMS = 60
MOST_NAMED = 10
UNKNOWN = N_("no reason was given")
ADVICE = {
    "end": N_("The stopping rule says: end here."),
    "another_round": N_("The stopping rule says: hold another round."),
}
Titles = Mapping[str, str]
Data = Mapping[str, Any]


def advice(data: Data, say: Say) -> tuple[str, tuple[str, ...]]:
    """Return what the stopping rule says, and its reasons."""
    found = data.get("stop_advice")
    if not isinstance(found, Mapping):
        return say(N_("There is no advice: %s.")) % say(data["reason"].get("stop_advice") or UNKNOWN), ()
    return say(ADVICE[found["advice"]]), tuple(say(reason) for reason in found["reasons"])


def verdicts(found: Sequence[Verdict], say: Say) -> tuple[tuple[str, int, str], ...]:
    """Return each verdict with how many items have it and what it means; those that none has are left out."""
    return tuple(
        (say(VERDICT_LABELS[verdict]), found.count(verdict), say(VERDICT_WORDS[verdict]))
        for verdict in Verdict
        if verdict in found
    )


def hanging(data: Data, titles: Titles, say: Say) -> tuple[tuple[str, ...], tuple[Hanging, ...]]:
    """Return in words how many verdicts hang on the rule, and those items with what would change them."""
    found = data.get("rule_sensitivity")
    if not isinstance(found, Mapping):
        return (say(N_("Not known: %s.")) % say(data["reason"].get("rule_sensitivity") or UNKNOWN),), ()
    kinds = {rule["rule"]: rule["kind"] for rule in found["rules"]}
    flipping = [item for item in found["items"] if item["flips"]]
    rows = tuple(
        Hanging(
            titles.get(item["item"], item["item"]),
            say(VERDICT_LABELS[item["verdict"]]),
            tuple(_changes(item["flips"], kinds, say)),
        )
        for item in flipping[:MOST_ITEMS]
    )
    counts = {"some": len(flipping), "all": len(found["items"]), "rules": len(kinds)}
    if not flipping:
        return (say(N_("No verdict hangs on the rule: under all %(rules)s usual rules tried each stays the same.")) % counts,), ()  # fmt: skip
    words = [say(N_("%(some)s of %(all)s verdicts would be another under one or more of the %(rules)s usual rules tried.")) % counts]  # fmt: skip
    if len(flipping) > len(rows):
        words.append(say(N_("The first %s follow.")) % len(rows))
    return tuple(words), rows


def _changes(flips: Sequence[Mapping[str, str]], kinds: Mapping[str, str], say: Say) -> Iterator[str]:
    for verdict in dict.fromkeys(flip["verdict"] for flip in flips):
        rules = [flip["rule"] for flip in flips if flip["verdict"] == verdict]
        named = [
            _rules([rule for rule in rules if kinds[rule] == kind], kind, say)
            for kind in dict.fromkeys(kinds[rule] for rule in rules)
        ]
        yield say(N_("%(verdict)s under: %(rules)s")) % {
            "verdict": say(VERDICT_LABELS[cast("Verdict", verdict)]),
            "rules": "; ".join(named),
        }


def _rules(texts: Sequence[str], kind: str, say: Say) -> str:
    """Return rules of one kind in words: "iqr<=10" and "iqr<=20" as "middle half of at most 10 or 20"."""
    if kind == "width":
        return say(N_("middle half of at most %s")) % _either(
            [text.partition("<=")[2] for text in texts], say
        )
    if kind == "share":
        bounds = [percent(float(text.removeprefix("share>=").partition(" ")[0])) for text in texts]
        where = texts[0].partition(" ")[2].replace("..", say(N_(" to ")))
        return say(N_("at least %(bounds)s of ratings %(where)s")) % {
            "bounds": _either(bounds, say),
            "where": say(where),
        }
    bounds = [percent(float(text.split()[2])) for text in texts]
    return say(N_("stable only if %s stayed")) % _either(bounds, say)


def _either(bounds: Sequence[str], say: Say) -> str:
    *first, last = bounds
    return say(N_("%(first)s or %(last)s")) % {"first": ", ".join(first), "last": last} if first else last


def order(data: Data, titles: Titles, say: Say) -> Order | None:
    """Return the order of the items with what is not separable; None where there is none."""
    found = data.get("ranking")
    if not isinstance(found, Mapping):
        return None

    def name(item: str) -> str:
        return titles.get(item, item)

    beside: dict[str, list[str]] = {item["item"]: [] for item in found["items"]}
    for one, other in found["not_separable"]:
        beside[one].append(name(other))
        beside[other].append(name(one))
    listed = found["items"][:MOST_ITEMS]
    rows = (RankRow(name(item["item"]), item["rank"], item["ci_low"], item["ci_high"]) for item in listed)
    return Order(
        rows=tuple(rows),
        places=len(found["items"]),
        words=tuple(_order_words(found, name, say)),
        not_apart=tuple(_some(beside[item["item"]], say) for item in listed),
    )


def _some(names: Sequence[str], say: Say) -> tuple[str, ...]:
    left = len(names) - MOST_NAMED
    return tuple(names) if left <= 0 else (*names[:MOST_NAMED], say(N_("and %s more")) % left)


def _order_words(found: Data, name: Any, say: Say) -> Iterator[str]:
    count, pairs = len(found["items"]), found["not_separable"]
    tried = count - 1 if found["pairs"] == "neighbours" else count * (count - 1) // 2
    numbers = {
        "pairs": len(pairs),
        "all": tried,
        "certain": percent(found["certain"]),
        "resamples": f"{found['resamples']:,}",
    }
    yield say(N_("Place 1 is the highest median. The interval shows how far a place moves when the panel is drawn anew from itself, %(resamples)s times, each group keeping its size.")) % numbers  # fmt: skip
    if not pairs:
        yield say(N_("Every two items are separable: one is ahead of the other in at least %(certain)s of these panels.")) % numbers  # fmt: skip
        return
    yield say(N_("%(pairs)s of %(all)s pairs of items are not separable: neither is ahead of the other in %(certain)s of these panels. Do not put one before the other.")) % numbers  # fmt: skip
    if found["pairs"] == "neighbours":
        yield say(N_("Of so many items only neighbours in the order were compared."))
    if len(pairs) <= MOST_NAMED:
        both = (say(N_("%(one)s and %(other)s")) % {"one": name(one), "other": name(other)} for one, other in pairs)  # fmt: skip
        yield say(N_("Not separable: %s.")) % "; ".join(both)
    if count > MOST_ITEMS:
        yield say(N_("The first %(shown)s of %(count)s items are drawn.")) % {"shown": MOST_ITEMS, "count": plain(count)}  # fmt: skip
