"""Which items a round asks, each in the version of its wording: fixed when it opens, from frozen verdicts alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from copkit_delphi.domain import carrying as rule
from copkit_delphi.domain.carrying import Candidate
from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.elicitation import amendments, results, studies, succession
from copkit_delphi.elicitation.models import Item, Round, RoundItem, Study

MAX_REASON = 600


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item that may be asked again: what was frozen of it, and whether the study's rule asks it."""

    item: Item
    verdict: str
    changed: bool
    settled: bool
    asked: bool


def before(session: Session, study_id: str, number: int) -> Round | None:
    """Return the round before round ``number``, None for the first."""
    query = select(Round).where(Round.study_id == study_id, Round.number == number - 1)
    return session.scalars(query).first()


def proposals(session: Session, *, study_id: str, number: int) -> list[Proposal]:
    """Return the items that round ``number`` can ask, in order, with the verdicts frozen in the round before.

    An item that was left out once is not among them: its result stands, and asking again would compare answers
    over a gap.
    """
    candidates, items = _candidates(session, study_id, number)
    asked = rule.proposed(_carry(session, study_id), candidates)
    return [
        Proposal(items[one.item_id], one.verdict, one.changed, one.settled, one.item_id in asked)
        for one in candidates
        if one.is_own
    ]


def by_rule(session: Session, *, study_id: str, number: int) -> frozenset[str]:
    """Return the ids of the items that the study's rule asks in round ``number``, with what goes along."""
    candidates, _ = _candidates(session, study_id, number)
    return rule.proposed(_carry(session, study_id), candidates)


def _carry(session: Session, study_id: str) -> str:
    return Protocol.from_dict(studies.get(session, study_id).protocol).carry


def _candidates(session: Session, study_id: str, number: int) -> tuple[list[Candidate], dict[str, Item]]:
    last = before(session, study_id, number)
    if last is None:
        return [], {}
    was, frozen = succession.versions(session, last.id), _frozen(session, last)
    items = {item.id: item for item in studies.items(session, study_id) if item.id in was}
    verdicts = {item.name: item.verdict for item in frozen.items} if frozen else {}
    found = [
        Candidate(key, item.scenario_id, item.kind, verdicts.get(item.name, ""), item.version != was[key])
        for key, item in items.items()
    ]
    return found, items


def _frozen(session: Session, last: Round) -> RoundSnapshot | None:
    return next((one for one in results.of_study(session, last.study_id) if one.round == last.number), None)


def fix(
    session: Session, round_: Round, *, chosen: Collection[str] | None, reason: str, at: datetime
) -> list[str]:
    """Write which items the round asks; return their names. Round 1 asks all of them.

    ``chosen`` are ids of items asked, None those of the study's rule. Leaving the rule needs a reason and is an
    amendment, which the brief prints. Raises ``Invalid`` or ``Conflict``.
    """
    candidates, items = _candidates(session, round_.study_id, round_.number)
    if before(session, round_.study_id, round_.number) is None:
        items = {item.id: item for item in studies.items(session, round_.study_id)}
        asked: Collection[str] = items
    else:
        asked = _asked(session, round_, candidates, items, chosen, reason, at)
    write(session, round_.id, [items[key] for key in items if key in asked])
    return [items[key].name for key in items if key in asked]


def write(session: Session, round_id: str, items: Sequence[Item]) -> None:
    """Note that a round asks ``items`` in the words they have now."""
    session.flush()  # the rows refer to round and items
    rows = [{"round_id": round_id, "item_id": item.id, "version": item.version or 1} for item in items]
    if rows:
        session.execute(insert(RoundItem), rows)


def _asked(
    session: Session,
    round_: Round,
    candidates: Sequence[Candidate],
    items: Mapping[str, Item],
    chosen: Collection[str] | None,
    reason: str,
    at: datetime,
) -> Collection[str]:
    proposed = rule.proposed(_carry(session, round_.study_id), candidates)
    asked = proposed if chosen is None else rule.completed(chosen, candidates)
    if not asked:
        raise Conflict(
            N_(
                "Every item is settled, and a round needs one to ask. End the study, or ask a settled item again."
            ),
            about="chosen",
        )
    changes = rule.deviation(asked, proposed, candidates)
    if not changes["added"] and not changes["dropped"]:
        return asked
    given = checked(reason, N_("Say why other items are asked than the rule says. The brief prints it."))
    parts = [f"Round {round_.number} does not follow the rule for carrying items forward."]
    for key, word in (("added", "asked although settled"), ("dropped", "left out although open")):
        if changes[key]:
            parts.append(f"{word.capitalize()}: {', '.join(items[one].name for one in changes[key])}.")
    amend(session, round_.study_id, " ".join(parts), given, at)
    return asked


def checked(reason: str, refusal: str) -> str:
    """Return a reason that was given; raises ``Invalid``."""
    given = reason.strip()
    if not given:
        raise Invalid(refusal, about="reason")
    if len(given) > MAX_REASON or "\x00" in given:
        raise Invalid(N_("A reason has at most %(n)s characters."), n=MAX_REASON, about="reason")
    return given


def amend(session: Session, study_id: str, text: str, reason: str, at: datetime) -> None:
    """Write a dated change of the protocol, which brief and annex print."""
    amendments.record(session, session.get_one(Study, study_id), text=text, reason=reason, at=at)
