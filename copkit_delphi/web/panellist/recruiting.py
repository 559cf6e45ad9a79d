"""What a panellist says about the panel: an interest of one's own, and people who should be asked too."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from copkit_delphi.domain.errors import N_, Forbidden
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.recruiting import further, interests, nominations
from copkit_delphi.elicitation.recruiting.nominations import Proposal
from copkit_delphi.web.context import context, db, now, panellist
from copkit_delphi.web.forms import done
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import agreed, look, show
from copkit_delphi.web.panellist.recruiting_forms import FurtherForm, InterestForm, ProposalForm

_AGREE = N_("Please read the information and agree before you answer.")


@blueprint.get("/panel/interests")
def interests_() -> str:
    """What was declared, to be changed."""
    view = look()
    if panellist().consent_version is None:
        raise Forbidden(_AGREE)
    contact = interests.of_panellist(db(), context().vault, panellist())
    said = {"interest": contact.interest or None, "interest_text": contact.interest_text} if contact else {}
    return show("interests", view, form=InterestForm(data=said))


@blueprint.post("/panel/interests")
def interests_post() -> Response | tuple[str, int]:
    """Keep what is declared."""
    view, form = look(), InterestForm()
    if panellist().consent_version is None:
        raise Forbidden(_AGREE)
    act = lambda: interests.declare(  # noqa: E731
        db(),
        context().vault,
        panellist=panellist(),
        said=form.interest.data or "",
        text=form.interest_text.data or "",
    )
    if not done(form, act, "interest_text"):
        return show("interests", view, form=form), 422
    flash(gettext("Kept."), "ok")
    return redirect(url_for("panellist.interests_"), 303)


@blueprint.get("/panel/consents")
def further_() -> str:
    """Whether one may be named and asked again, to be changed."""
    view = look()
    if panellist().consent_version is None:
        raise Forbidden(_AGREE)
    contact = interests.of_panellist(db(), context().vault, panellist())
    said = {"named": contact.named, "recontact": contact.recontact} if contact else {}
    return show("further", view, form=FurtherForm(data=said))


@blueprint.post("/panel/consents")
def further_post() -> Response:
    """Keep what is agreed to."""
    form = FurtherForm()
    if panellist().consent_version is None:
        raise Forbidden(_AGREE)
    further.choose(
        db(), context().vault, panellist=panellist(), named=form.named.data, recontact=form.recontact.data,
        on=now().date(),
    )  # fmt: skip
    flash(gettext("Kept."), "ok")
    return redirect(url_for("panellist.further_"), 303)


def _form() -> ProposalForm:
    form = ProposalForm()
    groups = studies.groups(db(), panellist().study_id)
    form.group.choices = [SelectChoice("", gettext("Choose")), *(SelectChoice(g.id, g.name) for g in groups)]
    return form


@blueprint.get("/panel/nominations")
def nominate() -> str:
    """Who else should be asked, and what becomes of a nomination."""
    return show("nominate", agreed(), form=_form(), left=nominations.MOST - panellist().nominated)


@blueprint.post("/panel/nominations")
def nominate_post() -> Response | tuple[str, int]:
    """Keep a nomination apart from whoever made it."""
    view, form = agreed(), _form()

    def act() -> None:
        proposal = Proposal(
            name=form.name.data or "",
            email=form.email.data or "",
            group_id=form.group.data or "",
            organisation=form.organisation.data or "",
            why=form.why.data or "",
            introduce=bool(form.introduce.data),
        )
        nominations.propose(db(), context().vault, panellist_id=panellist().id, proposal=proposal)

    if not done(form, act, "email"):
        return show("nominate", view, form=form, left=nominations.MOST - panellist().nominated), 422
    flash(gettext("Thank you. The facilitators will see whom you named, and not that it was you."), "ok")
    return redirect(url_for("panellist.nominate"), 303)
