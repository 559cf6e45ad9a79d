"""Replies to arguments: written while a round is open, read by nobody but their author before its feedback opens.

A thread is one argument with its replies. Within it a person keeps one label over the rounds; nothing ties the labels
of two threads. A reply may be written to the arguments of the rounds before.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from copkit_delphi.domain.errors import N_, Invalid, Moved
from copkit_delphi.domain.letters import letters
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState
from copkit_delphi.domain.protocol import digest
from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.elicitation.models import Argument, Item, Panellist, Reply, ReplyThread, Round

MAX_REPLY = 400
FIELD = "reply_"  # of a draft and of a form, before the id of the argument
FATES = {
    "open": N_("Read by nobody else while the round is open."),
    "checked": N_("The facilitators are checking the replies of this round."),
    "as_written": N_("Shown to the panel as you wrote it, as Panellist %(label)s of its thread."),
    "marked": N_("Shown to the panel with marks in the place of some words, as Panellist %(label)s of its thread."),
    "left_out": N_("Left out. Ground: %(ground)s."),
    "not_passed": N_("Not passed on to the panel."),
}  # fmt: skip
_QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as it came with a page; ``stood`` is the mark of the one the page was made from."""

    text: str
    stood: str


@dataclass(frozen=True, slots=True)
class Said:
    """One reply as the panel reads it; ``mine`` is for its author alone."""

    label: str
    text: str
    round: int
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """An argument of an earlier round in its words, with the replies to it."""

    key: str
    item: str
    round: int
    side: str
    text: str
    replies: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """What stands beside the arguments of a page: what was replied to them, other threads, the own reply to each."""

    threads: tuple[Thread, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)

    @property
    def read(self) -> bool:
        """Tell whether there is a reply to be read."""
        return bool(self.threads) or any(self.said.values())


# Writing -------------------------------------------------------------------------------------------------------------


def mark(text: str) -> str:
    """Return a mark of a reply: a form made from an older one is recognised by it."""
    return digest(text)[:12]


def save(session: Session, *, panellist_id: str, round_id: str, written: Mapping[str, Written]) -> None:
    """Keep own replies by argument; an empty one takes it back. Call it while the round is held open.

    What the page did not change stays as it stands. Raises ``Invalid``, and ``Moved`` where another page changed it.
    """
    texts = {key: _checked(one.text) for key, one in written.items()}
    touched = {key: text for key, text in texts.items() if written[key].stood != mark(text)}
    if not touched:
        return
    if not touched.keys() <= _taking(session, round_id, touched):
        raise Invalid(N_("This argument is not on the page. Open the page again."))
    stands = of_round(session, panellist_id=panellist_id, round_id=round_id)
    changed = {key: text for key, text in touched.items() if text != stands.get(key, "")}
    if any(written[key].stood != mark(stands.get(key, "")) for key in changed):
        raise Moved(N_("Another reply was saved to this argument meanwhile. Look at it again."))
    _store(session, panellist_id, round_id, changed)


def _store(session: Session, panellist_id: str, round_id: str, changed: Mapping[str, str]) -> None:
    mine = Reply.panellist_id == panellist_id, Reply.round_id == round_id
    if changed:
        session.execute(
            delete(Reply).where(*mine, Reply.argument_id.in_(changed)).execution_options(**_QUIETLY)
        )
    of = {"panellist_id": panellist_id, "round_id": round_id}
    rows = [
        {"id": secrets.token_hex(16), "argument_id": key, "text": text, **of}
        for key, text in changed.items()
        if text
    ]
    if rows:
        session.execute(insert(Reply), rows)


def _checked(text: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if len(said) > MAX_REPLY:
        raise Invalid(N_("A reply has at most %(n)s characters."), n=MAX_REPLY)
    if "\x00" in said:
        raise Invalid(N_("The reply holds a character that cannot be stored. Type it again."))
    return said


def _taking(session: Session, round_id: str, keys: Collection[str]) -> set[str]:
    """Return which of these arguments take a reply in a round: those that its pages show."""
    now, before = aliased(Round), aliased(Round)
    query = (
        select(Argument.id)
        .select_from(now)
        .join(before, and_(before.study_id == now.study_id, before.number < now.number))
        .join(Argument, Argument.round_id == before.id)
        .where(now.id == round_id, before.feedback == FeedbackState.OPEN, Argument.id.in_(keys))
    )
    return set(session.scalars(query))


def of_round(session: Session, *, panellist_id: str, round_id: str) -> dict[str, str]:
    """Return the own replies of a round, by argument."""
    query = select(Reply.argument_id, Reply.text).where(
        Reply.panellist_id == panellist_id, Reply.round_id == round_id
    )
    return dict(session.execute(query).all())


def by_item(session: Session, *, panellist_id: str, round_id: str) -> dict[str, list[tuple[str, str, str]]]:
    """Return the own replies of a round by item id: argument, its words, and the reply."""
    query = (
        select(Argument.item_id, Argument.id, Argument.text, Reply.text)
        .join(Argument, Argument.id == Reply.argument_id)
        .where(Reply.panellist_id == panellist_id, Reply.round_id == round_id)
        .order_by(Argument.id)
    )
    found: dict[str, list[tuple[str, str, str]]] = {}
    for item_id, *row in session.execute(query):
        found.setdefault(item_id, []).append((row[0], row[1], row[2]))
    return found


# Reading -------------------------------------------------------------------------------------------------------------


def on_item(
    session: Session,
    *,
    panellist_id: str,
    round_: Round,
    before: Round,
    item_id: str,
    arguments: Iterable[str],
) -> Talk:
    """Return the replies to the ``arguments`` on the page of an item, and threads that got one in the round before."""
    shown = list(arguments)
    newest = _answered(before) if before.feedback == FeedbackState.OPEN else ()
    chosen = select(Argument.id).where(
        Argument.item_id == item_id, or_(Argument.id.in_(newest), Argument.id.in_(shown))
    )
    found = read(session, chosen, reader=panellist_id)
    others = tuple(one for one in _mixed(found, panellist_id) if one.key not in shown)
    mine = of_round(session, panellist_id=panellist_id, round_id=round_.id)
    takes = dict.fromkeys([*shown, *(one.key for one in others)])
    said = {one.key: one.replies for one in found if one.key in shown}
    return Talk(others, {key: mine.get(key, "") for key in takes}, said)


def threads(session: Session, *, round_: Round, reader: str) -> list[Thread]:
    """Return the threads that got a reply in a round whose feedback is open, with those of the rounds before."""
    if round_.feedback != FeedbackState.OPEN:
        return []
    return _mixed(read(session, _answered(round_), reader=reader), reader)


def _answered(round_: Round) -> Select[Any]:
    return select(Reply.argument_id).where(Reply.round_id == round_.id, Reply.label.is_not(None))


def _mixed(found: Iterable[Thread], reader: str) -> list[Thread]:
    """Return threads in an order that differs between readers, as that of arguments does."""
    return sorted(found, key=lambda one: digest([reader, one.key]))


def of_last(session: Session, *, panellist_id: str, frozen: RoundSnapshot) -> dict[str, list[Thread]]:
    """Return the threads of the round of a frozen result as one panellist reads them, by item name."""
    panellist = session.get_one(Panellist, panellist_id)
    query = select(Round).where(Round.study_id == panellist.study_id, Round.number == frozen.round)
    found = threads(session, round_=session.scalars(query).one(), reader=panellist_id)
    return {name: [one for one in found if one.item == name] for name in {one.item for one in found}}


def read(session: Session, chosen: Select[Any], *, reader: str = "") -> list[Thread]:
    """Return threads by the ids of their arguments, with every reply that the panel may read, round after round."""
    of_argument, of_reply = aliased(Round), aliased(Round)
    query = (
        select(Argument, Item.name, of_argument.number, Reply, of_reply.number)
        .join(Item, Item.id == Argument.item_id)
        .join(of_argument, of_argument.id == Argument.round_id)
        .outerjoin(Reply, and_(Reply.argument_id == Argument.id, Reply.label.is_not(None)))
        .outerjoin(of_reply, of_reply.id == Reply.round_id)
        .where(Argument.id.in_(chosen))
        .order_by(Argument.id, of_reply.number, Reply.label)
    )
    found: dict[str, tuple[Argument, str, int]] = {}
    said: dict[str, list[Said]] = {}
    for argument, name, number, reply, in_round in session.execute(query):
        found[argument.id] = argument, name, number
        if reply is not None and reply.label is not None:
            mine = bool(reader) and reply.panellist_id == reader
            said.setdefault(argument.id, []).append(Said(letters(reply.label), reply.shown, in_round, mine))
    return [
        Thread(key, name, number, argument.side, argument.text, tuple(said.get(key, ())))
        for key, (argument, name, number) in found.items()
    ]


# The author ----------------------------------------------------------------------------------------------------------


def kept(session: Session, panellist_id: str) -> list[dict[str, Any]]:
    """Return the own replies with what became of each; nothing of that before the feedback is open."""
    query = (
        select(Round, Item.name, Argument.text, Reply)
        .select_from(Reply)
        .join(Argument, Argument.id == Reply.argument_id)
        .join(Item, Item.id == Argument.item_id)
        .join(Round, Round.id == Reply.round_id)
        .where(Reply.panellist_id == panellist_id)
        .order_by(Round.number, Item.position, Argument.id)
    )
    return [
        {"round": round_.number, "item": item, "argument": argument, "reply": row.text, **_fate(round_, row)}
        for round_, item, argument, row in session.execute(query)
    ]


def _fate(round_: Round, row: Reply) -> dict[str, str]:
    told = {"fate": "open", "label": "", "ground": ""}
    if round_.state != RoundState.CLOSED:
        return told
    if round_.feedback != FeedbackState.OPEN:
        return told | {"fate": "checked"}
    if row.label is not None:
        fate = "as_written" if row.shown == row.text else "marked"
        return told | {"fate": fate, "label": letters(row.label)}
    return told | {"fate": "left_out" if row.left_out else "not_passed", "ground": row.left_out}


def forget(session: Session, *, panellist: Panellist) -> None:
    """Erase the replies of somebody who withdraws; of what the panel has read the code and the words as typed go."""
    waiting = Round.study_id == panellist.study_id, Round.feedback == FeedbackState.IN_MODERATION
    session.execute(select(Round.id).where(*waiting).with_for_update())  # no feedback opens meanwhile
    _let_go(session, Reply.panellist_id == panellist.id)


def clear(session: Session, study_id: str) -> None:
    """Erase the replies of a study whose answers are deleted on their date; what the panel has read stays, nobody's."""
    mine = select(Round.id).where(Round.study_id == study_id)
    _let_go(session, Reply.round_id.in_(mine))
    arguments = select(Argument.id).where(Argument.round_id.in_(mine))
    session.execute(
        delete(ReplyThread).where(ReplyThread.argument_id.in_(arguments)).execution_options(**_QUIETLY)
    )


def _let_go(session: Session, which: Any) -> None:
    session.execute(delete(Reply).where(which, Reply.label.is_(None)).execution_options(**_QUIETLY))
    session.execute(
        update(Reply).where(which).values(panellist_id=None, text="").execution_options(**_QUIETLY)
    )
