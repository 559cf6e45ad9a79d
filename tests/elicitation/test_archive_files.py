"""Files beside scenarios travel in an archive as their bytes are; what is none that was kept here is refused."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.domain.protocol import canonical_json
from copkit_delphi.elicitation import (
    archived_files,
    archives,
    attachments,
    designs,
    packed,
    plain_pictures,
    studies,
)
from copkit_delphi.elicitation.models import Study
from tests import factories as f
from tests.elicitation.test_archives import parts, sealed
from tests.elicitation.test_attachments import PDF, picture

SENT = {"a map.png": picture("PNG"), "photo.jpeg": picture("JPEG"), "note.pdf": PDF}


def drafted(session: Any) -> tuple[Study, str]:
    """Return a draft study of two languages with three files, two of them beside the second scenario."""
    lead = f.make_account(session).id
    study = f.draft_study(session, lead)
    study.languages = ["en", "de"]
    first, second = [row.id for row in studies.scenarios(session, study.id)][:2]
    for name, scenario in zip(SENT, (second, first, second), strict=True):
        attachments.add(session, study_id=study.id, scenario_id=scenario, name=name, content=SENT[name])
    session.flush()
    return study, lead


def named(session: Any, study: Study) -> list[tuple[str, str, int]]:
    return [
        (scenario.name, one.name, one.size)
        for scenario in studies.scenarios(session, study.id)
        for one in attachments.of_scenario(session, scenario.id)
    ]


def test_a_draft_takes_the_files_along_and_gives_the_same_bytes(place: f.Install) -> None:
    with place.database.writing() as session:
        study, lead = drafted(session)
        data = archives.write(session, study.id)
        made = archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=True)
        session.flush()
        assert named(session, made) == named(session, study)
        assert [name for _, name, _ in named(session, made)] == ["photo.jpg", "a map.png", "note.pdf"]
        assert made.languages == ["en", "de"]
        assert archives.write(session, made.id) == data


def test_a_copy_with_results_keeps_files_and_languages(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study = f.closed_study(place, session, lead, n_rounds=1)
        study.languages = ["en", "pl"]
        scenario = studies.scenarios(session, study.id)[0].name
        kept = [attachments.checked(content) for content in SENT.values()]
        files = [
            (archived_files.Listed(scenario, attachments.safe_name(name, kind), kind, len(content),
                                   hashlib.sha256(content).hexdigest()), content)
            for name, (kind, content) in zip(SENT, kept, strict=True)
        ]  # fmt: skip
        archived_files.put(session, study_id=study.id, files=files)
        session.flush()
        data = archives.write(session, study.id)
        copy = archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=False)
        session.flush()
        assert archives.write(session, copy.id) == data
        assert designs.to_dict(session, copy.id)["languages"] == ["en", "pl"]


def relisted(found: dict[str, bytes], change: Callable[[Any], object]) -> bytes:
    listed = json.loads(found[archived_files.LIST])
    change(listed)
    return sealed(found | {archived_files.LIST: canonical_json(listed).encode()})


def exchanged(found: dict[str, bytes], content: bytes, kind: str = "image/png") -> bytes:
    """Return an archive whose PNG is another content, listed with its right size and hash."""
    listed = json.loads(found[archived_files.LIST])
    one = next(one for one in listed if one["mimetype"] == "image/png")
    rest = {name: part for name, part in found.items() if one["hash"] not in name}
    made = hashlib.sha256(content).hexdigest()
    one |= {"hash": made, "size": len(content), "mimetype": kind}
    part = f"attachments/{made}{attachments.ENDINGS[kind]}"
    return sealed(rest | {part: content, archived_files.LIST: canonical_json(listed).encode()})


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb() -> bytes:
    """Return a PNG of a few kB that says it has 900 million points."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def with_text() -> bytes:
    noted = PngInfo()
    noted.add_text("Author", "Ann Alias")
    return picture("PNG", pnginfo=noted)


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    return picture("JPEG", exif=exif.tobytes())


MORE = "is refused: It holds more than a picture"
WRONG: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "list missing": (lambda p: sealed({k: v for k, v in p.items() if k != archived_files.LIST}), "list of files"),
    "list a text": (lambda p: sealed(p | {archived_files.LIST: b'"x"'}), "list of files"),
    "content missing": (lambda p: sealed({k: v for k, v in p.items() if not k.endswith(".pdf")}), "not those that its list"),
    "content too many": (lambda p: sealed(p | {f"attachments/{'0' * 64}.pdf": PDF}), "not those that its list"),
    "name of a part": (lambda p: sealed(p | {"attachments/x.pdf": PDF}), "parts that this version does not know"),
    "way out": (lambda p: packed.pack(p | {"attachments/../../x.pdf": PDF}), "leads out of it"),
    "name a way out": (lambda p: relisted(p, lambda v: v[0].update(name="../../etc/x.jpg")), "list of files"),
    "name of another type": (lambda p: relisted(p, lambda v: v[0].update(name="photo.exe")), "list of files"),
    "scenario unknown": (lambda p: relisted(p, lambda v: v[0].update(scenario="S99")), "list of files"),
    "type unknown": (lambda p: relisted(p, lambda v: v[0].update(mimetype="text/html")), "list of files"),
    "size wrong": (lambda p: relisted(p, lambda v: v[0].update(size=1)), "its hash differs"),
    "hash wrong": (
        lambda p: sealed({k: v.replace(b"Catalog", b"Catalox") if k.endswith(".pdf") else v for k, v in p.items()}),
        "note.pdf is not the one its list names: its hash differs",
    ),
    "six files": (lambda p: relisted(p, lambda v: v.extend([v[-1]] * 6)), "at most 5 files"),
    "a page": (lambda p: exchanged(p, b"<script>alert(1)</script>"), MORE),
    "active PDF": (
        lambda p: exchanged(p, PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript >> /Type"), "application/pdf"),
        "list of files",
    ),
    "text in a picture": (lambda p: exchanged(p, with_text()), MORE),
    "behind a picture": (lambda p: exchanged(p, picture("PNG") + b"<script>"), MORE),
    "many points": (lambda p: exchanged(p, bomb()), MORE),
    "broken picture": (lambda p: exchanged(p, picture("PNG").replace(b"IDAT", b"IDAX")), MORE),
    "picture of another type": (lambda p: exchanged(p, attachments.checked(picture("JPEG"))[1]), "another type"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_wrong_is_refused_with_the_reason(place: f.Install, name: str) -> None:
    make, why = WRONG[name]
    with place.database.writing() as session:
        study, lead = drafted(session)
        whole = parts(archives.write(session, study.id))
        with pytest.raises(Invalid, match=why):
            archives.bring_in(session, make(whole), facilitator=lead, at=f.NOW, draft=True)


def test_a_part_that_unpacks_to_two_hundred_times_its_size_is_refused(place: f.Install) -> None:
    with place.database.writing() as session:
        study, lead = drafted(session)
        found = parts(archives.write(session, study.id))
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in (found | {f"attachments/{'1' * 64}.pdf": b"\0" * 5_000_000}).items():
                archive.writestr(name, part)
        with pytest.raises(Invalid, match="200 times its size"):
            archives.bring_in(session, out.getvalue(), facilitator=lead, at=f.NOW, draft=True)


def test_active_content_of_a_pdf_is_named() -> None:
    bad = PDF.replace(b"/Type", b"/Launch 1 0 R /Type")
    one = archived_files.Listed("S", "x.pdf", "application/pdf", len(bad), hashlib.sha256(bad).hexdigest())
    with pytest.raises(Invalid, match=r"x\.pdf is refused: .*active \(/Launch\)"):
        archived_files.read(
            [
                {
                    "scenario": "S",
                    "name": "x.pdf",
                    "mimetype": one.mimetype,
                    "size": one.size,
                    "hash": one.hash,
                }
            ],
            {one.part: bad},
            ["S"],
        )


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("size", [(1, 1), (64, 48), (700, 500)])
def test_every_picture_that_an_upload_keeps_is_a_plain_one(kind: str, size: tuple[int, int]) -> None:
    noise = Image.effect_noise(size, 80).convert("RGB")
    out = BytesIO()
    noise.save(out, kind, **({"progressive": True} if kind == "JPEG" else {}))
    found, kept = attachments.checked(out.getvalue())
    assert plain_pictures.kind_of(kept) == found


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", with_text(), with_place(), picture("JPEG") + b"x"]
)
def test_what_holds_more_than_points_is_no_plain_picture(content: bytes) -> None:
    with pytest.raises(Invalid, match="more than a picture"):
        plain_pictures.kind_of(content)


def test_an_archive_that_could_not_come_in_again_is_not_written() -> None:
    with pytest.raises(Conflict, match="60 MB"):
        packed.check_size({"x": bytes(packed.MOST_UNPACKED)})
    with pytest.raises(Conflict, match="999 parts"):
        packed.check_size({str(n): b"" for n in range(packed.MOST_PARTS)})
