"""Ethics rounds on the list of kinds of round: one open at a time, withdrawal, and seals count for them too."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation.kinds import KINDS, Kind
from copkit_delphi.ethics.models import EthicsAnswer, EthicsRating, EthicsRound, SealedEthicsRound

_ANSWER = ("id", "panellist_id", "question_id", "round_id", "revision", "cannot_judge")
ETHICS = Kind(
    "ethics-round",
    N_("Close the ethics round first."),
    EthicsRound,
    SealedEthicsRound,
    {
        EthicsRating: (
            *_ANSWER,
            *("gravity", "reach", "irreversibility", "likelihood", "burden", "confidence"),
            *("visibility", "reason"),
        ),
        EthicsAnswer: (*_ANSWER, "value"),
    },
)
KINDS.append(ETHICS)
