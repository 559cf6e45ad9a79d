"""What a panellist's own copy says, in the words of its reader: nothing is computed or translated after this."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One question with the answer in words."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """The questions of one scenario."""

    title: str
    rows: tuple[CopyRow, ...]


@dataclass(frozen=True, slots=True)
class CopyPart:
    """One round; ``under`` names its check value where it has one."""

    title: str
    groups: tuple[CopyGroup, ...]
    under: str = ""


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """The whole document; ``marking`` as written and by its name, ``made`` the day."""

    title: str
    study: str
    marking: str
    marking_name: str
    standing: str
    lede: str
    made: str
    nothing: str
    columns: tuple[str, str]
    parts: tuple[CopyPart, ...]
