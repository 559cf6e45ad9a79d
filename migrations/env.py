"""Alembic environment: our column types are written as plain ones, so that a revision never needs our code."""

from __future__ import annotations

from alembic import context

from copkit_delphi.database import UTCDateTime
from copkit_delphi.schema import metadata


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write ``UTCDateTime`` as the plain type it stores."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations on the connection handed in by ``copkit_delphi.database``."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    context.run_migrations()


run()
