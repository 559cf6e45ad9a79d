"""After a study: thanks for everybody, and what came of it only where the brief is public."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from copkit_delphi.domain.marking import Marking
from copkit_delphi.elicitation import consents, studies
from copkit_delphi.elicitation.models import Panellist
from tests.factories import migrated
from tests.network import factory
from tests.warning.factory import LATER
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
