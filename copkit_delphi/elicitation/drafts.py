"""Rows of drafts: which page typed them, and whether a page knows of what another one typed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation.holding import dialect
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.models import Draft

_PAGE = "page"
_draft = Draft.__table__.c
_HELD = select(_draft.item_id, _draft.typed).where(
    _draft.panellist_id == bindparam("who"),
    _draft.round_id == bindparam("round"),
    _draft.item_id.in_(bindparam("items", expanding=True)),
)
Typed = Mapping[str, Mapping[str, Any]]


def held(session: Session, mine: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what is typed and not saved, by item id."""
    return {row.item_id: row.typed for row in session.execute(_HELD, mine)}


def write(session: Session, mine: Mapping[str, Any], typed: Typed, page: str) -> None:
    """Keep what was typed on ``page``: one row per item, overwritten."""
    rows = [
        {
            "panellist_id": mine["who"],
            "item_id": item_id,
            "round_id": mine["round"],
            "typed": dict(values) | ({_PAGE: page} if page else {}),
        }
        for item_id, values in typed.items()
    ]
    if rows:
        statement = dialect(session).insert(Draft).values(rows)
        keys = ["panellist_id", "item_id", "round_id"]
        session.execute(
            statement.on_conflict_do_update(index_elements=keys, set_={"typed": statement.excluded.typed})
        )


def mark(typed: Typed) -> str:
    """Return a mark of drafts by item id: a page that was made from older ones is recognised by it."""
    return digest([[item_id, _bare(values)] for item_id, values in sorted(typed.items())])[:16]


def of_another_page(typed: Typed, page: str) -> bool:
    """Tell whether any of these drafts was typed on another page than ``page``."""
    return any(values.get(_PAGE, "") != page for values in typed.values())


def elsewhere(typed: Typed, page: Returned, sent: Typed) -> bool:
    """Tell whether another page typed something after this one was made that differs from what this one sends."""
    if page.drafts is None or not of_another_page(typed, page.page) or mark(typed) == page.drafts:
        return False
    return any(_differs(values, sent.get(item_id, {})) for item_id, values in typed.items())


def _differs(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any((one.get(key) or "") != (other[key] or "") for key in other if key in one)


def _bare(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sorted(values.items()) if key != _PAGE}
