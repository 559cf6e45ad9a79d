"""Documents of a study as they stand: preview, PDF of the draft, the analysis report of an import."""

from __future__ import annotations

from flask import Response, make_response, url_for

from copkit_delphi.domain.documents import AnnexDocument, BriefDocument
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.elicitation import results, studies
from copkit_delphi.network.reading import file_name
from copkit_delphi.reporting.assets import TYPES, read_asset
from copkit_delphi.warning import rendering
from copkit_delphi.warning.briefs import Prepared
from copkit_delphi.warning.documents import report_document
from copkit_delphi.web.briefs import blueprint
from copkit_delphi.web.briefs.page import prepare_aside
from copkit_delphi.web.context import context, now


def as_pdf(content: bytes, name: str) -> Response:
    """Return a PDF that the browser opens, named ``name``."""
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _document(prepared: Prepared, kind: str) -> BriefDocument | AnnexDocument:
    return prepared.brief if kind == "brief" else prepared.annex


@blueprint.get("/studies/<study_id>/brief/<any(brief, annex):kind>.html")
def preview(study_id: str, kind: str) -> Response:
    """Brief or annex as it stands, in its print layout."""
    document = _document(prepare_aside(study_id), kind)
    return make_response(rendering.html(document, assets=url_for("briefs.print_asset", name="")))


@blueprint.get("/studies/<study_id>/brief/<any(brief, annex):kind>-draft.pdf")
def draft_pdf(study_id: str, kind: str) -> Response:
    """Brief or annex as it stands, as PDF; each page says that it is not released."""
    prepared = prepare_aside(study_id)
    brief = prepared.found.brief
    name = file_name(brief.reference, brief.version, f"{kind}-draft", brief.marking)
    return as_pdf(rendering.pdf(_document(prepared, kind)), name)


@blueprint.get("/studies/<study_id>/report.pdf")
def report_pdf(study_id: str) -> Response:
    """The analysis report of an imported study."""
    with context().database.reading() as looking:
        study = studies.get(looking, study_id)
        found = results.of_study(looking, study_id)
        if study.origin != "imported" or not found:
            raise NotFound(N_("Only an imported study has an analysis report."))
        titles = {item.name: item.wording for item in studies.items(looking, study_id)}
        document = report_document(study, found, titles=titles, on=now(looking).date())
    return as_pdf(rendering.pdf(document), file_name(document.reference, 1, "analysis", study.marking))


@blueprint.get("/print/", defaults={"name": ""})
@blueprint.get("/print/<path:name>")
def print_asset(name: str) -> Response:
    """Style sheet and fonts of documents, and nothing else."""
    try:
        content = read_asset(name)
    except KeyError:
        raise NotFound(N_("There is no such file.")) from None
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[name]
    return response
