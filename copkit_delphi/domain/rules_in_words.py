"""Every setting of a protocol in words: the one list that set-up, protocol, amendments and the log of a pilot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copkit_delphi.domain.between import ALL
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.impact import BY_KEY
from copkit_delphi.domain.plan import PLAN
from copkit_delphi.domain.protocol import AS_BUILT, EVERYBODY, PRIVACY, Criterion, Protocol, thresholds_for
from copkit_delphi.domain.said import Said, said, verbatim
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.yardstick import YARDSTICKS

FEEDBACK_WORDS = {
    "none": N_("only their own answer"),
    "all-figures": N_("their own answer, and the figures of the whole panel"),
    "all-reasons": N_("their own answer, and the reasons of the panel"),
    "all-both": N_("their own answer, and figures and reasons of the whole panel"),
    "split-figures": N_("their own answer, and the figures of the panel and each group"),
    "split-reasons": N_("their own answer, and the reasons of the panel"),
    "split-both": N_("their own answer, figures of the panel and each group, and reasons"),
}
Words = tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the field of the protocol it stands for, what it is called, and what it says."""

    name: str
    label: str
    words: Callable[[Protocol], Words]


def criterion(rule: Criterion) -> Said:
    """Return a consensus criterion as a sentence."""
    if rule.share is not None and rule.low is not None and rule.high is not None:
        return said(
            N_("at least %(share)s%% of the answers lie from %(low)s to %(high)s (%(rule)s)"),
            share=plain(rule.share * 100), low=plain(rule.low), high=plain(rule.high), rule=str(rule),
        )  # fmt: skip
    if rule.width is not None:
        return said(
            N_("the middle half spans at most %(width)s points (%(rule)s)"),
            width=plain(rule.width), rule=str(rule),
        )  # fmt: skip
    return said(
        N_("default: middle half at most 15 points; on scales of 7 to 11 points 2, of 3 to 6 points 1")
    )


def share_counted(rule: Criterion, scale: Scale) -> Said:
    """Return what the share of a result counts: answers in the range of a criterion that has one, else around the median."""
    if rule.low is not None and rule.high is not None:
        return said(
            N_("In the range of the criterion, %(low)s to %(high)s"),
            low=plain(rule.low),
            high=plain(rule.high),
        )
    near = plain(thresholds_for(scale).percent_agreement)
    return said(N_("Within %(n)s points of the median"), n=near)


def _stopping(rules: Protocol) -> Words:
    rule = rules.stopping
    return (
        said(
            N_("all stable from round %(min)s on, at most %(max)s rounds"),
            min=rule.min_rounds, max=rule.max_rounds,
        ),
        said(
            N_("stable: %(share)s%% of at least %(pairs)s who answered twice stay within the tolerance"),
            share=plain(rule.stable_share * 100), pairs=rule.min_pairs,
        ),
        said(N_("response advised: %(share)s%% of each group"), share=plain(rule.response_share * 100)),
    )  # fmt: skip


def _yardstick(rules: Protocol) -> Words:
    found = YARDSTICKS.get(rules.yardstick)
    if found is None:
        return (verbatim(rules.yardstick),)
    ends = found.words[0], found.words[-1]
    return (
        said(
            N_("%(n)s words from “%(first)s” to “%(last)s” (%(name)s)"),
            n=len(found.words), first=ends[0].text, last=ends[1].text, name=found.name,
        ),
    )  # fmt: skip


def _dimensions(rules: Protocol) -> Words:
    asked = tuple(Said(BY_KEY[key].label) if key in BY_KEY else verbatim(key) for key in rules.dimensions)
    return asked or (said(N_("not asked")),)


def _keeping(rules: Protocol) -> Words:
    kept = rules.keeping
    days = said(
        N_("%(names)s days after the end, %(answers)s days after the review date"),
        names=kept.names, answers=kept.answers,
    )  # fmt: skip
    return (days, verbatim(kept.reason)) if kept.reason else (days,)


def _plan(rules: Protocol) -> Words:
    return (said(N_("%(n)s of %(all)s texts are written"), n=len(rules.plan), all=len(PLAN)),)


def _either(holds: Callable[[Protocol], bool], yes: str, no: str) -> Callable[[Protocol], Words]:
    return lambda rules: (Said(yes if holds(rules) else no),)


SETTINGS = (
    Setting("criterion", N_("Consensus criterion"), lambda rules: (criterion(rules.criterion),)),
    Setting("stopping", N_("Stopping rule"), _stopping),
    Setting(
        "required_groups",
        N_("Groups that must be heard"),
        lambda rules: tuple(map(verbatim, rules.required_groups)) or (said(N_("all")),),
    ),
    Setting(
        "weights",
        N_("Weights"),
        lambda _rules: (
            said(
                N_(
                    "none: every panellist counts once; where one vote for each group gives more than 5 points difference, it stands beside"
                )
            ),
        ),
    ),
    Setting("dimensions", N_("Impact is rated on"), _dimensions),
    Setting(
        "interval",
        N_("Beside each best estimate"),
        _either(lambda rules: rules.interval, N_("the lowest and the highest are asked"), N_("nothing is asked")),
    ),
    Setting("yardstick", N_("Words for probabilities"), _yardstick),
    Setting(
        "ask_track_record",
        N_("Track-record questions"),
        _either(lambda rules: rules.ask_track_record, N_("asked"), N_("not asked")),
    ),
    Setting(
        "feedback",
        N_("Between rounds panellists see"),
        lambda rules: (Said(FEEDBACK_WORDS[rules.feedback.form]),),
    ),
    Setting(
        "carry",
        N_("A further round asks"),
        _either(lambda rules: rules.carry == ALL, N_("every item again"), N_("only items that are not settled")),
    ),
    Setting(
        "invite",
        N_("Who is asked to the next round"),
        _either(
            lambda rules: rules.invite == EVERYBODY,
            N_("everybody, also those who missed the last round"),
            N_("only those who finished the last round"),
        ),
    ),
    Setting(
        "order",
        N_("Order of the scenarios"),
        _either(
            lambda rules: rules.order == AS_BUILT,
            N_("as built, the same for everybody"),
            N_("drawn for each panellist and round from the seed of the study"),
        ),
    ),
    Setting("privacy", N_("Level of privacy"), lambda rules: (Said(PRIVACY[rules.privacy]),)),
    Setting(
        "k",
        N_("Smallest group that is ever shown"),
        lambda rules: (said(N_("No figure for fewer than %(k)s."), k=rules.k),),
    ),
    Setting("keeping", N_("Names kept, answers kept"), _keeping),
    Setting("plan", N_("Plan"), _plan),
)  # fmt: skip


def in_words(rules: Protocol) -> Iterator[tuple[str, Words]]:
    """Yield what each setting is called, and what it says."""
    for one in SETTINGS:
        yield one.label, one.words(rules)
