"""What hostile or broken clients send: texts for fields, and whole bodies."""

from __future__ import annotations

import io
import json
import zipfile

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>'
BOUNDARY = "limit"


def zip_bomb() -> bytes:
    """Return a small archive that unpacks to 64 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ratings.csv", b"0" * (64 << 20))
    return packed.getvalue()


# Text that somebody may mean: it is stored as typed (composed) or refused for its length, by field.
LEGAL = {
    "family emoji": "👩🏽\u200d🚒 and 👨\u200d👩\u200d👧\u200d👦",
    "beyond the basic plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎𠜱 🏴\U000e0067\U000e0062\U000e007f",
    "right to left": "שלום עולם وعليكم السلام",
    "decomposed": "Cafe\u0301 A\u030angstro\u0308m",
    "storm of marks": "Z" + "\u0301\u0327\u0332\u0361" * 40 + "algo",
    "formula": "=cmd|' /C calc'!A0",
    "formula of another kind": '@SUM(1+9)*cmd|"/C calc"!A0',
    "wide formula": "＝1+1",
    "markup": "<script>alert(1)</script> & \"quoted\" 'too' <b>",
    "template": "{{ 7*7 }} {% raw %} ${7*7} %(x)s %s %n",
    "separators": 'a;b,c\td "e" f\'g\\h',
    "lines": "one\ntwo\nthree",
    "sql": "'; DROP TABLE rating; --",
}
# What no field means: dropped or refused, never an error and never half of something.
ODD = {
    "nothing": "",
    "blanks": " \t\n ",
    "NUL": "a\x00b",
    "controls": "a\x01\x08\x0b\x1b[31mb\x7f\x85",
    "turned": "invoice\u202efdp.exe\u2066",
    "lone surrogates": "\ud800 and \udfff",
    "byte-order mark": "\ufeffabc",
    "twenty thousand": "ä" * 20_000,
    "a hundred thousand without a blank": "x" * 100_000,
    "angle brackets": "<" * 50_000,
    "forty figures": "9" * 40,
    "minus": "-1",
    "exponent": "1e309",
    "not a number": "NaN",
    "other figures": "١٢٣",
    "a day that is none": "2026-02-30",
    "an hour that is none": "2026-03-29T02:30",
    "the end of time": "9999-12-31T23:59",
    "a path": "../../../../etc/passwd",
    "a header": "x\r\nX-Injected: yes",
    "a list": '["a", {"b": 1}]',
}
TEXTS = LEGAL | ODD

_PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'.encode()
_FILE = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n'
)


def uploaded(field: str, name: str, kind: str, content: bytes) -> bytes:
    """Return a body in which a file stands where a text belongs."""
    return (_FILE % (field, name, kind)).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
# Bodies by name: content type, bytes, and the statuses that say no (empty: whatever is no error).
BODIES: dict[str, tuple[str, bytes, tuple[int, ...]]] = {
    "3,000 parts": (MULTIPART, _PART * 3000 + f"--{BOUNDARY}--\r\n".encode(), (400, 413)),
    "3,000 fields": (URLENCODED, b"&".join(b"f%d=1" % n for n in range(3000)), ()),
    "bytes that are no text": (URLENCODED, b"title=%ff%fe&reason=\xed\xa0\x80&x=%ED%A0%80\xc0\xaf", ()),
    "deep JSON": ("application/json", b"[" * 100_000, (415,)),
    "huge JSON": ("application/json", json.dumps({"a": ["b" * 99] * 10_000}).encode(), (415,)),
    "XML": ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', (415,)),
    "plain text": ("text/plain", b"title=x", (415,)),
    "a picture as the body": ("image/svg+xml", SVG, (415,)),
    "an archive as the body": ("application/zip", b"PK\x03\x04" * 100, (415,)),
    "parts without an end": (MULTIPART, _PART, ()),
    "parts without a limit": ("multipart/form-data", b"x", ()),
    "no type": ("", b"\x00" * 100, ()),
}
