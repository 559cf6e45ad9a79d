"""What a study fixes and hashes when round 1 opens: criterion, thresholds, stopping rule, feedback."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, cast

from copkit_delphi.domain.between import CARRIES, Feedback
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.plan import checked
from copkit_delphi.domain.scale import Scale

MIN_K = 5
AS_BUILT, BY_PANELLIST = "as_built", "by_panellist"  # the order in which scenarios are asked
SEED, RESAMPLES = 20_260_101, 1000  # of random draws, where nothing else is said
EVERYBODY, FINISHED = "everybody", "finished"
KEEP_NAMES, KEEP_ANSWERS = 90, 365  # days
BY_NAME, BY_GROUP = "by_name", "by_group"
PRIVACY = {
    BY_NAME: N_("Coded: facilitators see by name who is done, never an answer."),
    BY_GROUP: N_("High: facilitators see how far each group is, and of no person whether it answered."),
}
NO_REASON = N_("Say why data are kept for another time than the default. The annex prints it.")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Agreement and stability thresholds on one scale, in scale units."""

    consensus: float
    partial: float
    group_guard: float
    polarised: float
    stability: float
    percent_agreement: float


_PERCENT = Thresholds(15, 25, 15, 30, 10, 10)
_SEVEN_TO_ELEVEN = Thresholds(2, 3, 2, 3, 1, 1)
_THREE_TO_SIX = Thresholds(1, 2, 1, 2, 0, 0.5)


THRESHOLDS = {
    "0 to 100": asdict(_PERCENT),
    "7 to 11 points": asdict(_SEVEN_TO_ELEVEN),
    "3 to 6 points": asdict(_THREE_TO_SIX),
    "other continuous scales": "the shares of their range that 0 to 100 has",
}
WEIGHTS = "none"  # every panellist counts once


@lru_cache
def thresholds_for(scale: Scale) -> Thresholds:
    """Return the default thresholds of ``scale``; continuous scales use the same shares of their range."""
    if scale.points is None:
        return Thresholds(*(value * scale.range / 100 for value in asdict(_PERCENT).values()))
    return _SEVEN_TO_ELEVEN if scale.points >= 7 else _THREE_TO_SIX


@dataclass(frozen=True, slots=True)
class Criterion:
    """A consensus criterion: the middle half spans at most ``width``, or ``share`` of ratings lie in ``low..high``.

    With neither set the scale's default width applies.
    """

    width: float | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def kind(self) -> str:
        """Return ``share``, ``iqr`` or ``default``."""
        if self.share is not None:
            return "share"
        return "default" if self.width is None else "iqr"

    def __str__(self) -> str:
        if self.share is not None and self.low is not None and self.high is not None:
            return f"share>={plain(self.share)} in {plain(self.low)}..{plain(self.high)}"
        return "default" if self.width is None else f"iqr<={plain(self.width)}"


_NUMBER = r"(-?\d+(?:\.\d+)?)"
_IQR = re.compile(rf"\s*iqr\s*<=\s*{_NUMBER}\s*", re.IGNORECASE)
_SHARE = re.compile(rf"\s*share\s*>=\s*{_NUMBER}\s+in\s+{_NUMBER}\s*\.\.\s*{_NUMBER}\s*", re.IGNORECASE)


def read_criterion(text: str) -> Criterion:
    """Read what ``str`` of a criterion says, ``default`` too."""
    return Criterion() if text == "default" else parse_criterion(text)


def parse_criterion(text: str) -> Criterion:
    """Read ``iqr<=15`` or ``share>=0.75 in 7..9``; raises ``Invalid`` with both forms otherwise."""
    if match := _IQR.fullmatch(text):
        width = float(match[1])
        if width >= 0:
            return Criterion(width=width)
    if match := _SHARE.fullmatch(text):
        share, low, high = (float(part) for part in match.groups())
        if 0 < share <= 1 and low <= high:
            return Criterion(share=share, low=low, high=high)
    raise Invalid(
        N_("“%(text)s” is not a criterion. Write “iqr<=15” or “share>=0.75 in 7..9”."),
        text=text,
    )


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """Stop from ``min_rounds`` on when all items are stable, at ``max_rounds`` anyway."""

    min_rounds: int = 2
    max_rounds: int = 3
    stable_share: float = 0.75
    min_pairs: int = 5
    response_share: float = 0.70

    def says_end(self, number: int, *, all_stable: bool) -> bool:
        """Tell whether to end after round ``number``: stable from the earliest round on, or at the last one."""
        return number >= self.max_rounds or (number >= self.min_rounds and all_stable)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days names are kept after the end of a study, and answers after the review date of its brief.

    Another time than the default needs a reason, which the annex prints.
    """

    names: int = KEEP_NAMES
    answers: int = KEEP_ANSWERS
    reason: str = ""

    def __post_init__(self) -> None:
        if self.names < 1 or self.answers < 1:
            raise Invalid(N_("Data are kept for at least a day."))
        if not self.is_default and not self.reason.strip():
            raise Invalid(NO_REASON)

    @property
    def is_default(self) -> bool:
        """Tell whether both times are the default ones."""
        return (self.names, self.answers) == (KEEP_NAMES, KEEP_ANSWERS)


@dataclass(frozen=True, slots=True)
class Protocol:
    """The locked rules of a study."""

    criterion: Criterion = field(default_factory=Criterion)
    stopping: StoppingRule = field(default_factory=StoppingRule)
    yardstick: str = "phia-gap-free"
    dimensions: tuple[str, ...] = ()
    required_groups: tuple[str, ...] = ()
    k: int = MIN_K
    ask_track_record: bool = False
    keeping: Keeping = field(default_factory=Keeping)
    privacy: str = BY_NAME
    plan: Mapping[str, str] = field(default_factory=dict)
    invite: str = EVERYBODY  # to the next round; FINISHED: only whoever finished the one before
    interval: bool = False  # lowest and highest estimates beside the best one of each statement
    feedback: Feedback = field(default_factory=Feedback)
    carry: str = CARRIES[0]
    order: str = AS_BUILT

    def __post_init__(self) -> None:
        if self.k < MIN_K:
            raise Invalid(N_("The smallest group shown may be raised above 5, never lowered."))
        if self.privacy not in PRIVACY:
            raise Invalid(N_("Choose a level of privacy of the list."))
        checked(self.plan)
        if self.invite not in (EVERYBODY, FINISHED):
            raise Invalid(
                N_("Say who is invited to the next round: everybody, or whoever finished the last.")
            )
        if self.carry not in CARRIES:
            raise Invalid(N_("Choose from the list which items a further round asks."))
        if self.order not in {AS_BUILT, BY_PANELLIST}:
            raise Invalid(N_("Choose an order of the list."))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data.

        What came later is left out at its default: the hash of a study that keeps it is what it was before.
        """
        data = cast("dict[str, Any]", json.loads(json.dumps(asdict(self))))
        default = Protocol()
        for name in _CAME_LATER:
            if getattr(self, name) == getattr(default, name):
                del data[name]
        return data

    def in_full(self, groups: Sequence[str]) -> dict[str, Any]:
        """Return what is hashed when round 1 opens: every setting, with the default written out where one holds.

        ``groups`` are those of the study: all of them must be heard where the protocol names none.

        What a study locked earlier hashed stays as it was stored, and its hash with it.
        """
        data = cast("dict[str, Any]", json.loads(json.dumps(asdict(self))))
        data["criterion"] |= {"kind": self.criterion.kind, "reads": str(self.criterion)}
        data["required_groups"] = list(self.required_groups or groups)
        return data | {"thresholds": THRESHOLDS, "weights": WEIGHTS}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Protocol:
        """Rebuild a protocol from ``to_dict``."""
        values = dict(data)
        return cls(
            **{
                **values,
                "criterion": Criterion(**values.get("criterion", {})),
                "keeping": Keeping(**values.get("keeping", {})),
                "feedback": Feedback(**values.get("feedback", {})),
                "stopping": StoppingRule(**values.get("stopping", {})),
                "dimensions": tuple(values.get("dimensions", ())),
                "required_groups": tuple(values.get("required_groups", ())),
                "plan": dict(values.get("plan", {})),
            }
        )


_CAME_LATER = ("keeping", "privacy", "plan", "invite", "interval", "feedback", "carry", "order")


def canonical_json(data: object) -> str:
    """Return the one JSON text of ``data`` that hashes are taken over."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(data: object) -> str:
    """Return the SHA-256 of the canonical JSON of ``data``, in hex."""
    return digest_of(canonical_json(data))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
