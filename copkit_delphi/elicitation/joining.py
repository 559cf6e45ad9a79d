"""A round that was run elsewhere joins a study: its answers become the planned round, closed at once.

The result is made by the same engine and the same disclosure as of every round. Whoever has an address in the file
can be linked: the next round shows that panellist the own earlier answer, once consent was given here. Without
addresses the rounds are not linked, and stability is not assessable.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.columns import NEW, Columns, Reading, Respondent
from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import FeedbackState, Progress, RoundState, StudyState
from copkit_delphi.elicitation import decisions, joined, kinds, results, seals, studies
from copkit_delphi.elicitation.joinable import planned, read
from copkit_delphi.elicitation.models import (
    Item,
    JoinedRound,
    Panellist,
    Participation,
    Rating,
    Rationale,
    Round,
    Study,
)
from copkit_delphi.elicitation.plans import ScenarioPlan
from copkit_delphi.elicitation.tables import Table
from copkit_delphi.people import accounts, audit, vault
from copkit_delphi.people.models import AuditEvent
from copkit_delphi.people.vault import Contact, Vault

LONGEST_SOURCE = 600
JOIN = "round:join"
WORKBOOK, TABLE = N_("a workbook (XLSX)"), N_("a text table (CSV)")
NOTE = "This round was run elsewhere and joined from a file."


@dataclass(frozen=True, slots=True)
class Source:
    """Where the answers come from: the file, its SHA-256, and in words who ran the round and when."""

    filename: str
    digest: str
    words: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a round that was run elsewhere came from: who joined it when, from which kind of file, in whose words."""

    by: str
    on: date
    file: str
    words: str


@dataclass(frozen=True, slots=True)
class Joined:
    """What was made of a file."""

    round: int
    people: int
    linked: int
    ratings: int


def join(
    session: Session,
    seals_: Vault,
    *,
    study_id: str,
    table: Table,
    mapping: Columns,
    source: Source,
    actor: str,
    at: datetime,
) -> Joined:
    """Make the planned round of a table, in one transaction: nothing is half-written.

    Raises ``Invalid`` with the first problem, ``Conflict`` while the set-up lacks something.
    """
    session.execute(select(Study.id).where(Study.id == study_id).with_for_update())
    round_ = planned(session, study_id)
    accounts.hold(session, study_id)  # nobody gets a role or a seat meanwhile
    reading = read(session, study_id=study_id, table=table, mapping=mapping)
    _refuse(reading)
    if not 0 < len(source.words.strip()) <= LONGEST_SOURCE:
        raise Invalid(
            N_("Say in at most %(most)s characters who ran this round, when and how."), most=LONGEST_SOURCE
        )
    study = _locked(session, study_id, reading)
    codes, linked = _people(session, seals_, study_id, reading.people)
    _close(session, round_, at)
    session.flush()  # ratings refer to panellists and round
    _answers(session, study_id, round_, reading.people, codes)
    _freeze(session, study, round_, source, linked=linked, actor=actor, at=at, rows=reading.ratings)
    return Joined(round_.number, len(codes), linked, reading.ratings)


def _refuse(reading: Reading) -> None:
    if not reading.problems:
        return
    first = reading.problems[0]
    text = first.text % first.params if first.params else first.text
    raise Invalid(
        N_("%(count)s problems stand against it. The first: line %(line)s, column “%(column)s”: %(text)s"),
        count=len(reading.problems), line=first.line, column=first.column, text=text,
    )  # fmt: skip


def _locked(session: Session, study_id: str, reading: Reading) -> Study:
    """Return the study with its protocol locked, as when round 1 opens; statements of the file join first."""
    study = studies.get(session, study_id)
    if study.state == StudyState.DRAFT:
        _new_statements(session, study_id, reading)
        gaps = studies.missing(session, study_id)
        if gaps:
            raise Conflict(gaps[0])
        kinds.open_alone(session, study_id, kinds.THREATS)
        studies.lock(session, study)
    elif any(name.startswith(f"{NEW}:") for person in reading.people for name in person.answers):
        raise Conflict(N_("The set-up is locked: a statement that the study does not have cannot join now."))
    return study


def _new_statements(session: Session, study_id: str, reading: Reading) -> None:
    """Make a scenario of each new statement, and give its answers the name of its likelihood item."""
    texts = dict.fromkeys(
        name for person in reading.people for name in person.answers if name.startswith(f"{NEW}:")
    )
    taken = {one.name for one in studies.scenarios(session, study_id)}
    free = (f"E{number:02d}" for number in range(1, 1000) if f"E{number:02d}" not in taken)
    names = {}
    for key, name in zip(texts, free, strict=False):
        text = key.removeprefix(f"{NEW}:")
        plan = ScenarioPlan(name=name, title=text[:200], short=text[:40], statement=text)
        studies.add_scenario(session, study_id=study_id, plan=plan)
        names[key] = f"{name}.likelihood"
    for person in reading.people:
        person.answers = {names.get(key, key): given for key, given in person.answers.items()}
    session.flush()  # answers refer to the items


def _people(
    session: Session, seals_: Vault, study_id: str, people: list[Respondent]
) -> tuple[dict[int, str], int]:
    """Seat everybody under a random code; return the codes by line, and how many have an address."""
    groups = {group.name: group.id for group in studies.groups(session, study_id)}
    listed = _listed(session, seals_, study_id, people, groups)
    codes: dict[int, str] = {}
    bound: list[tuple[Contact, str]] = []
    mixed = list(people)
    random.SystemRandom().shuffle(mixed)  # no order of the file is left in the tables
    for person in mixed:
        contact = listed.get(person.email) if person.email else None
        code = contact.panellist_id if contact and contact.panellist_id else secrets.token_hex(16)
        codes[person.line] = code
        if contact and contact.panellist_id:
            continue
        if contact:
            bound.append((contact, code))
        version = None if contact else joined.UNLINKED
        session.add(
            Panellist(id=code, study_id=study_id, group_id=groups[person.group], consent_version=version)
        )
    vault.bind(session, seals_, bound)
    return codes, sum(bool(person.email) for person in people)


def _listed(
    session: Session, seals_: Vault, study_id: str, people: list[Respondent], groups: Mapping[str, str]
) -> dict[str, Contact]:
    """Return the contacts of the study by address, with everybody of the file among them."""
    known = {one.email: one for one in vault.contacts(session, seals_, study_id=study_id)}
    for person in people:
        contact = known.get(person.email)
        if contact and contact.group_id != groups[person.group]:
            raise Invalid(
                N_("Line %(line)s: this person is on the list of the panel in another group than “%(group)s”."),
                line=person.line, group=person.group,
            )  # fmt: skip
    new = [one for one in people if one.email and one.email not in known]
    vault.add(
        session, seals_, study_id=study_id,
        people=[((one.name or one.email)[:120], one.email, groups[one.group]) for one in new],
    )  # fmt: skip
    session.flush()  # they are read again, with their ids
    return {one.email: one for one in vault.contacts(session, seals_, study_id=study_id)}


def _close(session: Session, round_: Round, at: datetime) -> None:
    round_.state, round_.feedback = RoundState.CLOSED, FeedbackState.IN_MODERATION
    round_.opened_at = round_.closed_at = at
    session.add(round_)


def _answers(
    session: Session, study_id: str, round_: Round, people: list[Respondent], codes: Mapping[int, str]
) -> None:
    ids = dict(session.execute(select(Item.name, Item.id).where(Item.study_id == study_id)).all())
    base = {"round_id": round_.id, "revision": 1, "is_current": True}
    ratings: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    for person in people:
        code = codes[person.line]
        for name, given in person.answers.items():
            key = {**base, "id": secrets.token_hex(16), "panellist_id": code, "item_id": ids[name]}
            ratings.append({**key, "value": given.value, "cannot_judge": given.cannot_judge})
        for name, text in person.reasons.items():
            key = {**base, "id": secrets.token_hex(16), "panellist_id": code, "item_id": ids[name]}
            reasons.append({**key, "text": text, "visibility": "facilitators"})  # nobody agreed to more
    seals.add(session, ratings)
    session.execute(insert(Rating), ratings)
    if reasons:
        session.execute(insert(Rationale), reasons)
    done = [
        {"panellist_id": code, "round_id": round_.id, "progress": str(Progress.DONE)}
        for code in codes.values()
    ]
    session.execute(insert(Participation), done)


def _freeze(
    session: Session,
    study: Study,
    round_: Round,
    source: Source,
    *,
    linked: int,
    actor: str,
    at: datetime,
    rows: int,
) -> None:
    frozen = results.build(session, round_, closed_on=at.date())
    frozen = replace(frozen, imported=True, notes=(*frozen.notes, NOTE))
    results.store(session, round_, frozen)
    session.flush()  # the record names the result before it
    decided = decisions.freeze(session, round_, frozen)
    session.add(
        JoinedRound(
            round_id=round_.id,
            filename=source.filename[:120],
            digest=source.digest,
            source=source.words.strip(),
            linked=linked > 0,
        )
    )
    audit.record(
        session, actor=actor, action=JOIN, at=at, study_id=study.id, round=round_.number, rows=rows,
        file=source.digest, protocol=study.protocol_hash, snapshot=frozen.hash, decision=decided, root=seals.close(session, round_),
        linked=linked > 0, reason=source.words.strip(),
    )  # fmt: skip


def of_round(session: Session, round_id: str) -> JoinedRound | None:
    """Return where the answers of a round come from; None for a round that was run here."""
    return session.get(JoinedRound, round_id)


def origin(session: Session, round_: Round) -> Origin | None:
    """Return how a round came here; None for one that was run here. Without an account ``by`` is empty."""
    row = of_round(session, round_.id)
    if row is None:
        return None
    joins = select(AuditEvent).where(AuditEvent.study_id == round_.study_id, AuditEvent.action == JOIN)
    event = next(one for one in session.scalars(joins) if json.loads(one.detail)["round"] == round_.number)
    return Origin(
        by=accounts.names(session, [event.actor]).get(event.actor, ""),
        on=event.at.date(),
        file=WORKBOOK if row.filename.lower().endswith((".xlsx", ".xlsm")) else TABLE,
        words=row.source,
    )
