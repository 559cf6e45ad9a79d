"""The second step of signing in."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from copkit_delphi.people import factors
from copkit_delphi.web import sign_in
from copkit_delphi.web.account import blueprint
from copkit_delphi.web.account.forms import CodeForm, code_fits
from copkit_delphi.web.context import db
from copkit_delphi.web.security import limits_of_codes
from copkit_delphi.web.typed import local_path


def _onward() -> Response:
    return redirect(local_path(request.args.get("next")) or url_for("public.home"), 303)


@blueprint.get("/sign-in/code")
def code() -> str | Response:
    """Ask for a code, or lead to setting one up."""
    if not sign_in.is_half_way():
        return _onward()
    if not factors.is_set(db(), sign_in.whose_password()):
        return redirect(url_for("account.factor"))
    return render_template("account/code.html", form=CodeForm())


@blueprint.post("/sign-in/code")
@limits_of_codes
def code_post() -> Response | tuple[str, int]:
    """Check the code; the session that passed it has a new token."""
    form = CodeForm()
    if not sign_in.is_half_way():
        return _onward()
    if not form.validate() or not code_fits(form, sign_in.whose_password()):
        return render_template("account/code.html", form=form), 401
    sign_in.renew(with_factor=True)
    return _onward()
