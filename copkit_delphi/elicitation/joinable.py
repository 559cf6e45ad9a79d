"""What of a round run elsewhere could join a study: the planned round, and what a mapping makes of a table for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from copkit_delphi.domain import column_reader
from copkit_delphi.domain.columns import Columns, Problem, Reading
from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Round
from copkit_delphi.elicitation.tables import Table
from copkit_delphi.people import accounts


def planned(session: Session, study_id: str) -> Round:
    """Return the round that a file can become; raises ``Conflict`` where none is planned."""
    study = studies.get(session, study_id)
    if study.exercise or study.synthetic:
        raise Conflict(N_("This study has a synthetic panel. Answers of people join a study without one."))
    row = next((one for one in rounds.of_study(session, study_id) if one.state == RoundState.DRAFT), None)
    if row is None or study.state not in (StudyState.DRAFT, StudyState.RUNNING):
        raise Conflict(
            N_("No further round is planned in this study: there is none that a file could become.")
        )
    return row


def items_of(session: Session, study_id: str) -> dict[str, Scale]:
    """Return the items of a study with their scales, in order."""
    return {one.name: Scale(one.low, one.high, one.step) for one in studies.items(session, study_id)}


def read(session: Session, *, study_id: str, table: Table, mapping: Columns) -> Reading:
    """Return what a mapping makes of a table for the planned round, with everything that stands against it."""
    groups = [group.name for group in studies.groups(session, study_id)]
    found = column_reader.read(
        table.headers,
        table.rows,
        table.lines,
        mapping,
        items=items_of(session, study_id),
        groups=groups,
        round_=planned(session, study_id).number,
    )
    found.problems += _addresses(session, study_id, mapping, found)
    found.problems.sort(key=lambda problem: problem.line)
    return found


def _addresses(session: Session, study_id: str, mapping: Columns, reading: Reading) -> list[Problem]:
    """Clean the addresses; return which are none, stand twice, or belong to somebody who works on the study."""
    column = next(iter(mapping.having("email")), "")
    staff, seen = accounts.addresses(session, study_id=study_id), dict[str, int]()
    problems = []
    for person in reading.people:
        if not person.email:
            continue
        try:
            person.email = accounts.clean_email(person.email)
        except Invalid as error:
            problems.append(Problem(person.line, column, error.message, error.params))
            continue
        if person.email in staff:
            problems.append(
                Problem(person.line, column, N_("This person works on the study and cannot be on its panel."))
            )
        if (first := seen.setdefault(person.email, person.line)) != person.line:
            problems.append(
                Problem(
                    person.line,
                    column,
                    N_("This address stands on line %(first)s already."),
                    {"first": first},
                )
            )
    return problems
