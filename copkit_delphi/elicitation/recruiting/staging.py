"""An uploaded list on its way to the panel: sealed while somebody looks at it, then put on the list as a whole.

Nothing of it is on the panel before it is confirmed. The import itself is one transaction: whoever looks at the list
while it runs, or after the machine went down in the middle, finds all of it or nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.elicitation import entry
from copkit_delphi.elicitation.models import StagedUpload, StakeholderGroup
from copkit_delphi.elicitation.recruiting import checking, columns, listing
from copkit_delphi.elicitation.recruiting.checking import Plan, Row
from copkit_delphi.elicitation.recruiting.grids import Grid
from copkit_delphi.elicitation.recruiting.listing import Newcomer, Tell
from copkit_delphi.people import accounts, vault
from copkit_delphi.people.vault import Vault

KEPT = timedelta(days=1)
PREVIEW, RUNNING, DONE, FAILED = "preview", "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class Preview:
    """A staged list as it would be taken; ``heads`` are its headings or first cells, by column."""

    id: str
    state: str
    plan: Plan
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    named: Mapping[str, tuple[str, int]]
    groups: Mapping[str, str]

    @property
    def ready(self) -> int:
        """Return how many would be put on the list."""
        return sum(row.ready for row in self.rows)

    @property
    def unknown(self) -> dict[str, tuple[str, int]]:
        """Return the names of groups in the list that are none of the study's, with how many rows bear them."""
        own = {columns.plain(name) for name in self.groups.values()}
        return {word: found for word, found in self.named.items() if word and word not in own}


def stage(
    session: Session, seals: Vault, *, study_id: str, grid: Grid, at: datetime, actor: str
) -> StagedUpload:
    """Keep a list for a day, sealed, read as well as it can be; raises ``Conflict`` when nobody can be added."""
    entry.check(session, study_id)
    groups = _groups(session, study_id)
    if not groups:
        raise Conflict(N_("The study has no group yet. Add groups first: everybody on the panel is in one."))
    heading = columns.has_heading(grid)
    found = columns.recognised(grid, heading=heading, groups=groups.values())
    only = next(iter(groups)) if len(groups) == 1 else ""
    row = StagedUpload(
        id=secrets.token_hex(16),
        study_id=study_id,
        actor=actor,
        state=PREVIEW,
        people=0,
        refusal="",
        expires_at=at + KEPT,
        seal=seals.seal(_packed(grid.rows, Plan(heading, tuple(found), everybody=only))),
    )
    session.add(row)
    session.flush()
    return row


def find(
    session: Session, *, study_id: str, staged_id: str, at: datetime, hold: bool = False
) -> StagedUpload:
    """Return a staged list; raises ``NotFound`` when it is another study's or its day is over."""
    query = select(StagedUpload).where(StagedUpload.id == staged_id, StagedUpload.study_id == study_id)
    row = session.scalars(query.with_for_update() if hold else query).first()
    if row is None or at >= row.expires_at:
        raise NotFound(N_("This list is not kept any more. Upload it again."))
    return row


def look(session: Session, seals: Vault, *, study_id: str, staged_id: str, at: datetime) -> Preview:
    """Return what would become of each row today; raises ``NotFound``."""
    row = find(session, study_id=study_id, staged_id=staged_id, at=at)
    present = vault.contacts(session, seals, study_id=study_id)
    staff = accounts.addresses(session, study_id=study_id)
    return _preview(session, seals, row, checking.known(present, staff))


def _preview(session: Session, seals: Vault, row: StagedUpload, against: checking.Known) -> Preview:
    groups = _groups(session, row.study_id)
    cells, plan = _opened(seals, row)
    return Preview(
        id=row.id,
        state=row.state,
        plan=plan,
        heads=tuple(cells[0]),
        rows=tuple(checking.checked(cells, plan, groups=groups, against=against)),
        named=checking.groups_named(cells, plan),
        groups=groups,
    )


def change(
    session: Session, seals: Vault, *, study_id: str, staged_id: str, plan: Plan, at: datetime
) -> None:
    """Keep what was chosen and mended; fixes are added to those made before."""
    row = _waiting(session, study_id=study_id, staged_id=staged_id, at=at)
    cells, before = _opened(seals, row)
    width = len(cells[0])
    if len(plan.columns) != width:
        raise Conflict(N_("This page is from another list. Load it again."))
    fixes = {**before.fixes, **plan.fixes}
    row.seal = seals.seal(_packed(cells, replace(plan, fixes=fixes)))


def cancel(session: Session, *, study_id: str, staged_id: str, at: datetime) -> None:
    """Forget a list that was not taken."""
    session.delete(_waiting(session, study_id=study_id, staged_id=staged_id, at=at))


def begin(
    session: Session, seals: Vault, *, study_id: str, staged_id: str, expected: int, at: datetime
) -> int:
    """Mark a list as being taken and return how many people it brings; raises ``Conflict`` if not ``expected``."""
    row = _waiting(session, study_id=study_id, staged_id=staged_id, at=at)
    ready = look(session, seals, study_id=study_id, staged_id=staged_id, at=at).ready
    if ready == 0:
        raise Conflict(N_("No row is ready: mend the rows that say what is wrong, or cancel."))
    if ready != expected:
        raise Conflict(
            N_("%(n)s rows are ready now and not %(before)s: please look again."), n=ready, before=expected
        )
    row.state, row.people, row.refusal = RUNNING, ready, ""
    return ready


def finish(
    session: Session, seals: Vault, *, staged_id: str, at: datetime, actor: str, tell: Tell = listing.nobody
) -> int:
    """Put the people of a list that was begun on the panel, all or none; return how many. Twice does nothing more."""
    row = session.scalars(select(StagedUpload).where(StagedUpload.id == staged_id).with_for_update()).first()
    if row is None or row.state != RUNNING:
        return 0
    present, staff = listing.hold(session, seals, study_id=row.study_id)
    preview = _preview(session, seals, row, checking.known(present, staff))
    people = [_newcomer(one) for one in preview.rows if one.ready]
    if len(people) != row.people:
        raise Conflict(N_("Somebody changed the list of the panel meanwhile. Nobody was added: look again."))
    listing.put(session, seals, study_id=row.study_id, people=people, at=at, actor=actor, tell=tell)
    row.state, row.seal = DONE, None
    return len(people)


def fail(session: Session, *, staged_id: str, sentence: str) -> None:
    """Say of a list that was begun why it was not taken; it can be looked at and begun again."""
    row = session.get(StagedUpload, staged_id)
    if row is not None and row.state == RUNNING:
        row.state, row.refusal = FAILED, sentence


def latest(session: Session, *, study_id: str, at: datetime) -> StagedUpload | None:
    """Return the list of a study that waits to be looked at or taken, if there is one; the newest."""
    query = select(StagedUpload).where(
        StagedUpload.study_id == study_id, StagedUpload.state != DONE, StagedUpload.expires_at > at
    )
    return session.scalars(query.order_by(StagedUpload.expires_at.desc()).limit(1)).first()


def expire(session: Session, *, at: datetime) -> None:
    """Delete every list whose day is over."""
    session.execute(
        delete(StagedUpload).where(StagedUpload.expires_at <= at).execution_options(synchronize_session=False)
    )


def _waiting(session: Session, *, study_id: str, staged_id: str, at: datetime) -> StagedUpload:
    row = find(session, study_id=study_id, staged_id=staged_id, at=at, hold=True)
    if row.state == DONE:
        raise Conflict(N_("This list is on the panel already."))
    return row


def _newcomer(row: Row) -> Newcomer:
    return Newcomer(row.name, row.email, row.group_id, row.organisation, row.language, row.note)


def _groups(session: Session, study_id: str) -> dict[str, str]:
    query = (
        select(StakeholderGroup.id, StakeholderGroup.name)
        .where(StakeholderGroup.study_id == study_id)
        .order_by(StakeholderGroup.position)
    )
    return dict(session.execute(query).all())


def _packed(rows: Any, plan: Plan) -> dict[str, Any]:
    return {"rows": rows, "plan": asdict(plan)}


def _opened(seals: Vault, row: StagedUpload) -> tuple[list[list[str]], Plan]:
    if row.seal is None:
        raise NotFound(N_("This list is not kept any more. Upload it again."))
    held = seals.open(row.seal)
    plan = held["plan"]
    fixes = {int(number): fix for number, fix in plan["fixes"].items()}
    return held["rows"], Plan(
        plan["heading"], tuple(plan["columns"]), plan["groups"], plan["everybody"], fixes
    )
