"""``demo``: load the demonstration, write its PDFs, then serve it."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from copkit_delphi.cli import brief as brief_command
from copkit_delphi.cli import demonstration, practice
from copkit_delphi.cli.demonstration_cast import Cast
from copkit_delphi.cli.runtime import open_installation
from copkit_delphi.domain.errors import DelphiError
from copkit_delphi.domain.permission import Role
from copkit_delphi.installation import Installation
from copkit_delphi.people import accounts, tokens
from copkit_delphi.people.models import Account

PEOPLE = (
    (Role.ADMIN, "admin@demo.example", "Ada Administrator"),
    (Role.FACILITATOR, "facilitator@demo.example", "Frida Facilitator"),
    (Role.ANALYST, "analyst@demo.example", "Anton Analyst"),
    (Role.ETHICS_REVIEWER, "reviewer@demo.example", "Rosa Reviewer"),
    (Role.DPO, "dpo@demo.example", "Dora Data-Protection"),
    (Role.OWNER, "owner@demo.example", "Otto Owner"),
    (Role.READER, "reader@demo.example", "Rita Reader"),
)
EVERYWHERE = frozenset({Role.ADMIN, Role.FACILITATOR, Role.READER})
NOTES = "demonstration.json"


@dataclass
class Notes:
    """What the first start wrote down: sign-ins drawn, studies made, links sent."""

    path: Path
    data: dict[str, Any]

    @classmethod
    def read(cls, place: Installation) -> Notes:
        """Read the notes, empty at the first start."""
        path = place.settings.data_dir / NOTES
        return cls(path, json.loads(path.read_text()) if path.exists() else {})

    def write(self, **values: Any) -> None:
        """Keep ``values``, readable by their owner alone."""
        self.data |= values
        fresh = self.path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self.data, file, indent=1)
        fresh.replace(self.path)


def _say(text: str) -> None:
    click.echo(f"[demo] {text}")


def load(place: Installation) -> Notes:
    """Make what is missing of the demonstration; safe to repeat, also after a stop half-way."""
    notes = Notes.read(place)
    people = _people(place, notes)
    steps = (
        ("main", "study of eight scenarios", lambda: demonstration.main_study(place, people, say=_say)),
        (
            "imported",
            "real repliCATS panel (25 experts, 25 claims)",
            lambda: demonstration.imported_study(place, people),
        ),
    )
    for key, what, make in steps:
        if not notes.data.get(key):
            _say(f"{what} ...")
            begun = time.monotonic()
            notes.write(**{key: make()})
            _say(f"{what}: done in {time.monotonic() - begun:.1f} s")
    if not practice.still_open(place, notes.data.get("practice", "")):
        _say("practice study, open in round 2 ...")
        study_id, link = practice.make(place, people)
        notes.write(practice=study_id, link=link)
    return notes


def _people(place: Installation, notes: Notes) -> Cast:
    """Make the accounts with passwords drawn now; passwords are kept in the notes for the next start."""
    passwords = notes.data.get("passwords", {})
    ids = {}
    with place.database.writing() as session:
        at = place.clock(session)
        for role, email, name in PEOPLE:
            account = session.scalar(select(Account).where(Account.email == email))
            if account is None:
                passwords[email] = tokens.draw_spoken()
                account = accounts.create(
                    session, email=email, name=name, password=passwords[email], at=at, actor="command line"
                )
            if role in EVERYWHERE:
                accounts.give_role(session, account_id=account.id, role=role, at=at, actor="command line")
            ids[role] = account.id
        notes.write(passwords=passwords)
    return Cast(ids, {role: name for role, _, name in PEOPLE})


def write_pdfs(place: Installation, notes: Notes) -> list[Path]:
    """Write the PDFs of both closed studies; without Pango say so and go on."""
    written: list[Path] = []
    for key in ("main", "imported"):
        try:
            written += brief_command.write(place, notes.data[key], place.settings.output_dir)
        except DelphiError as error:
            _say(f"PDF not written: {error}")
    return written


def announce(place: Installation, notes: Notes, written: list[Path], *, serving: bool) -> None:
    """Say where everything is."""
    base = place.settings.base_url
    click.echo("\nPDFs")
    for path in written:
        click.echo(f"  {path}")
    click.echo("\nSign-ins (drawn at the first start, kept in " + str(notes.path) + ")")
    for role, email, _name in PEOPLE:
        click.echo(f"  {role:16} {email:28} {notes.data['passwords'][email]}")
    click.echo("\nAnswer a round as an expert (practice study, round 2 is open)")
    click.echo(f"  {base}{notes.data['link']}")
    if serving:
        click.echo(f"\nServing on {base}  (stop with Ctrl-C)")


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Do everything but serve.")
def command(no_serve: bool) -> None:
    """Load the demonstration, write its PDFs, then serve it."""
    place = open_installation(demonstration=True, second_factor="off")
    if not no_serve:
        from copkit_delphi.cli import serve  # noqa: PLC0415 - the web is needed only to serve

        serve.check(place.settings)
    notes = load(place)
    announce(place, notes, write_pdfs(place, notes), serving=not no_serve)
    if not no_serve:
        place.database.engine.dispose()
        serve.run(place.settings)
