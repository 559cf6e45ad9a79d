"""Words changed between rounds: a new version of the items of a page; the old one keeps its results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, Moved, NotFound
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState
from copkit_delphi.domain.results import LIKELIHOOD, TRACK_RECORD
from copkit_delphi.elicitation import carrying, studies, succession
from copkit_delphi.elicitation.models import Item, ItemVersion, Round, RoundItem, Scenario
from copkit_delphi.people import audit

MAX_WORDING, MAX_LINES = 1200, 2000


@dataclass(frozen=True, slots=True)
class Words:
    """What is judged: the statement, what counts and what does not."""

    statement: str
    counts: tuple[str, ...] = ()
    counts_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Old and new words of one part, untranslated name first, and why."""

    part: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a scenario as they stand, with the version a form is made from."""

    scenario: Scenario
    item_id: str
    version: int
    words: Words


def current(session: Session, *, study_id: str, scenario_id: str) -> Text:
    """Return the words of a scenario that the next round can ask; raises ``NotFound`` or ``Conflict``."""
    scenario = studies.scenario_of(session, study_id=study_id, scenario_id=scenario_id)
    anchor = _anchor(session, scenario_id)
    if anchor is None:
        raise NotFound(N_("This scenario has no statement to change."))
    _check_between(session, study_id, anchor)
    words = Words(anchor.wording, tuple(scenario.counts), tuple(scenario.counts_not))
    return Text(scenario, anchor.id, anchor.version, words)


def changeable(session: Session, study_id: str, last: Round) -> list[Scenario]:
    """Return the scenarios whose words may change before the next round, in order: whose statement ``last`` asked."""
    statements = select(Item.scenario_id).where(Item.kind == LIKELIHOOD)
    asked = statements.join(RoundItem, RoundItem.item_id == Item.id)
    query = select(Scenario).where(
        Scenario.study_id == study_id, Scenario.id.in_(asked.where(RoundItem.round_id == last.id))
    )
    return list(session.scalars(query.order_by(Scenario.position)))


def _anchor(session: Session, scenario_id: str) -> Item | None:
    query = select(Item).where(Item.scenario_id == scenario_id, Item.kind == LIKELIHOOD)
    return session.scalars(query).first()


def _check_between(session: Session, study_id: str, anchor: Item) -> None:
    """Words change only between rounds, and only of what the round before asked."""
    rounds = session.scalars(select(Round).where(Round.study_id == study_id).order_by(Round.number)).all()
    if not rounds or rounds[-1].state != RoundState.DRAFT or len(rounds) == 1:
        raise Conflict(
            N_(
                "Words change between rounds only: after the feedback opened, and before the next round opens."
            )
        )
    last = rounds[-2]
    if last.feedback != FeedbackState.OPEN or anchor.id not in succession.versions(session, last.id):
        raise Conflict(
            N_("This scenario is settled and not asked again. Its result stands in the words it had.")
        )


def change(
    session: Session,
    *,
    study_id: str,
    scenario_id: str,
    words: Words,
    version: int,
    reason: str,
    actor: str,
    at: datetime,
) -> int:
    """Make a new version of every item of a page; return its number. ``version`` is that of the form.

    The other items of the page depend on what the statement says, so that their answers are not compared either;
    the track-record question stands for itself. Raises ``Invalid``, ``Conflict``, and ``Moved`` when somebody else
    changed the words meanwhile.
    """
    text = current(session, study_id=study_id, scenario_id=scenario_id)
    words = _clean(words)
    given = carrying.checked(reason, N_("Say why the words change. The panel and the report are told."))
    if words == text.words:
        raise Invalid(N_("Nothing is changed."))
    new = _raise_versions(session, text, version)
    if version == 1:
        session.add(_row(text.item_id, 1, text.words))
    session.add(_row(text.item_id, new, words, reason=given, at=at))
    session.execute(update(Item).where(Item.id == text.item_id).values(wording=words.statement))
    text.scenario.counts, text.scenario.counts_not = list(words.counts), list(words.counts_not)
    name = text.scenario.name
    carrying.amend(
        session,
        study_id,
        f"The statement of {name} was changed; what it asked before keeps its results.",
        given,
        at,
    )
    audit.record(
        session, actor=actor, action="item:reword", at=at, study_id=study_id, scenario=name, version=new
    )
    session.flush()
    every = select(Item).where(Item.scenario_id == scenario_id)
    session.scalars(every.execution_options(populate_existing=True)).all()
    return new


def _row(
    item_id: str, version: int, words: Words, *, reason: str = "", at: datetime | None = None
) -> ItemVersion:
    return ItemVersion(
        item_id=item_id,
        version=version,
        wording=words.statement,
        counts=list(words.counts),
        counts_not=list(words.counts_not),
        reason=reason,
        on=at.date() if at else None,
    )


def _clean(words: Words) -> Words:
    lines = (*words.counts, *words.counts_not)
    if not words.statement.strip():
        raise Invalid(N_("Write a statement that says that the threat happens."))
    if len(words.statement) > MAX_WORDING or sum(map(len, lines)) > MAX_LINES:
        raise Invalid(N_("These words are too long. Shorten them."))
    return Words(words.statement.strip(), _lines(words.counts), _lines(words.counts_not))


def _lines(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip())


def _raise_versions(session: Session, text: Text, version: int) -> int:
    """Raise the version of a page's items, for whoever comes first."""
    taken = session.scalars(
        update(Item)
        .where(Item.id == text.item_id, Item.version == version)
        .values(version=version + 1)
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise Moved(
            N_("Somebody else changed these words meanwhile. Look at them again; yours are still here.")
        )
    session.execute(
        update(Item)
        .where(Item.scenario_id == text.scenario.id, Item.kind != TRACK_RECORD, Item.id != text.item_id)
        .values(version=version + 1)
        .execution_options(synchronize_session=False)
    )
    return version + 1


def since(session: Session, *, anchor: Item | None, before: Round | None) -> tuple[Change, ...]:
    """Return what was changed on a page since the round ``before`` asked it."""
    if anchor is None or before is None or anchor.version == 1:
        return ()
    asked = session.get(RoundItem, (before.id, anchor.id))
    if asked is None or asked.version == anchor.version:
        return ()
    old = session.get_one(ItemVersion, (anchor.id, asked.version))
    new = session.get_one(ItemVersion, (anchor.id, anchor.version))
    parts = [
        (N_("The statement"), old.wording, new.wording),
        (N_("What counts"), " ".join(old.counts), " ".join(new.counts)),
        (N_("What does not count"), " ".join(old.counts_not), " ".join(new.counts_not)),
    ]
    return tuple(Change(part, was or "–", now or "–", new.reason) for part, was, now in parts if was != now)
