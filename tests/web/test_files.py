"""Replication files and archives as people meet them: who may press what, what the pages say, what comes down."""

from __future__ import annotations

import html
import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation.models import ReplicationRequest, Study
from tests import factories as f
from tests.web.corpus import zip_bomb
from tests.web.stage import furnished, stage
from tests.web.staged import Stage

__all__ = ["furnished", "stage"]
ASKED = {"purpose": "To check the medians.", "recipient": "University of Example"}


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def end(stage: Stage) -> None:
    stage[Role.FACILITATOR].post(f"{stage.base}/end", data={"reason": "Agreed."})


def request_of(stage: Stage) -> ReplicationRequest:
    with stage.place.database.reading() as session:
        return session.scalars(select(ReplicationRequest)).one()


def test_asked_by_one_agreed_by_another_taken_by_an_analyst(stage: Stage) -> None:
    files = f"{stage.base}/files"
    lead, dpo, analyst = (stage[role] for role in (Role.FACILITATOR, Role.DPO, Role.ANALYST))
    assert "Not yet: The study has not ended." in text(lead.get(files))
    assert lead.post(f"{files}/replication", data=ASKED).status_code == 422
    end(stage)
    answer = lead.post(f"{files}/replication", data=ASKED | {"purpose": " "})
    assert answer.status_code == 422
    assert "University of Example" in text(answer)
    assert lead.post(f"{files}/replication", data=ASKED).status_code == 303
    row = request_of(stage)
    one = f"{files}/replication/{row.id}"
    page = text(dpo.get(files))
    assert "To check the medians." in page
    assert "Agree to this file" in page
    assert "Agree to this file" not in text(lead.get(files))
    for at in ("/studies?shelf=ended", stage.base):
        assert "Somebody asks for a replication file" in text(dpo.get(at))
        assert "Somebody asks for a replication file" not in text(lead.get(at))
        assert "Somebody asks for a replication file" not in text(analyst.get(at))
    assert lead.post(f"{one}/agree").status_code == 403
    assert analyst.post(f"{one}/file").status_code == 410
    refused = dpo.post(f"{one}/refuse", data={"why": ""})
    assert refused.status_code == 422
    assert "Say why not." in text(refused)
    assert dpo.post(f"{one}/agree").status_code == 303
    assert "Somebody asks for a replication file" not in text(dpo.get(stage.base))
    assert "Take the replication file" in text(analyst.get(files))
    assert lead.post(f"{one}/file").status_code == 403
    answer = analyst.post(f"{one}/file")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert "SYNTHETIC-replication.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert set(archive.namelist()) == {"codebook.txt", "ratings.csv"}
        assert b"SYNTHETIC PANEL" in archive.read("codebook.txt")
    assert "it can be taken again within the hour" in text(analyst.get(files))


def test_an_archive_goes_down_and_comes_back_as_a_read_only_copy(stage: Stage) -> None:
    lead = stage[Role.FACILITATOR]
    with stage.place.database.writing() as session:
        account = stage.made.people[Role.FACILITATOR]
        f.accounts.give_role(session, account_id=account.id, role=Role.FACILITATOR, at=f.NOW, actor="t")
    data = lead.get(f"{stage.base}/files/archive.zip").data
    assert stage[Role.OWNER].get(f"{stage.base}/files/archive.zip").data == data
    assert stage[Role.ANALYST].get(f"{stage.base}/files/archive.zip").status_code == 403
    answer = brought(lead, data, "copy")
    assert answer.status_code == 303
    copy = answer.headers["Location"].removesuffix("/files")
    assert "Its hashes are right." in text(lead.get(f"{copy}/files"))
    for address in (
        "",
        "/results",
        "/results/1",
        "/results/2/items/S02.likelihood",
        "/roles",
        "/audit",
        "/privacy",
        "/brief",
    ):
        assert lead.get(copy + address).status_code == 200, address
    shown, original = (text(lead.get(f"{one}/results/2")) for one in (copy, stage.base))
    assert "Imported" in text(lead.get(copy))
    frozen = original.partition("How completely the round was answered")[
        0
    ]  # not a result, so not in an archive
    assert shown.count("<tr") == frozen.count("<tr")
    assert lead.get(f"{copy}/files/archive.zip").data == data
    for closed in ("/set-up", "/rounds/next", "/set-up/elsewhere"):
        assert lead.get(copy + closed).status_code in (404, 409), closed
    answer = brought(lead, data, "draft")
    assert "Check and open" in text(lead.get(answer.headers["Location"].replace("/files", "/set-up")))


def brought(client: FlaskClient, data: bytes, kind: str) -> Any:
    body = {"file": (io.BytesIO(data), "a.zip"), "kind": kind}
    return client.post("/studies/archives/new", data=body, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("data", "why"),
    [(zip_bomb(), "times its size"), (b"PK\x03\x04no", "damaged"), (b"text", "damaged"), (b"", "damaged")],
    ids=["bomb", "cut off", "text", "empty"],
)
def test_a_malformed_archive_is_refused_with_the_reason(
    place: Any, sign_in: Any, data: bytes, why: str
) -> None:
    with place.database.writing() as session:
        email = f.make_account(session).email
    answer = brought(sign_in(email), data, "copy")
    assert answer.status_code == 422
    assert why in text(answer)
    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Study)) == 0


def test_the_page_asks_the_database_as_often_whatever_stands_on_it(stage: Stage) -> None:
    end(stage)
    counted = []
    for more in (1, 40):
        with stage.place.database.writing() as session:
            for n in range(more):
                session.add(
                    ReplicationRequest(
                        id=f"{more}-{n}", study_id=stage.made.study_id, purpose="P", recipient="R",
                        asked_by=stage.made.people[Role.ANALYST].id, asked_at=f.NOW, state="asked", refusal="",
                    )
                )  # fmt: skip
        statements: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_more: Any, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(stage.place.database.engine, "before_cursor_execute", note)
        assert stage[Role.DPO].get(f"{stage.base}/files").status_code == 200
        event.remove(stage.place.database.engine, "before_cursor_execute", note)
        counted.append(len(statements))
    assert counted[0] == counted[1] < 30
