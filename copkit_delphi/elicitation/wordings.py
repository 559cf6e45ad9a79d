"""Edited wordings go back to their authors: asked of the whole panel alike, answered behind the personal link.

Everybody gets the same mail, so that no list of mails tells whose wording changed. What authors answer is read when
the feedback opens, by nobody before: a yes that showed at once would name whoever had just been spoken to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, Moved, NotFound
from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.domain.mail import WORDING
from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation import board as acts
from copkit_delphi.elicitation import boards, letters, workbench
from copkit_delphi.elicitation.letters import Occasion, Post
from copkit_delphi.elicitation.models import (
    Argument,
    Item,
    ModeratedReason,
    Panellist,
    Rationale,
    Round,
    Scenario,
    Study,
    WordingRequest,
)
from copkit_delphi.people import audit, vault

MOST_MAILS = 2
LONGEST = timedelta(days=60)
ANSWERS = {
    acts.AGREED: N_("Yes, show this wording"),
    acts.REFUSED: N_("No, do not show it"),
    acts.OPEN: N_("I do not say"),
}


@dataclass(frozen=True, slots=True)
class OwnWording:
    """An edited wording beside what its author wrote. ``without`` is the original with its marks, empty for nothing."""

    round: int
    item: str
    title: str
    original: str
    wording: str
    without: str
    joint: bool
    until: date
    answer: str

    @property
    def basis(self) -> str:
        """A mark of the wording and of what stands without a yes: an answer counts for these alone."""
        return digest([self.wording, self.without])[:16]


# Asking --------------------------------------------------------------------------------------------------------------


def asked(session: Session, round_: Round) -> WordingRequest | None:
    """Return until when the panel was asked, None before it was."""
    return session.get(WordingRequest, round_.id)


def ask(session: Session, post: Post, *, round_: Round, until: date, actor: str, at: datetime) -> int:
    """Ask everybody on the panel to look for edited wordings of theirs; return how many mails were queued.

    Raises ``Conflict`` when no wording was edited or two mails have left, ``Invalid`` for a day that is no later one.
    """
    boards.hold(session, round_)
    if not workbench.edits(session, round_=round_):
        raise Conflict(N_("No wording was edited. Marks alone need no yes, so that nobody has to be asked."))
    if not at.date() < until <= at.date() + LONGEST:
        raise Invalid(N_("Choose a day after today, at most 60 days from now."))
    row = asked(session, round_)
    if row is not None and row.mails >= MOST_MAILS:
        raise Conflict(N_("The panel was asked twice. More mails are not sent for one round."))
    if row is None:
        row = WordingRequest(round_id=round_.id, until=until, mails=0)
        session.add(row)
    row.until, row.mails = until, row.mails + 1
    study = session.get_one(Study, round_.study_id)
    open_until = datetime.combine(until, time(23, 59), UTC)
    study.asked_until = max(study.asked_until or open_until, open_until)  # personal links work as long
    mails = _mail(session, post, Occasion(study, round_, WORDING, at, until))
    audit.record(
        session,
        actor=actor,
        action="reason:ask-authors",
        at=at,
        study_id=round_.study_id,
        round=round_.number,
        until=until.isoformat(),
    )
    return mails


def _mail(session: Session, post: Post, occasion: Occasion) -> int:
    study_id = occasion.study.id
    stopped = set(
        session.scalars(select(Panellist.id).where(Panellist.study_id == study_id, Panellist.declined))
    )
    people = [
        contact
        for contact in vault.contacts(session, post.vault, study_id=study_id)
        if contact.panellist_id and contact.panellist_id not in stopped
    ]
    letters.send(session, post, occasion=occasion, people=people)
    return len(people)


def check_waited(session: Session, *, round_: Round, today: date) -> None:
    """Refuse to open the feedback before the day the authors were given, as long as a wording is edited."""
    row = asked(session, round_)
    if row is not None and today <= row.until and workbench.edits(session, round_=round_):
        raise Conflict(
            N_("The authors of edited wordings have until %(day)s. The feedback can open on the day after."),
            day=f"{row.until:%d %B %Y}",
        )


def unasked(session: Session, *, round_: Round) -> int:
    """Return how many edited wordings would be dropped as the feedback opens: their authors were never asked."""
    return 0 if asked(session, round_) else workbench.edits(session, round_=round_)


def drop_unasked(session: Session, *, round_: Round, confirmed: int, actor: str, at: datetime) -> None:
    """Let edited wordings go that nobody was asked about, and write it down; ``confirmed`` is how many the page said.

    Raises ``Invalid`` unless as many would be dropped as whoever opens the feedback was told.
    """
    dropped = unasked(session, round_=round_)
    if not dropped:
        return
    if confirmed != dropped:
        raise Invalid(
            N_("Ask the authors of edited wordings first, or say that these wordings are to be dropped."),
            about="drop",
        )
    audit.record(
        session,
        actor=actor,
        action="reason:drop-edits",
        at=at,
        study_id=round_.study_id,
        round=round_.number,
        wordings=dropped,
    )


# Answering -----------------------------------------------------------------------------------------------------------


def waiting(session: Session, *, panellist: Panellist) -> bool:
    """Tell whether an edited wording of this panellist's can be answered; one small statement outside moderation."""
    moderated = (
        select(Round.id)
        .join(WordingRequest, WordingRequest.round_id == Round.id)
        .where(Round.study_id == panellist.study_id, Round.feedback == FeedbackState.IN_MODERATION)
    )
    return session.scalar(moderated.limit(1)) is not None and bool(mine(session, panellist=panellist))


def mine(session: Session, *, panellist: Panellist) -> list[OwnWording]:
    """Return the edited wordings of one panellist's reasons in rounds that are moderated and asked about.

    Two statements, whatever the size of the panel.
    """
    query = (
        select(
            Round.number,
            Item.name,
            Scenario.title,
            Rationale.text,
            Argument,
            ModeratedReason,
            WordingRequest.until,
        )
        .select_from(Rationale)
        .join(ModeratedReason, ModeratedReason.rationale_id == Rationale.id)
        .join(Argument, Argument.id == ModeratedReason.argument_id)
        .join(Round, Round.id == Rationale.round_id)
        .join(WordingRequest, WordingRequest.round_id == Round.id)
        .join(Item, Item.id == Rationale.item_id)
        .join(Scenario, Scenario.id == Item.scenario_id)
        .where(Rationale.panellist_id == panellist.id, Round.feedback == FeedbackState.IN_MODERATION)
        .order_by(Round.number, Item.position)
    )
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    texts = _texts(session, [row[4].id for row in rows])
    return [
        OwnWording(
            round=number,
            item=name,
            title=title,
            original=original,
            wording=argument.text,
            without=reason.redacted if argument.fallback == acts.REDACTED else "",
            joint=len(texts[argument.id]) > 1,
            until=until,
            answer=reason.answer,
        )
        for number, name, title, original, argument, reason, until in rows
        if argument.text not in texts[argument.id]
    ]


def _texts(session: Session, arguments: list[str]) -> dict[str, list[str]]:
    """Return the redacted originals behind arguments."""
    found: dict[str, list[str]] = {}
    if arguments:
        query = select(ModeratedReason.argument_id, ModeratedReason.redacted)
        for argument, text in session.execute(query.where(ModeratedReason.argument_id.in_(arguments))):
            found.setdefault(argument or "", []).append(text)
    return found


def answer(session: Session, *, panellist: Panellist, number: int, item: str, said: str, basis: str) -> None:
    """Take an author's yes, no or nothing to the wording that was on the page.

    Raises ``Moved`` when the wording changed since, ``NotFound`` when it is none of this panellist's, ``Conflict`` once
    the feedback is open. Nothing is recorded of when, and nothing in the audit.
    """
    if said not in ANSWERS:
        raise Invalid(N_("Choose yes, no or nothing."))
    _hold(session, panellist, number)
    found = next(
        (one for one in mine(session, panellist=panellist) if (one.round, one.item) == (number, item)), None
    )
    if found is None:
        raise NotFound(N_("There is no edited wording of yours here any more."))
    if found.basis != basis:
        raise Moved(
            N_("The wording changed since you opened this page. Your answer was not kept: look at it again.")
        )
    own = (
        select(Rationale.id)
        .join(Round, Round.id == Rationale.round_id)
        .join(Item, Item.id == Rationale.item_id)
        .where(Rationale.panellist_id == panellist.id, Rationale.is_current)
        .where(Round.number == number, Round.study_id == panellist.study_id, Item.name == item)
    )
    session.execute(
        update(ModeratedReason)
        .where(ModeratedReason.rationale_id.in_(own))
        .values(answer=said)
        .execution_options(synchronize_session=False)
    )


def _hold(session: Session, panellist: Panellist, number: int) -> None:
    """Keep the feedback from opening, and wordings from changing, until this answer is written."""
    query = select(Round.feedback).where(Round.study_id == panellist.study_id, Round.number == number)
    state = session.scalar(query.with_for_update())
    if state is None:
        raise NotFound(N_("There is no such round in this study."))
    if state != FeedbackState.IN_MODERATION:
        raise Conflict(N_("The feedback of this round is open. Your answer was not kept."))
