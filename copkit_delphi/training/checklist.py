"""The steps of an exercise with what each teaches, read from the study itself: nothing is ticked by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import BriefState, FeedbackState, FlagState, RoundState, StudyState
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.ethics import assessments, flags
from copkit_delphi.ethics import rounds as ethics_rounds
from copkit_delphi.ethics.models import EthicsFlag, EthicsRound
from copkit_delphi.training import colleagues, exercises
from copkit_delphi.training.models import Exercise
from copkit_delphi.warning import briefs
from copkit_delphi.warning.models import Brief

_UP = frozenset({BriefState.ASSESSED, BriefState.SIGNED, BriefState.PUBLISHED, BriefState.WITHDRAWN})
_OUT = frozenset({BriefState.PUBLISHED, BriefState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the study of an exercise stands, read once."""

    study: Study
    rounds: tuple[Round, ...]
    ethics: tuple[EthicsRound, ...]
    flags: tuple[EthicsFlag, ...]
    assessed: bool
    brief: Brief | None
    written: bool
    signed: frozenset[str]
    signers: frozenset[str]

    def closed(self, number: int) -> bool:
        """Tell whether a round is closed."""
        return any(row.number == number and row.state == RoundState.CLOSED for row in self.rounds)

    def fed_back(self, number: int) -> bool:
        """Tell whether the panel can see a round's feedback."""
        return any(row.number == number and row.feedback == FeedbackState.OPEN for row in self.rounds)

    @property
    def rated(self) -> bool:
        """Tell whether the panel has rated the ethics risks."""
        return any(row.state == RoundState.CLOSED for row in self.ethics)

    def up(self, states: frozenset[BriefState]) -> bool:
        """Tell whether the brief is in one of ``states``."""
        return self.brief is not None and self.brief.state in states


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, what it teaches, where; ``act`` is what a colleague is asked for."""

    key: str
    label: str
    learn: str
    done: Callable[[Facts], bool]
    endpoint: str = "facilitator.study"
    values: Mapping[str, Any] = field(default_factory=dict)
    act: str = ""
    ask: str = ""
    applies: Callable[[Facts], bool] = lambda _facts: True


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as it stands: done, next or later."""

    step: Step
    state: str


STEPS = (
    Step(
        "open",
        N_("Check the set-up and open round 1"),
        N_("Opening locks and hashes the questions. What is vague now stays vague in the brief."),
        lambda facts: facts.study.state != StudyState.DRAFT,
        "facilitator.check",
    ),
    Step(
        "round-1",
        N_("Let the synthetic panel answer, then close round 1"),
        N_("While a round is open nobody sees a figure. Close when the advisor has nothing against it."),
        lambda facts: facts.closed(1),
    ),
    Step(
        "reasons-1",
        N_("Check the reasons of round 1 and open the feedback"),
        N_("Keep both sides. Take out what tells who wrote it. A lone reason is often the one that matters."),
        lambda facts: facts.fed_back(1),
        "facilitator.moderation",
        {"number": 1},
    ),
    Step(
        "open-2",
        N_("Open round 2"),
        N_("The panel sees its figures and the arguments, and may keep or change what it said."),
        lambda facts: any(row.number > 1 and row.state != RoundState.DRAFT for row in facts.rounds),
        "facilitator.next_round",
    ),
    Step(
        "round-2",
        N_("Let the synthetic panel answer, then close round 2"),
        N_("Compare response by group with round 1: who left, and would that tilt the result?"),
        lambda facts: facts.closed(2),
    ),
    Step(
        "reasons-2",
        N_("Check the reasons of round 2 and open the feedback"),
        N_("The arguments of the last round are quoted in the brief as dissent."),
        lambda facts: facts.fed_back(2),
        "facilitator.moderation",
        {"number": 2},
    ),
    Step(
        "end",
        N_("End the study"),
        N_(
            "Stable answers end a study, agreement alone does not. Against the rule you give a printed reason."
        ),
        lambda facts: facts.study.state == StudyState.ENDED,
        "facilitator.end",
    ),
    Step(
        "ethics",
        N_("Open the ethics round, let the panel answer, close it"),
        N_("All groups rate what the study itself could do to people. One group, one vote."),
        lambda facts: facts.rated,
        "ethics.round",
    ),
    Step(
        "flags",
        N_("Reply to every flag"),
        N_(
            "A flag is never counted or attributed: one answer is enough. Say what you change, not why it is fine."
        ),
        lambda facts: facts.rated and all(flag.state != FlagState.OPEN for flag in facts.flags),
        "ethics.flags",
    ),
    Step(
        "write",
        N_("Ask the analyst for warning levels and the draft brief"),
        N_("A person sets each level, with a reason and an end date. The rule only proposes."),
        lambda facts: facts.written,
        "briefs.workbench",
        act="write",
        ask=N_("Ask the played analyst to write"),
    ),
    Step(
        "assess",
        N_("Ask the ethics reviewer to assess"),
        N_(
            "The reviewer is not yours to command: an unanswered flag is refused, and only the reviewer clears it."
        ),
        lambda facts: facts.assessed and all(flag.state == FlagState.CLEARED for flag in facts.flags),
        "ethics.assessment",
        act="assess",
        ask=N_("Ask the played ethics reviewer to assess"),
    ),
    Step(
        "send",
        N_("Read the draft and send it for signature"),
        N_("Any change of the text from here on makes the signatures void."),
        lambda facts: facts.up(_UP),
        "briefs.workbench",
    ),
    Step(
        "sign-reviewer",
        N_("Ask the ethics reviewer to sign"),
        N_("Who signs reads the nine gates first, and refuses while one is closed."),
        lambda facts: Role.ETHICS_REVIEWER in facts.signed or facts.up(_OUT),
        "briefs.workbench",
        act="sign-reviewer",
        ask=N_("Ask the played ethics reviewer to sign"),
    ),
    Step(
        "sign-dpo",
        N_("Ask the data protection officer to sign"),
        N_("Needed where the panel sees personal data at stake."),
        lambda facts: Role.DPO in facts.signed or facts.up(_OUT),
        "briefs.workbench",
        act="sign-dpo",
        ask=N_("Ask the played data protection officer to sign"),
        applies=lambda facts: Role.DPO in facts.signers,
    ),
    Step(
        "sign-owner",
        N_("Ask the accountable owner to sign"),
        N_("The owner answers for the release and is never the reviewer or you."),
        lambda facts: Role.OWNER in facts.signed or facts.up(_OUT),
        "briefs.workbench",
        act="sign-owner",
        ask=N_("Ask the played owner to sign"),
    ),
    Step(
        "release",
        N_("Release the brief to yourself"),
        N_("All gates are checked again. An exercise reaches nobody but you: name yourself as recipient."),
        lambda facts: facts.up(_OUT),
        "network.release",
    ),
)


def facts(session: Session, exercise: Exercise, *, at: datetime) -> Facts:
    """Read where an exercise stands."""
    study_id = exercise.study_id
    versions = briefs.of_study(session, study_id)
    brief = versions[0] if versions else None
    working = brief if brief is not None and brief.state not in _OUT else None
    signers, signed = colleagues.signing(session, working, at=at) if working else (frozenset(), frozenset())
    return Facts(
        study=studies.get(session, study_id),
        rounds=tuple(rounds.of_study(session, study_id)),
        ethics=tuple(ethics_rounds.of_study(session, study_id)),
        flags=flags.of_study(session, study_id),
        assessed=assessments.standing(session, study_id) is not None,
        brief=brief,
        written=any(act.act == "write" and not act.refusal for act in exercises.acts(session, exercise)),
        signed=signed,
        signers=signers,
    )


def shown(found: Facts) -> list[Shown]:
    """Return the steps that apply, each done, next or later."""
    steps = [step for step in STEPS if step.applies(found)]
    first = next((step for step in steps if not step.done(found)), None)
    return [
        Shown(step, "done" if step.done(found) else "next" if step is first else "later") for step in steps
    ]


def finished(found: Facts) -> bool:
    """Tell whether the brief of an exercise was released."""
    return found.up(_OUT)
