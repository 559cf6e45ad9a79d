"""Ratings row by row leave as a replication file alone: asked for by one person, agreed to by a second, kept an hour."""

from __future__ import annotations

import base64
import csv
import io
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.cells import safe
from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Gone, Invalid, NotFound
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState
from copkit_delphi.domain.permission import Action, Identity
from copkit_delphi.elicitation import coded, packed, rounds, showing, studies
from copkit_delphi.elicitation.coded import Coded
from copkit_delphi.elicitation.models import ReplicationRequest, Study
from copkit_delphi.people import audit
from copkit_delphi.people.vault import Vault

KEPT = timedelta(hours=1)
AGREED_FOR = timedelta(days=7)
LONGEST = 2000
COLUMNS = ("round", "panellist", "group", "item", "value", "low", "high")
CANNOT = "cannot_judge"


def obstacle(session: Session, study_id: str) -> str:
    """Return why no file can be made yet, as an untranslated sentence; empty when nothing stands against it."""
    study = studies.get(session, study_id)
    if study.origin == "imported":
        return N_("Nobody agreed here to a replication file of an imported study.")
    if study.state not in (StudyState.ENDED, StudyState.ARCHIVED):
        return N_("The study has not ended.")
    if any(
        row.state != RoundState.CLOSED or row.feedback != FeedbackState.OPEN
        for row in rounds.of_study(session, study_id)
    ):
        return N_("The feedback of a round is still in moderation.")
    return ""


def _check(session: Session, study_id: str) -> Coded:
    found = obstacle(session, study_id)
    if found:
        raise Conflict(found)
    try:
        return coded.gather(session, study_id)
    except Conflict:
        raise Conflict(
            N_(
                "Fewer than %(n)s panellists agreed to a text that names replication files, or answered: there is no file."
            ),
            n=coded.SMALLEST_PANEL,
        ) from None


def ask(
    session: Session, *, study_id: str, purpose: str, recipient: str, by: Identity, at: datetime
) -> ReplicationRequest:
    """Ask for a file: what it is for, and who gets it. Raises ``Invalid``, or ``Conflict`` while there can be none."""
    if not 0 < len(purpose.strip()) <= LONGEST or not 0 < len(recipient.strip()) <= 200:
        raise Invalid(N_("Say what the file is for and who gets it."))
    _check(session, study_id)
    row = ReplicationRequest(
        id=secrets.token_hex(8),
        study_id=study_id,
        purpose=purpose.strip(),
        recipient=recipient.strip(),
        asked_by=by.account_id,
        asked_at=at,
    )
    session.add(row)
    _note(session, "replication:ask", row, by.account_id, at, reason=row.purpose)
    return row


def get(session: Session, *, study_id: str, request_id: str) -> ReplicationRequest:
    """Return a request, held against a second decision; raises ``NotFound``."""
    query = select(ReplicationRequest).where(
        ReplicationRequest.id == request_id, ReplicationRequest.study_id == study_id
    )
    row = session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound(N_("There is no such request in this study."))
    return row


def of_study(session: Session, study_id: str) -> list[ReplicationRequest]:
    """Return the requests of a study, the newest first."""
    query = select(ReplicationRequest).where(ReplicationRequest.study_id == study_id)
    return list(session.scalars(query.order_by(ReplicationRequest.asked_at.desc(), ReplicationRequest.id)))


def waiting(session: Session, study_ids: Collection[str]) -> list[tuple[str, str]]:
    """Return of these studies each in which somebody asks for a file, and who asked."""
    query = select(ReplicationRequest.study_id, ReplicationRequest.asked_by)
    wanted = query.where(ReplicationRequest.study_id.in_(study_ids), ReplicationRequest.state == "asked")
    return [(study_id, asked_by) for study_id, asked_by in session.execute(wanted)]


def decide(
    session: Session, *, row: ReplicationRequest, by: Identity, agreed: bool, why: str = "", at: datetime
) -> None:
    """Agree or refuse, as somebody who checks the study and did not ask; a refusal says why."""
    if row.state != "asked":
        raise Conflict(N_("This request is decided."))
    if by.account_id == row.asked_by:
        raise Forbidden(N_("Whoever asks does not decide. A second person has to."))
    if not by.may(Action.REPLICATION_DECIDE, row.study_id):
        raise Forbidden(N_("The data protection officer or the ethics reviewer decides."))
    if not agreed and not 0 < len(why.strip()) <= LONGEST:
        raise Invalid(N_("Say why not."))
    if agreed:
        _check(session, row.study_id)
    row.state, row.decided_by, row.decided_at = ("approved" if agreed else "refused"), by.account_id, at
    row.refusal = "" if agreed else why.strip()
    action = "replication:approve" if agreed else "replication:refuse"
    _note(session, action, row, by.account_id, at, reason=row.refusal)


def fetch(session: Session, seals: Vault, *, row: ReplicationRequest, by: Identity, at: datetime) -> bytes:
    """Return the file: made the first time, the same for an hour, then gone. Each look is recorded."""
    if by.account_id == row.decided_by or not by.may(Action.REPLICATION_FETCH, row.study_id):
        raise Forbidden(N_("An analyst of the study who did not decide takes the file."))
    if row.state == "approved":
        _make(session, seals, row, by, at)
    if row.content is None or row.made_at is None or at >= row.made_at + KEPT:
        raise Gone(
            N_(
                "There is no file any more: it is kept for an hour, or somebody left the study since. Ask again."
            )
        )
    _note(session, "replication:fetch", row, by.account_id, at)
    return base64.b64decode(seals.open(row.content)["zip"])


def _make(session: Session, seals: Vault, row: ReplicationRequest, by: Identity, at: datetime) -> None:
    if row.decided_at is None or at >= row.decided_at + AGREED_FOR:
        raise Gone(N_("The agreement is older than seven days. Ask again."))
    study = studies.get(session, row.study_id)
    found = _check(session, row.study_id)
    data = packed.pack(
        {
            "ratings.csv": as_csv(found).encode(),
            "codebook.txt": codebook(session, study, found, row, at).encode(),
        }
    )
    row.state, row.made_at = "made", at
    row.content = seals.seal({"zip": base64.b64encode(data).decode()})
    _note(session, "replication:make", row, by.account_id, at, people=len(found.people))


def _note(
    session: Session, action: str, row: ReplicationRequest, actor: str, at: datetime, **more: object
) -> None:
    audit.record(session, actor=actor, action=action, at=at, study_id=row.study_id, request=row.id, **more)


def forget(session: Session, *, study_id: str) -> None:
    """Delete the files of a study that are still here: somebody leaves it."""
    mine = ReplicationRequest.study_id == study_id
    session.execute(update(ReplicationRequest).where(mine).values(content=None))


def forget_old(session: Session, *, before: datetime) -> None:
    """Delete files made before a time."""
    old = ReplicationRequest.made_at <= before
    session.execute(update(ReplicationRequest).where(old).values(content=None))


def made_of(session: Session, study_id: str) -> list[dict[str, str]]:
    """Return which files were made of a study, for its panellists: the day, for whom and what for."""
    return [
        {"day": row.made_at.date().isoformat(), "recipient": row.recipient, "purpose": row.purpose}
        for row in of_study(session, study_id)
        if row.made_at is not None
    ]


# The file ------------------------------------------------------------------------------------------------------------


def as_csv(found: Coded) -> str:
    """Return one row a rating: no time, no reason, no earlier rating; a panellist's rows share an id of this file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for person, group, number, item, (value, low, high) in coded.rows(found):
        given = CANNOT if value is None else plain(value)
        bounds = ["" if bound is None else plain(bound) for bound in (low, high)]
        writer.writerow([number, person, safe(group), safe(item), given, *bounds])
    return out.getvalue()


def codebook(session: Session, study: Study, found: Coded, row: ReplicationRequest, at: datetime) -> str:
    """Return what stands in the file, what does not and why, and how far rows could be told apart."""
    alone, smallest = coded.uniqueness(found)
    asked = {name for _, name in found.answers}
    lines = [
        f"{study.marking}  Replication file of the study “{study.title}”",
        *(["SYNTHETIC PANEL: nothing here is a finding."] if study.synthetic else []),
        f"Made on {at.date().isoformat()} for {row.recipient}. Purpose: {row.purpose}",
        "",
        "ratings.csv: one row a rating that counted when its round closed.",
        "  round, item, value: as asked; cannot_judge is not a middle; low and high only where they were asked.",
        "  panellist: drawn for this file and kept nowhere. It links the rounds within this file and leads to nobody.",
        *(
            f"  In round {number} everybody was shown: {form}."
            for number, form in showing.forms(session, study.id)
        ),
        f"  group: shown where at least {found.k} of it rated every item here; otherwise “{coded.MERGED}”.",
        "",
        "Not in the file: names, times, reasons, free text, earlier versions of a rating, whoever left the study or",
        f"agreed to a text that did not name such files. Where anybody is left out, so are {found.k - 1} more.",
        f"Some are left out: {'yes' if found.some_left_out else 'no'}.",
        "Groups merged: " + (", ".join(sorted(found.hidden)) or "none"),
        "Left out, since too few answers would be told apart: "
        + (", ".join(f"round {number} {item}" for number, item in found.cells_out) or "nothing"),
        "",
        "WARNING. Whoever knows some answers of a person can find that person's row by them. Of the",
        f"{len(found.people)} panellists, {alone} have answers over all items that nobody else has; the smallest set of equals holds",
        f"{smallest} (k-anonymity over all items: {smallest}). Give the file to nobody else and publish no row of it.",
        "",
        "Items:",
        *(
            f"  {one.name}  {one.kind}  {plain(one.low)}:{plain(one.high)}  {' '.join(one.wording.split())}"
            for one in studies.items(session, study.id)
            if one.name in asked
        ),
    ]
    return "\r\n".join(lines) + "\r\n"
