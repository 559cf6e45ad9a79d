"""Files beside a scenario: what panellists may open to judge it. Checked when they come in, never shown in a page.

Pictures are drawn anew, which drops everything that is no picture; a PDF is looked at and handed out to be saved.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Attachment

MOST, LARGEST = 5, 5 * 1024 * 1024  # files of a scenario, bytes of one
MOST_PIXELS = 40_000_000
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg"}
_FORMATS = {"PNG": PNG, "JPEG": JPEG}
_NO_NAME = re.compile(r"[^\w .()\-]+")
# What makes a PDF do something, or holds more than what it shows.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA|OpenAction|AA)\b")
_UNREADABLE = N_(
    "This picture cannot be read: it is damaged, or not a PNG or JPEG. Save it anew and try again."
)


@dataclass(frozen=True, slots=True)
class Named:
    """A file as it is listed: ``size`` in bytes."""

    id: str
    name: str
    mimetype: str
    size: int
    hash: str = ""

    @property
    def key(self) -> str:
        """Return what a translation of its name is kept under: it follows the content into copies and archives."""
        return f"files.{self.hash[:12]}"

    @property
    def kilobytes(self) -> int:
        """Return the size in kB, at least one."""
        return max(1, round(self.size / 1000))


def checked(content: bytes) -> tuple[str, bytes]:
    """Return the type of a file by its content, and the bytes that are kept; raises ``Invalid`` with the reason."""
    if not content:
        raise Invalid(N_("The file is empty. Choose another one."))
    if len(content) > LARGEST:
        raise Invalid(
            N_("The file is larger than %(mb)s MB. Make it smaller, or give a link in the background."), mb=5
        )
    if content.startswith(b"%PDF-"):
        return PDF, _pdf(content)
    return _picture(content)


def _pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-2048:]:
        raise Invalid(N_("This PDF is cut off: its end is missing. Save it anew and try again."))
    if b"/Encrypt" in content:
        raise Invalid(N_("This PDF is protected by a password or by rights. Save it without protection."))
    if found := _ACTIVE.search(content):
        what = found[0].decode()
        raise Invalid(
            N_("This PDF holds something active (%(what)s). Print it to a new PDF and try again."), what=what
        )
    return content


def _picture(content: bytes) -> tuple[str, bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=tuple(_FORMATS)) as found:
                return _drawn_anew(found)
    except (OSError, ValueError, SyntaxError, EOFError, Warning, Image.DecompressionBombError) as error:
        kind = N_("Only PDF, PNG and JPEG files are taken.")
        raise Invalid(_UNREADABLE if content[:4] in {b"\x89PNG", b"\xff\xd8\xff\xe0"} else kind) from error


def _drawn_anew(found: Image.Image) -> tuple[str, bytes]:
    if found.width * found.height > MOST_PIXELS:
        raise Invalid(
            N_("The picture has more than %(n)s million points. Make it smaller."), n=MOST_PIXELS // 10**6
        )
    mimetype = _FORMATS[str(found.format)]
    upright = ImageOps.exif_transpose(found)
    plain = upright.convert("RGB" if mimetype == JPEG else "RGBA" if _see_through(upright) else "RGB")
    clean = Image.frombytes(plain.mode, plain.size, plain.tobytes())  # nothing but points goes on
    out = BytesIO()
    clean.save(
        out,
        "JPEG" if mimetype == JPEG else "PNG",
        **({"quality": 90} if mimetype == JPEG else {"optimize": True}),
    )
    return mimetype, out.getvalue()


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info


def add(session: Session, *, study_id: str, scenario_id: str, name: str, content: bytes) -> Attachment:
    """Put a file beside a scenario of a draft study; raises ``Invalid`` with what is wrong with it."""
    _draft(session, study_id)
    studies.scenario_of(session, study_id=study_id, scenario_id=scenario_id)
    there = of_scenario(session, scenario_id)
    if len(there) >= MOST:
        raise Conflict(N_("A scenario has at most %(n)s files. Take one away first."), n=MOST)
    mimetype, kept = checked(content)
    row = Attachment(
        id=secrets.token_hex(8),
        study_id=study_id,
        scenario_id=scenario_id,
        name=safe_name(name, mimetype),
        mimetype=mimetype,
        size=len(kept),
        hash=hashlib.sha256(kept).hexdigest(),
        position=len(there) + 1,
        content=kept,
    )
    session.add(row)
    session.flush()  # the next one counts it
    return row


def safe_name(typed: str, mimetype: str) -> str:
    """Return a name for the file: the last part of what it was called, with the ending of what it is."""
    last = re.split(r"[/\\]", typed)[-1]
    stem = last.rpartition(".")[0] if "." in last else last
    plain = _NO_NAME.sub("_", stem).strip(" ._")[:100]
    return (plain or "file") + ENDINGS[mimetype]


def _draft(session: Session, study_id: str) -> None:
    if studies.get(session, study_id).state != StudyState.DRAFT:
        raise Conflict(N_("Round 1 has opened: the files are locked."))


def of_scenario(session: Session, scenario_id: str) -> Sequence[Named]:
    """Return the files beside a scenario, in order, without their content."""
    return of_scenarios(session, [scenario_id])[scenario_id]


def of_scenarios(session: Session, ids: Sequence[str]) -> dict[str, list[Named]]:
    """Return the files beside scenarios by scenario id, in order, without their content."""
    file = (Attachment.id, Attachment.name, Attachment.mimetype, Attachment.size, Attachment.hash)
    query = select(Attachment.scenario_id, *file).where(Attachment.scenario_id.in_(ids))
    found: dict[str, list[Named]] = {one: [] for one in ids}
    for row in session.execute(query.order_by(Attachment.position)):
        found[row[0]].append(Named(*row[1:]))
    return found


def get(session: Session, *, study_id: str, attachment_id: str) -> Attachment:
    """Return a file of a study with its content; raises ``NotFound`` for one of another study."""
    row = session.get(Attachment, attachment_id, options=[undefer(Attachment.content)])
    if row is None or row.study_id != study_id:
        raise NotFound(N_("There is no such file in this study."))
    return row


def remove(session: Session, *, study_id: str, attachment_id: str) -> str:
    """Take a file away from a scenario of a draft study; return the scenario's id."""
    _draft(session, study_id)
    row = get(session, study_id=study_id, attachment_id=attachment_id)
    session.delete(row)
    return row.scenario_id
