"""A lost personal link: the invited address is enough, and the answer is the same whether it is known or not."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from copkit_delphi.elicitation import lost_links
from copkit_delphi.web.context import context, db
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.security import asked_for, limiter
from copkit_delphi.web.typed import clean


class LostForm(FlaskForm):
    """The address an invitation was sent to."""

    email = StringField(
        _l("E-mail address"),
        description=_l("The one your invitation was sent to."),
        filters=[clean],
        validators=[DataRequired(_l("Give your e-mail address.")), Length(max=254)],
    )


@blueprint.get("/link/lost")
def lost() -> str:
    """Ask for the address."""
    return render_template("panellist/lost.html", form=LostForm())


@blueprint.post("/link/lost")
@limiter.limit("20 per hour")
@limiter.limit("3 per day", key_func=asked_for)
def lost_post() -> Response | tuple[str, int]:
    """Put the request away; the worker looks the address up, so that the time tells nothing either."""
    form = LostForm()
    if not form.validate():
        return render_template("panellist/lost.html", form=form), 422
    lost_links.ask(db(), context().vault, address=form.email.data or "")
    flash(
        gettext(
            "If this address is on a panel, a mail with a new link is on its way, one for each open study. "
            "It can take some minutes."
        )
    )
    return redirect(url_for("panellist.lost"), 303)
