"""A form and the use case behind it: what a person can mend stands on the form, with everything typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    fields: Mapping[str, str] | None = None,
) -> bool:
    """Validate ``form`` and run ``act``; a refusal that a person can mend stands at the field it is about.

    ``fields`` are fields of the form that are called otherwise than what the use case takes. A refusal about nothing
    that the form asks stands at ``field``, else on the form.
    """
    if not form.validate():
        return False
    try:
        act()
    except mended as error:
        about = (fields or {}).get(error.about, error.about)
        _refuse(form, said(error), about if about in form else field)
        return False
    return True


def _refuse(form: FlaskForm, sentence: str, field: str) -> None:
    if field:
        form[field].errors = [*form[field].errors, sentence]
    else:
        form.form_errors = [*form.form_errors, sentence]
