from copkit_delphi.elicitation import results
from copkit_delphi.people import audit
from tests import factories as f


def test_a_study_runs_from_draft_to_its_second_result(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id)
    with place.database.reading() as session:
        first, second = results.of_study(session, study.id)
        assert (first.round, second.round) == (1, 2)
        assert second.previous_hash == first.hash
        assert second.item("S13.likelihood").agreement == "polarised"
        assert audit.verify(session) is None
