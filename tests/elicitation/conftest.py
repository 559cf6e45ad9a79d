"""Both databases for every test of this room."""

from tests.factories import database, migrated, place, postgres_pool, postgres_template, sqlite_url

__all__ = ["database", "migrated", "place", "postgres_pool", "postgres_template", "sqlite_url"]
