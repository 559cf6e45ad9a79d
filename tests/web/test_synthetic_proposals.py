"""The button by which the synthetic panel of a practice study proposes in round 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from copkit_delphi.elicitation import behaviours, round_zero
from tests import factories as f

BUTTON = "Let the synthetic panel propose"


@pytest.mark.parametrize("practice", [True, False], ids=["practice", "real"])
def test_a_practice_panel_proposes_by_one_press(
    place: Any, sign_in: Callable[[str], FlaskClient], practice: bool
) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session)
        study = f.draft_study(session, lead.id, practice=practice)
        if practice:
            behaviours.seat_panel(session, study_id=study.id, sizes=f.SIZES)
        clock = f.clock_at()
        round_zero.open_(
            session, study_id=study.id, question="What?", deadline=f.NOW + f.WEEK, actor="t", clock=clock
        )
        base, email = f"/studies/{study.id}/round-0", lead.email
    client = sign_in(email)
    assert (BUTTON in client.get(base).text) == practice
    assert client.post(f"{base}/synthetic").status_code == (303 if practice else 409)
    if practice:
        assert "synthetic panellists have finished round 0" in client.get(base).text
        client.post(f"{base}/close")
        assert BUTTON not in client.get(base).text
        assert client.post(f"{base}/synthetic").status_code == 409
