"""The files beside scenarios as parts of an archive: one list, and each content once, named by its hash.

A file that comes in an archive is held to the rules of an upload. It is not drawn anew, so that it leaves again as it
came: a picture has to be one that was drawn here, with nothing in it but points.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import canonical_json
from copkit_delphi.domain.shapes import fits
from copkit_delphi.elicitation import attachments, plain_pictures, studies
from copkit_delphi.elicitation.models import Attachment

LIST = "attachments.json"
NAMES = re.compile(r"attachments/[0-9a-f]{64}\.(?:pdf|png|jpg)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the list of an archive names it: ``size`` in bytes, ``hash`` the SHA-256 of its content."""

    scenario: str
    name: str
    mimetype: str
    size: int
    hash: str

    @property
    def part(self) -> str:
        """Return the name of the part that holds its content."""
        return f"attachments/{self.hash}{attachments.ENDINGS[self.mimetype]}"


def of_study(session: Session, study_id: str) -> list[tuple[Listed, bytes]]:
    """Return the files of a study in the order of its scenarios, each with its content."""
    names = {row.id: row.name for row in studies.scenarios(session, study_id)}
    order = {scenario_id: place for place, scenario_id in enumerate(names)}
    query = select(Attachment).where(Attachment.study_id == study_id).options(undefer(Attachment.content))
    rows = session.scalars(query.order_by(Attachment.position, Attachment.id)).all()
    return [
        (Listed(names[row.scenario_id], row.name, row.mimetype, row.size, row.hash), row.content)
        for row in sorted(rows, key=lambda row: order[row.scenario_id])
    ]


def parts(session: Session, study_id: str) -> dict[str, bytes]:
    """Return list and contents of the files of a study, nothing for one without."""
    found = of_study(session, study_id)
    if not found:
        return {}
    listed = [
        {"scenario": one.scenario, "name": one.name, "mimetype": one.mimetype, "size": one.size, "hash": one.hash}
        for one, _ in found
    ]  # fmt: skip
    return {LIST: canonical_json(listed).encode(), **{one.part: content for one, content in found}}


def read(
    listed: Any, contents: Mapping[str, bytes], scenarios: Sequence[str]
) -> tuple[tuple[Listed, bytes], ...]:
    """Return the files that an archive lists, each with its content; raises ``Invalid`` with what is wrong."""
    if not fits(listed, tuple[Listed, ...]):
        raise Invalid(N_("The list of files is not one this product writes."))
    found = [Listed(**one) for one in listed]
    if any(one.mimetype not in attachments.ENDINGS or one.scenario not in scenarios for one in found):
        raise Invalid(N_("The list of files is not one this product writes."))
    if {one.part for one in found} != contents.keys():
        raise Invalid(N_("The files of the archive are not those that its list names."))
    if any([one.scenario for one in found].count(name) > attachments.MOST for name in set(scenarios)):
        raise Invalid(N_("A scenario has at most %(n)s files."), n=attachments.MOST)
    for one in found:
        _check(one, contents[one.part])
    return tuple((one, contents[one.part]) for one in found)


def _check(one: Listed, content: bytes) -> None:
    if hashlib.sha256(content).hexdigest() != one.hash or len(content) != one.size:
        raise Invalid(N_("The file %(name)s is not the one its list names: its hash differs."), name=one.name)
    if attachments.safe_name(one.name, one.mimetype) != one.name:
        raise Invalid(N_("The list of files is not one this product writes."))
    try:
        kind = attachments.PDF if content.startswith(b"%PDF-") else plain_pictures.kind_of(content)
        if kind == attachments.PDF:
            attachments.checked(content)
    except Invalid as error:
        raise Invalid(N_("The file %(name)s is refused: %(why)s"), name=one.name, why=str(error)) from error
    if kind != one.mimetype:
        raise Invalid(N_("The file %(name)s is of another type than its name says."), name=one.name)


def put(session: Session, *, study_id: str, files: Sequence[tuple[Listed, bytes]]) -> None:
    """Put files that were read beside the scenarios of a study, in the order of their list."""
    ids = {row.name: row.id for row in studies.scenarios(session, study_id)}
    session.add_all(
        Attachment(
            id=secrets.token_hex(8),
            study_id=study_id,
            scenario_id=ids[one.scenario],
            name=one.name,
            mimetype=one.mimetype,
            size=one.size,
            hash=one.hash,
            position=place,
            content=content,
        )
        for place, (one, content) in enumerate(files, 1)
    )
