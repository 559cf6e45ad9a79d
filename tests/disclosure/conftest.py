"""An empty database at the newest revision, to be copied."""

from tests.factories import migrated

__all__ = ["migrated"]
