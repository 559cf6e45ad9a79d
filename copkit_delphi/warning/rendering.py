"""Documents to bytes: HTML and PDF of a brief, its annex and an analysis report."""

from __future__ import annotations

from copkit_delphi.domain.documents import AnnexDocument, BriefDocument, ReportDocument
from copkit_delphi.reporting.documents import render_annex, render_brief, render_report
from copkit_delphi.reporting.pdf import to_pdf

KINDS = ("brief", "annex")


def html(
    document: BriefDocument | AnnexDocument | ReportDocument, *, language: str = "en", assets: str = ""
) -> str:
    """Return a document as a whole page; ``assets`` is the address where its style sheet lies."""
    if isinstance(document, BriefDocument):
        return render_brief(document, language=language, assets=assets)
    if isinstance(document, AnnexDocument):
        return render_annex(document, language=language, assets=assets)
    return render_report(document, language=language, assets=assets)


def pdf(document: BriefDocument | AnnexDocument | ReportDocument, *, language: str = "en") -> bytes:
    """Return a document as a tagged PDF; the same document gives the same bytes."""
    return to_pdf(html(document, language=language))
