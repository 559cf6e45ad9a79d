"""Somebody with the database in their hands changes a frozen result or a released document: it is found."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text

from copkit_delphi.warning import frozen
from tests.factories import Install
from tests.warning import factory
from tests.warning.factory import Made

CHANGES = {
    "a result": "UPDATE snapshot SET payload = replace(payload, '2026-11-02', '2026-11-03')",
    "a result of another hash": "UPDATE snapshot SET hash = 'ab' || substr(hash, 3)",
    "a result that is gone": "DELETE FROM snapshot WHERE round_id = (SELECT max(round_id) FROM snapshot)",
    "a document with its hash": "UPDATE published_document SET content = :forged, hash = :hash WHERE kind = 'brief'",
    "a document that is gone": "DELETE FROM published_document WHERE kind = 'annex'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_in_the_file_is_found(place: Install, made: Made, change: str) -> None:
    with place.database.writing() as session:
        factory.published_brief(session, made)
    with place.database.reading() as session:
        assert frozen.faults(session) == []
    forged = b"%PDF-1.7 forged"
    values = (
        {"forged": forged, "hash": hashlib.sha256(forged).hexdigest()} if ":forged" in CHANGES[change] else {}
    )
    with place.database.writing() as session:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('snapshot', 'published_document')"
        for name in session.scalars(text(triggers)).all():
            session.execute(text(f"DROP TRIGGER {name}"))  # as whoever holds the file can
        session.execute(text(CHANGES[change]), values)
    with place.database.reading() as session:
        assert frozen.faults(session)
