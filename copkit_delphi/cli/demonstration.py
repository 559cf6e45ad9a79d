"""The demonstration, made only through the use cases that people have: three studies, signed and released.

The first study lives in a calendar of its own, autumn 2026, so that its documents are the same on every
machine. The practice study lives now, open in round 2, for a visitor to answer and to close.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from copkit_delphi.cli import demonstration_brief, demonstration_ethics
from copkit_delphi.cli.demonstration_cast import Cast, at, content
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import (
    behaviours,
    feedback,
    grouping,
    imports,
    panels,
    rounds,
    studies,
    tendencies,
)
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.elicitation.plans import About, GroupPlan
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.installation import Installation
from copkit_delphi.library import shipped as library
from copkit_delphi.people import accounts
from copkit_delphi.warning import taking

SEED = 8  # three consensus, three partial, one divided, one polarised: what the written texts are about
GROUPS = (("Law enforcement", "lea", 14), ("Industry", "ind", 12), ("Civil society", "cso", 8))
ATTRIBUTION = (
    "repliCATS expert judgements, data sets of the R package aggreCAT (metamelb-repliCATS), "
    "MIT licence, copyright (c) 2020 Charles Gray. Codes replace names; reasons left out."
)


def main_study(place: Installation, people: Cast, *, say: Callable[[str], None]) -> str:
    """Make the closed study of eight scenarios with its released brief and annex; return its id."""
    with place.database.writing() as session:
        study_id = _set_up(session, people)
    for number, opens, closes in ((1, 0, 14), (2, 21, 35)):
        say(f"round {number}: 34 synthetic panellists answer eight scenarios")
        with place.database.writing() as session:
            run_round(session, place, study_id, people, opens=at(opens), closes=at(closes), seed=SEED)
    say("ethics round: the same panel rates eight headline risks")
    with place.database.writing() as session:
        studies.end(session, study_id=study_id, actor=people[Role.FACILITATOR], at=at(36)(session))
        demonstration_brief.plan(session, study_id)
        demonstration_ethics.run(session, study_id, people, seed=SEED)
        demonstration_brief.assess(session, study_id, people)
        demonstration_brief.warn(session, study_id, people)
        brief_id = demonstration_brief.write(session, study_id, people).id
    say("brief and annex: signed by ethics reviewer, data protection officer and owner")
    demonstration_brief.sign_and_release(place, brief_id, people)
    return study_id


def _set_up(session: Session, people: Cast) -> str:
    written = content()["study"]
    about = About(
        **{key: written[key] for key in ("title", "purpose", "commissioned_by", "paid_by", "received_by")},
        ethics_contact=written["ethics_contact"],
        controller=written["controller"],
        legal_basis=written["legal_basis"],
        horizon=date(2028, 12, 31),
        marking=Marking.AMBER,
    )
    study = studies.create(
        session,
        about=about,
        facilitator=people[Role.FACILITATOR],
        at=at(-7)(session),
        seed=SEED,
        synthetic=True,
    )
    prepare_study(
        session,
        study,
        library.DEMONSTRATION,
        content()["dimensions"],
        {name: size for name, _, size in GROUPS},
        actor=people[Role.FACILITATOR],
    )
    for role in (Role.ANALYST, Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER):
        accounts.give_role(
            session,
            account_id=people[role],
            role=role,
            study_id=study.id,
            at=at(-7)(session),
            actor=people[Role.FACILITATOR],
        )
    return study.id


def prepare_study(
    session: Session,
    study: Study,
    scenarios: tuple[str, ...],
    dimensions: list[str],
    seats: Mapping[str, int],
    *,
    actor: str,
) -> None:
    """Give a draft study groups, rules, scenarios of the library and a synthetic panel."""
    plans = [GroupPlan(name, kind, seats[name]) for name, kind, _ in GROUPS]
    grouping.set_groups(session, study_id=study.id, plans=plans)
    session.flush()  # seats refer to groups
    protocol = Protocol(dimensions=tuple(dimensions), ask_track_record=not study.practice)
    studies.set_protocol(session, study_id=study.id, protocol=protocol)
    for name in scenarios:
        taking.take(session, study_id=study.id, name=name, actor=actor, at=study.created_at)
    behaviours.seat_panel(session, study_id=study.id, sizes=seats)


def run_round(
    session: Session,
    place: Installation,
    study_id: str,
    people: Cast,
    *,
    opens: Clock,
    closes: Clock,
    seed: int,
) -> None:
    """Open the planned round, let the synthetic panel answer, close it, moderate and open the feedback."""
    round_ = open_round(session, place, study_id, people, opens=opens, deadline=closes(session))
    behaviours.answer_round(
        session, round_=round_, tendencies=tendencies.of_library(), clock=opens, seed=seed
    )
    close_round(session, round_, people, clock=closes)


def open_round(
    session: Session, place: Installation, study_id: str, people: Cast, *, opens: Clock, deadline: datetime
) -> Round:
    """Open the planned round and invite the panel."""
    actor = people[Role.FACILITATOR]
    round_ = rounds.open_next(session, study_id=study_id, deadline=deadline, actor=actor, clock=opens)
    panels.invite(session, place.vault, place.links, round_=round_, at=opens(session), actor=actor)
    return round_


def close_round(session: Session, round_: Round, people: Cast, *, clock: Clock) -> None:
    """Close a round, merge like reasons, pass each on the side it speaks for, and open the feedback."""
    sides = _sides()
    actor = people[Role.FACILITATOR]
    closed = rounds.close(session, round_id=round_.id, actor=actor, clock=clock)
    passed = [
        feedback.Edited(
            first.key, sides.get(first.text, first.side), first.text, tuple(one.key for one in others)
        )
        for first, *others in _alike(feedback.raw_reasons(session, round_=closed))
    ]
    feedback.moderate(session, round_=closed, edited=passed, actor=actor, at=clock(session))
    rounds.open_feedback(session, round_=closed, actor=actor, clock=clock)
    session.flush()  # the next round is planned


def _sides() -> dict[str, str]:
    """Return the side that each written reason speaks for, whatever its author rated."""
    return {
        text: side
        for written in content()["scenarios"].values()
        for side, texts in written["reasons"].items()
        for text in texts
    }


def _alike(reasons: list[feedback.RawReason]) -> list[list[feedback.RawReason]]:
    """Group reasons of one text, as a facilitator would merge them."""
    found: dict[tuple[str, str], list[feedback.RawReason]] = {}
    for reason in reasons:
        if reason.for_panel:
            found.setdefault((reason.item_id, reason.text), []).append(reason)
    return list(found.values())


def imported_study(place: Installation, people: Cast) -> str:
    """Import the real repliCATS panel; return the study's id."""
    data = (library.DATA / "replicats" / "ratings.csv").read_bytes()
    with place.database.writing() as session:
        made = imports.import_ratings(
            session,
            read_ratings(data),
            title="repliCATS: will 25 published claims replicate?",
            facilitator=people[Role.FACILITATOR],
            at=at(40)(session),
            attribution=ATTRIBUTION,
            marking=Marking.CLEAR,
        )
        accounts.give_role(
            session,
            account_id=people[Role.ANALYST],
            role=Role.ANALYST,
            study_id=made.study_id,
            at=at(40)(session),
            actor=people[Role.FACILITATOR],
        )
    return made.study_id
