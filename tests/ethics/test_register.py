"""The register of measures and the waiver of representation, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, DelphiError, Forbidden, Invalid
from copkit_delphi.domain.permission import Role
from copkit_delphi.ethics import flags, mitigations, waivers
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.people import audit
from copkit_delphi.warning import briefs
from tests.ethics import panel
from tests.factories import NOW, Install
from tests.warning import factory
from tests.warning.factory import LATER, Made

PLAN = MeasurePlan("M06", "MAU-01", "Limit it.", "Ministry", date(2027, 1, 1))
OWN = replace(PLAN, code="", kind="avoid", text="Do without it.")


@pytest.fixture
def made(anywhere: Install) -> Made:
    """A study of two closed rounds with its staff."""
    with anywhere.database.writing() as session:
        return factory.staffed_study(anywhere, session)


def add(session: Session, made: Made, plan: MeasurePlan = PLAN) -> Any:
    return mitigations.add(session, study_id=made.study_id, plan=plan, actor=made[Role.ANALYST], at=NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "M99"}, "of the catalogue, or write one"),
        ({"code": ""}, "needs a text and a kind"),
        ({"code": "", "kind": "hope"}, "needs a text and a kind"),
        ({"against": "XXX-01"}, "Choose the risk or the flag"),
        ({"status": "done"}, "planned, in place, verified or dropped"),
        ({"status": "in_place", "owner": " "}, "has an owner and a date"),
        ({"status": "verified", "due": None, "evidence": "Report"}, "has an owner and a date"),
        ({"status": "verified"}, "names its evidence"),
        ({"status": "dropped"}, "why the measure is dropped"),
        ({"text": "x" * 601}, "Shorten"),
        ({"evidence": "\x00"}, "Shorten"),
    ],
)
def test_what_a_measure_needs(anywhere: Install, made: Made, changes: dict[str, Any], sentence: str) -> None:
    with anywhere.database.writing() as session, pytest.raises(Invalid, match=sentence):
        add(session, made, replace(PLAN, **changes))
    with anywhere.database.writing() as session:
        found = add(session, made)
        with pytest.raises(Invalid, match=sentence):
            mitigations.edit(session, measure=found, plan=replace(PLAN, **changes), actor="a", at=NOW)
        assert (found.text, found.status) == ("Limit it.", "planned")


def test_the_catalogue_gives_its_text_and_kind_and_edits_are_recorded(anywhere: Install, made: Made) -> None:
    with anywhere.database.writing() as session:
        first, own = add(session, made, replace(PLAN, text="")), add(session, made, OWN)
        assert (first.kind, bool(first.text), own.kind) == ("reduce", True, "avoid")
        mitigations.edit(session, measure=own, plan=replace(OWN, status="in_place"), actor="somebody", at=NOW)
        assert [one.id for one in mitigations.of_study(session, made.study_id)] == [first.id, own.id]
        events = [event.action for event in audit.of_study(session, made.study_id)]
    assert events.count("mitigation:add") == 2
    assert events.count("mitigation:edit") == 1


CHANGES: list[Callable[[Session, Made], None]] = [
    lambda session, made: add(session, made, OWN),
    lambda session, made: mitigations.edit(
        session,
        measure=mitigations.of_study(session, made.study_id)[0],
        plan=replace(PLAN, owner="Another ministry"),
        actor="a",
        at=NOW,
    ),
    lambda session, made: factory.waive(session, made, "For another reason."),
]


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_register_or_waiver_voids_the_signatures(
    anywhere: Install, made: Made, change: Callable[[Session, Made], None]
) -> None:
    with anywhere.database.writing() as session:
        add(session, made)
        brief = factory.signed_brief(session, made)
        assert briefs.prepare(session, brief, at=LATER).releasable
        change(session, made)
        session.flush()
        closed = [gate.code for gate in briefs.prepare(session, brief, at=LATER).gates if not gate.met]
    assert {"G6", "G8"} <= set(closed)


# Waiver --------------------------------------------------------------------------------------------------------------


def a_round(session: Session, made: Made, cso: int) -> None:
    round_ = panel.opened(session, made.study_id)
    panel.rate_all(session, round_, {"lea": [1] * 5, "ind": [1] * 5, "cso": [1] * cso})
    panel.closed(session, round_)


def write(
    session: Session, made: Made, role: Role = Role.ETHICS_REVIEWER, reason: str = "Tried twice."
) -> None:
    waivers.write(
        session, study_id=made.study_id, reason=reason, name=factory.STAFF[role], actor=made[role], at=LATER
    )


def confirm(session: Session, made: Made, role: Role = Role.OWNER, reason: str = "Tried twice.") -> None:
    waivers.confirm(
        session, study_id=made.study_id, reason=reason, name=factory.STAFF[role], actor=made[role], at=LATER
    )


def g1(session: Session, made: Made) -> bool:
    factory.assess(session, made)
    brief = briefs.working(session, made.study_id) or factory.written_brief(session, made, waiver=False)
    return next(gate.met for gate in briefs.prepare(session, brief, at=LATER).gates if gate.code == "G1")


def test_a_waiver_takes_two_accounts_and_holds_for_its_round_alone(anywhere: Install, made: Made) -> None:
    with anywhere.database.writing() as session:
        a_round(session, made, cso=4)
        assert not g1(session, made)
        write(session, made)
        session.flush()
        assert not g1(session, made)  # written is not confirmed
        with pytest.raises(Forbidden, match="Somebody else"):
            confirm(session, made, Role.ETHICS_REVIEWER)
        with pytest.raises(Conflict, match="has changed since"):
            confirm(session, made, reason="Something that was not shown.")
        confirm(session, made)
        assert g1(session, made)
        with pytest.raises(Conflict, match="confirmed already"):
            confirm(session, made)
        write(session, made, reason="Another reason.")
        session.flush()
        assert not g1(session, made)  # written anew, to be confirmed again
        confirm(session, made, reason="Another reason.")
        a_round(session, made, cso=4)
        assert not g1(session, made)  # a later round ends it
        events = [event.action for event in audit.of_study(session, made.study_id)]
    assert (events.count("waiver:write"), events.count("waiver:confirm")) == (2, 2)


def test_a_waiver_clears_the_flag_on_representation_and_no_other(anywhere: Install, made: Made) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, made.study_id)
        panel.rate_all(session, round_, {"lea": [3] * 5, "ind": [3] * 5, "cso": [3] * 4})
        panel.closed(session, round_)
        assert {(f.question_id, f.level) for f in flags.of_study(session, made.study_id)} == {
            ("STU-04", "stop"),
            ("MAU-01", "major"),
        }
        write(session, made)
        session.flush()
        confirm(session, made)
        states = {f.question_id: f.state for f in flags.of_study(session, made.study_id)}
    assert states == {"STU-04": "cleared", "MAU-01": "open"}


def test_where_everybody_was_heard_nothing_is_waived(anywhere: Install, made: Made) -> None:
    with anywhere.database.writing() as session:
        a_round(session, made, cso=5)
        with pytest.raises(Conflict, match="nothing is to be waived"):
            write(session, made)
        assert [flag.question_id for flag in flags.of_study(session, made.study_id)] == []


@pytest.mark.parametrize("reason", [" ", "x" * 401, "\x00"])
def test_a_waiver_needs_a_reason_that_fits_page_one(anywhere: Install, made: Made, reason: str) -> None:
    with anywhere.database.writing() as session, pytest.raises(DelphiError):
        write(session, made, reason=reason)


def test_nobody_confirms_what_nobody_wrote(anywhere: Install, made: Made) -> None:
    with anywhere.database.writing() as session, pytest.raises(Conflict, match="writes it first"):
        confirm(session, made)
