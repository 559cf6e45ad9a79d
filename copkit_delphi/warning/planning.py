"""Indicators and early actions of a study: taken from the library, completed by people before they enter a brief."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid, NotFound
from copkit_delphi.elicitation import studies
from copkit_delphi.library import scenarios as library
from copkit_delphi.warning import taking
from copkit_delphi.warning.models import EarlyAction, Indicator

INDICATOR_NEEDS = ("owner", "baseline", "threshold", "source", "expiry")
ACTION_NEEDS = ("owner", "trigger", "stop_rule", "rights_level")


@dataclass(frozen=True, slots=True)
class Plans:
    """Indicators and actions of a study, in order of their scenarios."""

    indicators: tuple[Indicator, ...]
    actions: tuple[EarlyAction, ...]


def incomplete(row: Indicator | EarlyAction) -> list[str]:
    """Return the fields that are still empty; a row enters a brief only when none is."""
    needs = INDICATOR_NEEDS if isinstance(row, Indicator) else ACTION_NEEDS
    return [name for name in needs if not getattr(row, name)]


def of_study(session: Session, study_id: str) -> Plans:
    """Return what is planned for a study."""
    indicators = session.scalars(
        select(Indicator).where(Indicator.study_id == study_id).order_by(Indicator.position)
    )
    actions = session.scalars(
        select(EarlyAction).where(EarlyAction.study_id == study_id).order_by(EarlyAction.position)
    )
    return Plans(tuple(indicators), tuple(actions))


def take_from_library(session: Session, *, study_id: str) -> int:
    """Copy indicators and actions of scenarios taken before studies noted the version; return how many rows."""
    added = 0
    for scenario in studies.scenarios(session, study_id):
        if scenario.library_id and not scenario.library_version:
            scenario.library_version = 1
            source = library.get(session, scenario.library_id, scenario.library_version)
            added += len(taking.copy_plans(session, scenario, library.entry_of(session, source)))
    return added


def without_disconfirming(found: Plans, scenarios: Iterable[str]) -> list[str]:
    """Return the scenarios without a complete indicator that would show they are not happening."""
    covered = {row.scenario for row in found.indicators if row.disconfirming and not incomplete(row)}
    return [name for name in scenarios if name not in covered]


def add_indicator(
    session: Session, *, study_id: str, scenario: str, name: str, values: Mapping[str, Any]
) -> Indicator:
    """Add an indicator of one's own, for example one that would show the scenario is not happening."""
    if scenario not in {row.name for row in studies.scenarios(session, study_id)}:
        raise NotFound(N_("There is no such scenario in this study."))
    if not str(values.get("text", "")).strip():
        raise Invalid(N_("Say what is observed."))
    present = of_study(session, study_id)
    row = Indicator(
        id=secrets.token_hex(8),
        study_id=study_id,
        scenario=scenario,
        name=name,
        position=len(present.indicators) + len(present.actions) + 1,
        **values,
    )
    session.add(row)
    return row


def complete_indicator(  # noqa: PLR0913 - one argument for each field of the form
    session: Session,
    *,
    study_id: str,
    indicator_id: str,
    owner: str,
    baseline: str,
    threshold: str,
    source: str,
    expiry: date | None,
    disconfirming: bool = False,
) -> None:
    """Write what an indicator needs before it enters a brief."""
    row = session.get(Indicator, indicator_id)
    if row is None or row.study_id != study_id:
        raise NotFound(N_("There is no such indicator in this study."))
    row.owner, row.baseline, row.threshold, row.source = (
        owner.strip(),
        baseline.strip(),
        threshold.strip(),
        source.strip(),
    )
    row.expiry, row.disconfirming = expiry, disconfirming


def complete_action(
    session: Session,
    *,
    study_id: str,
    action_id: str,
    owner: str,
    trigger: str,
    stop_rule: str,
    recommended: bool,
) -> None:
    """Write what an action needs before it enters a brief, and whether the brief recommends it."""
    row = session.get(EarlyAction, action_id)
    if row is None or row.study_id != study_id:
        raise NotFound(N_("There is no such action in this study."))
    written = owner.strip(), trigger.strip(), stop_rule.strip()
    if recommended and not (all(written) and row.rights_level):
        raise Invalid(N_("A recommended action needs an owner, a trigger, a stop rule and a rights check."))
    row.owner, row.trigger, row.stop_rule = written
    row.recommended = recommended
