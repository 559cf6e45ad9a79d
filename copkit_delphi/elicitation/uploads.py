"""Tables on their way in: kept sealed for a day between upload and joining; and mappings kept for the next file."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.columns import Columns
from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.elicitation import tables
from copkit_delphi.elicitation.models import ColumnMapping, UploadedRatings
from copkit_delphi.elicitation.tables import Table
from copkit_delphi.people.vault import Vault

KEPT = timedelta(days=1)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent; ``sheet`` and ``header_row`` say where in a workbook the table begins."""

    data: bytes
    filename: str
    sheet: str = ""
    header_row: int = 1


def stage(
    session: Session,
    seals: Vault,
    *,
    study_id: str,
    account_id: str,
    sent: Sent,
    at: datetime,
) -> UploadedRatings:
    """Read a file and keep its table for the screen that maps its columns; raises ``Invalid``."""
    table = tables.read(sent.data, sent.filename, sheet=sent.sheet, header_row=sent.header_row)
    forget_old(session, before=at - KEPT)
    row = UploadedRatings(
        id=secrets.token_hex(8),
        study_id=study_id,
        account_id=account_id,
        filename=sent.filename[-120:] or "file",
        digest=hashlib.sha256(sent.data).hexdigest(),
        seal=seals.seal(asdict(table)),
        at=at,
    )
    session.add(row)
    return row


def get(session: Session, *, study_id: str, upload_id: str, account_id: str, at: datetime) -> UploadedRatings:
    """Return an upload of one's own; raises ``NotFound`` for another's and after a day."""
    row = session.get(UploadedRatings, upload_id)
    if row is None or (row.study_id, row.account_id) != (study_id, account_id) or at >= row.at + KEPT:
        raise NotFound(
            N_("This upload is not here any more: uploads are kept for a day. Upload the file again.")
        )
    return row


def table(seals: Vault, row: UploadedRatings) -> Table:
    """Return the table of an upload."""
    data = seals.open(row.seal)
    return Table(
        headers=tuple(data["headers"]),
        rows=tuple(tuple(one) for one in data["rows"]),
        lines=tuple(data["lines"]),
        sheet=data["sheet"],
        notes=tuple((text, dict(values)) for text, values in data["notes"]),
    )


def forget(session: Session, row: UploadedRatings) -> None:
    """Delete an upload: it has joined, or is not wanted."""
    session.delete(row)


def forget_old(session: Session, *, before: datetime) -> None:
    """Delete uploads that nobody joined in a day."""
    session.execute(delete(UploadedRatings).where(UploadedRatings.at <= before))


# Mappings ------------------------------------------------------------------------------------------------------------


def keep(session: Session, *, account_id: str, name: str, shared: bool, mapping: Columns) -> None:
    """Keep a mapping under a name; one's own of the same name is replaced."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(N_("Give the mapping a name of at most %(most)s characters."), most=LONGEST_NAME)
    query = select(ColumnMapping).where(ColumnMapping.account_id == account_id, ColumnMapping.name == name)
    row = session.scalars(query).first() or ColumnMapping(
        id=secrets.token_hex(8), account_id=account_id, name=name
    )
    row.shared, row.mapping = shared, mapping.to_dict()
    session.add(row)


def kept(session: Session, *, account_id: str) -> list[ColumnMapping]:
    """Return one's own mappings and the shared ones, by name."""
    mine = or_(ColumnMapping.account_id == account_id, ColumnMapping.shared)
    return list(
        session.scalars(select(ColumnMapping).where(mine).order_by(ColumnMapping.name, ColumnMapping.id))
    )


def mapping(session: Session, *, account_id: str, mapping_id: str) -> Columns:
    """Return one of these mappings; raises ``NotFound``."""
    for row in kept(session, account_id=account_id):
        if row.id == mapping_id:
            return Columns.from_dict(row.mapping)
    raise NotFound(N_("There is no such mapping."))


def drop(session: Session, *, account_id: str, mapping_id: str) -> None:
    """Delete a mapping of one's own; raises ``NotFound`` or, for another's, ``Conflict``."""
    row = session.get(ColumnMapping, mapping_id)
    if row is None or (row.account_id != account_id and not row.shared):
        raise NotFound(N_("There is no such mapping."))
    if row.account_id != account_id:
        raise Conflict(N_("Somebody else shares this mapping. Only its owner deletes it."))
    session.delete(row)
