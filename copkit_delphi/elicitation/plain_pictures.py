"""Is a picture one that was drawn here: nothing in it but points? Read by its segments, before and beside a decoder.

Text, place, time, colour profiles and whatever stands behind the end are refused, so that no picture carries more than
what it shows.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation.attachments import JPEG, LARGEST, MOST_PIXELS, PNG

_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNKS = {b"IHDR", b"IDAT", b"IEND"}
# Frame, tables and scan of a picture, and the head that names its format.
_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD, 0xDA}
_MORE = N_("It holds more than a picture, or none. Put it beside the scenario by hand, which draws it anew.")


def kind_of(content: bytes) -> str:
    """Return the type of a picture as this product keeps it; raises ``Invalid`` for any other."""
    kind = PNG if content.startswith(_PNG) else JPEG
    whole = _is_png(content) if kind == PNG else _is_jpeg(content)
    if len(content) > LARGEST or not whole or not _can_be_drawn(content, kind):
        raise Invalid(_MORE)
    return kind


def _is_png(content: bytes) -> bool:
    """Walk over length, type, data and sum of each chunk, to an end that is the end of the file."""
    place = len(_PNG)
    while place + 12 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        place += 12 + size
        if kind not in _CHUNKS:
            return False
        if kind == b"IEND":
            return place == len(content) and not size
    return False


def _is_jpeg(content: bytes) -> bool:
    if not content.startswith(b"\xff\xd8"):
        return False
    place = 2
    while place + 4 <= len(content):
        mark, kind = content[place], content[place + 1]
        if mark != 0xFF or kind not in _SEGMENTS:
            return False
        if kind == 0xE0 and content[place + 4 : place + 9] != b"JFIF\0":
            return False
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
        if kind == 0xDA:
            place = _after_scan(content, place)
        if content[place : place + 2] == b"\xff\xd9":
            return place + 2 == len(content)
    return False


def _after_scan(content: bytes, place: int) -> int:
    """Return where the coded points end: at the next mark that is neither stuffed nor a restart."""
    while (place := content.find(b"\xff", place)) >= 0:
        if place + 1 < len(content) and content[place + 1] not in {0x00, *range(0xD0, 0xD8)}:
            return place
        place += 2
    return len(content)


def _can_be_drawn(content: bytes, kind: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=("PNG",) if kind == PNG else ("JPEG",)) as found:
                if found.width * found.height > MOST_PIXELS:
                    return False
                found.load()
    except (OSError, ValueError, SyntaxError, EOFError, Warning, Image.DecompressionBombError):
        return False
    return True
