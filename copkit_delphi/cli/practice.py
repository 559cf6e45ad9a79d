"""The demonstration's practice study: open in round 2, with a seat for the visitor."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from copkit_delphi.cli.demonstration import close_round, open_round, prepare_study
from copkit_delphi.cli.demonstration_cast import Cast
from copkit_delphi.domain.errors import DelphiError
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.results import CONFIDENCE_KIND, IMPACT_KIND, LIKELIHOOD
from copkit_delphi.elicitation import (
    behaviours,
    holding,
    links,
    panels,
    pasted,
    ratings,
    rounds,
    studies,
    tendencies,
)
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.elicitation.plans import About
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.installation import Installation
from copkit_delphi.people import carriers, vault

SCENARIOS = ("S12", "S13", "S17")
SEATS = {"Law enforcement": 11, "Industry": 10, "Civil society": 6}
VISITOR = "visitor@demo.example"
SEED = 7
ABOUT = About(
    title="Practice: three threats, one quarter of an hour",
    purpose="To try the product: answer a round, be the facilitator, close it, read the brief.",
    commissioned_by="You",
    paid_by="Nobody",
    received_by="Nobody: the panel is synthetic",
    ethics_contact="Rosa Reviewer, reviewer@demo.example",
    controller="Whoever runs this installation",
    legal_basis="Practice without personal data",
    horizon=date(2028, 12, 31),
)
_LINK = re.compile(r"https?://\S+?(/p/\S+)")
_VISITOR_ROUND_1 = {LIKELIHOOD: 80.0, IMPACT_KIND: 2.0, CONFIDENCE_KIND: 2.0}


def still_open(place: Installation, study_id: str) -> bool:
    """Tell whether the practice study made earlier can still be answered."""
    with place.database.reading() as session:
        latest = rounds.latest(session, study_id) if study_id else None
        return latest is not None and holding.takes_answers(latest, place.clock(session))


def make(place: Installation, people: Cast) -> tuple[str, str]:
    """Make the study; return its id and the path of the visitor's personal link."""
    actor = people[Role.FACILITATOR]
    with place.database.writing() as session:
        now = place.clock(session)
        study = studies.create(session, about=ABOUT, facilitator=actor, at=now, seed=SEED, practice=True)
        dimensions = ["physical", "economic", "rights"]
        prepare_study(session, study, SCENARIOS, dimensions, SEATS, actor=actor)
        visitor = pasted.Person("Vera Visitor", VISITOR, "Industry")
        panels.add(session, place.vault, study_id=study.id, people=[visitor], at=now, actor=actor)
        first = _answered(session, place, study, people, deadline=now + timedelta(days=7))
        _visitor_answers(place, session, study, first)
        close_round(session, first, people, clock=place.clock)
        _answered(session, place, study, people, deadline=now + timedelta(days=28))
    place.deliver_outbox()
    return study.id, _newest_link(place)


def _answered(
    session: Session, place: Installation, study: Study, people: Cast, *, deadline: datetime
) -> Round:
    """Open a round and let the synthetic panel answer it."""
    round_ = open_round(session, place, study.id, people, opens=place.clock, deadline=deadline)
    spoken = tendencies.of_library()
    behaviours.answer_round(session, round_=round_, tendencies=spoken, clock=place.clock, seed=SEED)
    return round_


def _visitor_answers(place: Installation, session: Session, study: Study, round_: Round) -> None:
    """Answer round 1 for the visitor, who in round 2 sees the own earlier answer beside the panel's."""
    seat = next(c for c in vault.contacts(session, place.vault, study_id=study.id) if c.email == VISITOR)
    ratings.give_consent(session, panellist_id=seat.panellist_id, version="1.0", quoting="paraphrased")
    items = studies.items(session, study.id)
    for scenario in studies.scenarios(session, study.id):
        ratings.save(
            session,
            panellist_id=seat.panellist_id,
            round_id=round_.id,
            scenario_id=scenario.id,
            answers={i.id: Answer(_VISITOR_ROUND_1[i.kind]) for i in items if i.scenario_id == scenario.id},
            reason=Reason("I have seen early cases at suppliers, and nobody counts them yet."),
            clock=place.clock,
        )


def _newest_link(place: Installation) -> str:
    """Return the path of the visitor's valid link, read from the mails in the outbox folder as a person would."""
    with place.database.reading() as session:
        now = place.clock(session)
        for path in place.settings.outbox_dir.glob("*.eml"):
            message = carriers.read(path)
            match = _LINK.search(carriers.text_of(message)) if message is not None else None
            if (
                message is not None
                and message["To"] == VISITOR
                and match
                and _opens(place, session, match[1], now)
            ):
                return match[1]
    return ""


def _opens(place: Installation, session: Session, path: str, now: datetime) -> bool:
    try:
        links.resolve(session, key=place.links.read(path.removeprefix("/p/").partition("?")[0]), at=now)
    except DelphiError:
        return False
    return True
