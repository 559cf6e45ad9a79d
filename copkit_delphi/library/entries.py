"""What an entry of the library holds, as plain values: read from the shipped data, a form or the tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from copkit_delphi.domain.documents import Category
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import digest

CATEGORIES = tuple(Category)
HORIZONS = {"0-2y": N_("Within 2 years"), "2-5y": N_("In 2 to 5 years"), "5-10y": N_("In 5 to 10 years")}
EVIDENCE = {
    "observed": N_("Observed: documented cases in Europe"),
    "emerging": N_("Emerging: few cases or credible early signals"),
    "plausible": N_("Plausible: no confirmed case; follows from technology trends"),
}
HAZARDS = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High")}
GRADES = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High")}
RIGHTS = (
    N_("effective remedy and fair trial"),
    N_("environmental protection"),
    N_("fair and just working conditions"),
    N_("freedom of assembly and association"),
    N_("freedom of expression and information"),
    N_("human dignity"),
    N_("integrity of the person"),
    N_("non-discrimination"),
    N_("presumption of innocence and right of defence"),
    N_("private and family life"),
    N_("protection of personal data"),
    N_("right to asylum"),
    N_("right to life"),
    N_("right to property"),
    N_("rights of the child"),
    N_("rights of the elderly"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """The wording of a likelihood item: event, place, date, what counts and what does not.

    ``claim`` says the same in one line, for tables that print the place beside it.
    """

    short: str
    claim: str
    statement: str
    place: str
    counts: tuple[str, ...] = ()
    counts_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorText:
    """Something observable that would tell whether the scenario is happening, or that it is not."""

    id: str
    text: str
    kind: str = ""
    threshold: str = ""
    source: str = ""
    cadence: str = ""
    diagnosticity: str = "medium"
    disconfirming: bool = False


@dataclass(frozen=True, slots=True)
class SourceText:
    """An open source behind a scenario with its Admiralty grade."""

    title: str
    publisher: str = ""
    year: int = 0
    grade: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ActionText:
    """An early action proposed by the library under one of the four categories."""

    category: str
    text: str
    owner: str = ""
    trigger: str = ""
    months_from: int = 0
    months_to: int = 0
    rights_level: str = ""
    rights_note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One scenario of the library; ``statement`` is None where nobody has written one yet."""

    id: str
    title: str
    summary: str
    horizon: str = "0-2y"
    evidence: str = "plausible"
    hazard: str = "low"
    technology: str = ""
    family: str = ""
    maturity: str = ""
    accessibility: str = ""
    actor: str = ""
    motivation: str = ""
    capability: str = ""
    method: str = ""
    target: str = ""
    crime_area: str = ""
    counter_view: str = ""
    track_record: str = ""
    rights: tuple[str, ...] = ()
    statement: Statement | None = None
    indicators: tuple[IndicatorText, ...] = ()
    actions: tuple[ActionText, ...] = ()
    sources: tuple[SourceText, ...] = ()

    @property
    def digest(self) -> str:
        """Return what tells two texts of an entry apart."""
        return digest(asdict(self))


def check(entry: Entry) -> None:
    """Raise ``Invalid`` where an entry breaks a rule."""
    if not entry.title.strip() or not entry.summary.strip():
        raise Invalid(N_("An entry needs a title and a summary."))
    if entry.horizon not in HORIZONS or entry.evidence not in EVIDENCE or entry.hazard not in HAZARDS:
        raise Invalid(N_("Choose horizon, evidence and information hazard from the lists."))
    _check_indicators(entry.indicators)
    _check_actions(entry.actions)


def _check_indicators(rows: Iterable[IndicatorText]) -> None:
    for row in rows:
        if not row.text.strip() or row.diagnosticity not in GRADES:
            raise Invalid(N_("Each indicator says what is observed and how telling it is."))


def _check_actions(rows: Iterable[ActionText]) -> None:
    for row in rows:
        if not row.text.strip() or row.category not in CATEGORIES:
            raise Invalid(N_("Each action says what is done, under one of the four categories."))
        if not 0 <= row.months_from <= row.months_to:
            raise Invalid(N_("The lead time of an action runs from fewer to more months."))
        if row.rights_level not in {"", *GRADES}:
            raise Invalid(N_("Choose the rights check of each action from the list."))


def warnings(entry: Entry) -> list[str]:
    """Return what is missing without being wrong, as untranslated sentences."""
    said = {
        N_("No indicator here would show that this is not happening. Add one, or the study has to."): not any(
            row.disconfirming for row in entry.indicators
        ),
        N_("No statement yet: whoever takes this into a study has to write one."): entry.statement is None,
        N_("No early action yet."): not entry.actions,
    }
    return [sentence for sentence, applies in said.items() if applies]
