"""Exercises."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Source

ROWS: dict[str, Door] = {
    "exercises.catalogue": Door(Action.EXERCISE_RUN, Source.EXERCISE),
    "exercises.start": Door(Action.EXERCISE_RUN, Source.NONE),
    "exercises.practice": Door(Action.EXERCISE_RUN, Source.LIBRARY),
    "exercises.practice_post": Door(Action.EXERCISE_RUN, Source.LIBRARY),
    "exercises.exercise": Door(Action.EXERCISE_RUN, Source.EXERCISE, marked=True),
    "exercises.play": Door(Action.EXERCISE_RUN, Source.NONE),
}
