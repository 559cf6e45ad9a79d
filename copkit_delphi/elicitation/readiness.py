"""Which items of the reporting checklists a study can already answer, before its first round opens.

An item is answered by texts of the plan, by what the study's tables say, or only by rounds that are still to come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain import between, plan
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import EVERYBODY, PRIVACY, Protocol
from copkit_delphi.domain.said import Said, said, verbatim
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Item, StakeholderGroup, Study
from copkit_delphi.library.checklists import ChecklistItem, checklists


class Readiness(StrEnum):
    """Whether a checklist item could be reported on today."""

    READY = "ready"
    EMPTY = "empty"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the answers are read from, gathered once for all items."""

    study: Study
    protocol: Protocol
    groups: list[StakeholderGroup]
    n_scenarios: int
    n_items: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One checklist item: how ready it is, what answers it, and the page on which to write what is missing."""

    item: ChecklistItem
    state: Readiness
    said: tuple[Said, ...]
    missing: tuple[str, ...]
    page: str


Fact = Callable[[Ground], Said | None]


def _title(ground: Ground) -> Said | None:
    named = "delphi" in ground.study.title.casefold()
    return said(N_("The title names it a Delphi study.")) if named else None


def _money(ground: Ground) -> Said | None:
    return said(N_("Paid by %(who)s."), who=ground.study.paid_by) if ground.study.paid_by else None


def _sizes(ground: Ground) -> Said | None:
    wanted = ", ".join(f"{one.name} {one.target}" for one in ground.groups if one.target)
    return said(N_("Wanted: %(wanted)s."), wanted=wanted) if wanted else None


def _questions(ground: Ground) -> Said | None:
    if not ground.n_items:
        return None
    return said(
        N_(
            "%(scenarios)s scenarios with %(items)s items. Reasons are optional; “cannot judge” is always possible."
        ),
        scenarios=ground.n_scenarios,
        items=ground.n_items,
    )


def _criterion(ground: Ground) -> Said:
    if ground.protocol.criterion.kind == "default":
        return said(N_("Consensus: the middle half spans at most 15 points; partial up to 25."))
    return said(N_("Consensus: %(rule)s."), rule=str(ground.protocol.criterion))


def _stopping(ground: Ground) -> Said:
    rule = ground.protocol.stopping
    return said(
        N_("It ends when all answers are stable, after round %(min)s at the earliest, at the latest after %(max)s."),
        min=rule.min_rounds,
        max=rule.max_rounds,
    )  # fmt: skip


def _privacy(ground: Ground) -> Said:
    return said(
        PRIVACY[ground.protocol.privacy] + N_(" No figure for fewer than %(k)s."), k=ground.protocol.k
    )


def _always(text: str) -> Fact:
    return lambda _ground: said(text)


def _invited(ground: Ground) -> Said:
    if ground.protocol.invite == EVERYBODY:
        return said(N_("Everybody on the panel is invited to each round."))
    return said(N_("To a further round whoever finished the one before is invited."))


def _carried(ground: Ground) -> Said:
    if ground.protocol.carry == between.ALL:
        return said(N_("Every item is asked again in each round, also those with consensus."))
    return said(N_("Settled items are not asked again; their result stands with its round."))


def _feedback(ground: Ground) -> Said:
    return said(_SHOWN[ground.protocol.feedback.form])


def _split(ground: Ground) -> Said:
    if ground.protocol.feedback.groups == between.SPLIT:
        return said(N_("Each panellist sees the figures of the panel and of every group that may be shown."))
    return said(N_("Feedback is not differentiated by group."))


# By the form of feedback of the protocol: what a panellist sees of others between rounds.
_SHOWN = {
    "none": N_("Between rounds panellists see their own answer alone."),
    "all-figures": N_("Between rounds panellists see median and middle half of the panel, without names."),
    "all-reasons": N_("Between rounds panellists see the arguments of the panel, without names."),
    "all-both": N_(
        "Between rounds panellists see median, middle half and arguments of the panel, without names."
    ),
    "split-figures": N_("Between rounds panellists see figures of the panel and its groups, without names."),
    "split-reasons": N_("Between rounds panellists see the arguments of the panel, without names."),
    "split-both": N_(
        "Between rounds panellists see figures of panel and groups and arguments, without names."
    ),
}
_ALONE = _always(N_("Each panellist answers alone, in a browser, in rounds."))
_APART = _always(N_("Nobody who runs or analyses the study can be on its panel."))
_DISSENT = _always(N_("A divided panel is reported as divided; dissent is printed in its authors' words."))
_WEIGHTS = _always(N_("Groups stand beside the panel. Every panellist counts once; there are no weights."))
_ROUNDS = _always(N_("A Delphi in rounds, with frozen feedback between them."))
_LOCKED = _always(N_("The protocol is locked and hashed when round 1 opens and can be downloaded."))

ABOUT, GROUPS, SCENARIOS, PLAN = "about", "groups", "scenarios", "plan"
# What the study's own tables answer: the fact, and the page that fills it where it is missing.
FACTS: dict[str, tuple[tuple[Fact, str], ...]] = {
    "ACCORD T1": ((_title, ABOUT),),
    "ACCORD M3": ((_sizes, GROUPS),),
    "ACCORD M9": ((_ROUNDS, PLAN),),
    "ACCORD M10": ((_questions, SCENARIOS),),
    "ACCORD M12": ((_criterion, PLAN),),
    "ACCORD M13": ((_carried, PLAN),),
    "ACCORD M14": ((_ALONE, PLAN),),
    "ACCORD M17": ((_feedback, PLAN),),
    "ACCORD M18": ((_privacy, PLAN),),
    "ACCORD M19": ((_APART, PLAN),),
    "ACCORD O3": ((_money, ABOUT),),
    "DELPHISTAR 1": ((_title, ABOUT),),
    "DELPHISTAR 4": ((_money, ABOUT),),
    "DELPHISTAR 8": ((_LOCKED, PLAN),),
    "DELPHISTAR 14": ((_ROUNDS, PLAN),),
    "DELPHISTAR 16": ((_invited, PLAN),),
    "DELPHISTAR 20": ((_questions, SCENARIOS),),
    "DELPHISTAR 21": ((_stopping, PLAN),),
    "DELPHISTAR 23": ((_stopping, PLAN),),
    "DELPHISTAR 24": ((_feedback, PLAN),),
    "DELPHISTAR 25": ((_feedback, PLAN),),
    "DELPHISTAR 26": ((_split, PLAN),),
    "DELPHISTAR 27": ((_DISSENT, PLAN),),
    "DELPHISTAR 29": ((_criterion, PLAN),),
    "DELPHISTAR 30": ((_WEIGHTS, PLAN),),
}
LATER = {
    "ACCORD M16": N_("Filled by the pilot, or by saying that there was none."),
    "ACCORD R1": N_("Filled by the rounds."),
    "ACCORD R2": N_("Filled by the amendments."),
    "ACCORD R3": N_("Filled by the rounds."),
    "ACCORD R4": N_("Filled by the results."),
    "ACCORD R5": N_("Filled by changes of items between rounds."),
    "ACCORD D1": N_("Written with the brief."),
    "ACCORD D2": N_("Written with the brief."),
    "DELPHISTAR 2": N_("Written with the brief."),
    "DELPHISTAR 3": N_("Written with the brief."),
    "DELPHISTAR 31": N_("Filled by the rounds."),
    "DELPHISTAR 32": N_("Filled by the amendments."),
    "DELPHISTAR 33": N_("Filled by the rounds."),
    "DELPHISTAR 34": N_("Filled by the results."),
    "DELPHISTAR 35": N_("Written with the brief."),
    "DELPHISTAR 36": N_("Written with the brief."),
    "DELPHISTAR 37": N_("Written with the brief."),
    "DELPHISTAR 38": N_("Written with the brief."),
}


def write(session: Session, *, study_id: str, texts: dict[str, str]) -> None:
    """Store the plan of a draft study; raises ``Invalid`` or, once round 1 has opened, ``Conflict``."""
    studies.change_protocol(session, study_id=study_id, plan=plan.checked(texts))


def answers(session: Session, study_id: str) -> list[tuple[str, str, list[Answer]]]:
    """Return ``(name, citation, answers)`` of each checklist in its order."""
    ground = _ground(session, study_id)
    return [(one.name, one.citation, [_answer(ground, item) for item in one.items]) for one in checklists()]


def _ground(session: Session, study_id: str) -> Ground:
    study = studies.get(session, study_id)
    scenarios, items = session.execute(
        select(func.count(Item.scenario_id.distinct()), func.count(Item.id)).where(Item.study_id == study_id)
    ).one()
    groups = studies.groups(session, study_id)
    return Ground(study, Protocol.from_dict(study.protocol), groups, scenarios, items)


def _answer(ground: Ground, item: ChecklistItem) -> Answer:
    if item.key in LATER:
        return Answer(item, Readiness.LATER, (said(LATER[item.key]),), (), "")
    texts = plan.asked(item.key)
    facts = [(fact(ground), page) for fact, page in FACTS.get(item.key, ())]
    empty = [one.label for one in texts if not ground.protocol.plan.get(one.key)]
    nowhere = [page for fact, page in facts if fact is None]
    told = (
        *(fact for fact, _ in facts if fact),
        *(verbatim(ground.protocol.plan[one.key]) for one in plan.answered(ground.protocol.plan, item.key)),
    )  # fmt: skip
    ready = not empty and not nowhere
    page = nowhere[0] if nowhere else PLAN
    return Answer(item, Readiness.READY if ready else Readiness.EMPTY, told, tuple(empty), page)


def counted(found: list[tuple[str, str, list[Answer]]]) -> dict[str, dict[Readiness, int]]:
    """Return how many items of each checklist stand at each state."""
    return {
        name: {state: sum(answer.state is state for answer in answers) for state in Readiness}
        for name, _, answers in found
    }
