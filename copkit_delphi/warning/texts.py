"""What people write in a brief, and the rules it keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from copkit_delphi.domain.documents import MAX_DECISIONS, Grade
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.wording import blocked_words

MAX_REVIEW = timedelta(days=366)
LONGEST = {"title": 160, "lede": 300, "analyst": 120, "community": 160}


@dataclass(frozen=True, slots=True)
class BriefText:
    """What people write in a brief."""

    title: str
    lede: str
    bottom_line: str
    decisions: Sequence[Mapping[str, str]]
    confidence: Mapping[str, Mapping[str, str]]
    settle: Mapping[str, str]
    limits: Sequence[str]
    analyst: str
    marking: Marking
    review_on: date
    community: str = ""


def check_text(text: BriefText, at: datetime) -> None:
    """Raise ``Invalid`` with the first rule that ``text`` breaks."""
    if not text.title.strip() or not text.bottom_line.strip():
        raise Invalid(N_("A brief needs a title and a bottom line."))
    if not all(len(getattr(text, name)) <= most for name, most in LONGEST.items()):
        raise Invalid(N_("One of the texts is too long for its place."))
    words = blocked_words(text.bottom_line)
    if words:
        raise Invalid(
            N_("The bottom line hedges with “%(words)s”. Say how likely, or leave it out."),
            words=", ".join(words),
        )
    if text.marking is Marking.GREEN and not text.community.strip():
        raise Invalid(N_("TLP:GREEN needs the name of its community."))
    if not at.date() < text.review_on <= at.date() + MAX_REVIEW:
        raise Invalid(N_("Choose a review date within twelve months."))
    _check_decisions(text.decisions)
    _check_confidence(text)


def _check_decisions(decisions: Sequence[Mapping[str, str]]) -> None:
    if len(decisions) > MAX_DECISIONS:
        raise Invalid(N_("At most three decisions can be requested."))
    for decision in decisions:
        if not all(decision.get(name, "").strip() for name in ("text", "owner", "by")):
            raise Invalid(N_("Each decision needs a text, an owner and a date."))
        try:
            date.fromisoformat(decision["by"])
        except ValueError:
            raise Invalid(N_("Give the day by which a decision is needed as a date.")) from None


def _check_confidence(text: BriefText) -> None:
    for graded in text.confidence.values():
        grade = graded.get("grade", "")
        if not grade:
            continue
        if grade not in set(Grade):
            raise Invalid(N_("Confidence is low, moderate or high."))
        if not all(graded.get(name, "").strip() for name in ("information", "rigour", "volatility")):
            raise Invalid(N_("A confidence grade needs a reason on information, rigour and volatility."))
        if not text.analyst.strip():
            raise Invalid(N_("Confidence is set by a named analyst. Give the name."))
