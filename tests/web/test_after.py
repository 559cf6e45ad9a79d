"""After a study: thanks for everybody, and what came of it only where the brief is public."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.domain.marking import Marking
from copkit_delphi.elicitation import consents, rounds, studies
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.installation import Installation
from tests import factories
from tests.factories import migrated
from tests.network import factory
from tests.warning.factory import LATER
from tests.web import panel
from tests.web.stage import furnished, stage
from tests.web.staged import Stage
from tests.web.test_panellist import text

__all__ = ["furnished", "migrated", "stage"]


@pytest.mark.parametrize("marking", [Marking.CLEAR, Marking.AMBER])
def test_the_overview_tells_what_came_of_it_if_everybody_may_know(stage: Stage, marking: Marking) -> None:
    with stage.place.database.writing() as session:
        studies.end(session, study_id=stage.made.study_id, actor="t", at=LATER)
        reader = factory.reader(session).id
        line = factory.release(stage.place, session, stage.made, [reader], marking=marking).bottom_line
        code = session.scalars(select(Panellist).where(Panellist.study_id == stage.made.study_id)).first()
        assert code is not None
        code.consent_version = consents.EDITION
        path = "/p/" + stage.place.links.issue(session, code).rpartition("/p/")[2]
    client = next(iter(stage.clients.values())).application.test_client()
    assert client.post(path).status_code == 410
    answer = client.get(path)
    assert answer.status_code == 410  # the link ran out before a brief could be released, and opens no answer
    page = text(answer)
    assert "This study has ended." in page
    assert ("What came of it</h2>" in page) == (line in page) == (marking == Marking.CLEAR)


def test_a_link_asks_for_nothing_once_the_round_has_closed_or_the_study_ended(app: Flask, place) -> None:
    study = panel.started(place)
    path, asks = panel.link(place, study), "Your expert judgement is asked for"
    page = text(app.test_client().get(path))
    assert asks in page
    assert "Deadline" in page
    for close, said in ((factories.close_round, "Round 1 has closed."), (end, "This study has ended.")):
        with place.database.writing() as session:
            close(session, rounds.latest(session, study.id))
        page = text(app.test_client().get(path))
        assert page.count(said) >= 2
        for wrong in (asks, "Deadline", "minutes a round", "You decide after that"):
            assert wrong not in page
        assert "Continue" in page


def end(session, round_) -> None:
    studies.end(session, study_id=round_.study_id, actor="t", at=factories.NOW)


def test_after_the_end_no_facilitator_is_told_how_many_are_still_wanted(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    for end in (False, True):
        with place.database.writing() as session:
            study = factories.closed_study(place, session, lead[0], end=end)
        assert ("Still to agree" not in client.get(f"/studies/{study.id}").text) is end
        assert ("What is missing" not in client.get(f"/studies/{study.id}/panel").text) is end
