"""A form and the use case behind it: what a person can mend stands on the form, with everything typed."""

from __future__ import annotations

from collections.abc import Callable

from flask_wtf import FlaskForm

from copkit_delphi.domain.errors import Conflict, DelphiError, Invalid
from copkit_delphi.web.errors import said

MENDED: tuple[type[DelphiError], ...] = (Invalid, Conflict)


def done(
    form: FlaskForm,
    act: Callable[[], object],
    field: str = "",
    *,
    mended: tuple[type[DelphiError], ...] = MENDED,
) -> bool:
    """Validate ``form`` and run ``act``; a refusal that a person can mend stands at ``field``, else on the form."""
    if not form.validate():
        return False
    try:
        act()
    except mended as error:
        _refuse(form, said(error), field)
        return False
    return True


def _refuse(form: FlaskForm, sentence: str, field: str) -> None:
    if field:
        form[field].errors = [*form[field].errors, sentence]
    else:
        form.form_errors = [*form.form_errors, sentence]
