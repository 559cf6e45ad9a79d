"""The panellist's own copy as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask import Response

from copkit_delphi.domain.errors import N_, Forbidden
from copkit_delphi.domain.figures import plain
from copkit_delphi.elicitation import own
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.web.context import db, panellist
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import look

COLUMNS = ("round", "scenario", "item", "wording", "answer", "reason", "reason_shown_to")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@blueprint.get("/panel/answers.csv")
def copy() -> Response:
    """Everything the panellist saved, over all rounds; also after stopping."""
    if not look().consented:
        raise Forbidden(N_("Please read the information and agree before you answer."))
    rows = own.of_all_rounds(db(), panellist=panellist())
    response = Response(as_csv(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=my-answers.csv"
    return response


def as_csv(rows: Iterable[OwnAnswer]) -> str:
    """Return the rows as CSV with a byte-order mark, by which spreadsheets know the encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        answer = "cannot_judge" if row.answer.cannot_judge else _number(row.answer.value)
        shown_to = row.reason.visibility if row.reason.given else ""
        cells = (str(row.round), row.scenario, row.item, row.wording, answer, row.reason.text, shown_to)
        writer.writerow([safe(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else plain(value)


def safe(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
