"""Start from what exists: copy a study, save its design as a template, make a study from one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3

from copkit_delphi.domain.errors import N_, Forbidden
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import copies, templates
from copkit_delphi.elicitation.models import Study
from copkit_delphi.warning import taking
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done

_DRAFT = N_("The study is a draft. Go through the steps in any order.")
_NEW = "new"


class TitleForm(FlaskForm):
    """The title of a study that is made from something."""

    title = line(_l("Title of the new study"), 160, needed=_l("Give the study a title."))


class StartForm(TitleForm):
    """The title of a study that is made from a template, and whether it is for practice."""

    practice = BooleanField()


class TemplateForm(FlaskForm):
    """A design to keep: as a new template, or as the next version of an own one."""

    into = SelectField(_l("Save as"), validate_choice=False)
    name = line(_l("Name"), 120, hint=_l("Of a new template."))
    description = line(
        _l("Description"), 2000, area=True, hint=_l("For whom it is, and what has to be filled in.")
    )
    note = line(_l("What is new in this version"), 200)
    scenarios = BooleanField(
        _l("With the scenarios and their questions"),
        default=True,
        description=_l("Without them only description, groups and rules are kept."),
    )


def _may_create() -> None:
    if not me().may(Action.STUDY_CREATE):
        raise Forbidden(N_("Only a facilitator makes new studies. Ask an administrator for the role."))


@blueprint.get("/<study_id>/copy")
def copy(study_id: str) -> str:
    """Ask for the title of a copy."""
    study = study_of(study_id, elicited=True)
    title = gettext("%(title)s (copy)", title=study.title)[:160]
    return show("copy", study, form=TitleForm(data={"title": title}))


@blueprint.post("/<study_id>/copy")
def copy_post(study_id: str) -> Page:
    """Make a draft study with the design of this one."""
    study, form = study_of(study_id, elicited=True), TitleForm()
    _may_create()
    made: list[Study] = []

    def act() -> None:
        title, account = form.title.data or "", me().account_id
        made.append(copies.copy(db(), study_id=study_id, title=title, facilitator=account, at=now()))
        taking.accompany(db(), made[0].id)

    if not done(form, act, "title"):
        return refused(show("copy", study, form=form))
    return go("about", made[0].id, _DRAFT)


@blueprint.get("/templates")
def templates_() -> str:
    """Every template to start from: shipped, own and shared."""
    return _offers(StartForm(formdata=None))


def _offers(form: StartForm, chosen: str = "") -> str:
    offers = templates.offered(db(), account=me().account_id)
    return render_template("facilitator/templates.html", offers=offers, form=form, chosen=chosen)


@blueprint.post("/templates/<key>/use")
def use_template(key: str) -> Page:
    """Make a draft study from the newest version of a template."""
    form = StartForm()
    made: list[Study] = []

    def act() -> None:
        account = me().account_id
        title, practice = form.title.data or "", bool(form.practice.data)
        made.append(
            templates.start(db(), key=key, title=title, facilitator=account, at=now(), practice=practice)
        )
        taking.accompany(db(), made[0].id)

    if not done(form, act, "title"):
        return refused(_offers(form, key))
    return go("about", made[0].id, _DRAFT)


@blueprint.get("/templates/<key>")
def template(key: str) -> str:
    """One saved template with its versions."""
    row = templates.get(db(), key=key, account=me().account_id)
    return render_template(
        "facilitator/template.html",
        row=row,
        mine=row.owner == me().account_id,
        versions=templates.versions(db(), key=key),
        confirm=ConfirmForm(),
    )


def _back(key: str, message: str) -> Response:
    flash(gettext(message), "ok")
    return redirect(
        url_for("facilitator.template" if key else "facilitator.templates_", key=key or None), 303
    )


@blueprint.post("/templates/<key>/share")
def share_template(key: str) -> Page:
    """Share an own template with every facilitator, or stop sharing it."""
    row = templates.get(db(), key=key, account=me().account_id)
    templates.share(db(), key=key, shared=not row.shared, actor=me().account_id, at=now())
    return _back(key, N_("Every facilitator sees it now.") if row.shared else N_("Nobody else sees it now."))


@blueprint.post("/templates/<key>/remove")
def remove_template(key: str) -> Page:
    """Delete an own template."""
    templates.remove(db(), key=key, actor=me().account_id, at=now())
    return _back("", N_("The template is deleted. Studies made from it stay."))


def _saving(form: TemplateForm) -> TemplateForm:
    own = [one for one in templates.offered(db(), account=me().account_id) if one.mine]
    again: list[Any] = [
        SelectChoice(one.key, gettext("Version %(n)s of “%(name)s”", n=one.version + 1, name=one.name))
        for one in own
    ]
    form.into.choices = [SelectChoice(_NEW, gettext("A new template")), *again]
    return form


@blueprint.get("/<study_id>/template")
def save_template(study_id: str) -> str:
    """Ask under which name the design is kept."""
    study = study_of(study_id, elicited=True)
    return show("save_template", study, form=_saving(TemplateForm(data={"name": study.title[:120]})))


@blueprint.post("/<study_id>/template")
def save_template_post(study_id: str) -> Page:
    """Keep the design of a study as a template."""
    study = study_of(study_id, elicited=True)
    form = _saving(TemplateForm())
    _may_create()
    into = form.into.data or _NEW
    kept: list[str] = []
    if not done(form, lambda: kept.append(_save(study_id, form, into)), "name"):
        return refused(show("save_template", study, form=form))
    return _back(kept[0], N_("The template is saved."))


def _save(study_id: str, form: TemplateForm, into: str) -> str:
    given: dict[str, Any] = {"actor": me().account_id, "at": now(), "scenarios": bool(form.scenarios.data)}
    if into == _NEW:
        given |= {"name": form["name"].data or "", "description": form.description.data or ""}
        return templates.save(db(), study_id=study_id, **given).id
    templates.save_version(db(), key=into, study_id=study_id, note=form.note.data or "", **given)
    return into
