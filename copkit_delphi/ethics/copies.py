"""A panellist's own copy of what was saved in ethics rounds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.ratings import Reason
from copkit_delphi.ethics import answers, bank, rounds
from copkit_delphi.ethics.answers import Given, StopAnswer


@dataclass(frozen=True, slots=True)
class OwnEthics:
    """One saved answer, in words that a spreadsheet can hold."""

    round: int
    item: str
    wording: str
    answer: str
    reason: Reason
    given: Given


def of_panellist(session: Session, panellist: Panellist) -> list[OwnEthics]:
    """Return everything the panellist saved in the ethics rounds of the study, round after round."""
    texts = bank.texts()
    return [
        OwnEthics(round_.number, question, texts[question], _words(given), _reason(given), given)
        for round_ in rounds.of_study(session, panellist.study_id)
        for question, given in answers.own(session, panellist_id=panellist.id, round_id=round_.id).items()
    ]


def _reason(given: Given) -> Reason:
    return Reason() if isinstance(given, StopAnswer) else given.reason


def _words(given: Given) -> str:
    if given.cannot_judge:
        return "cannot_judge"
    if isinstance(given, StopAnswer):
        return given.value or ""
    parts = [f"{part} {getattr(given.rating, part)}" for part in bank.PARTS]
    burden = [f"burden {given.rating.burden}"] if given.rating else []
    sure = [f"confidence {given.confidence}"] if given.confidence else []
    return "; ".join([*parts, *burden, *sure])
