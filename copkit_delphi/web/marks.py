"""Texts with marks in the place of removed words, as readers see them."""

from __future__ import annotations

from flask_babel import gettext
from markupsafe import Markup

from copkit_delphi.domain.redaction import KINDS, SUSPECT_LABELS, Piece, pieces, suspects

_MARK = Markup('<mark class="removed">[{}]</mark>')
_SUSPECT = Markup('<mark class="suspect">{}<span class="vh"> ({})</span></mark>')


def _removed(kind: str) -> Markup:
    if kind in KINDS:
        return _MARK.format(gettext("removed: %(what)s", what=gettext(KINDS[kind])))
    return _MARK.format(gettext("removed"))


def _shown(piece: Piece) -> Markup:
    if not piece.kind:
        return Markup.escape(piece.text)
    if piece.kind in SUSPECT_LABELS:
        return _SUSPECT.format(piece.text, gettext(SUSPECT_LABELS[piece.kind]))
    return _removed(piece.kind)


def marked(text: str) -> Markup:
    """Return a text with its marks set off, in the reader's language."""
    return Markup("").join(_shown(piece) for piece in pieces(text))


def suspected(text: str) -> Markup:
    """Return the same with what may tell who wrote it underlined, for whoever checks it."""
    return Markup("").join(_shown(piece) for piece in suspects(text))
