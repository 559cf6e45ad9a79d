"""Played colleagues: each act goes through the use case and the gates that a person's act goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, DelphiError
from copkit_delphi.domain.lifecycle import BriefState, FlagState
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.ethics import flags
from copkit_delphi.training import exercises, scripts
from copkit_delphi.training.models import Exercise
from copkit_delphi.warning import briefs, gates
from copkit_delphi.warning.models import Brief

# What the signatures themselves open, and what is judged at the release.
_OWN = frozenset({"G6", "G8"})
_HOLDS = frozenset({"stop", "major"})


@dataclass(frozen=True, slots=True)
class Scene:
    """One act: who plays it, in which exercise, when."""

    session: Session
    exercise: Exercise
    role: Role
    at: datetime

    @property
    def actor(self) -> Identity:
        """Return who plays the role."""
        return exercises.colleague(self.session, self.exercise, self.role)

    @property
    def study_id(self) -> str:
        """Return the study of the exercise."""
        return self.exercise.study_id


@dataclass(frozen=True, slots=True)
class Act:
    """Something a colleague can be asked for."""

    key: str
    role: Role
    label: str
    play: Callable[[Scene], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; ``refusal`` is untranslated, filled from ``params``, empty when it was done."""

    refusal: str = ""
    params: Mapping[str, object] | None = None


def play(session: Session, *, exercise: Exercise, act: str, at: datetime) -> Outcome:
    """Let a colleague act. A refusal undoes what was begun and is kept for the debrief."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise Conflict(N_("Nobody in this exercise does that."))
    try:
        with session.begin_nested():
            chosen.play(Scene(session, exercise, chosen.role, at))
    except DelphiError as error:
        exercises.note(session, exercise, act=act, refusal=str(error), at=at)
        return Outcome(error.message, error.params)
    exercises.note(session, exercise, act=act, refusal="", at=at)
    return Outcome()


def _write(scene: Scene) -> None:
    """The analyst completes indicators and actions, sets the warning levels and writes the brief."""
    scripts.plans(scene.session, study_id=scene.study_id, at=scene.at)
    scripts.set_levels(scene.session, study_id=scene.study_id, by=scene.actor, at=scene.at)
    scripts.brief(scene.session, study_id=scene.study_id, by=scene.actor, at=scene.at)


def _assess(scene: Scene) -> None:
    """The ethics reviewer reads the replies to the flags, clears what was answered and assesses the study."""
    found = flags.of_study(scene.session, scene.study_id)
    for flag in found:
        if flag.state == FlagState.OPEN and flag.level in _HOLDS:
            raise Conflict(
                N_("I do not assess this study while flag %(flag)s has no reply. Reply to it first."),
                flag=flag.question_id,
            )
    actor = scene.actor
    for flag in found:
        if flag.state == FlagState.ANSWERED:
            reason = "The reply meets the concern for this exercise."
            flags.clear(
                scene.session,
                flag=flag,
                read=flags.version(flag),
                reason=reason,
                name=actor.name,
                actor=actor.account_id,
                at=scene.at,
            )
    scripts.assessment(scene.session, study_id=scene.study_id, by=actor, at=scene.at)


def _sign(scene: Scene) -> None:
    """Read the text and the gates as anybody who signs, and refuse while one is closed that a signature cannot open."""
    brief = briefs.working(scene.session, scene.study_id)
    if brief is None:
        raise Conflict(N_("There is no brief to sign yet."))
    shown = briefs.prepare(scene.session, brief, at=scene.at)
    closed = next((gate for gate in shown.gates if not gate.met and gate.code not in _OWN), None)
    if closed is not None:
        raise Conflict(
            N_("I do not sign while gate %(gate)s is closed. %(note)s"),
            gate=f"{closed.code} {closed.label}",
            note=closed.note,
        )
    actor = scene.actor
    briefs.sign(
        scene.session,
        brief=brief,
        role=scene.role,
        account_id=actor.account_id,
        name=actor.name,
        content_hash=shown.content_hash,
        at=scene.at,
    )


def signing(session: Session, brief: Brief, *, at: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """Return which roles sign the brief of an exercise, and which have signed its text as it stands."""
    if brief.state == BriefState.DRAFT:
        return frozenset(), frozenset()
    shown = briefs.prepare(session, brief, at=at)
    valid = (row.role for row in shown.found.signatures if row.content_hash == shown.content_hash)
    return frozenset(gates.required_signers(shown.found)), frozenset(valid)


ACTS = {
    act.key: act
    for act in (
        Act("write", Role.ANALYST, N_("Analyst, writing"), _write),
        Act("assess", Role.ETHICS_REVIEWER, N_("Ethics reviewer, assessing"), _assess),
        Act("sign-reviewer", Role.ETHICS_REVIEWER, N_("Ethics reviewer, signing"), _sign),
        Act("sign-dpo", Role.DPO, N_("Data protection officer, signing"), _sign),
        Act("sign-owner", Role.OWNER, N_("Accountable owner, signing"), _sign),
    )
}
