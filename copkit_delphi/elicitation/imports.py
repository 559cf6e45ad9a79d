"""Rounds run elsewhere: tidy ratings become a closed study that the same pages and analysis serve."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Criterion, Protocol, digest
from copkit_delphi.domain.results import RATING_KIND
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.tidy import TidyRatings
from copkit_delphi.elicitation import carrying, decisions, results, seals, studies
from copkit_delphi.elicitation.models import (
    Item,
    Panellist,
    Rating,
    Rationale,
    Round,
    Scenario,
    StakeholderGroup,
    Study,
)
from copkit_delphi.people import accounts, audit

NO_GROUP = N_("Panel")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was made of a file."""

    study_id: str
    title: str
    rounds: int
    panellists: int
    items: int
    ratings: int


def import_ratings(
    session: Session,
    tidy: TidyRatings,
    *,
    title: str,
    facilitator: str,
    at: datetime,
    criterion: Criterion = Criterion(),  # noqa: B008 - frozen
    attribution: str = "",
    marking: Marking = Marking.AMBER,
) -> Imported:
    """Make a closed study of ``tidy``; codes of the file are replaced by random ones. Nothing is half-written."""
    if not tidy.rows:
        raise Invalid(N_("The file holds no ratings."))
    study = _study(session, title, criterion, at)
    study.attribution, study.marking = attribution, marking
    groups = _groups(session, study, tidy)
    codes = _panel(session, study, tidy, groups)
    items = _items(session, study, tidy)
    rounds = _rounds(session, study, tidy, at)
    session.flush()  # ratings refer to all of these
    for round_ in rounds.values():
        carrying.write(session, round_.id, studies.items(session, study.id))
    _ratings(session, tidy, codes, items, {number: row.id for number, row in rounds.items()})
    accounts.give_role(
        session, account_id=facilitator, role=Role.FACILITATOR, study_id=study.id, at=at, actor=facilitator
    )
    hashes, decided = _freeze(session, rounds, at)
    roots = [seals.close(session, round_) for round_ in rounds.values()]
    audit.record(
        session,
        actor=facilitator,
        action="study:import",
        at=at,
        study_id=study.id,
        rows=len(tidy.rows),
        roots=roots,
        snapshots=hashes,
        decisions=decided,
    )
    return Imported(study.id, study.title, len(rounds), len(codes), len(items), len(tidy.rows))


def _freeze(session: Session, rounds: dict[int, Round], at: datetime) -> tuple[list[str], list[str]]:
    """Freeze the result and the decision record of each round, first to last; return their hashes."""
    hashes, decided = [], []
    for _, round_ in sorted(rounds.items()):
        frozen = results.build(session, round_, closed_on=at.date())
        results.store(session, round_, frozen)
        hashes.append(frozen.hash)
        session.flush()  # the next round's result names this one's hash
        decided.append(decisions.freeze(session, round_, frozen))
    return hashes, decided


def _study(session: Session, title: str, criterion: Criterion, at: datetime) -> Study:
    if not title.strip():
        raise Invalid(N_("Give the study a title."))
    protocol = Protocol(criterion=criterion).to_dict()
    study = Study(
        id=secrets.token_hex(8),
        title=title.strip()[:160],
        purpose="Ratings of a study run elsewhere.",
        state=StudyState.ENDED,
        origin="imported",
        protocol=protocol,
        protocol_hash=digest(protocol),
        seed=0,
        created_at=at,
    )
    session.add(study)
    session.flush()  # everything below refers to the study
    return study


def _groups(session: Session, study: Study, tidy: TidyRatings) -> dict[str, str]:
    names = sorted({row.group for row in tidy.rows})
    found = {}
    for position, name in enumerate(names):
        found[name] = secrets.token_hex(8)
        session.add(
            StakeholderGroup(
                id=found[name],
                study_id=study.id,
                name=(name or str(NO_GROUP))[:80],
                kind="other",
                position=position,
            )
        )
    session.flush()  # panellists refer to groups
    return found


def _panel(session: Session, study: Study, tidy: TidyRatings, groups: dict[str, str]) -> dict[str, str]:
    belongs = {row.panellist: groups[row.group] for row in tidy.rows}
    codes = {name: secrets.token_hex(16) for name in belongs}
    session.add_all(
        Panellist(id=code, study_id=study.id, group_id=belongs[name], consent_version="imported")
        for name, code in codes.items()
    )
    return codes


def _items(session: Session, study: Study, tidy: TidyRatings) -> dict[str, str]:
    scale: Scale = tidy.scale
    found = {}
    for position, name in enumerate(dict.fromkeys(row.item for row in tidy.rows), 1):
        title = tidy.item_titles.get(name, "") or name
        scenario = Scenario(
            id=secrets.token_hex(8),
            study_id=study.id,
            name=name[:40],
            position=position,
            title=title[:200],
            short=name[:40],
        )
        session.add(scenario)
        session.flush()  # the item refers to the scenario
        found[name] = secrets.token_hex(8)
        session.add(
            Item(
                id=found[name],
                study_id=study.id,
                scenario_id=scenario.id,
                name=name[:80],
                kind=RATING_KIND,
                wording=title,
                low=scale.low,
                high=scale.high,
                step=scale.step,
                position=position,
            )
        )
    return found


def _rounds(session: Session, study: Study, tidy: TidyRatings, at: datetime) -> dict[int, Round]:
    found = {}
    for number in sorted({row.round for row in tidy.rows}):
        found[number] = Round(
            id=secrets.token_hex(8),
            study_id=study.id,
            number=number,
            state=RoundState.CLOSED,
            feedback=FeedbackState.OPEN,
            closed_at=at,
        )
        session.add(found[number])
    return found


def _ratings(
    session: Session, tidy: TidyRatings, codes: dict[str, str], items: dict[str, str], rounds: dict[int, str]
) -> None:
    rated = [row for row in tidy.rows if row.cannot_judge or row.value is not None]
    keys = [
        {"id": secrets.token_hex(16), "panellist_id": codes[r.panellist], "item_id": items[r.item], "round_id": rounds[r.round], "revision": 1, "is_current": True}
        for r in rated
    ]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {
            **key,
            "value": r.value,
            "low": r.low,
            "high": r.high,
            "weight": r.weight,
            "cannot_judge": r.cannot_judge,
        }
        for key, r in zip(keys, rated, strict=True)
    ]
    seals.add(session, rows)
    session.execute(insert(Rating), rows)
    reasons = [
        {**key, "id": secrets.token_hex(16), "text": r.rationale, "visibility": "facilitators"}
        for key, r in zip(keys, rated, strict=True)
        if r.rationale
    ]
    if reasons:
        session.execute(insert(Rationale), reasons)
