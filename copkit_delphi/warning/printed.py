"""What a brief prints of the registers: warning levels, indicators with their readings, recommended actions."""

from __future__ import annotations

from datetime import date

from copkit_delphi.domain.alert import LEVEL_NAMES, Change, Level
from copkit_delphi.domain.documents import Category, EarlyAction, Indicator, WarningLevel
from copkit_delphi.warning import models, planning
from copkit_delphi.warning.gathered import Gathered


def warnings(found: Gathered) -> tuple[WarningLevel, ...]:
    """Return the newest level of each judgement, in order of the judgements."""
    return tuple(
        _level(found, name, number, rows)
        for name, number in found.numbers.items()
        if (rows := found.levels.get(name))
    )


def _level(
    found: Gathered, scenario: str, number: int, rows: tuple[models.WarningLevel, ...]
) -> WarningLevel:
    newest = rows[-1]
    return WarningLevel(
        level=Level(newest.level),
        number=number,
        title=found.scenarios[scenario].short or found.scenarios[scenario].title,
        reason=newest.reason,
        changed=Change(newest.changed),
        set_by=newest.name,
        set_on=newest.at.date(),
        expires_on=newest.expires_on,
        proposed=Level(newest.proposed),
        before=Level(rows[-2].level) if len(rows) > 1 else None,
    )


def level_history(found: Gathered) -> tuple[str, ...]:
    """Return one line for each level that was ever set, by judgement, oldest first."""
    return tuple(
        _line(number, row) for name, number in found.numbers.items() for row in found.levels.get(name, ())
    )


def _line(number: int, row: models.WarningLevel) -> str:
    level, proposed = Level(row.level), Level(row.proposed)
    return (
        f"Judgement {number}, {row.at.date().isoformat()}: {LEVEL_NAMES[level]} ({level}), set by {row.name}, analyst, "
        f"until {row.expires_on.isoformat()}; the rule proposed {LEVEL_NAMES[proposed]} ({proposed}). "
        f"Changed: {row.changed}. {row.reason}"
    )


def indicators(found: Gathered) -> tuple[Indicator, ...]:
    """Return the complete indicators with their newest reading, by number of the judgement they serve."""
    rows = sorted(found.plans.indicators, key=lambda row: (found.numbers.get(row.scenario, 99), row.position))
    return tuple(
        _indicator(found, row, row.expiry)
        for row in rows
        if row.scenario in found.numbers and row.expiry and not planning.incomplete(row)
    )


def _indicator(found: Gathered, row: models.Indicator, expires_on: date) -> Indicator:
    watch = found.watched[row.id]
    return Indicator(
        text=row.text,
        owner=row.owner,
        baseline=row.baseline,
        threshold=row.threshold,
        source=row.source,
        cadence=row.cadence,
        expires_on=expires_on,
        diagnosticity=row.diagnosticity,
        judgements=(found.numbers[row.scenario],),
        disconfirming=row.disconfirming,
        status=watch.status,
        value=watch.newest.value if watch.newest else "",
        read_on=watch.newest.on if watch.newest else None,
        counts_until=watch.valid_until,
    )


def actions(found: Gathered) -> tuple[EarlyAction, ...]:
    """Return the recommended actions as they stand, by number of the judgement they serve."""
    codes = {row.name for row in found.plans.indicators}
    return tuple(
        EarlyAction(
            category=Category(row.category),
            text=row.text,
            owner=found.tracked[row.id].owner,
            trigger=_without_code(row.trigger, codes),
            lead_from=row.months_from,
            lead_to=row.months_to,
            stop_rule=row.stop_rule,
            rights_level=row.rights_level,
            rights_note=row.rights_note,
            judgements=(found.numbers[row.scenario],),
            status=found.tracked[row.id].status,
            key=row.id,
        )
        for row in sorted(found.plans.actions, key=lambda row: found.numbers.get(row.scenario, 99))
        if row.recommended and row.scenario in found.numbers and not planning.incomplete(row)
    )


def _without_code(trigger: str, codes: set[str]) -> str:
    """Return a trigger without the code of the indicator that it was taken from."""
    code, _, text = trigger.partition(": ")
    return text if text and code in codes else trigger
