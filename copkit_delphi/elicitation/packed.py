"""Opens a packed file (ZIP) that somebody uploads; what is no plain archive of small parts is refused unopened."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from copkit_delphi.domain.delimited import shown
from copkit_delphi.domain.errors import N_, Conflict, Invalid

MOST_PARTS = 1000
MOST_UNPACKED = 60 * 1024 * 1024
MOST_RATIO, _RATIO_FROM = 200, 1024 * 1024
MOST_FILE = (
    MOST_UNPACKED + 1024 * 1024
)  # of an archive that is stored without packing, with its table of contents
_MANIFEST = 1024 * 1024  # room for the names and hashes of all parts
_ENCRYPTED = 0x1
_BROKEN = N_("The file is damaged: %(why)s. Make it again.")


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive after looking at its table of contents alone; raises ``Invalid`` with what is wrong.

    Sizes are as the table says them: the reader gives out no more than that, and fails where a part is longer.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Invalid(_BROKEN, why=N_("it has no readable table of contents")) from None
    with archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise Invalid(N_("The packed file has more than %(most)s parts."), most=MOST_PARTS)
        for part in parts:
            _check(part)
        if len({part.filename for part in parts}) < len(parts):
            raise Invalid(N_("The packed file has two parts of one name."))
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Invalid(
                N_("Unpacked, the file would be larger than %(size)s MB."), size=MOST_UNPACKED // 1024 // 1024
            )
        yield archive


def _check(part: zipfile.ZipInfo) -> None:
    name = shown(part.filename)
    if part.flag_bits & _ENCRYPTED:
        raise Invalid(
            N_("A part of the packed file has a password: %(name)s. Save it without one."), name=name
        )
    pieces = part.filename.replace("\\", "/").split("/")
    if (
        part.filename.startswith(("/", "\\"))
        or ".." in pieces
        or ":" in pieces[0]
        or "\0" in part.orig_filename
    ):
        raise Invalid(N_("A part of the packed file has a name that leads out of it: %(name)s."), name=name)
    if stat.S_ISLNK(part.external_attr >> 16):
        raise Invalid(N_("A part of the packed file is a link: %(name)s."), name=name)
    if part.file_size > _RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1):
        raise Invalid(
            N_("A part of the packed file would unpack to more than %(ratio)s times its size: %(name)s."),
            ratio=MOST_RATIO,
            name=name,
        )


def read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one part, checked against its sum; raises ``Invalid`` when it is damaged."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise Invalid(_BROKEN, why=shown(name)) from None


def check_size(parts: Mapping[str, bytes]) -> None:
    """Raise ``Conflict`` where an archive of these parts would be refused when it comes in."""
    size = sum(len(part) for part in parts.values())
    if size > MOST_UNPACKED - _MANIFEST or len(parts) >= MOST_PARTS:
        raise Conflict(
            N_("The archive would have %(n)s parts and %(size)s MB. It can have %(most)s parts and %(most_size)s MB."),
            n=len(parts), size=-(-size // 1024 // 1024), most=MOST_PARTS - 1, most_size=MOST_UNPACKED // 1024 // 1024 - 1,
        )  # fmt: skip


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive that is the same for the same parts: sorted by name, unpacked, at one time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, parts[name])
    return out.getvalue()
