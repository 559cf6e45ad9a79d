"""Moderation of replies: read shuffled beside their argument, shown as typed, with words removed, or left out.

Nobody's code, group or time is read here but where the labels are drawn, as the feedback opens. No wording is changed
beyond marks, so that no author has to be asked.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, Moved, NotFound
from copkit_delphi.domain.protocol import Protocol, digest
from copkit_delphi.domain.redaction import GROUNDS, marks, only_redacts
from copkit_delphi.elicitation import boards, feedback, late, replies, results, studies
from copkit_delphi.elicitation.models import Argument, Item, Reply, ReplyThread, Round, Scenario
from copkit_delphi.elicitation.replies import Thread
from copkit_delphi.people import audit

MAX_REDACTED = 2 * replies.MAX_REPLY  # a mark may be longer than what it replaces
_STALE = N_(
    "Somebody else decided on replies to this item meanwhile, so that nothing of this was kept yet. This is how it "
    "stands now: look at it and press again."
)
_EVENTS = {
    "pass": "reply:pass",
    "redact": "reply:redact",
    "leave_out": "reply:leave-out",
    "restore": "reply:restore",
}


@dataclass(frozen=True, slots=True)
class RawReply:
    """A reply as the facilitator reads it: no code, no group, no time, in random order."""

    key: str
    argument: str
    text: str
    shown: str
    left_out: str

    @property
    def decided(self) -> bool:
        """Tell whether anything was decided on it."""
        return bool(self.shown or self.left_out)


@dataclass(frozen=True, slots=True)
class Answered:
    """An argument as the panel read it, with the replies it got before and those to check."""

    thread: Thread
    replies: tuple[RawReply, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """The replies to the arguments of one item. ``basis`` marks what the page was made from."""

    item: Item = field(compare=False)  # a row, as its type reads it
    title: str
    answered: tuple[Answered, ...]
    basis: str

    @property
    def item_id(self) -> str:
        """Return the id of the item."""
        return self.item.id

    @property
    def name(self) -> str:
        """Return the name of the item, by which its pages are addressed."""
        return self.item.name

    @property
    def left(self) -> list[RawReply]:
        """Return the replies on which nothing is decided."""
        return [one for found in self.answered for one in found.replies if not one.decided]


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the replies to one item are."""

    name: str
    title: str
    replies: int
    decided: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What was pressed: an act, the replies it is about, the ground, or the words that are left."""

    act: str
    keys: tuple[str, ...] = ()
    ground: str = ""
    text: str = ""


def raw(session: Session, *, round_: Round, item_id: str = "") -> list[RawReply]:
    """Return the replies of a closed round that may be read, shuffled, by the rule that holds for reasons.

    Those to an item with fewer than ``k`` ratings are read by nobody, and those that would tell who was late.
    """
    study = studies.get(session, round_.study_id)
    enough = feedback.rated_enough(results.snapshot(session, round_.id), Protocol.from_dict(study.protocol).k)
    secret = late.withheld(session, round_.id)
    query = (
        select(Reply.id, Reply.argument_id, Reply.text, Reply.shown, Reply.left_out, Item.name)
        .join(Argument, Argument.id == Reply.argument_id)
        .join(Item, Item.id == Argument.item_id)
        .where(Reply.round_id == round_.id)
    )
    rows = session.execute(query.where(Item.id == item_id) if item_id else query)
    found = [RawReply(*row) for *row, name in rows if name in enough and row[0] not in secret]
    return sorted(found, key=lambda one: digest([study.seed, round_.id, one.key]))


def overview(session: Session, *, round_: Round) -> list[Stand]:
    """Return every item whose arguments got replies, in order: a constant number of statements."""
    every = raw(session, round_=round_)
    total = Counter(one.argument for one in every)
    done = Counter(one.argument for one in every if one.decided)
    query = (
        select(Item.name, Scenario.title, Argument.id)
        .join(Scenario, Scenario.id == Item.scenario_id)
        .join(Argument, Argument.item_id == Item.id)
        .where(Argument.id.in_(list(total)))
        .order_by(Item.position)
    )
    counted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, title, argument in session.execute(query):
        counted[name, title].append(argument)
    return [
        Stand(name, title, sum(total[one] for one in mine), sum(done[one] for one in mine))
        for (name, title), mine in counted.items()
    ]


def check_finished(session: Session, *, round_: Round) -> None:
    """Refuse to open the feedback while a reply was read by nobody."""
    open_ = [one.title for one in overview(session, round_=round_) if one.decided < one.replies]
    if open_:
        raise Conflict(
            N_("Some replies are not checked yet: %(titles)s. Show them or leave them out first."),
            titles="; ".join(open_),
        )


def of_item(session: Session, *, round_: Round, name: str) -> Bench:
    """Return the replies to one item; raises ``NotFound`` where there is none to read."""
    query = (
        select(Item, Scenario.title)
        .join(Scenario, Scenario.id == Item.scenario_id)
        .where(Scenario.study_id == round_.study_id, Item.name == name)
    )
    found = session.execute(query).first()
    every = raw(session, round_=round_, item_id=found.Item.id) if found else []
    if found is None or not every:
        raise NotFound(N_("There are no replies to check on this item."))
    threads = replies.read(
        session, select(Argument.id).where(Argument.id.in_({one.argument for one in every}))
    )
    answered = [
        Answered(thread, tuple(one for one in every if one.argument == thread.key)) for thread in threads
    ]
    return Bench(found.Item, found.title, tuple(answered), _basis(every))


def _basis(every: Iterable[RawReply]) -> str:
    return digest(sorted([one.key, one.shown, one.left_out] for one in every))[:16]


def decide(
    session: Session, *, round_: Round, item_id: str, choice: Choice, basis: str, actor: str, at: datetime
) -> None:
    """Show replies as typed, with words removed, leave them out or put them back; nobody is asked.

    Raises ``Moved`` when somebody else decided on the item since ``basis``, ``Invalid`` for what cannot be done.
    """
    boards.hold(session, round_)
    every = {one.key: one for one in raw(session, round_=round_, item_id=item_id)}
    if _basis(every.values()) != basis:
        raise Moved(_STALE)
    chosen = [every[key] for key in _chosen(every, choice.keys)]
    decided = [(one.key, *_decision(one, choice)) for one in chosen]
    for key, shown, left_out in decided:
        values = {"shown": shown, "left_out": left_out}
        session.execute(update(Reply).where(Reply.id == key).values(**values))
    kinds = sorted({kind for _, shown, _ in decided for kind in marks(shown)})
    more = {"ground": choice.ground} if choice.act == "leave_out" else {"marks": kinds} if kinds else {}
    audit.record(
        session, actor=actor, action=_EVENTS[choice.act], at=at, study_id=round_.study_id,
        round=round_.number, item=_name(session, item_id), replies=len(decided), **more,
    )  # fmt: skip


def _chosen(every: Mapping[str, RawReply], keys: Iterable[str]) -> list[str]:
    wanted = set(keys)
    if not wanted:
        raise Invalid(N_("Choose at least one reply."))
    if not wanted <= every.keys():
        raise Conflict(N_("A reply you chose is not there any more. This is how the item stands now."))
    return sorted(wanted)


def _decision(one: RawReply, choice: Choice) -> tuple[str, str]:
    """Return the words shown and the ground."""
    if choice.act == "pass":
        return one.text, ""
    if choice.act == "restore":
        return "", ""
    if choice.act == "redact":
        return _redacted(one.text, choice.text.replace("\r\n", "\n").strip()), ""
    if choice.act != "leave_out":
        raise NotFound(N_("There is no such step."))
    if choice.ground not in GROUNDS:
        raise Invalid(N_("Say on which ground of the policy these are left out."))
    return "", choice.ground


def _redacted(original: str, text: str) -> str:
    if not only_redacts(original, text):
        raise Invalid(
            N_(
                "Words of a reply are only taken away: a mark such as “[removed: identity]” stands in their place. "
                "Nothing is added or changed, and not all is removed: then leave the reply out."
            )
        )
    if len(text) > MAX_REDACTED:
        raise Invalid(N_("A reply with its marks has at most %(n)s characters."), n=MAX_REDACTED)
    return text


def _name(session: Session, item_id: str) -> str:
    return session.scalar(select(Item.name).where(Item.id == item_id)) or ""


def undecide(session: Session, round_id: str) -> None:
    """Forget what was decided on the replies of a round that is opened again."""
    mine = update(Reply).where(Reply.round_id == round_id).values(shown="", left_out="")
    session.execute(mine.execution_options(synchronize_session=False))


# The opening ---------------------------------------------------------------------------------------------------------


def settle(session: Session, *, round_: Round) -> dict[str, int]:
    """Draw the labels of what the panel reads from now on, as the feedback opens; return how much of what was done."""
    boards.hold(session, round_)
    every = raw(session, round_=round_)
    by_argument: dict[str, list[str]] = defaultdict(list)
    for one in every:
        if one.shown:
            by_argument[one.argument].append(one.key)
    for argument, keys in sorted(by_argument.items()):
        _label(session, argument, keys)
    told = {
        "replies": len(every),
        "replies_redacted": sum(bool(marks(one.shown)) and one.shown != one.text for one in every),
        "replies_left_out": sum(bool(one.left_out) for one in every),
    }
    return {name: number for name, number in told.items() if number}


def _label(session: Session, argument: str, keys: list[str]) -> None:
    """Give each reply its author's label in this thread; who is new there gets the next ones, in an order drawn."""
    thread = session.get(ReplyThread, argument)
    if thread is None:
        thread = ReplyThread(argument_id=argument, secret=secrets.token_hex(16))
        session.add(thread)
    given = Reply.argument_id == argument, Reply.label.is_not(None)
    known = _labels(session, *given)
    last = session.scalar(select(func.max(Reply.label)).where(*given)) or 0
    authors = dict(session.execute(select(Reply.id, Reply.panellist_id).where(Reply.id.in_(keys))).all())
    new = sorted(
        {who for who in authors.values() if who not in known}, key=lambda who: digest([thread.secret, who])
    )
    known |= {who: last + place for place, who in enumerate(new, 1)}
    for key, who in authors.items():
        session.execute(update(Reply).where(Reply.id == key).values(label=known[who]))


def _labels(session: Session, *of: ColumnElement[bool]) -> dict[Any, int]:
    query = select(Reply.panellist_id, Reply.label).where(*of, Reply.panellist_id.is_not(None))
    return {who: label for who, label in session.execute(query) if label is not None}
