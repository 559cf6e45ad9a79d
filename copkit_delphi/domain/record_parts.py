"""The study record of an annex: who decided what, what was done to reasons, and what the study's own questions found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from copkit_delphi.domain.decisions import Choice


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of the decision log; ``by`` names a role, never a person. Without a record ``advice`` is None."""

    on: date
    round: int
    choice: Choice
    by: str
    advice: Choice | None = None
    reason: str = ""

    @property
    def against(self) -> bool:
        """Tell whether the decision went against the advice of that day."""
        return self.advice not in {None, self.choice}


@dataclass(frozen=True, slots=True)
class Moderated:
    """How many reasons of one round were given, merged, redacted, edited or left out; None stands for one to four.

    ``left_out`` holds each ground that was used; ``shown`` are the arguments that the panel read.
    """

    round: int
    reasons: int | None = 0
    shown: int | None = 0
    merged: int | None = 0
    redacted: int | None = 0
    edited: int | None = 0
    left_out: tuple[tuple[str, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question of the study's own as it was last answered: ``words`` are those of its item type, from the snapshot.

    ``number`` is that of the judgement it stands beside, None where there is none; then ``about`` says where it stood.
    """

    item: str
    number: int | None
    about: str
    question: str
    scale: str
    words: str


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """What lets a reader ask "says who?"; ``policy`` is the moderation policy, ``own_policy`` where it is the study's."""

    decisions: tuple[Decided, ...] = ()
    moderation: tuple[Moderated, ...] = ()
    policy: str = ""
    own_policy: bool = False
    questions: tuple[OwnQuestion, ...] = ()
