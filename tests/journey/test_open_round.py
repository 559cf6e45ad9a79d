"""While a round is open nobody reads a figure, a reason, a code or an address, in any answer to GET."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import ratings, replies, studies
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.models import Argument, Item, Panellist, Round, Scenario, Study
from copkit_delphi.elicitation.replies import Written
from copkit_delphi.installation import Installation
from copkit_delphi.settings import Settings
from copkit_delphi.warning import briefs
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.journey import walk
from tests.journey.prepared import IN_STUDIES, Prepared
from tests.journey.walk import WAYS
from tests.web import panel

CANARIES = {"S02": 41.0, "S13": 83.0}
REASON = "Zebrafinch seen at the third quay."
REPLY = "Kingfisher says otherwise."
NUMBER = r"(?<![\w.#-])(?:41|83)(?:\.0)?(?![\w.-])"
MADE_UP = "All figures, reasons and the earlier answer below are made up by chance"
OWN = frozenset({"/panel/my-data", "/panel/my-data.json"})
AUTHOR = "author"  # Ann, who wrote the canaries


@pytest.fixture(scope="module", params=[1, 2], ids=["round 1", "round 2"])
def prepared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated: Path
) -> Prepared:
    """A study whose open round holds the canaries; in round 2 a brief is being written from round 1."""
    folder = tmp_path_factory.mktemp("open")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    app = create_app(Settings(data_dir=folder), clock=lambda _session: factories.NOW)
    app.config["WTF_CSRF_ENABLED"] = False
    place: Installation = app.extensions[KEY]
    study = panel.started(place, rounds=request.param)
    with place.database.writing() as session:
        round_ = session.scalars(select(Round).where(Round.study_id == study.id, Round.state == "open")).one()
        factories.answer(session, round_)
        plant(session, study, round_)
        emails = staff(session, study)
        scenario = session.scalars(select(Scenario.id).where(Scenario.study_id == study.id).limit(1)).one()
        if request.param == 2:
            briefs.propose(session, study_id=study.id, analyst="Anna", actor="test", at=factories.NOW)
    known = dict.fromkeys(walk.placeholders(), "none") | {"study": study.id, "scenario": scenario}
    known |= {AUTHOR: panel.link(place, study, 0), "token": panel.link(place, study, 1).removeprefix("/p/")}
    return Prepared(app, known, emails)


def plant(session: Session, study: Study, round_: Round) -> None:
    """Let Ann give the canaries, one in each scenario, with her reason."""
    ann = panel.real(session, study)[0]
    ratings.give_consent(session, panellist_id=ann.id, version="1.0", quoting="verbatim")
    for scenario in studies.scenarios(session, study.id):
        item = session.scalars(
            select(Item).where(Item.scenario_id == scenario.id, Item.kind == "likelihood")
        ).one()
        ratings.save(
            session, panellist_id=ann.id, round_id=round_.id, scenario_id=scenario.id,
            answers={item.id: ratings.Answer(CANARIES[scenario.name])}, reason=ratings.Reason(REASON),
            page=Returned(replies=replied(session, item)), clock=factories.clock_at(),
        )  # fmt: skip


def replied(session: Session, item: Item) -> dict[str, Written]:
    """Return a reply of Ann to an argument of the round before, where there is one."""
    found = session.scalars(
        select(Argument.id).where(Argument.item_id == item.id).order_by(Argument.id)
    ).first()
    return {found: Written(REPLY, replies.mark(""))} if found else {}


def staff(session: Session, study: Study) -> dict[str, str]:
    """Give every role in the study, and return the addresses with those of a reader and the facilitator."""
    emails = {
        role: factories.make_account(session, f"{role.title()} Name", Role(role), study_id=study.id).email
        for role in IN_STUDIES
    }
    return emails | {"reader": factories.make_account(session, "Rita Reader", Role.READER).email}


def answers(prepared: Prepared, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield every answer to GET about the study as text, PDFs read as their readers would."""
    for endpoint in WAYS.keys() - {"static", "briefs.print_asset"}:
        for address in walk.addresses(prepared.app, endpoint, prepared.known, prepared.known["study"]):
            answer = client.get(address)
            if answer.mimetype == "application/pdf":
                yield address, _printed(answer.data)
            elif zipfile.is_zipfile(io.BytesIO(answer.data)):
                yield address, _unpacked(answer.data)
            else:
                yield address, answer.text


def _printed(data: bytes) -> str:
    if not shutil.which("pdftotext"):
        return ""
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def _unpacked(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" in archive.namelist():
            return "\n".join(
                str(cell) for sheet in load_workbook(io.BytesIO(data)) for row in sheet.values for cell in row
            )
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize(
    "role",
    [
        *("facilitator", "observer", "reader", "panellist", "nobody"),
        *(
            pytest.param(role, marks=pytest.mark.long)
            for role in IN_STUDIES
            if role not in {"facilitator", "observer"}
        ),
    ],
)
def test_nothing_of_an_open_round_leaves_the_house(prepared: Prepared, role: str) -> None:
    place = prepared.place
    with place.database.reading() as session:
        codes = session.scalars(
            select(Panellist.id).where(Panellist.study_id == prepared.known["study"])
        ).all()
    assert len(codes) > 30
    leaks = []
    for address, text in answers(prepared, prepared.client(role)):
        told = [
            word
            for word in (REASON, "Zebrafinch", REPLY, "Kingfisher", "ann@panel", "bob@panel", *codes)
            if word in text
        ]
        if role == "panellist" and address in OWN:
            assert told == ["bob@panel"]  # the own address stands on the own data, and only there
            told = []
        leaks += [(address, told)] if told else []
        if MADE_UP in text:
            continue  # the same whatever was answered, as the walk with two worlds holds
        leaks += [(address, found) for found in re.findall(f".{{0,40}}{NUMBER}.{{0,20}}", text)]
    assert leaks == []


def test_the_author_alone_reads_the_own_answer(prepared: Prepared) -> None:
    client = prepared.app.test_client()
    client.post(prepared.known[AUTHOR])
    pages = dict(answers(prepared, client))
    own = {address for address, text in pages.items() if REASON in text}
    assert own == {"/panel/1", "/panel/2", "/panel/review", "/panel/answers.csv", "/panel/answers.pdf", *OWN}
    assert {address for address, text in pages.items() if REPLY in text} == (
        own if "reply_" in pages["/panel/1"] else set()
    )
    assert re.search(NUMBER, pages["/panel/1"])  # what the walk above looks for is found where it stands
    assert "83" in pages["/panel/answers.csv"]
