"""Databases and an installation for command tests."""

from tests.factories import migrated, sqlite_url

__all__ = ["migrated", "sqlite_url"]
