"""Documents to bytes: HTML and PDF of a brief, its annex and an analysis report."""

from __future__ import annotations

from markupsafe import escape

from copkit_delphi.domain.documents import AnnexDocument, BriefDocument, ReportDocument
from copkit_delphi.reporting.documents import render_annex, render_brief, render_report
from copkit_delphi.reporting.pdf import to_pdf

KINDS = ("brief", "annex")
PAGES = (
    "brief-page",
    "annex-page",
)  # the very pages that were typeset, for copies that say for whom they are
_PLACE = (
    "<!-- for whom -->"  # where reports/base.html takes the name; never in a text, since texts are escaped
)


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


def documents(brief: BriefDocument, annex: AnnexDocument) -> dict[str, bytes]:
    """Return what a release stores of its documents: both PDFs, and the pages they were typeset from."""
    return {
        "brief": pdf(brief),
        "annex": pdf(annex),
        "brief-page": html(brief).encode(),
        "annex-page": html(annex).encode(),
    }


def addressed(page: bytes, person: str) -> bytes:
    """Return a stored page as the PDF of one person; the same page and person give the same bytes."""
    line = escape(f"For {person.rstrip(', ')}")
    return to_pdf(page.decode().replace(_PLACE, f'<b class="run-for">{line}</b>', 1))
