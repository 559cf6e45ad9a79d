"""Questions to the facilitators: asked under a code without a time, answered to the whole panel or left out.

A question is no answer to an item: it enters no result and is printed nowhere. Facilitators read the waiting ones
under random ids, in an order that tells nothing, and only once as many agreed to take part as a figure needs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain import redaction
from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation.models import EnquiriesSeen, Enquiry, Panellist, Study
from copkit_delphi.elicitation.ratings import answering
from copkit_delphi.elicitation.recruiting import nominations
from copkit_delphi.people import audit

MAX_TEXT, MAX_ANSWER, MAX_REASON = 600, 2000, 300
MOST_WAITING, MOST = 3, 20
OVER = (StudyState.ENDED, StudyState.ARCHIVED)
_QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Board:
    """What one panellist sees: the answered questions of all, newest first, and the own ones that are not answered.

    ``new`` counts the answers since the panellist last read them.
    """

    answered: tuple[Enquiry, ...]
    waiting: tuple[Enquiry, ...]
    left_out: tuple[Enquiry, ...]
    new: int
    asking: bool

    @property
    def shown(self) -> bool:
        """Tell whether there is anything to read or to do."""
        return bool(self.asking or self.answered or self.waiting or self.left_out)


def ask(session: Session, *, panellist_id: str, text: str) -> None:
    """Keep a question; raises ``Invalid`` or ``Conflict``."""
    panellist = answering(session, panellist_id)
    if session.get_one(Study, panellist.study_id).state in OVER:
        raise Conflict(N_("This study has ended. No question is taken any more."))
    said = _checked(text, MAX_TEXT, N_("Write your question."))
    mine = select(Enquiry.answer, Enquiry.left_out).where(Enquiry.panellist_id == panellist_id)
    asked = session.execute(mine).all()
    if sum(not answer and not left_out for answer, left_out in asked) >= MOST_WAITING:
        raise Conflict(
            N_("%(n)s questions of yours wait for an answer. Ask again after that."), n=MOST_WAITING
        )
    if len(asked) >= MOST:
        raise Conflict(N_("You have asked %(n)s questions. More cannot be taken."), n=MOST)
    session.add(
        Enquiry(id=secrets.token_hex(16), study_id=panellist.study_id, panellist_id=panellist_id, text=said)
    )
    session.flush()


def _checked(text: str, most: int, empty: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Invalid(empty)
    if len(said) > most:
        raise Invalid(N_("Write at most %(n)s characters."), n=most)
    if "\x00" in said:
        raise Invalid(N_("The text holds a character that cannot be stored. Type it again."))
    return said


def board(session: Session, panellist: Panellist) -> Board:
    """Return what a panellist sees, in three statements."""
    query = select(Enquiry).where(
        Enquiry.study_id == panellist.study_id,
        or_(Enquiry.number.is_not(None), Enquiry.panellist_id == panellist.id),
    )
    rows = session.scalars(query.order_by(Enquiry.number.desc(), Enquiry.id)).all()
    seen = session.get(EnquiriesSeen, panellist.id)
    state = session.scalar(select(Study.state).where(Study.id == panellist.study_id))
    answered = tuple(row for row in rows if row.number is not None)
    return Board(
        answered=answered,
        waiting=tuple(row for row in rows if row.number is None and not row.left_out),
        left_out=tuple(row for row in rows if row.left_out),
        new=sum((row.number or 0) > (seen.number if seen else 0) for row in answered),
        asking=state not in OVER,
    )


def read(session: Session, *, panellist: Panellist) -> None:
    """Note that a panellist has read the answers that are there."""
    newest = session.scalar(select(func.max(Enquiry.number)).where(Enquiry.study_id == panellist.study_id))
    session.merge(EnquiriesSeen(panellist_id=panellist.id, number=newest or 0))


def shown(session: Session, study: Study) -> bool:
    """Tell whether facilitators may read questions: nobody's is guessed among so many."""
    return study.practice or nominations.shown(session, study.id)


def of_study(session: Session, study: Study) -> list[Enquiry]:
    """Return the questions as facilitators read them: those that wait in random order, then the answered ones."""
    if not shown(session, study):
        return []
    query = select(Enquiry).where(Enquiry.study_id == study.id, Enquiry.left_out == "")
    return list(
        session.scalars(query.order_by(Enquiry.number.is_not(None), Enquiry.number.desc(), Enquiry.id))
    )


def waiting(session: Session, *, study: Study, enquiry_id: str) -> Enquiry:
    """Return a question to decide on, held against a second decision; raises ``NotFound`` or ``Conflict``.

    The study is held too: one number goes to one answer.
    """
    session.execute(select(Study.id).where(Study.id == study.id).with_for_update())
    held = select(Enquiry).where(Enquiry.id == enquiry_id, Enquiry.study_id == study.id).with_for_update()
    row = session.scalars(held.execution_options(populate_existing=True)).first()
    if row is None or not shown(session, study):
        raise NotFound(N_("There is no such question. Its author may have taken it back by leaving."))
    if row.number is not None or row.left_out:
        raise Conflict(N_("This question is decided already."))
    return row


def answer(session: Session, row: Enquiry, *, text: str, said: str, actor: str, at: datetime) -> None:
    """Answer a waiting question to the whole panel; raises ``Invalid``.

    ``text`` is the question, with marks in the place of removed words, which are gone then.
    """
    given = _checked(said, MAX_ANSWER, N_("Write the answer that the panel reads."))
    kept = _checked(
        text, 2 * MAX_TEXT, N_("Leave the question as it is, or put marks in the place of words.")
    )
    if not redaction.only_redacts(row.text, kept):
        raise Invalid(
            N_("Words of a question are only removed: put a mark such as “[removed: identity]” there.")
        )
    newest = session.scalar(select(func.max(Enquiry.number)).where(Enquiry.study_id == row.study_id))
    row.text, row.answer, row.number = kept, given, (newest or 0) + 1
    audit.record(
        session, actor=actor, action="enquiry:answer", at=at, study_id=row.study_id, number=row.number
    )


def leave_out(session: Session, row: Enquiry, *, reason: str, actor: str, at: datetime) -> None:
    """Show a waiting question to nobody, for a reason that its author reads; raises ``Invalid``."""
    row.left_out = _checked(reason, MAX_REASON, N_("Say why. Its author reads this."))
    audit.record(session, actor=actor, action="enquiry:leave-out", at=at, study_id=row.study_id)


def forget(session: Session, *, panellist: Panellist) -> None:
    """Erase what somebody asked who withdraws; of an answered question, which the panel has read, the code goes."""
    mine = Enquiry.panellist_id == panellist.id
    session.execute(delete(Enquiry).where(mine, Enquiry.number.is_(None)).execution_options(**_QUIETLY))
    session.execute(update(Enquiry).where(mine).values(panellist_id=None).execution_options(**_QUIETLY))
    session.execute(delete(EnquiriesSeen).where(EnquiriesSeen.panellist_id == panellist.id))


def clear(session: Session, study_id: str) -> None:
    """Delete the questions of a study whose answers are deleted on their date."""
    session.execute(delete(Enquiry).where(Enquiry.study_id == study_id).execution_options(**_QUIETLY))


def kept(session: Session, panellist: Panellist) -> list[dict[str, Any]]:
    """Return the own questions for the copy of one's own data."""
    query = select(Enquiry).where(Enquiry.panellist_id == panellist.id).order_by(Enquiry.text, Enquiry.id)
    return [
        {"question": row.text, "answer": row.answer, "left_out_because": row.left_out}
        for row in session.scalars(query)
    ]
