"""The panellist's own answers as a tagged PDF, in the language that is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from flask import Response
from flask_babel import gettext

from copkit_delphi.domain.errors import N_, Forbidden
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.own_copy import CopyGroup, CopyPart, CopyRow, OwnCopy
from copkit_delphi.elicitation import own, receipts
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.elicitation.recruiting import interests
from copkit_delphi.ethics import copies
from copkit_delphi.ethics.copies import OwnEthics
from copkit_delphi.reporting.own_copies import render_copy
from copkit_delphi.reporting.pdf import to_pdf
from copkit_delphi.web import languages, zones
from copkit_delphi.web.context import context, db, now, panellist
from copkit_delphi.web.filters import own_name, own_words
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import look
from copkit_delphi.web.panellist.own_words import consents, ethics_words, spoken, wording


@blueprint.get("/panel/answers.pdf")
def copy_pdf() -> Response:
    """Everything the panellist saved, over all rounds, to keep or print; also after stopping."""
    if panellist().consent_version is None:
        raise Forbidden(N_("Please read the information and agree before you answer."))
    tongue = languages.current()
    page = render_copy(_copy(), language=tongue.code, direction=tongue.direction)
    response = Response(to_pdf(page), mimetype="application/pdf")
    response.headers["Content-Disposition"] = "attachment; filename=my-answers.pdf"
    return response


def _copy() -> OwnCopy:
    study = look().study
    return OwnCopy(
        title=gettext("My answers"),
        study=study.title,
        marking=study.marking,
        marking_name=Marking(study.marking).name,
        standing=gettext("A personal copy. Not a finding."),
        lede=gettext("What you saved in this study. It names nobody; keep it where nobody else reads it."),
        made=gettext("As it was stored on %(day)s", day=zones.day(now())),
        nothing=gettext("Nothing is saved yet."),
        columns=(gettext("Question"), gettext("Your answer")),
        parts=tuple(_parts()),
    )


def _parts() -> Iterator[CopyPart]:
    rows = spoken(own.of_all_rounds(db(), panellist=panellist()))
    for number, of_round in groupby(rows, lambda row: row.round):
        kept = list(of_round)
        yield CopyPart(
            title=gettext("Round %(n)s", n=number),
            groups=tuple(_groups(kept)),
            under=gettext("Check value %(value)s", value=receipts.over(kept).check),
        )
    contact = interests.of_panellist(db(), context().vault, panellist())
    said = tuple(CopyRow(question, answer) for _, question, answer in consents(contact))
    yield CopyPart(gettext("What you agreed to"), (CopyGroup(gettext("Beside taking part"), said),))
    ethics = copies.of_panellist(db(), panellist())
    for number, asked in groupby(ethics, lambda row: row.round):
        found = tuple(row for one in asked for row in _ethics(one))
        title = gettext("Ethics round %(n)s", n=number)
        yield CopyPart(title, (CopyGroup(gettext("Risks to people's rights"), found),))


def _groups(rows: list[OwnAnswer]) -> Iterator[CopyGroup]:
    for title, of_scenario in groupby(rows, lambda row: row.scenario):
        yield CopyGroup(title, tuple(found for row in of_scenario for found in _rows(row)))


def _rows(row: OwnAnswer) -> Iterator[CopyRow]:
    if row.answer.given:
        yield CopyRow("\n".join(filter(None, (own_name(row), wording(row)))), own_words(row))
    if row.reason.given:
        yield CopyRow(gettext("Reason"), row.reason.text or gettext("I prefer not to say"))
    for argument, reply in row.replies:
        yield CopyRow(gettext("Your reply to “%(argument)s”", argument=argument), reply)


def _ethics(one: OwnEthics) -> Iterator[CopyRow]:
    yield CopyRow(gettext(one.wording), ethics_words(one))
    if one.reason.text:
        yield CopyRow(gettext("Reason"), one.reason.text)
