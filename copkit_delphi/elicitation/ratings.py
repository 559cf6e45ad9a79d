"""Answering: drafts, ratings and reasons. A rating is appended; the close of a round shuts every late write out.

A submission holds the round's row (FOR SHARE on PostgreSQL, the whole file on SQLite) while it reads the
database's clock and writes, so that the closer either counts it or it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.declines import DECLINES
from copkit_delphi.domain.errors import N_, Forbidden, Invalid, Moved, NotFound
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation import drafts, in_view, replies, revisions
from copkit_delphi.elicitation.holding import Clock, begin, hold, set_out
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.answers import typed as typed_as
from copkit_delphi.elicitation.items import anchor, of
from copkit_delphi.elicitation.models import Draft, Item, Panellist, Participation, Round, RoundItem
from copkit_delphi.elicitation.revisions import Reason, append_ratings, append_reason, of_person, rows

MAX_REASON = 600
_UNSEEN = Returned()
_MEANWHILE = N_("Something else was saved to this scenario meanwhile. Look at it again.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored: how many ratings now stand for the scenario."""

    ratings: int
    at: datetime


def answering(session: Session, panellist_id: str) -> Panellist:
    """Return a panellist who agreed to take part, held: what one person writes, and a withdrawal, take turns.

    Raises ``NotFound`` or ``Forbidden``.
    """
    panellist = session.get(Panellist, panellist_id, with_for_update={"key_share": True})
    if panellist is None:
        raise NotFound(N_("This link is not known. Open it again from your invitation."))
    if panellist.consent_version is None or panellist.asked_again:
        raise Forbidden(N_("Please read the information and agree before you answer."))
    return panellist


def give_consent(session: Session, *, panellist_id: str, version: str, quoting: str) -> None:
    """Store the consent of a panellist and how reasons may be quoted: no, paraphrased or verbatim."""
    if quoting not in {"no", "paraphrased", "verbatim"}:
        raise Invalid(N_("Choose whether your reasons may be quoted."))
    panellist = session.get_one(Panellist, panellist_id)
    panellist.consent_version, panellist.quoting, panellist.declined = version, quoting, False
    panellist.asked_again = False
    panellist.decline_reason = ""


def decline(session: Session, *, panellist_id: str, reason: str = "") -> None:
    """Note that a panellist does not take part, and why if they say so; no further mail is sent."""
    if reason not in DECLINES:
        raise Invalid(N_("Choose a reason of the list, or none."))
    panellist = session.get_one(Panellist, panellist_id)
    panellist.declined, panellist.decline_reason = True, reason


def save_drafts(
    session: Session,
    *,
    panellist_id: str,
    round_id: str,
    typed: Mapping[str, Mapping[str, Any]],
    page: Returned = _UNSEEN,
    clock: Clock,
) -> datetime:
    """Keep what was typed, by item id. A draft never counts; raises ``Moved`` over what another page typed unseen."""
    panellist = answering(session, panellist_id)
    at = hold(session, Round, round_id=round_id, panellist=panellist, clock=clock)
    asked = select(RoundItem.item_id).where(
        RoundItem.round_id == round_id, RoundItem.item_id.in_(list(typed))
    )
    known = {item_id: typed[item_id] for item_id in session.scalars(asked)}
    mine = {"who": panellist_id, "round": round_id, "items": list(known)}
    if drafts.elsewhere(drafts.held(session, mine), page, known):
        raise Moved(N_("Something else was typed here on another device. Save to see both."))
    drafts.write(session, mine, known, page.page)
    return at


def mark(round_id: str, answers: Iterable[tuple[str, Answer]], reason: Reason) -> str:
    """Return a mark of saved answers by item name, in order: a form made from older ones is recognised by it."""
    lines = [[name, answer.value, answer.cannot_judge, *_beside(answer)] for name, answer in answers]
    return digest([round_id, lines, reason.text, reason.visibility])[:16]


def _beside(answer: Answer) -> list[Any]:
    found = [answer.low, answer.high, answer.written]
    return [] if found == [None, None, None] else found


def save(
    session: Session,
    *,
    panellist_id: str,
    round_id: str,
    scenario_id: str,
    answers: Mapping[str, Answer],
    reason: Reason | None = None,
    page: Returned = _UNSEEN,
    clock: Clock,
) -> Receipt:
    """Append the ratings of one scenario, by item id. They count at the close whether or not "Submit" is pressed.

    An answer that was taken back leaves no current rating. Raises ``RoundClosed``, ``Invalid``, ``NotFound``, and ``Moved`` when something else was saved meanwhile.
    """
    panellist = answering(session, panellist_id)
    asked = {"study": panellist.study_id, "scenario": scenario_id, "round": round_id}
    items = {row.id: row for row in session.execute(_ITEMS, asked)}
    _check(items, answers, reason)
    at = hold(session, Round, round_id=round_id, panellist=panellist, clock=clock)
    beside = in_view.added(session, panellist, scenario_id, page.seconds)
    set_out(session, Participation, panellist_id=panellist_id, round_id=round_id, beside=beside)
    mine = {"who": panellist_id, "round": round_id, "items": list(items)}
    saved = revisions.saved(session, mine)
    changed = {key: given for key, given in answers.items() if given != saved.answers.get(key, Answer())}
    said = reason if reason is not None and reason != saved.reason else None
    if page.basis is not None and (changed or said is not None):
        stands = [(item.name, saved.answers.get(key, Answer())) for key, item in items.items()]
        if page.basis != mark(round_id, stands, saved.reason):
            raise Moved(_MEANWHILE)
    typed = drafts.held(session, mine)
    if typed and drafts.elsewhere(typed, page, _sent(answers, reason, page)):
        raise Moved(_MEANWHILE)
    replies.save(session, panellist_id=panellist_id, round_id=round_id, written=page.replies)
    if changed:
        append_ratings(session, mine, changed, saved.revisions)
    if said is not None:
        append_reason(session, {**mine, "items": [anchor(list(items))]}, said, saved.reasons)
    if typed:
        session.execute(_DROP_DRAFTS, mine)
    return Receipt(sum(answer.given for answer in answers.values()), at)


def _sent(answers: Mapping[str, Answer], reason: Reason | None, page: Returned) -> dict[str, dict[str, Any]]:
    said = {"text": reason.text, "visibility": reason.visibility} if reason else {}
    said |= {replies.FIELD + key: one.text for key, one in page.replies.items()}
    return {item_id: typed_as(answer) | said for item_id, answer in answers.items()}


# Built once: making a statement anew takes longer than running it.
_item, _asked = rows(Item).c, rows(RoundItem).c
_ITEMS = (
    select(
        _item.id, _item.name, _item.kind, _item.dimension, _item.wording, _item.low, _item.high, _item.options
    )
    .join(rows(RoundItem), (_asked.item_id == _item.id) & (_asked.round_id == bindparam("round")))
    .where(_item.study_id == bindparam("study"), _item.scenario_id == bindparam("scenario"))
    .order_by(_item.position)
)
_DROP_DRAFTS = delete(rows(Draft)).where(*of_person(Draft))


def _check(items: Mapping[str, Any], answers: Mapping[str, Answer], reason: Reason | None) -> None:
    if not items or not set(answers) <= set(items):
        raise NotFound(N_("This scenario is not asked in this round."))
    for item_id, answer in answers.items():
        of(items[item_id].kind).check(items[item_id], answer)
    if reason is not None and len(reason.text) > MAX_REASON:
        raise Invalid(N_("A reason has at most %(n)s characters."), n=MAX_REASON)
    if reason is not None and "\x00" in reason.text:
        raise Invalid(N_("The reason holds a character that cannot be stored. Type it again."))


def submit(session: Session, *, panellist_id: str, round_id: str, clock: Clock) -> None:
    """Mark a panellist as done with the round; answers may still change until the deadline."""
    panellist = answering(session, panellist_id)
    hold(session, Round, round_id=round_id, panellist=panellist, clock=clock)
    begin(session, Participation, panellist_id=panellist_id, round_id=round_id).progress = Progress.DONE
    session.flush()  # inside the hold
