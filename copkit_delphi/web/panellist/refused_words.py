"""What a refused form holds of a study's own questions: as asked and in words for its panellist, else as it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import g, request
from flask_babel import gettext

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation import orders, own, studies
from copkit_delphi.elicitation.item_types.shapes import OWN
from copkit_delphi.elicitation.sheets import Line
from copkit_delphi.web.context import db, panellist
from copkit_delphi.web.panellist import widgets
from copkit_delphi.web.panellist.own_words import spoken

_QUESTION = re.compile(r"q(\d{1,6})(?:_[a-z0-9_]{1,40})?")


def own_questions() -> list[tuple[str, str]]:
    """Return what was typed into the study's own questions, as label and text.

    A session that is over reads nothing of the study: whoever sits there may be somebody else.
    """
    lines = list(_lines()) if "panellist" in g else []
    told = [(widgets.type_of(line).short(line, widgets.say), _words(line)) for line in lines]
    known = {name for line in lines for _, name in widgets.names(line)}
    return told + [(label, text) for name, label, text in _as_sent() if name not in known]


def _lines() -> Iterator[Line]:
    """Yield the own questions of the page and the round that the form is of, in the language that is read."""
    who, number, position = panellist(), request.form.get("round", ""), (request.view_args or {})["position"]
    if not number.isdecimal():
        return
    study = studies.get(db(), who.study_id)
    order = orders.built(db(), study, study_id=study.id, panellist_id=who.id, number=int(number))
    place = dict(enumerate(order, 1)).get(position, 0) if order else position
    for row in spoken(own.asked(db(), panellist=who)):
        if (row.round, row.position) == (int(number), place):
            line = Line(
                row.item, row.item, row.kind, row.dimension, row.wording, int(row.low), int(row.high),
                options=row.options,
            )  # fmt: skip
            if widgets.type_of(line).place == OWN:
                yield line


def _words(line: Line) -> str:
    kind = widgets.type_of(line)
    form = widgets.bare_form(line)
    try:
        given = widgets.answer(widgets.typed(form, line), line, {})
    except Invalid:
        sent = (one for _, name in widgets.names(line) for one in request.form.getlist(name))
        return ", ".join(_said(one) for one in sent if one)
    return kind.words(line, given, widgets.say) if given.given else ""


def _as_sent() -> Iterator[tuple[str, str, str]]:
    for name in request.form:
        if found := _QUESTION.fullmatch(name):
            cannot = name.endswith("_cannot")
            sent = ", ".join(_said(one) for one in request.form.getlist(name))
            text = gettext("I cannot judge this") if cannot else sent
            yield name, gettext("Question %(n)s", n=found[1]), text


def _said(text: str) -> str:
    return gettext("Cannot judge") if text == widgets.CANNOT else text
