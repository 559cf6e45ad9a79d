"""Words of closed lists for the templates, untranslated: the templates translate them."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from copkit_delphi.domain.alert import LEVEL_NAMES
from copkit_delphi.domain.decisions import CHOICE_LABELS
from copkit_delphi.domain.documents import CATEGORY_LABELS, FLAG_LABELS, GRADE_LABELS, MITIGATION_LABELS
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.ethics_results import CONTESTED_LABELS
from copkit_delphi.domain.impact import LEVELS
from copkit_delphi.domain.marking import MEANINGS
from copkit_delphi.domain.register import OBSERVED_LABELS, STATUS_LABELS
from copkit_delphi.domain.risk import LEVEL_LABELS, LEVEL_LETTERS, LIKELIHOOD_BANDS
from copkit_delphi.domain.verdict import STABILITY_LABELS, VERDICT_LABELS

CHECKS: Mapping[str, str] = {
    "low": N_("Low"),
    "medium": N_("Medium"),
    "high": N_("High"),
}
ABOUT: Mapping[str, str] = {
    "threat": N_("threat"),
    "response": N_("response"),
    "brief": N_("brief"),
    "study": N_("study"),
}
LABELS = SimpleNamespace(
    about=ABOUT,
    band=LIKELIHOOD_BANDS,
    category=CATEGORY_LABELS,
    check=CHECKS,
    choice=CHOICE_LABELS,
    contested=CONTESTED_LABELS,
    flag=FLAG_LABELS,
    grade=GRADE_LABELS,
    impact=LEVELS,
    letter=LEVEL_LETTERS,
    level=LEVEL_NAMES,
    marking=MEANINGS,
    mitigation=MITIGATION_LABELS,
    observed=OBSERVED_LABELS,
    risk=LEVEL_LABELS,
    stability=STABILITY_LABELS,
    status=STATUS_LABELS,
    verdict=VERDICT_LABELS,
)
