"""The workbench of one item as a facilitator reads it: reasons to check, arguments on both sides, what looks alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.elicitation import board as acts
from copkit_delphi.elicitation import boards, feedback, moderation, results, studies
from copkit_delphi.elicitation.board import Board, Entry, RawReason
from copkit_delphi.elicitation.models import Item, ModerationStep, Round, Scenario

ALIKE = 0.4  # share of three-letter pieces in common from which two reasons are proposed as alike
_GRAM = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """One reason beside its redacted text; ``text`` is what stands of it."""

    raw: RawReason
    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """An argument in the making with its reasons; ``asks`` tells that its authors have to agree."""

    entry: Entry
    sources: tuple[Shown, ...]
    asks: bool

    @property
    def key(self) -> str:
        """The reason by which the argument is chosen and addressed."""
        return self.entry.sources[0]


@dataclass(frozen=True, slots=True)
class Workbench:
    """One item in moderation. ``basis`` marks what the page was made from."""

    item: Item = field(compare=False)  # a row, as its type reads it
    title: str
    to_check: tuple[RawReason, ...]
    made: tuple[Made, ...]
    left_out: tuple[tuple[RawReason, str], ...]
    apart: tuple[RawReason, ...]
    alike: tuple[tuple[str, ...], ...]
    basis: str
    undo: bool

    @property
    def item_id(self) -> str:
        """Return the id of the item."""
        return self.item.id

    @property
    def name(self) -> str:
        """Return the name of the item, by which its pages are addressed."""
        return self.item.name

    def side(self, side: str) -> list[Made]:
        """Return the arguments of one side, in the shuffled order of their first reasons."""
        return [one for one in self.made if one.entry.side == side]

    def proposed(self, side: str) -> list[RawReason]:
        """Return the reasons to check that are proposed for one side."""
        return [one for one in self.to_check if one.side == side]


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the moderation of one item is."""

    name: str
    title: str
    reasons: int
    decided: int


def overview(session: Session, *, round_: Round) -> list[Stand]:
    """Return every item that has reasons for the panel and enough ratings, in order: a constant number of statements."""
    enough = feedback.rated_enough(results.snapshot(session, round_.id), _k(session, round_))
    counted = moderation.waiting(session, round_=round_)
    query = (
        select(Item.id, Item.name, Scenario.title)
        .join(Scenario, Scenario.id == Item.scenario_id)
        .where(Scenario.study_id == round_.study_id)
        .order_by(Item.position)
    )
    return [
        Stand(name, title, *counted[item])
        for item, name, title in session.execute(query)
        if item in counted and name in enough
    ]


def check_finished(session: Session, *, round_: Round) -> None:
    """Refuse to open the feedback while a reason was read by nobody."""
    open_ = [one.title for one in overview(session, round_=round_) if one.decided < one.reasons]
    if open_:
        raise Conflict(
            N_("Some reasons are not checked yet: %(titles)s. Pass them or leave them out first."),
            titles="; ".join(open_),
        )


def edits(session: Session, *, round_: Round) -> int:
    """Return how many wordings go beyond marks, so that their authors have to agree."""
    found = boards.load(session, round_.id).values()
    return sum(acts.needs_yes(board, entry) for board in found for entry in board.entries)


def of_item(session: Session, *, round_: Round, name: str) -> Workbench:
    """Return the workbench of one item; raises ``NotFound`` for what is no item with enough ratings."""
    frozen: RoundSnapshot = results.snapshot(session, round_.id)
    query = (
        select(Item, Scenario.title)
        .join(Scenario, Scenario.id == Item.scenario_id)
        .where(Scenario.study_id == round_.study_id, Item.name == name)
    )
    found = session.execute(query).first()
    if found is None or name not in feedback.rated_enough(frozen, _k(session, round_)):
        raise NotFound(N_("There are no reasons to check on this item."))
    item, title = found
    raw = moderation.reasons_of(session, round_=round_, item_id=item.id)
    board = boards.load(session, round_.id, item.id).get(item.id, Board())
    undo = session.get(ModerationStep, (round_.id, item.id)) is not None
    return _workbench(item, title, raw, board, undo=undo)


def _k(session: Session, round_: Round) -> int:
    return Protocol.from_dict(studies.get(session, round_.study_id).protocol).k


def _workbench(
    item: Item, title: str, raw: Mapping[str, RawReason], board: Board, *, undo: bool
) -> Workbench:
    held = {key for one in board.entries for key in one.sources}
    for_panel = [one for one in raw.values() if one.for_panel]
    to_check = tuple(one for one in for_panel if one.key not in held and one.key not in board.left_out)
    made = _made(board, raw)
    texts = {one.key: one.text for one in to_check} | {one.key: one.entry.text for one in made}
    order = [key for key in raw if key in texts]
    return Workbench(
        item=item,
        title=title,
        to_check=to_check,
        made=made,
        left_out=tuple((one, board.left_out[one.key]) for one in for_panel if one.key in board.left_out),
        apart=tuple(one for one in raw.values() if not one.for_panel),
        alike=alike({key: texts[key] for key in order}),
        basis=board.basis,
        undo=undo,
    )


def _made(board: Board, raw: Mapping[str, RawReason]) -> tuple[Made, ...]:
    places = {key: place for place, key in enumerate(raw)}
    found = []
    for entry in board.entries:
        sources = sorted((key for key in entry.sources if key in raw), key=places.__getitem__)
        if sources:
            shown = tuple(Shown(raw[key], board.redacted[key]) for key in sources)
            ordered = Entry(entry.id, entry.side, entry.text, tuple(sources), entry.fallback)
            found.append(Made(ordered, shown, acts.needs_yes(board, entry)))
    return tuple(sorted(found, key=lambda one: places[one.key]))


def alike(texts: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Group reasons by likeness of their letters, for a person to merge or not; only groups of two and more.

    A reason joins the first group whose first member it is like, so that no chain of small steps joins what differs.

    >>> alike({"a": "Prices fall every month.", "b": "Courts are slow.", "c": "The prices fall each month."})
    (('a', 'c'),)
    """
    numbers: dict[str, int] = {}
    groups: list[tuple[int, list[str]]] = []
    for key, text in texts.items():
        own = _pieces(text, numbers)
        home = next((members for first, members in groups if _likeness(first, own) >= ALIKE), None)
        if home is None:
            groups.append((own, [key]))
        else:
            home.append(key)
    return tuple(tuple(members) for _, members in groups if len(members) > 1)


def _pieces(text: str, numbers: dict[str, int]) -> int:
    """Return the three-letter pieces of a text as bits of one number: comparing is then one step."""
    letters = "".join(one if one.isalnum() else " " for one in text.casefold())
    plain = f" {' '.join(letters.split())} "
    bits = 0
    for start in range(max(len(plain) - _GRAM + 1, 1)):
        bits |= 1 << numbers.setdefault(plain[start : start + _GRAM], len(numbers))
    return bits


def _likeness(one: int, other: int) -> float:
    either = (one | other).bit_count()
    return (one & other).bit_count() / either if either else 1.0


def single(bench: Workbench, key: str) -> Made:
    """Return the argument that a reason is part of, or what it would be if it passed; raises ``NotFound``."""
    for one in bench.made:
        if key in one.entry.sources:
            return one
    for raw in bench.to_check:
        if raw.key == key:
            text = raw.text.strip()
            return Made(Entry("", raw.side, text, (key,)), (Shown(raw, text),), asks=False)
    raise NotFound(N_("This reason is left out, or is not there any more."))
