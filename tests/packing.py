"""Packed files (ZIP) as somebody may upload them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def packed(parts: Mapping[str, bytes | str], **change: object) -> bytes:
    """Return an archive of these parts, each entry with what is to be changed about it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in change.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return out.getvalue()
