"""The archive of a study: taken by those who run or answer for it, and brought in by a facilitator."""

from __future__ import annotations

from flask import Response, make_response, render_template

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import archives
from copkit_delphi.elicitation.models import Study
from copkit_delphi.network import archiving
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.page import Page, refused, study_of
from copkit_delphi.web.files.forms import ArchiveForm
from copkit_delphi.web.files.page import blueprint, go
from copkit_delphi.web.forms import done


@blueprint.get("/<study_id>/files/archive.zip")
def archive(study_id: str) -> Response:
    """The design, the disclosed results and the released briefs of a study, as one file."""
    study = study_of(study_id)
    response = make_response(archiving.write(db(), study_id))
    mark = "EXERCISE-" if study.exercise else ""
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{mark}study-archive.zip"'
    return response


def _page(form: ArchiveForm) -> str:
    return render_template("files/archive_in.html", form=form)


@blueprint.get("/archives/new")
def archive_in() -> str:
    """The form for an archive."""
    return _page(ArchiveForm())


@blueprint.post("/archives/new")
def archive_in_post() -> Page:
    """Bring an archive in; what is wrong with it is said, and nothing of it is kept."""
    form = ArchiveForm()
    made: list[Study] = []

    def act() -> None:
        given = form.file.data
        if not hasattr(given, "read") or not given.filename:
            raise Invalid(N_("Choose a file."))
        made.append(
            archives.bring_in(
                db(), given.read(), facilitator=me().account_id, at=now(), draft=form.kind.data == "draft"
            )
        )

    if not done(form, act, "file"):
        return refused(_page(form))
    if made[0].state == "draft":
        return go("overview", made[0].id, N_("The study is a draft with the design of the archive."))
    return go("overview", made[0].id, N_("The archived copy is here. Its hashes are right."))
