"""What one panellist sees of the ethics rounds: the questions in the own order, the own answers, the last result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.ethics_results import EthicsRoundSnapshot
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.elicitation.holding import takes_answers
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.ethics import answers, bank, results, rounds
from copkit_delphi.ethics.answers import Given, RiskAnswer, StopAnswer
from copkit_delphi.ethics.models import EthicsRound


@dataclass(frozen=True, slots=True)
class EthicsDesk:
    """The last ethics round as one panellist sees it; ``result`` is of the last closed one, never of an open one."""

    round: EthicsRound
    answering: bool
    progress: Progress
    questions: tuple[bank.Question, ...]
    own: Mapping[str, Given]
    result: EthicsRoundSnapshot | None

    @property
    def answered(self) -> int:
        """Return how many questions are answered."""
        return len(self.own)

    @property
    def onward(self) -> int | None:
        """Return the position of the first question that is open."""
        left = (at for at, question in enumerate(self.questions, 1) if question.id not in self.own)
        return next(left, None)

    def question(self, position: int) -> bank.Question:
        """Return the question at a position from 1; raises ``NotFound``."""
        if not 1 <= position <= len(self.questions):
            raise NotFound(N_("There is no such page in this round."))
        return self.questions[position - 1]

    def answer(self, question: bank.Question) -> Given:
        """Return the own answer to a question, an empty one when it is open."""
        return self.own.get(question.id, StopAnswer() if question.options else RiskAnswer())

    def basis(self, question: bank.Question) -> str:
        """Return a mark of the saved answer: a form made from an older one is recognised by it."""
        return answers.mark(self.round.id, question.id, self.answer(question))


def of_panellist(session: Session, panellist: Panellist, at: datetime) -> EthicsDesk | None:
    """Return the desk of the last ethics round of the panellist's study, None before the first."""
    round_ = rounds.latest(session, panellist.study_id)
    if round_ is None:
        return None
    frozen = results.of_study(session, panellist.study_id)
    return EthicsDesk(
        round=round_,
        answering=takes_answers(round_, at),
        progress=answers.progress(session, panellist_id=panellist.id, round_id=round_.id),
        questions=answers.order(round_, panellist.id),
        own=answers.own(session, panellist_id=panellist.id, round_id=round_.id),
        result=frozen[-1] if frozen else None,
    )
