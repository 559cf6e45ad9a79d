"""Readings of indicators: appended by people, going stale by themselves."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.permission import Identity
from copkit_delphi.domain.register import TELLING, Observed, stale_after
from copkit_delphi.people import audit
from copkit_delphi.warning.models import Indicator, IndicatorReading


@dataclass(frozen=True, slots=True)
class Watch:
    """An indicator with all its readings, oldest first."""

    indicator: Indicator
    readings: tuple[IndicatorReading, ...] = ()

    @property
    def newest(self) -> IndicatorReading | None:
        """Return the reading that counts."""
        return self.readings[-1] if self.readings else None

    @property
    def status(self) -> Observed:
        """Return what the newest reading says."""
        return Observed(self.newest.status) if self.newest else Observed.NOT_COLLECTED

    @property
    def valid_until(self) -> date | None:
        """Return the last day on which the newest reading counts, None when it has no end or there is none."""
        if self.newest is None:
            return None
        return stale_after(self.newest.on, self.indicator.cadence, self.indicator.expiry)

    def stale(self, on: date) -> bool:
        """Tell whether a reading that said something is too old to count."""
        until = self.valid_until
        return self.status in TELLING and until is not None and until < on

    def tells(self, on: date) -> bool:
        """Tell whether the newest reading says something on a day."""
        return self.status in TELLING and not self.stale(on)


def of_study(session: Session, study_id: str) -> tuple[Watch, ...]:
    """Return every indicator of a study with its readings."""
    query = select(Indicator).where(Indicator.study_id == study_id).order_by(Indicator.position)
    indicators = list(session.scalars(query))
    found: dict[str, list[IndicatorReading]] = defaultdict(list)
    rows = select(IndicatorReading).join(Indicator).where(Indicator.study_id == study_id)
    for row in session.scalars(rows.order_by(IndicatorReading.position)):
        found[row.indicator_id].append(row)
    return tuple(Watch(one, tuple(found[one.id])) for one in indicators)


def get(session: Session, *, study_id: str, indicator_id: str) -> Watch:
    """Return one indicator of a study; raises ``NotFound``."""
    for one in of_study(session, study_id):
        if one.indicator.id == indicator_id:
            return one
    raise NotFound(N_("There is no such indicator in this study."))


def add(
    session: Session,
    *,
    watch: Watch,
    status: Observed,
    value: str,
    on: date,
    seen: int,
    by: Identity,
    at: datetime,
) -> None:
    """Append a reading; ``seen`` is how many readings the person saw, so that two do not overtake each other."""
    if seen != len(watch.readings):
        raise Conflict(N_("Somebody added a reading meanwhile. Read it, then add yours."))
    if on > at.date():
        raise Invalid(N_("A reading is of today or of an earlier day."))
    if status in TELLING and not value.strip():
        raise Invalid(N_("Give the value that was read."))
    session.add(
        IndicatorReading(
            id=secrets.token_hex(8),
            indicator_id=watch.indicator.id,
            position=seen + 1,
            value=value.strip(),
            on=on,
            status=status,
            account_id=by.account_id,
            name=by.name,
            at=at,
        )
    )
    session.flush()  # one reading a position: the index decides between two people
    audit.record(
        session,
        actor=by.account_id,
        action="indicator:read",
        at=at,
        study_id=watch.indicator.study_id,
        indicator=watch.indicator.name,
        status=str(status),
    )
