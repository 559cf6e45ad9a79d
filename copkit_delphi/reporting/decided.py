"""A decision record in plain words: the sentences that stand before every number."""

from __future__ import annotations

from collections.abc import Mapping

from copkit_delphi.domain.decisions import (
    Advice,
    Attrition,
    Camp,
    Choice,
    DecidedItem,
    DecisionRecord,
    Gap,
    Held,
    Leaving,
    Wishes,
)
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.reporting.phrases import Say, as_written
from copkit_delphi.reporting.strips import rule_words, verdict_words

MOST_NAMED = 3
MOST = 0.9
SIZES = {
    "negligible": N_("negligible"),
    "small": N_("small"),
    "medium": N_("medium"),
    "large": N_("large"),
}
DISTANCES = {
    "close": N_("close"),
    "apart": N_("apart"),
    "far_apart": N_("far apart"),
}
PARTS = {
    "about_a_fifth": N_("about a fifth"),
    "about_a_quarter": N_("about a quarter"),
    "about_a_third": N_("about a third"),
    "nearly_half": N_("nearly half"),
}
_LEANS = {
    "with": N_("Those who wish for it expect it more than others do."),
    "against": N_("Those who wish for it expect it less than others do."),
    "none": N_("What people expect does not lean with what they wish for."),
}
_HELD = {
    Held.FIRST_ROUND: N_("Not rated a round earlier: there is nothing to compare."),
    Held.FEW: N_("Not shown: fewer than five left or joined, and their answers could be told."),
    Held.NOBODY_LEFT: N_("Nobody who rated it a round earlier left."),
}
_WISHES_HELD = {
    Held.NOT_ASKED: N_("Not asked: no statement of this study has a desirability question."),
    Held.FEW: N_("Not shown: fewer than ten gave both ratings."),
}


def opening(record: DecisionRecord, titles: Mapping[str, str], say: Say = as_written) -> list[str]:
    """Return the page's first sentences: how much is settled, what hangs on the rule, what another round could do."""
    settled = [one for one in record.items if one.settled]
    counts = {"settled": len(settled), "all": len(record.items)}
    said = [say(N_("%(settled)s of %(all)s statements are settled.")) % counts]
    if flips := record.flipping:
        said.append(
            say(N_("Under some other usual rule the verdict would change on: %s."))
            % named(flips, titles, say)
        )
    elif any(one.told for one in settled):
        said.append(say(N_("No usual rule whose outcome may be shown would change a verdict.")))
    stuck = [one for one in record.items if one.advice == Advice.DISSENT]
    if stuck:
        said.append(
            say(N_("Another round is unlikely to bring agreement on: %s.")) % named(stuck, titles, say)
        )
    moving = [one for one in record.items if one.advice in {Advice.MOVING, Advice.UNKNOWN}]
    if moving and record.round < record.max_rounds:
        said.append(say(N_("Another round can settle: %s.")) % named(moving, titles, say))
    return said


def named(
    items: tuple[DecidedItem, ...] | list[DecidedItem], titles: Mapping[str, str], say: Say = as_written
) -> str:
    """Return the titles of at most three items and how many more there are."""
    names = [titles.get(one.scenario, one.scenario) for one in items[:MOST_NAMED]]
    rest = len(items) - len(names)
    return ", ".join(names) + (say(N_(" and %s more")) % rest if rest else "")


def advised(advice: str, say: Say = as_written) -> str:
    """Return the advice as a heading."""
    return say(N_("End the study") if advice == Choice.END else N_("Hold another round"))


def hanging(item: DecidedItem, say: Say = as_written) -> str:
    """Return the same as a cell says it: "3 of 12 rules", "no", or that it is not told."""
    told = sum(rule.verdict is not None for rule in item.rules)
    if item.flips:
        return say(N_("%(flips)s of %(told)s rules")) % {"flips": len(item.flips), "told": told}
    if not item.settled:
        return "–"
    return say(N_("no")) if told else say(N_("not told"))


def sensitivity(item: DecidedItem, say: Say = as_written) -> str:
    """Say whether the verdict is the panel's or the rule's."""
    if item.flips:
        first = item.flips[0]
        words = say(N_("The verdict hangs on the rule: with “%(rule)s” it would be %(verdict)s."))
        return words % {"rule": rule_words(first, say), "verdict": verdict_words(first.verdict, say)}
    if not item.settled:
        return say(N_("No rule decides before the answers are stable."))
    untold = sum(rule.verdict is None for rule in item.rules)
    if untold == len(item.rules):
        return say(
            N_(
                "Whether another rule would change the verdict is not shown: it would tell more than the figures do."
            )
        )
    if untold:
        return say(N_("Every usual rule whose outcome may be shown gives the same verdict."))
    return say(N_("Every usual rule gives the same verdict."))


def gap(one: Gap, say: Say = as_written) -> str:
    """Return two groups against each other: "A rated higher than B: medians 12 points apart, close"."""
    high, low = (one.one, one.other) if one.apart >= 0 else (one.other, one.one)
    values = {
        "one": high,
        "other": low,
        "apart": plain(abs(one.apart)),
        "distance": say(DISTANCES[one.distance]),
    }
    same = N_("%(one)s and %(other)s have the same median.")
    near = N_("%(one)s rated higher than %(other)s: medians %(apart)s point apart, %(distance)s.")
    away = N_("%(one)s rated higher than %(other)s: medians %(apart)s points apart, %(distance)s.")
    return say((near if abs(one.apart) == 1 else away) if one.apart else same) % values


def gap_cell(one: Gap | None, say: Say = as_written) -> str:
    """Return the same as a cell says it: "43, far apart"."""
    return f"{plain(abs(one.apart))}, {say(DISTANCES[one.distance])}" if one else "–"


def numbers(one: Gap, say: Say = as_written) -> str:
    """Return how far the answers of two groups differ, as far as that is shown."""
    if one.size is None:
        return say(N_("answers not compared below 10 in each group"))
    size = say(N_("the answers differ: %s")) % say(SIZES[one.size])
    if one.effect is None:
        return f"{size}; " + say(N_("figures not shown below 20 in each group"))
    capped = "+" if abs(one.effect) >= MOST else ""
    figures = [size, say(N_("Cliff's delta %s")) % f"{plain(one.effect)}{capped}"]
    if one.p is not None:
        below = say(N_("adjusted p below %s")) % plain(one.p)
        figures.append(below if one.p < 1 else say(N_("adjusted p not below 0.05")))
    return "; ".join(figures)


def leaving(found: Leaving, say: Say = as_written) -> str:
    """Say how those who left had rated and whether they could have changed the result."""
    if found.held:
        return say(_HELD[Held(found.held)])
    said = [_left(found, say)] if found.size else []
    if found.could_change is not None:
        worst = N_("Had they stayed, whether the criterion is met could have been different.")
        safe = N_("Whatever they had answered, whether the criterion is met would stand.")
        said.append(say(worst if found.could_change else safe))
    return " ".join(said) or say(N_("Not shown."))


def _left(found: Leaving, say: Say) -> str:
    if found.side is None:
        return say(N_("Those who left had rated like those who stayed."))
    words = N_("Those who left had rated lower than those who stayed; the difference is %s.")
    if found.side == "higher":
        words = N_("Those who left had rated higher than those who stayed; the difference is %s.")
    return say(words) % say(SIZES[found.size or "small"])


def attrition(found: Attrition, say: Say = as_written) -> str:
    """Say in one sentence whether the panel stayed together."""
    if found.held:
        return say(N_("This is the first round: there is nothing to compare with yet."))
    short = [row.name for row in found.groups if row.enough is False]
    if short:
        return say(N_("Many did not answer again: %s.")) % ", ".join(short)
    if found.alike is False:
        return say(N_("Groups stayed unequally: the panel of this round is another mix than before."))
    if any(row.enough is None for row in found.groups):
        return say(N_("Of the groups that may be shown, each stayed."))
    return say(N_("Every group stayed."))


def camp(found: Camp | None, say: Say = as_written) -> str:
    """Return "about a third of the panel stands clearly lower", empty without a camp."""
    if found is None:
        return ""
    words = N_("%s of the panel stands clearly lower than the rest.")
    if found.side == "higher":
        words = N_("%s of the panel stands clearly higher than the rest.")
    part = say(PARTS[found.size])
    return say(words) % (part[:1].upper() + part[1:])


def wishes(found: Wishes, say: Say = as_written) -> str:
    """Say whether likelihood leans with desirability."""
    if found.held:
        return say(_WISHES_HELD[Held(found.held)])
    return say(_LEANS[found.word]) if found.word else say(N_("Not shown."))


def leaning(word: str | None, say: Say = as_written) -> str:
    """Say the same of one item, empty where it is not shown."""
    return say(_LEANS[word]) if word else ""
