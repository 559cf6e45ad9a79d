"""Setting marks in the place of words, as the pages that check reasons and replies do it; nothing is kept yet."""

from __future__ import annotations

from collections.abc import Mapping

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.redaction import KINDS, redact


def check_set(words: str) -> None:
    """Raise ``Invalid`` where words to remove are typed and no mark stands for them yet: they would go out unseen."""
    if words:
        raise Invalid(
            N_("Words to remove are typed, but no marks are set. Press “Set the marks”, or empty the field.")
        )


def set_marks(texts: Mapping[str, str], words: str, kind: str) -> tuple[dict[str, str], str]:
    """Return the texts with a mark wherever ``words`` stood, and what to say of it; unchanged where nothing was marked."""
    if kind not in KINDS or not words:
        return dict(texts), N_("Write the words to remove and choose why. Nothing was marked.")
    marked = {key: redact(text, words, kind) for key, text in texts.items()}
    if marked == texts:
        return marked, N_("These words stand in no text here. Nothing was marked.")
    return marked, N_("The marks are set below. Press “Keep” to keep them.")
