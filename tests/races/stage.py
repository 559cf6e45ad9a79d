"""The scene: studies with a round open, a panel with personal links, facilitators. Made by the product's use cases."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from copkit_delphi import installation
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.holding import GRACE
from copkit_delphi.elicitation.models import Item, Panellist, Round, StakeholderGroup, Study
from copkit_delphi.elicitation.ratings import Answer, save
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit
from copkit_delphi.settings import Settings
from tests import factories

VALUES = {"likelihood": 50.0, "impact": 2.0, "confidence": 2.0, "track_record": 40.0}


@dataclass
class Scene:
    """Where it is, and who takes part, as the client needs to know it."""

    folder: Path
    url: str
    place: Installation
    people: list[dict[str, str]] = field(default_factory=list)
    staff: list[dict[str, str]] = field(default_factory=list)
    rounds: list[dict[str, str]] = field(default_factory=list)

    def due_at(self, round_id: str, moment: datetime) -> None:
        """Set the deadline so that the round takes answers until ``moment``, its grace counted in."""
        with self.place.database.writing() as session:
            session.execute(update(Round).where(Round.id == round_id).values(deadline=moment - GRACE))

    def close_all(self) -> None:
        """Close what is still open, so that the judge can count."""
        for one in self.rounds:
            with self.place.database.writing() as session:
                if session.get_one(Round, one["round"]).state == "open":
                    rounds.close(session, round_id=one["round"], actor="test", clock=self.place.clock)

    def self_check(self) -> list[str]:
        """Return what the audit chain says of itself."""
        with self.place.database.reading() as session:
            broken = audit.verify(session)
        return [] if broken is None else [f"the audit chain breaks at {broken}"]

    def leave(self) -> None:
        self.place.database.engine.dispose()


def scene(
    folder: Path, url: str = "", *, studies: int = 1, panellists: int = 6, answered: int = 0, staff: int = 0
) -> Scene:
    """Make ``studies`` with a round open; ``answered`` more panellists have answered before anything begins."""
    place = installation.make(Settings(data_dir=folder, DATABASE_URL=url))
    place.migrate()
    made = Scene(folder, place.settings.database, place)
    with place.database.writing() as session:
        accounts = [factories.make_account(session, f"Fatima {n}") for n in range(max(1, staff))]
        for number in range(studies):
            study = factories.draft_study(
                session, accounts[0].id, scenarios=("S02",), practice=False, title=f"Race {number}"
            )
            for account in accounts:
                _facilitates(session, account.id, study)
            _seat(made, session, study, panellists, answered)
    made.staff = [{"email": account.email, "password": factories.PASSWORD} for account in accounts[:staff]]
    return made


def _facilitates(session: Session, account_id: str, study: Study) -> None:
    factories.accounts.give_role(
        session,
        account_id=account_id,
        role=Role.FACILITATOR,
        study_id=study.id,
        at=factories.NOW,
        actor="test",
    )


def _seat(made: Scene, session: Session, study: Study, panellists: int, answered: int) -> None:
    group = session.scalars(select(StakeholderGroup).where(StakeholderGroup.study_id == study.id)).first()
    assert group
    codes = [secrets.token_hex(16) for _ in range(panellists + answered)]
    seat = {"study_id": study.id, "group_id": group.id, "consent_version": "1.0"}
    session.execute(insert(Panellist), [{"id": code, **seat} for code in codes])
    at = made.place.clock(session)
    round_ = rounds.open_next(
        session, study_id=study.id, deadline=at + timedelta(days=1), actor="test", clock=made.place.clock
    )
    made.rounds.append({"round": round_.id, "study": study.id, "path": f"/studies/{study.id}/rounds/1/close"})
    for code in codes[:panellists]:
        made.people.append(
            {"panellist": code, "round": round_.id, "study": study.id, "link": _link(made, session, code)}
        )
    for code in codes[panellists:]:
        _answer(made, session, study, round_, code)


def _link(made: Scene, session: Session, code: str) -> str:
    address = made.place.links.issue(session, session.get_one(Panellist, code))
    return "/p/" + address.rpartition("/p/")[2]


def _answer(made: Scene, session: Session, study: Study, round_: Round, code: str) -> None:
    items = session.scalars(select(Item).where(Item.study_id == study.id)).all()
    save(
        session,
        panellist_id=code,
        round_id=round_.id,
        scenario_id=items[0].scenario_id,
        answers={item.id: Answer(VALUES[item.kind]) for item in items},
        clock=made.place.clock,
    )


def plan(made: Scene, mode: str, port: int, **more: Any) -> dict[str, Any]:
    """Return what the client is told."""
    return {"mode": mode, "port": port, "people": made.people, "staff": made.staff, **more}
