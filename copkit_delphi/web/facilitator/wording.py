"""Wording checks while a statement is written: the page shows them without a script, and a script keeps them fresh."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, jsonify, request
from flask_babel import gettext

from copkit_delphi.domain.phrasing import Finding
from copkit_delphi.elicitation import statements
from copkit_delphi.web.facilitator.page import blueprint, study_of
from copkit_delphi.web.typed import clean

_LONGEST = 1200  # characters of a statement
_BESIDE = ("title", "summary", "counts", "counts_not")


def sentences(findings: Iterable[Finding]) -> list[str]:
    """Return findings as sentences in the reader's language."""
    return [gettext(one.message) % one.params if one.params else gettext(one.message) for one in findings]


@blueprint.post("/<study_id>/set-up/wording")
def check_wording(study_id: str) -> Response:
    """Say what could be worded better in what is typed; nothing is stored."""
    study = study_of(study_id, elicited=True)
    beside = "\n".join(clean(request.form.get(name))[:4000] for name in _BESIDE)
    found = statements.warnings(study, clean(request.form.get("statement"))[:_LONGEST], beside=beside)
    return jsonify(sentences=sentences(found))
