"""Words changed between rounds on both databases."""

from __future__ import annotations

import pytest

from copkit_delphi.domain.errors import Conflict, Invalid, Moved
from copkit_delphi.elicitation import (
    desks,
    own,
    results,
    rewordings,
    sheets,
    studies,
    succession,
)
from copkit_delphi.elicitation.models import (
    Study,
)
from copkit_delphi.elicitation.rewordings import Words
from tests import factories as f
from tests.elicitation.staged import steady, two_rounds


def test_changed_words_make_a_version_and_stability_is_not_assessed(place: f.Install) -> None:
    study_id, _ = two_rounds(place)
    with place.database.writing() as session:
        scenario = studies.scenarios(session, study_id)[0]
        text_ = rewordings.current(session, study_id=study_id, scenario_id=scenario.id)
        new = Words(text_.words.statement + " In any member state.", text_.words.counts, ("Tests.",))
        change = {"study_id": study_id, "scenario_id": scenario.id, "actor": "test", "at": f.NOW}
        with pytest.raises(Invalid, match="Nothing is changed"):
            rewordings.change(session, words=text_.words, version=1, reason="x", **change)
        with pytest.raises(Invalid, match="Say why"):
            rewordings.change(session, words=new, version=1, reason="", **change)
        assert rewordings.change(session, words=new, version=1, reason="It was unclear.", **change) == 2
        with pytest.raises(Moved):
            rewordings.change(session, words=text_.words, version=1, reason="x", **change)
    with place.database.writing() as session:
        round_ = f.open_round(place, session, session.get_one(Study, study_id))
        with pytest.raises(Conflict, match="between rounds only"):
            rewordings.current(session, study_id=study_id, scenario_id=scenario.id)
        one = steady(session, study_id, 2)
        view = desks.desk(session, panellist=one, at=f.NOW)
        told = sheets.sheet(session, view=view, position=1).changes
        assert (told[0].old, told[0].reason) == (text_.words.statement, "It was unclear.")
        assert len(told) == 2
        assert sheets.sheet(session, view=view, position=2).changes == ()
        f.answer(session, round_)
        f.close_round(session, round_)
    with place.database.reading() as session:
        second, third = results.of_study(session, study_id)[1:]
        name = "S02.likelihood"
        assert second.item(name).wording == text_.words.statement
        assert third.item(name).wording == new.statement
        assert (second.item(name).stability, third.item(name).stability) == ("stable", "not_assessable")
        assert third.item(name).movement is not None
        assert third.item(name).movement.reason == succession.REWORDED
        assert third.item("S13.likelihood").movement.reason != succession.REWORDED
        assert third.versions[name] == 2
        worded = {
            (row.round, row.wording) for row in own.of_all_rounds(session, panellist=one) if row.item == name
        }
        assert worded - {(3, new.statement)} == {(1, text_.words.statement), (2, text_.words.statement)}
