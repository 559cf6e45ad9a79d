"""Two people edit one text: whoever saves holds the study, so that what stands is compared with what is typed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation.models import Study


def hold(session: Session, study_id: str) -> None:
    """Let nobody else change the set-up of a study until this transaction ends; read it anew."""
    query = select(Study).where(Study.id == study_id).with_for_update()
    session.execute(query.execution_options(populate_existing=True))


def mark(values: Sequence[str]) -> str:
    """Return a mark of texts in order, by which a form tells what it was made from; short for each of them."""
    return ".".join(hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()[:12] for value in values)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What became of each text: ``theirs`` were changed by somebody else alone, ``both`` by both and differently."""

    theirs: tuple[str, ...] = ()
    both: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.theirs or self.both)


def meanwhile(basis: str, stands: Mapping[str, str], typed: Mapping[str, str]) -> Meanwhile:
    """Compare what is typed with what stands, given the mark of what the form was made from.

    Without a mark nothing is told. A mark of other texts than these makes every difference one of both.
    """
    if not basis:
        return Meanwhile()
    marks = basis.split(".")
    if len(marks) != len(stands):
        marks = [""] * len(stands)
    theirs: list[str] = []
    both: list[str] = []
    for (name, now), before in zip(stands.items(), marks, strict=True):
        mine = typed[name]
        if mark([now]) != before and mine != now:
            (theirs if mark([mine]) == before else both).append(name)
    return Meanwhile(tuple(theirs), tuple(both))
