"""How well a panellist knows each topic, asked once before answering; never required, and changed at any time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from copkit_delphi.elicitation import expertise as ratings
from copkit_delphi.elicitation import translations
from copkit_delphi.elicitation.expertise import Topic
from copkit_delphi.elicitation.item_types.levels import KNOWS
from copkit_delphi.web import languages
from copkit_delphi.web.context import db
from copkit_delphi.web.forms import done
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import agreed, show, topics_of

_LIBRARY = "en"  # the language of its entries
_TOLD = Markup('<span lang="{}" dir="auto">{}</span>')


def _titles(topic: Topic, known: Sequence[str]) -> Markup:
    """Return the titles of the pages of a topic in the language that is read, where they are there in it."""
    spoken = languages.of_texts()
    tongue = spoken if spoken in known[1:] else ""
    there = [(translations.of(page, tongue).get("title"), page.title) for page in topic.pages]
    told = [_TOLD.format(tongue if title else known[0], title or first) for title, first in there]
    return Markup("; ").join(told)


def _form(topics: Sequence[Topic], known: Sequence[str]) -> FlaskForm:
    levels = [SelectChoice(str(level), gettext(word)) for level, word in enumerate(KNOWS, 1)]
    choices = [SelectChoice("", gettext("Not said")), *levels]
    fields: dict[str, Any] = {}
    for topic in topics:
        titles = _titles(topic, known)
        fields[topic.field] = SelectField(
            _TOLD.format(_LIBRARY, topic.family) if topic.family else titles,
            description=titles if topic.family else "",
            choices=choices,
            default=str(topic.level or ""),
        )
    return type("ExpertiseForm", (FlaskForm,), fields)()


@blueprint.get("/panel/expertise")
def expertise() -> str:
    """The topics of the study, with what was said of each."""
    view = agreed()
    topics = topics_of(view)
    return show("expertise", view, form=_form(topics, view.study.languages), topics=topics)


@blueprint.post("/panel/expertise")
def expertise_post() -> Response | tuple[str, int]:
    """Keep the own ratings, as what the question starts from on the pages of a topic."""
    view = agreed()
    topics = topics_of(view)
    form = _form(topics, view.study.languages)

    def act() -> None:
        said = {
            topic.key: int(form[topic.field].data) if form[topic.field].data else None for topic in topics
        }
        ratings.save(db(), study_id=view.study.id, panellist_id=view.panellist_id, said=said)

    if not done(form, act):
        return show("expertise", view, form=form, topics=topics), 422
    flash(gettext("Kept. You can change it at any time."), "ok")
    return redirect(url_for("panellist.desk"), 303)
