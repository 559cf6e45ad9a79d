"""Personal links: replaced ones stop working, and nobody who stopped is written to again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from copkit_delphi.domain.errors import Conflict, Gone
from copkit_delphi.elicitation import links, panels, ratings
from copkit_delphi.elicitation.models import PersonalLink
from copkit_delphi.people import vault
from copkit_delphi.people.models import OutboxMessage
from tests import factories
from tests.factories import NOW, Install

PEOPLE = "Ann Expert; ann@example.org; Industry"


def test_a_replaced_link_stops_working_and_one_mail_more_leaves(place: Install) -> None:
    with place.database.writing() as session:
        study, round_ = factories.running_study(
            place, session, factories.make_account(session).id, people=PEOPLE
        )
        (contact,) = vault.contacts(session, place.vault, study_id=study.id)
        old = session.scalars(select(PersonalLink.token_hash)).one()
        panels.replace_link(
            session, place.vault, place.links, round_=round_, contact_id=contact.id, at=NOW, actor="test"
        )
        session.flush()
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 2
        with pytest.raises(Gone):
            links.resolve(session, key=old, at=NOW)


def test_whoever_stopped_gets_no_new_link(place: Install) -> None:
    with place.database.writing() as session:
        study, round_ = factories.running_study(
            place, session, factories.make_account(session).id, people=PEOPLE
        )
        (contact,) = vault.contacts(session, place.vault, study_id=study.id)
        ratings.decline(session, panellist_id=contact.panellist_id)
        with pytest.raises(Conflict, match="declined"):
            panels.replace_link(
                session, place.vault, place.links, round_=round_, contact_id=contact.id, at=NOW, actor="test"
            )
        session.flush()
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
