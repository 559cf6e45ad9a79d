"""What a study's statements could say better. Warnings only: a person knows better what is meant."""

from __future__ import annotations

from sqlalchemy.orm import Session

from copkit_delphi.domain import phrasing
from copkit_delphi.domain.phrasing import Finding
from copkit_delphi.elicitation import studies, translations
from copkit_delphi.elicitation.models import Scenario, Study


def warnings(
    study: Study, statement: str, scenario: Scenario | None = None, *, beside: str = ""
) -> list[Finding]:
    """Return what makes a statement of ``study`` hard to judge; ``beside`` are texts that may explain its words."""
    if scenario is not None:
        beside = "\n".join((beside, scenario.title, scenario.summary, *scenario.counts, *scenario.counts_not))
    language = study.languages[0]
    return phrasing.check(statement, horizon=study.horizon, explained=beside, language=language)


def of_translation(study: Study, scenario: Scenario, language: str) -> list[Finding]:
    """Return what makes the stored translation of a statement hard to judge, by the rules of its language."""
    there = translations.of(scenario, language)
    beside = "\n".join(
        text for name, text in there.items() if name in translations.FIELDS and name != "statement"
    )
    return phrasing.check(
        there.get("statement", ""), horizon=study.horizon, explained=beside, language=language
    )


def of_study(session: Session, study: Study) -> dict[str, list[Finding]]:
    """Return the findings of every statement of a study by scenario id; scenarios without any are left out."""
    texts = {
        row.scenario_id: row.wording for row in studies.items(session, study.id) if row.kind == "likelihood"
    }
    found = {
        one.id: warnings(study, texts.get(one.id, ""), one) for one in studies.scenarios(session, study.id)
    }
    return {key: findings for key, findings in found.items() if findings}
