"""Files beside a scenario: what comes in is looked at, what is no file of the list is refused with the reason."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from copkit_delphi.domain.errors import Conflict, Invalid, NotFound
from copkit_delphi.elicitation import attachments, studies
from tests import factories as f

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (8, 6), mode: str = "RGB", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 128).save(out, kind, **more)
    return out.getvalue()


def test_a_picture_keeps_its_points_and_loses_the_rest() -> None:
    noted = PngInfo()
    noted.add_text("Author", "Ann Alias")
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    for sent, kind in (
        (picture("PNG", pnginfo=noted), "image/png"),
        (picture("JPEG", exif=exif.tobytes()), "image/jpeg"),
    ):
        found, kept = attachments.checked(sent + b"<script>hidden</script>")
        assert found == kind
        assert not any(word in kept for word in (b"Ann Alias", b"SpyCam", b"script"))
        assert Image.open(BytesIO(kept)).size == (8, 6)


def test_a_transparent_picture_stays_transparent_and_a_turned_one_is_turned() -> None:
    _kind, kept = attachments.checked(picture("PNG", mode="RGBA"))
    assert Image.open(BytesIO(kept)).mode == "RGBA"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    _kind, kept = attachments.checked(picture("JPEG", exif=exif.tobytes()))
    assert Image.open(BytesIO(kept)).size == (6, 8)


def test_a_plain_pdf_is_kept_as_it_is() -> None:
    assert attachments.checked(PDF) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Only PDF, PNG and JPEG"),
        (b"GIF89a" + b"\0" * 40, "Only PDF, PNG and JPEG"),
        (b"PK\x03\x04" * 50, "Only PDF, PNG and JPEG"),
        (picture("PNG")[:40], "cannot be read"),
        (picture("PNG").replace(b"IDAT", b"IDAX"), "cannot be read"),
        (PDF[:-6], "cut off"),
        (PDF.replace(b"/Root", b"/Encrypt 2 0 R /Root"), "protected"),
        (PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript >> /Type"), "active"),
        (PDF.replace(b"/Type", b"/EmbeddedFiles 3 0 R /Type"), "active"),
        (picture("PNG", (7000, 7000), "1"), "million points"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        attachments.checked(content)


@given(
    st.binary(max_size=300),
    st.sampled_from((b"", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", picture("PNG")[:50])),
)
def test_any_bytes_are_taken_or_refused(content: bytes, head: bytes) -> None:
    try:
        kind, kept = attachments.checked(head + content)
    except Invalid:
        return
    assert kind in attachments.ENDINGS
    assert kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("report.pdf", "report.png"),
        ("C:\\Users\\ann\\report.png", "report.png"),
        ("../../etc/passwd", "passwd.png"),
        ("a\r\nSet-Cookie: b.png", "a_Set-Cookie_ b.png"),
        ("Übersicht (2).png", "Übersicht (2).png"),
        ("", "file.png"),
        (".png", "file.png"),
        ("x" * 300, "x" * 100 + ".png"),
    ],
)
def test_a_file_is_called_what_it_is(typed: str, kept: str) -> None:
    assert attachments.safe_name(typed, attachments.PNG) == kept


def test_files_belong_to_one_scenario_of_one_draft_study(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study, other = f.draft_study(session, lead), f.draft_study(session, lead)
        one = studies.scenarios(session, study.id)[0].id
        given_ = {"study_id": study.id, "scenario_id": one, "content": PDF}
        rows = [attachments.add(session, name=f"{n}.pdf", **given_) for n in range(5)]
        assert [row.name for row in attachments.of_scenario(session, one)] == [f"{n}.pdf" for n in range(5)]
        with pytest.raises(Conflict, match="at most 5"):
            attachments.add(session, name="6.pdf", **given_)
        with pytest.raises(NotFound):
            attachments.get(session, study_id=other.id, attachment_id=rows[0].id)
        with pytest.raises(NotFound):
            attachments.add(session, name="x.pdf", **{**given_, "study_id": other.id})
        attachments.remove(session, study_id=study.id, attachment_id=rows[0].id)
        session.flush()
        bare = f.draft_study(session, lead)
        f.open_round(place, session, bare)
        f.open_round(place, session, study)
        assert study.protocol_hash != bare.protocol_hash
        with pytest.raises(Conflict, match="locked"):
            attachments.add(session, name="x.pdf", **given_)
        with pytest.raises(Conflict, match="locked"):
            attachments.remove(session, study_id=study.id, attachment_id=rows[1].id)
        session.expunge_all()
        kept = attachments.get(session, study_id=study.id, attachment_id=rows[1].id)
        assert kept.content == PDF
