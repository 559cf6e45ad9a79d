"""The deadline of a round as a calendar file: no title of the study, one entry that a later file moves."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import letter_words
from copkit_delphi.people.models import AuditEvent

MOVES = ("round:move-deadline", "round:reopen", "ethics-round:move-deadline")
LASTS = timedelta(minutes=30)
AHEAD = timedelta(days=1)


def moves(session: Session, *, study_id: str) -> int:
    """Return how often deadlines of a study moved: a calendar takes the entry with the higher number."""
    query = select(func.count()).select_from(AuditEvent)
    return session.scalar(query.where(AuditEvent.study_id == study_id, AuditEvent.action.in_(MOVES))) or 0


def of_deadline(round_: Any, *, language: str, stamp: datetime, sequence: int) -> str:
    """Return the calendar file of a round with a deadline, in UTC, which each calendar shows in its own zone.

    The entry ends at the deadline, reminds a day ahead, and keeps its id when the deadline moves.
    """
    calendar, event, alarm = Calendar(), Event(), Alarm()
    calendar.add("prodid", "-//COPKIT Delphi//Deadline//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    words = letter_words.LANGUAGES[language].CALENDAR
    until = round_.deadline.astimezone(UTC)
    event.add("uid", f"{hashlib.sha256(f'deadline {round_.id}'.encode()).hexdigest()[:32]}@copkit-delphi")
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", until - LASTS)
    event.add("dtend", until)
    event.add("summary", words)
    event.add("sequence", sequence)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -AHEAD)
    event.add_component(alarm)
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
