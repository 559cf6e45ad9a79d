"""The panellist's own copy as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from flask import Response, jsonify
from flask_babel import gettext

from copkit_delphi.domain.cells import safe
from copkit_delphi.domain.errors import N_, Forbidden
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.redaction import GROUNDS
from copkit_delphi.elicitation import moderation_log, own, own_record
from copkit_delphi.elicitation import wordings as edited
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.elicitation.recruiting import interests
from copkit_delphi.elicitation.replies import FATES
from copkit_delphi.ethics import copies
from copkit_delphi.ethics.copies import OwnEthics
from copkit_delphi.web.context import context, db, panellist
from copkit_delphi.web.panellist import blueprint, own_words, widgets
from copkit_delphi.web.panellist.desk import look, show
from copkit_delphi.web.panellist.own_words import parts, spoken

COLUMNS = (
    N_("Round"),
    N_("Scenario"),
    N_("Code of the question"),
    N_("Question"),
    N_("Answer"),
    N_("In words"),
    N_("Reason"),
    N_("Who reads the reason"),
    N_("Argument you replied to"),
    N_("Your reply"),
)


@blueprint.get("/panel/answers.csv")
def copy() -> Response:
    """Everything the panellist saved, over all rounds; also after stopping."""
    if panellist().consent_version is None:
        raise Forbidden(N_("Please read the information and agree before you answer."))
    rows = spoken(own.of_all_rounds(db(), panellist=panellist()))
    ethics = copies.of_panellist(db(), panellist())
    contact = interests.of_panellist(db(), context().vault, panellist())
    table = as_csv(rows, ethics, own_words.consents(contact))
    response = Response(table, mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=my-answers.csv"
    return response


@blueprint.get("/panel/my-data")
def my_data() -> str:
    """Everything kept about this panellist, to read; also before consent and after stopping."""
    mine = _record()
    return show(
        "my_data",
        look(),
        mine=mine,
        parts=parts(mine),
        consents=_consents(),
        fates=moderation_log.fates(db(), panellist=panellist()),
        labels=moderation_log.FATES,
        grounds=GROUNDS,
        became=FATES,
    )


def _consents() -> list[dict[str, str]]:
    contact = interests.of_panellist(db(), context().vault, panellist())
    return [{"term": question, "value": said} for _, question, said in own_words.consents(contact)]


@blueprint.get("/panel/my-data.json")
def my_data_json() -> Response:
    """The same as a file for a machine."""
    response = jsonify(_record())
    response.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return response


def _record() -> dict[str, Any]:
    ethics = [
        {
            "round": one.round,
            "item": one.item,
            "wording": one.wording,
            "answer": one.answer,
            "reason": one.reason.text,
        }
        for one in copies.of_panellist(db(), panellist())
    ]
    moderated = [
        {"round": one.round, "item": one.item, "reason": one.reason, "fate": one.fate, "ground": one.ground}
        for one in moderation_log.fates(db(), panellist=panellist())
    ]
    wordings = [
        {"round": one.round, "item": one.item, "wording": one.wording, "answer": one.answer}
        for one in edited.mine(db(), panellist=panellist())
    ]
    return own_record.record(db(), context().vault, panellist=panellist()) | {
        "ethics": ethics,
        "moderation": moderated,
        "edited_wordings": wordings,
    }


def as_csv(
    rows: Iterable[OwnAnswer], ethics: Iterable[OwnEthics] = (), agreed: Iterable[tuple[str, str, str]] = ()
) -> str:
    """Return the rows as CSV with a byte-order mark, by which spreadsheets know the encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext(column) for column in COLUMNS])
    for row in rows:
        asked = (str(row.round), row.scenario, row.item, own_words.question(row))
        shown_to = own_words.shown_to(row.reason.visibility) if row.reason.given else ""
        if row.answer.given or row.reason.given:
            cells = (*asked, *_written(row), row.reason.text, shown_to, "", "")
            writer.writerow([safe(cell) for cell in cells])
        for argument, reply in row.replies:
            writer.writerow([safe(cell) for cell in (*asked, "", "", "", "", argument, reply)])
    for one in ethics:
        shown_to = own_words.shown_to(one.reason.visibility) if one.reason.given else ""
        title, words = gettext("Ethics round %(n)s", n=one.round), own_words.ethics_words(one)
        cells = (title, "", one.item, gettext(one.wording), words, words, one.reason.text, shown_to, "", "")
        writer.writerow([safe(cell) for cell in cells])
    for code, question, said in agreed:
        writer.writerow([safe(cell) for cell in ("", "", code, question, said, said, "", "", "", "")])
    return "\ufeff" + out.getvalue()


def _written(row: OwnAnswer) -> tuple[str, str]:
    """Return an answer as a plain number where it is one, and in words."""
    words = of(row.kind).words(row, row.answer, widgets.say) if row.answer.given else ""
    if row.answer.value is None or row.answer.low is not None:
        return words, words
    return plain(row.answer.value), words
