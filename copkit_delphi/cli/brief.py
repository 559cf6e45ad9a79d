"""``brief``: write a study's brief and ethics annex, or its analysis report, as PDF."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from copkit_delphi.cli.runtime import open_installation
from copkit_delphi.domain.documents import AnnexDocument, BriefDocument, ReportDocument
from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.elicitation import results, studies
from copkit_delphi.installation import Installation
from copkit_delphi.network import reading, releases
from copkit_delphi.people import accounts
from copkit_delphi.warning import briefs, rendering
from copkit_delphi.warning.documents import report_document
from copkit_delphi.warning.models import Brief


def write(place: Installation, study_id: str, folder: Path, *, for_email: str = "") -> list[Path]:
    """Write the PDFs of a study to ``folder``: as released where they are, else as they stand; return the paths.

    Under a marking for named persons ``for_email`` says whose copy it is.
    """
    with place.database.reading() as session:
        study = studies.get(session, study_id)
        if study.origin == "imported":
            return [_save(folder, _report(session, study_id, place))]
        versions = briefs.of_study(session, study_id)
        if not versions:
            raise Conflict(N_("This study has no brief yet. Start one on its pages."))
        if versions[0].state in (BriefState.PUBLISHED, BriefState.WITHDRAWN):
            return [_save(folder, part) for part in _released(session, versions[0], for_email)]
        return [_save(folder, part) for part in _parts(session, versions[0], place)]


def _report(session: Session, study_id: str, place: Installation) -> tuple[str, bytes]:
    study = studies.get(session, study_id)
    titles = {item.name: item.wording for item in studies.items(session, study_id)}
    document = report_document(
        study, results.of_study(session, study_id), titles=titles, on=place.clock(session).date()
    )
    return f"{document.reference}.pdf", rendering.pdf(document)


def _released(session: Session, brief: Brief, for_email: str) -> list[tuple[str, bytes]]:
    release, _ = releases.get(session, study_id=brief.study_id, brief_id=brief.id)
    account_id = accounts.by_email(session, for_email).id if for_email else ""
    found = []
    for kind in rendering.KINDS:
        issued = reading.issue(session, release=release, kind=kind, account_id=account_id)
        found.append((f"{brief.reference}-v{brief.version}-{kind}.pdf", issued.content))
    return found


def _parts(session: Session, brief: Brief, place: Installation) -> list[tuple[str, bytes]]:
    names = {kind: f"{brief.reference}-v{brief.version}-{kind}.pdf" for kind in rendering.KINDS}
    prepared = briefs.prepare(session, brief, at=place.clock(session))
    documents: dict[str, BriefDocument | AnnexDocument | ReportDocument] = {
        "brief": prepared.brief,
        "annex": prepared.annex,
    }
    return [(names[kind], rendering.pdf(documents[kind])) for kind in rendering.KINDS]


def _save(folder: Path, part: tuple[str, bytes]) -> Path:
    name, content = part
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


@click.command("brief")
@click.argument("study_id")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder (default: output of the data directory).",
)
@click.option("--for", "for_email", default="", help="E-mail address of the recipient whose copy it is.")
def command(study_id: str, output: Path | None, for_email: str) -> None:
    """Write a study's brief and ethics annex as PDF."""
    place = open_installation()
    for path in write(place, study_id, output or place.settings.output_dir, for_email=for_email):
        click.echo(path)
