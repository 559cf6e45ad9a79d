"""Where a study stands: the parts that are worked on now, and what a facilitator does next."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState
from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.models import Round, Study


@dataclass(frozen=True, slots=True)
class NextStep:
    """An untranslated sentence, the page where it is done, and the parts of the study (``web.parts``) that are on."""

    text: str
    endpoint: str
    now: tuple[str, ...] = ()
    number: int | None = None

    def address(self, study_id: str) -> dict[str, object]:
        """Return the values of the page's address."""
        return {"study_id": study_id} | ({} if self.number is None else {"number": self.number})


def next_step(study: Study, latest: Round | None, *, released: bool) -> NextStep:
    """Return what comes next; ``latest`` is the last round that opened, ``released`` whether a brief went out."""
    if study.state == StudyState.DRAFT:
        return NextStep(
            N_("Finish the set-up and open round 1."), "facilitator.check", now=("prepare", "panel")
        )
    if study.state == StudyState.ENDED and study.origin != "imported" and not released:
        text = N_("Have the ethics weighed and the brief written, signed and released.")
        return NextStep(text, "briefs.workbench", now=("ethics", "brief"))
    if study.state != StudyState.RUNNING or latest is None:
        return NextStep(N_("Read the results."), "facilitator.results")
    return _of_round(study, latest)


def _of_round(study: Study, latest: Round) -> NextStep:
    if latest.state == RoundState.OPEN:
        return NextStep(N_("Follow who has answered."), "facilitator.study", now=("rounds",))
    if latest.feedback == FeedbackState.IN_MODERATION:
        text = N_("Check the reasons, then open the feedback.")
        return NextStep(text, "facilitator.moderation", now=("rounds",), number=latest.number)
    text = (
        N_("Open the next round or end the study.")
        if rounds.goes_on(study, latest.number)
        else N_("Decide, and end the study: this was its last round.")
    )
    return NextStep(text, "facilitator.deciding", now=("decide",))
