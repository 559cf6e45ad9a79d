"""What somebody chose and mended on the page of a staged list, read off its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from copkit_delphi.elicitation.recruiting import checking, columns
from copkit_delphi.elicitation.recruiting.checking import Plan, Row
from copkit_delphi.elicitation.recruiting.staging import Preview
from copkit_delphi.web.typed import clean

_LONGEST = 254


def plan_of(preview: Preview) -> Plan:
    """Return the plan as chosen; what the form does not hold stays as it was."""
    typed = request.form
    heading = typed.get("heading") == "y" if "columns" in typed else preview.plan.heading
    chosen = tuple(
        _one_of(typed.get(f"column-{n}", before), columns.LABELS, before)
        for n, before in enumerate(preview.plan.columns)
    )
    same = heading == preview.plan.heading and chosen == preview.plan.columns
    groups = dict(preview.plan.groups)
    for place, word in enumerate(preview.unknown):
        groups[word] = _group(typed.get(f"named-{place}", groups.get(word, "")), preview)
    everybody = _group(typed.get("everybody", preview.plan.everybody), preview)
    return Plan(heading, chosen, groups, everybody, _fixes(preview) if same else {})


def _one_of(typed: str, known: Mapping[str, Any], before: str) -> str:
    return typed if typed in known else before


def _group(typed: str, preview: Preview) -> str:
    return typed if typed in preview.groups or typed == checking.OUT else ""


def _fixes(preview: Preview) -> dict[int, dict[str, Any]]:
    shown = set(request.form.getlist("row"))
    found = {}
    for row in preview.rows:
        if str(row.number) in shown:
            before = dict(preview.plan.fixes.get(row.number, {}))
            fix = before | _typed(row) | _ticked(row, before)
            if fix != before:
                found[row.number] = fix
    return found


def _typed(row: Row) -> dict[str, str]:
    fix = {}
    for name, before in (("name", row.name), ("email", row.email), ("group_id", row.group_id)):
        value = request.form.get(f"{name}-{row.number}")
        if value is not None and clean(value) != before:
            fix[name] = clean(value)[:_LONGEST]
    return fix


def _ticked(row: Row, before: Mapping[str, Any]) -> dict[str, bool]:
    """Read the boxes; one that never was ticked leaves no trace."""
    return {
        name: ticked
        for name in ("out", "sure")
        if (ticked := request.form.get(f"{name}-{row.number}") == "y") or before.get(name)
    }
