"""Communities for TLP:GREEN: kept by those who run studies."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.network import communities as use
from copkit_delphi.web.briefs.forms import ConfirmForm
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, problems
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.forms import done
from copkit_delphi.web.network import blueprint
from copkit_delphi.web.network.forms import CommunityForm, MemberForm


def _page(form: FlaskForm, wrong_in: str = "") -> str:
    return render_template(
        "network/communities.html",
        found=use.listed(db()),
        new=form if not wrong_in else CommunityForm(formdata=None),
        member=MemberForm(formdata=None),
        confirm=ConfirmForm(),
        problems=problems(form),
    )


def _back(message: str) -> Response:
    flash(gettext(message), "ok")
    return redirect(url_for("network.communities"), 303)


@blueprint.get("/communities")
def communities() -> str:
    """Every community with its readers."""
    return _page(CommunityForm())


@blueprint.post("/communities")
def new_community() -> Page:
    """Make a community."""
    form = CommunityForm()
    if not done(form, lambda: use.create(db(), name=form.name.data, actor=me().account_id, at=now())):
        return _page(form), UNPROCESSABLE
    return _back(N_("The community is made. Add its readers."))


@blueprint.post("/communities/<community_id>/members")
def add_member(community_id: str) -> Page:
    """Add a reader to a community."""
    form = MemberForm()
    act = lambda: use.add(  # noqa: E731
        db(), community_id=community_id, email=form.email.data, actor=me().account_id, at=now()
    )
    if not done(form, act, mended=(DelphiError,)):
        return _page(form, community_id), UNPROCESSABLE
    return _back(N_("The reader belongs to the community."))


@blueprint.post("/communities/<community_id>/members/<account_id>/remove")
def remove_member(community_id: str, account_id: str) -> Response:
    """Take a reader out of a community."""
    use.remove(db(), community_id=community_id, account_id=account_id, actor=me().account_id, at=now())
    return _back(N_("The reader does not belong to the community any more."))
