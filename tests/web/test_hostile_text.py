"""Text that was never meant to be read as text: percent signs, markup, control and direction characters, dates."""

from __future__ import annotations

import smtplib
from dataclasses import replace

import pytest

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import results
from copkit_delphi.people import accounts, outbox
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.web.typed import clean
from tests import factories
from tests.web.stage import furnished, stage
from tests.web.staged import Stage

__all__ = ["furnished", "stage"]


def test_a_statement_with_a_percent_sign_has_its_page(stage: Stage, monkeypatch) -> None:
    statement = "At least 5% of firms lose %s and %(x)s"
    real = results.of_study

    def reworded(session, study_id):
        found = real(session, study_id)
        return tuple(
            replace(
                one,
                items=tuple(
                    replace(item, wording=statement if item.kind == "likelihood" else item.wording)
                    for item in one.items
                ),
            )
            for one in found
        )

    monkeypatch.setattr(results, "of_study", reworded)
    page = stage[Role.FACILITATOR].get(f"{stage.base}/results/1/items/S02.likelihood")
    assert page.status_code == 200
    assert statement in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "evil,bob@y.example", "<b@y.example>", '"a@y.example', "a@[y.example", "a:b@y.example", "a;b@y.example",
        "=?utf-8?q?a?=@y.example", "a\\@y.example", "a(b)@y.example", "b@y.example\u202e", "a@y.example,c@z.example",
    ],
)  # fmt: skip
def test_what_a_mail_header_would_read_otherwise_is_no_address(address: str) -> None:
    with pytest.raises(Invalid):
        accounts.clean_email(address)


@pytest.mark.parametrize("address", ["first.last+tag@sub.domain.example", "o'neil@x-y.example"])
def test_ordinary_addresses_are_taken(address: str) -> None:
    assert accounts.clean_email(address) == address


def test_one_mail_that_cannot_be_written_holds_up_no_other(place) -> None:
    carried = []
    with place.database.writing() as session:
        for to in ("a@[y.example", "ann@panel.example"):
            outbox.queue(session, place.vault, kind="roles", to=to, subject="S", text="T", at=factories.NOW)
    sent = outbox.deliver(
        place.database,
        place.vault,
        lambda _id, mail: carried.append(mail["To"]),
        sender="f@x.example",
        clock=factories.clock_at(),
    )
    assert sent == 1
    assert carried == ["ann@panel.example"]
    with place.database.reading() as session:
        assert sorted(row.state for row in session.query(OutboxMessage)) == ["failed", "sent"]


def test_a_server_that_is_down_is_tried_again(place) -> None:
    def down(_id: str, _mail: object) -> None:
        raise smtplib.SMTPServerDisconnected

    with place.database.writing() as session:
        outbox.queue(
            session, place.vault, kind="roles", to="a@y.example", subject="S", text="T", at=factories.NOW
        )
    clock = factories.clock_at()
    assert outbox.deliver(place.database, place.vault, down, sender="f@x.example", clock=clock) == 0
    with place.database.reading() as session:
        assert [row.state for row in session.query(OutboxMessage)] == ["queued"]


@pytest.mark.parametrize(("typed", "kept"), [
    ("invoice\u202efdp.exe", "invoicefdp.exe"), ("a\u2066b\u2069", "ab"), ("a\x00b\x01c\x0b", "abc"),
    ("line\r\nnext\tcell", "line\r\nnext\tcell"), ("\ud800", ""), ("café", "café"), ("😀 “quoted”", "😀 “quoted”"),
])  # fmt: skip
def test_characters_that_hide_or_turn_text_are_dropped(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "2029-12-31T10:00"])
def test_a_deadline_is_within_two_years(app, place, sign_in, moment: str) -> None:
    with place.database.writing() as session:
        facilitator = factories.make_account(session)
        study, _ = factories.running_study(place, session, facilitator.id)
    client = sign_in(facilitator.email)
    refused = client.post(
        f"/studies/{study.id}/rounds/1/deadline", data={"deadline": moment, "reason": "Mail was late."}
    )
    assert refused.status_code == 422
    assert "two years" in refused.get_data(as_text=True)
