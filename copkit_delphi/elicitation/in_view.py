"""How long pages were in view, measured: coarse seconds beside a panellist's progress, until the round closes.

A duration is no time of day, stands beside no rating and is read by no page but its owner's. The close makes panel
figures of them, from ten people on, and erases them in its own transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from sqlalchemy import JSON, Integer, cast, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from copkit_delphi.domain import effort
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.elicitation import consents, durations, studies
from copkit_delphi.elicitation.holding import Beside, dialect, postgresql
from copkit_delphi.elicitation.models import Panellist, Participation, Round
from copkit_delphi.elicitation.replies import Written

STEP, MOST, LEAST = 15, 15 * 60, 10
_COLUMN = Participation.__table__.c.page_seconds


@dataclass(frozen=True, slots=True)
class Returned:
    """What comes back with a page beside its answers: the marks of what it was made from, and seconds in view.

    ``page`` tells one opened page from another: what it typed itself is no news to it. ``replies`` are by argument.
    """

    basis: str | None = None
    seconds: int = 0
    page: str = ""
    drafts: str | None = None
    replies: Mapping[str, Written] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageMinutes:
    """One page of a closed round: minutes as estimated, and the panel's middle half in half minutes.

    The three are None where fewer than ten were measured.
    """

    name: str
    title: str
    estimated: int
    median: float | None
    q1: float | None
    q3: float | None


def coarse(sent: str) -> int:
    """Return seconds that a page sent, up to the next step, fifteen minutes at most; 0 for whatever is no number.

    >>> coarse("1"), coarse("15"), coarse("16"), coarse("99999"), coarse(""), coarse("-3"), coarse("1.5")
    (15, 15, 30, 900, 0, 0, 0)
    """
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 9):
        return 0
    return min(MOST, -(-int(sent) // STEP) * STEP)


def added(session: Session, panellist: Panellist, page: str, seconds: int) -> Beside:
    """Return what a save writes into its own row of progress; nothing of somebody who was not told of it."""
    if not seconds or not consents.tells_of_times(panellist.consent_version):
        return {}
    before = func.coalesce(_COLUMN[page].as_integer(), 0) + seconds
    if dialect(session) is postgresql:
        total = func.to_jsonb(func.least(MOST, before, type_=Integer))
        path = cast(array([page]), ARRAY(Text))
        after: Any = cast(func.jsonb_set(cast(_COLUMN, JSONB), path, total), JSON)
    else:
        after = func.json_set(_COLUMN, f'$."{page}"', func.min(MOST, before), type_=JSON)
    return {_COLUMN.name: ({page: seconds}, after)}


def settle(session: Session, round_: Round) -> list[PageMinutes]:
    """Return the panel figures of each page that the round asked, in order, and erase every duration."""
    measured: dict[str, list[int]] = defaultdict(list)
    for one in session.scalars(select(_COLUMN).where(Participation.round_id == round_.id)):
        for page, seconds in one.items():
            measured[page].append(seconds)
    session.execute(
        update(Participation)
        .where(Participation.round_id == round_.id)
        .values(page_seconds={})
        .execution_options(synchronize_session="fetch")
    )
    estimated = durations.of_round(session, round_)
    return [
        PageMinutes(one.name, one.title, effort.minutes(estimated[one.id]), *_middle_half(measured[one.id]))
        for one in studies.scenarios(session, round_.study_id)
        if one.id in estimated
    ]


def _middle_half(seconds: list[int]) -> tuple[float | None, float | None, float | None]:
    """Return median and quartiles (type 7) in half minutes, at least one half."""
    if len(seconds) < LEAST:
        return None, None, None
    low, _, high = quantiles(seconds, n=4, method="inclusive")
    middle, q1, q3 = (max(0.5, round_half_up(one / 30) / 2) for one in (median(seconds), low, high))
    return middle, q1, q3
