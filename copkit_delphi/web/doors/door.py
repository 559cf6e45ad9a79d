"""One way out: who may pass, what it reads, under which marking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from copkit_delphi.domain.permission import Action


class Who(StrEnum):
    """Doors that ask for no role in a study."""

    PUBLIC = "public"
    PANELLIST = "panellist"
    HALF_WAY = "password given, second factor or not"
    STAFF = "signed in"


class Source(StrEnum):
    """Where the content of a way out comes from."""

    TEXT = "fixed text"
    OWN = "own answers"
    SETUP = "study set-up"
    PROGRESS = "progress, no figure"
    PROPOSALS = "progress; after the close of round 0 its proposals, shuffled, without an author"
    ENQUIRIES = "questions of panellists without an author, answers to all"
    SNAPSHOT = "frozen snapshot"
    BRIEF = "brief version"
    LIBRARY = "library, TLP:CLEAR"
    EXERCISE = "own exercise; state only for a trainer"
    RELEASE = "released brief"
    RECIPIENTS = "names of recipients"
    ACCOUNT = "own account"
    ACCOUNTS = "accounts and titles of studies"
    RATINGS = "coded ratings, under ids of the file"
    UPLOAD = "own upload; who is in it is not shown"
    NONE = "redirect only"


class Leaves(StrEnum):
    """What leaves a way as a file, and what holds it back."""

    RELEASED = "released document, through network.reading.issue"
    DRAFT = "draft or analysis report; each page says that it is not released"
    SNAPSHOT = "figures of a frozen snapshot, disclosed"
    DESIGN = "the design of a study; no answer, nobody's name"
    OWN = "the panellist's own answers"
    REPLICATION = "ratings row by row, after the end, agreed to by a second person, for an hour"
    ARCHIVE = "design, disclosed results and released briefs of a study; no person, no code, no rating"
    CALENDAR = "a deadline, without a title, a name or an answer"
    ATTACHMENT = "file beside a scenario, checked when it came in"
    FIXED = "fixed file, the same for everybody"


@dataclass(frozen=True, slots=True)
class Door:
    """One way out: ``who`` passes, from which ``source``; ``marked`` ways carry the study's marking.

    A way that answers with a file and not with a page says what ``leaves``; one that takes a file says ``uploads``.
    """

    who: Who | Action
    source: Source
    marked: bool = False
    leaves: Leaves | None = None
    uploads: bool = False
