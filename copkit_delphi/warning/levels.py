"""Warning levels: proposed by rule from frozen figures and readings, set by a person, appended, never changed."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain import alert
from copkit_delphi.domain.alert import Change, Facts, Level, Proposal
from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.permission import Identity
from copkit_delphi.domain.register import Observed
from copkit_delphi.domain.results import LIKELIHOOD, RoundSnapshot
from copkit_delphi.elicitation import results, studies
from copkit_delphi.elicitation.models import Scenario
from copkit_delphi.people import audit
from copkit_delphi.warning import readings
from copkit_delphi.warning.models import WarningLevel
from copkit_delphi.warning.readings import Watch

REASON_LENGTH = 160
NOT_GRADED = N_("evidence (not graded)")
NOT_INDEPENDENT = N_("whether the graded sources are independent")
STALE = N_("stale readings (not counted)")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a scenario stands: the rule's proposal of the day and every level set, oldest first."""

    scenario: Scenario
    facts: Facts
    proposal: Proposal
    against: bool
    history: tuple[WarningLevel, ...]

    @property
    def newest(self) -> WarningLevel | None:
        """Return the level set last, expired or not."""
        return self.history[-1] if self.history else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person decides about a level."""

    level: Level
    reason: str
    changed: Change
    expires_on: date


def of_study(session: Session, study_id: str) -> dict[str, tuple[WarningLevel, ...]]:
    """Return the levels of a study by scenario, oldest first."""
    query = select(WarningLevel).where(WarningLevel.study_id == study_id).order_by(WarningLevel.position)
    found: dict[str, list[WarningLevel]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.scenario].append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def standing(session: Session, *, study_id: str, on: date) -> tuple[Stand, ...]:
    """Return every judged scenario of a study as it stands; raises ``Conflict`` where no warning can be given."""
    study = studies.get(session, study_id)
    if study.origin == "imported":
        raise Conflict(N_("Imported ratings give no warning: their ethics were not assessed."))
    frozen = results.of_study(session, study_id)
    if not frozen:
        raise Conflict(N_("A warning level needs at least one closed round."))
    judged = {item.scenario for item in frozen[-1].items if item.kind == LIKELIHOOD}
    history = of_study(session, study_id)
    watched = readings.of_study(session, study_id)
    return tuple(
        _stand(scenario, frozen[-1], _watching(watched, scenario.name), history.get(scenario.name, ()), on)
        for scenario in studies.scenarios(session, study_id)
        if scenario.name in judged
    )


def _watching(watched: Iterable[Watch], scenario: str) -> list[Watch]:
    return [one for one in watched if one.indicator.scenario == scenario]


def _stand(
    scenario: Scenario,
    frozen: RoundSnapshot,
    watched: list[Watch],
    history: tuple[WarningLevel, ...],
    on: date,
) -> Stand:
    known = facts(frozen, scenario.name, watched, on=on)
    proposal = alert.propose(known)
    graded = any(source.get("grade") for source in scenario.sources)
    stale = (STALE,) if any(one.stale(on) for one in watched) else ()
    missing = (*proposal.not_assessed, *stale, NOT_INDEPENDENT if graded else NOT_GRADED)
    against = any(
        one.indicator.disconfirming and one.tells(on) and one.status is Observed.CROSSED for one in watched
    )
    return Stand(scenario, known, replace(proposal, not_assessed=missing), against, history)


def facts(frozen: RoundSnapshot, scenario: str, watched: Iterable[Watch], *, on: date) -> Facts:
    """Return what is known of a scenario: frozen figures, and readings that still count.

    An indicator that would show the opposite never raises a level.
    """
    median = next(
        (i.panel.median for i in frozen.items if i.scenario == scenario and i.kind == LIKELIHOOD), None
    )
    headline = frozen.headline(scenario)
    telling = [one for one in watched if one.tells(on) and not one.indicator.disconfirming]
    return Facts(
        likelihood=None if median is None else int(round_half_up(median)),
        impact=headline.level if headline else None,
        emerging=any(one.status is not Observed.NOT_OBSERVED for one in telling) if telling else None,
        crossed=any(_crossed(one) for one in telling) if telling else None,
    )


def _crossed(one: Watch) -> bool:
    return one.status is Observed.CROSSED and one.indicator.diagnosticity == "high"


def named(stands: Iterable[Stand], scenario: str) -> Stand:
    """Return one scenario of ``stands``; raises ``NotFound``."""
    for stand in stands:
        if stand.scenario.name == scenario:
            return stand
    raise NotFound(N_("There is no such scenario in this study."))


def set_level(
    session: Session,
    *,
    stand: Stand,
    chosen: Chosen,
    seen: int,
    by: Identity,
    at: datetime,
) -> None:
    """Append a level in a person's name; ``seen`` is how many levels the person saw."""
    if seen != len(stand.history):
        raise Conflict(N_("Somebody set this level meanwhile. Read it, then set yours."))
    _check(chosen, at.date())
    session.add(
        WarningLevel(
            id=secrets.token_hex(8),
            study_id=stand.scenario.study_id,
            scenario=stand.scenario.name,
            position=seen + 1,
            level=chosen.level,
            proposed=stand.proposal.level,
            reason=chosen.reason.strip(),
            changed=chosen.changed,
            account_id=by.account_id,
            name=by.name,
            at=at,
            expires_on=chosen.expires_on,
        )
    )
    session.flush()  # one level a position: the index decides between two people
    audit.record(
        session,
        actor=by.account_id,
        action="warning:set",
        at=at,
        study_id=stand.scenario.study_id,
        scenario=stand.scenario.name,
        level=int(chosen.level),
        proposed=int(stand.proposal.level),
    )


def _check(chosen: Chosen, today: date) -> None:
    if not chosen.reason.strip() or len(chosen.reason) > REASON_LENGTH:
        raise Invalid(N_("Give one reason of at most %(most)d characters."), most=REASON_LENGTH)
    if not today < chosen.expires_on <= alert.last_day(today):
        raise Invalid(N_("A level expires after today and within twelve months."))
