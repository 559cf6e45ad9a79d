"""Packed files that somebody uploads: what is refused by their table of contents alone."""

from __future__ import annotations

import pytest

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation.packed import opened
from tests.packing import packed


def locked() -> bytes:
    data = bytearray(packed({"a": b"b"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BAD: dict[str, tuple[bytes, str]] = {
    "cut": (b"PK\x03\x04 and no more", "no readable table of contents"),
    "thin bomb": (packed({"x.csv": b"0" * (40 << 20)}), "more than 200 times its size"),
    "bomb": (packed({f"{n}": bytes(range(251)) * 4 * 1000 for n in range(63)}), "larger than 60 MB"),
    "many parts": (packed({f"{n}": b"" for n in range(1001)}), "more than 1000 parts"),
    "way out": (packed({"../../etc/cron.d/x": b"x"}), "leads out of it"),
    "root": (packed({"/etc/x": b"x"}), "leads out of it"),
    "drive": (packed({"C:\\x": b"x"}), "leads out of it"),
    "link": (packed({"link": b"/etc/passwd"}, external_attr=0o120777 << 16), "is a link"),
    "password": (locked(), "has a password"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_plain_archive_is_refused_unopened(name: str) -> None:
    data, why = BAD[name]
    with pytest.raises(Invalid, match=why), opened(data):
        pytest.fail("it was opened")
