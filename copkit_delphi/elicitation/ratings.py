"""Answering: drafts, ratings and reasons. A rating is appended; the close of a round shuts every late write out.

A submission holds the round's row (FOR SHARE on PostgreSQL, the whole file on SQLite) while it reads the
database's clock and writes, so that the closer either counts it or it is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Forbidden, Invalid, NotFound, RoundClosed
from copkit_delphi.domain.lifecycle import GRACE_SECONDS, Progress, RoundState
from copkit_delphi.domain.results import LIKELIHOOD
from copkit_delphi.elicitation.items import ITEM_TYPES
from copkit_delphi.elicitation.models import Draft, Item, Panellist, Participation, Rating, Rationale, Round

Clock = Callable[[Session], datetime]
GRACE = timedelta(seconds=GRACE_SECONDS)
MAX_REASON = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """One judgement: a value, or that the panellist cannot judge. Neither means not rated."""

    value: float | None = None
    cannot_judge: bool = False

    @property
    def given(self) -> bool:
        """Tell whether this makes a rating."""
        return self.cannot_judge or self.value is not None


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with whom it may reach: ``panel``, ``facilitators``, or ``declined`` ("I prefer not to say")."""

    text: str = ""
    visibility: str = "panel"

    @property
    def given(self) -> bool:
        """Tell whether there is anything to keep."""
        return bool(self.text) or self.visibility == "declined"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored: how many ratings now stand for the scenario."""

    ratings: int
    at: datetime


def takes_answers(round_: Round, at: datetime) -> bool:
    """Tell whether ``round_`` still takes a form that was begun in time."""
    return round_.state == RoundState.OPEN and (round_.deadline is None or at <= round_.deadline + GRACE)


def _hold(session: Session, *, round_id: str, panellist: Panellist, clock: Clock) -> datetime:
    """Lock the round against its close, check that it takes answers, and return the database's time."""
    round_ = session.scalars(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).first()
    if round_ is None or round_.study_id != panellist.study_id:
        raise NotFound(N_("There is no such round in this study."))
    at = clock(session)
    if not takes_answers(round_, at):
        raise RoundClosed(
            N_("This round has closed. What you saved before counts; what is on this page was not stored.")
        )
    return at


def _panellist(session: Session, panellist_id: str) -> Panellist:
    panellist = session.get(Panellist, panellist_id)
    if panellist is None:
        raise NotFound(N_("This link is not known. Open it again from your invitation."))
    if panellist.consent_version is None:
        raise Forbidden(N_("Please read the information and agree before you answer."))
    return panellist


def give_consent(session: Session, *, panellist_id: str, version: str, quoting: str) -> None:
    """Store the consent of a panellist and how reasons may be quoted: no, paraphrased or verbatim."""
    if quoting not in {"no", "paraphrased", "verbatim"}:
        raise Invalid(N_("Choose whether your reasons may be quoted."))
    panellist = session.get_one(Panellist, panellist_id)
    panellist.consent_version, panellist.quoting, panellist.declined = version, quoting, False


def decline(session: Session, *, panellist_id: str) -> None:
    """Note that a panellist does not take part; no further mail is sent."""
    session.get_one(Panellist, panellist_id).declined = True


def save_drafts(
    session: Session,
    *,
    panellist_id: str,
    round_id: str,
    typed: Mapping[str, Mapping[str, Any]],
    clock: Clock,
) -> datetime:
    """Keep what was typed, by item id: one row per item, overwritten. A draft never counts."""
    panellist = _panellist(session, panellist_id)
    at = _hold(session, round_id=round_id, panellist=panellist, clock=clock)
    known = set(
        session.scalars(select(Item.id).where(Item.study_id == panellist.study_id, Item.id.in_(list(typed))))
    )
    rows = [
        {"panellist_id": panellist_id, "item_id": item_id, "round_id": round_id, "typed": dict(values)}
        for item_id, values in typed.items()
        if item_id in known
    ]
    if rows:
        _overwrite_drafts(session, rows)
    return at


def _overwrite_drafts(session: Session, rows: list[dict[str, Any]]) -> None:
    statement = _dialect(session).insert(Draft).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["panellist_id", "item_id", "round_id"], set_={"typed": statement.excluded.typed}
        )
    )


def _dialect(session: Session) -> Any:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite


def _begin(session: Session, panellist_id: str, round_id: str) -> Participation:
    """Make sure the panellist has a participation row and hold it: two tabs of one person write in turn."""
    row = {"panellist_id": panellist_id, "round_id": round_id, "progress": Progress.NOT_STARTED}
    session.execute(_dialect(session).insert(Participation).values(row).on_conflict_do_nothing())
    return session.scalars(
        select(Participation)
        .where(Participation.panellist_id == panellist_id, Participation.round_id == round_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def save(
    session: Session,
    *,
    panellist_id: str,
    round_id: str,
    scenario_id: str,
    answers: Mapping[str, Answer],
    reason: Reason | None = None,
    clock: Clock,
) -> Receipt:
    """Append the ratings of one scenario, by item id. They count at the close whether or not "Submit" is pressed.

    An answer that was taken back leaves no current rating. Raises ``RoundClosed``, ``Invalid``, ``NotFound``.
    """
    panellist = _panellist(session, panellist_id)
    items = {
        item.id: item
        for item in session.scalars(
            select(Item).where(Item.study_id == panellist.study_id, Item.scenario_id == scenario_id)
        )
    }
    _check(items, answers, reason)
    at = _hold(session, round_id=round_id, panellist=panellist, clock=clock)
    participation = _begin(session, panellist_id, round_id)
    _append_ratings(session, panellist_id, round_id, answers)
    if reason is not None:
        anchor = next(item.id for item in items.values() if item.kind == LIKELIHOOD)
        _append_reason(session, panellist_id, round_id, anchor, reason)
    session.execute(
        delete(Draft).where(
            Draft.panellist_id == panellist_id, Draft.round_id == round_id, Draft.item_id.in_(list(items))
        )
    )
    if participation.progress == Progress.NOT_STARTED:
        participation.progress = Progress.IN_PROGRESS
    session.flush()  # writes must be inside the hold
    return Receipt(sum(answer.given for answer in answers.values()), at)


def _check(items: Mapping[str, Item], answers: Mapping[str, Answer], reason: Reason | None) -> None:
    if not items or not set(answers) <= set(items):
        raise NotFound(N_("This scenario is not part of the study."))
    for item_id, answer in answers.items():
        item_type = ITEM_TYPES[items[item_id].kind]
        if answer.cannot_judge and answer.value is not None:
            raise Invalid(N_("Give a value or choose “I cannot judge this”, not both."))
        if answer.value is not None and not item_type.accepted.contains(answer.value):
            raise Invalid(item_type.refusal)
    if reason is not None and len(reason.text) > MAX_REASON:
        raise Invalid(N_("A reason has at most %(n)s characters."), n=MAX_REASON)
    if reason is not None and "\x00" in reason.text:
        raise Invalid(N_("The reason holds a character that cannot be stored. Type it again."))


def _append_ratings(
    session: Session, panellist_id: str, round_id: str, answers: Mapping[str, Answer]
) -> None:
    mine = (
        Rating.panellist_id == panellist_id,
        Rating.round_id == round_id,
        Rating.item_id.in_(list(answers)),
    )
    written = session.execute(
        select(Rating.item_id, Rating.revision, Rating.is_current, Rating.value, Rating.cannot_judge).where(
            *mine
        )
    ).all()
    standing = {row.item_id: Answer(row.value, row.cannot_judge) for row in written if row.is_current}
    changed = [item_id for item_id, answer in answers.items() if answer != standing.get(item_id, Answer())]
    if not changed:
        return
    revisions: dict[str, int] = {}
    for row in written:
        revisions[row.item_id] = max(row.revision, revisions.get(row.item_id, 0))
    session.execute(
        update(Rating)
        .where(*mine[:2], Rating.item_id.in_(changed), Rating.is_current)
        .values(is_current=False)
        .execution_options(synchronize_session=False)
    )
    given = {item_id: answers[item_id] for item_id in changed if answers[item_id].given}
    _insert_ratings(session, panellist_id, round_id, given, revisions)


def _insert_ratings(
    session: Session,
    panellist_id: str,
    round_id: str,
    given: Mapping[str, Answer],
    revisions: Mapping[str, int],
) -> None:
    rows = [
        {
            "id": secrets.token_hex(16),
            "panellist_id": panellist_id,
            "item_id": item_id,
            "round_id": round_id,
            "revision": revisions.get(item_id, 0) + 1,
            "is_current": True,
            "value": answer.value,
            "cannot_judge": answer.cannot_judge,
        }
        for item_id, answer in given.items()
    ]
    if rows:
        session.execute(insert(Rating), rows)


def _append_reason(session: Session, panellist_id: str, round_id: str, item_id: str, reason: Reason) -> None:
    mine = (
        Rationale.panellist_id == panellist_id,
        Rationale.round_id == round_id,
        Rationale.item_id == item_id,
    )
    standing = session.scalars(select(Rationale).where(*mine, Rationale.is_current)).first()
    if (Reason(standing.text, standing.visibility) if standing else Reason()) == reason:
        return
    last = session.scalar(select(func.max(Rationale.revision)).where(*mine)) or 0
    if standing is not None:
        standing.is_current = False
        session.flush()  # the partial unique index allows one current reason
    if reason.given:
        session.add(
            Rationale(
                id=secrets.token_hex(16),
                panellist_id=panellist_id,
                item_id=item_id,
                round_id=round_id,
                revision=last + 1,
                text=reason.text,
                visibility=reason.visibility,
            )
        )


def submit(session: Session, *, panellist_id: str, round_id: str, clock: Clock) -> None:
    """Mark a panellist as done with the round; answers may still change until the deadline."""
    panellist = _panellist(session, panellist_id)
    _hold(session, round_id=round_id, panellist=panellist, clock=clock)
    _begin(session, panellist_id, round_id).progress = Progress.DONE
    session.flush()  # inside the hold
