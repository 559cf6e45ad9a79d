"""The navigation inside one study as its reader sees it: where the study is, where the reader is, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.warning import released
from copkit_delphi.web import waiting
from copkit_delphi.web.context import db, me
from copkit_delphi.web.doors import DOORS
from copkit_delphi.web.next_step import NextStep, next_step
from copkit_delphi.web.parts import PARTS, From, Page, Part

DONE, NOW, LATER, NONE = "done", "now", "later", ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation; ``current`` is "page", "true" for a page further down, or ""."""

    label: str
    href: str
    current: str


@dataclass(frozen=True, slots=True)
class Group:
    """A part with the pages its reader may open; ``state`` is done, now, later or "" where it has none."""

    label: str
    state: str
    here: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Navigation:
    """Parts in the order of the work, and what its reader does next, if anything: sentence and address."""

    groups: tuple[Group, ...]
    next_text: str = ""
    next_href: str = ""

    @property
    def here(self) -> Group:
        """Return the part of the page that is shown."""
        return next(group for group in self.groups if group.here)

    @property
    def entry(self) -> Entry | None:
        """Return the page that is shown, or the one it hangs on."""
        return next((entry for entry in self.here.entries if entry.current), None)


def of_study(study: Study) -> Navigation:
    """Return the navigation of a study on the page of this request."""
    latest = rounds.latest(db(), study.id)
    step = next_step(study, latest, released=study.id in released.studies(db(), [study.id]))
    here = page_of(request.script_root + request.path, study.id)
    groups = tuple(_groups(study, latest, step, here))
    waits = waiting.for_me([study.id]).get(study.id)
    mine = waits or (step if me().may(Action.STUDY_RUN, study.id) else None)
    href = url_for(mine.endpoint, **mine.address(study.id)) if mine else ""  # type: ignore[arg-type]
    if mine is None or href == request.script_root + request.path:
        return Navigation(groups)
    return Navigation(groups, mine.text, href)


def ways_on(study_id: str) -> list[Entry]:
    """Return the pages of a study that are open instead of the one asked for: what comes next, its part, the overview."""
    if me().account_id is None or not me().may(Action.STUDY_VIEW, study_id):
        return []
    found = of_study(studies.get(db(), study_id))
    ways = [Entry(found.next_text, found.next_href, "")] if found.next_href else []
    if found.entry is not None:
        ways.append(found.entry)
    ways.append(Entry(N_("Overview"), url_for("facilitator.study", study_id=study_id), ""))
    here = request.script_root + request.path
    return [one for one in {way.href: way for way in ways}.values() if one.href != here]


def page_of(path: str, study_id: str) -> Page:
    """Return the page of the table that an address belongs to: the one whose address it goes on from the furthest."""
    starts = {start: page for part in PARTS for page in part.pages for start in _starts(page, study_id)}
    fitting = [start for start in starts if path == start or path.startswith(f"{start}/")]
    return starts[max(fitting, key=len)]


def _starts(page: Page, study_id: str) -> Iterator[str]:
    yield url_for(page.endpoint, study_id=study_id)
    study = url_for("facilitator.study", study_id=study_id)
    yield from (f"{study}/{rest}" for rest in page.also)


def _groups(study: Study, latest: Round | None, step: NextStep, here: Page) -> Iterator[Group]:
    names = [part.name for part in PARTS]
    first = min((names.index(name) for name in step.now), default=len(PARTS))
    for at, part in enumerate(PARTS):
        entries = tuple(
            _entry(page, study, here) for page in part.pages if _offered(page, study, latest, here)
        )
        if entries or (part.stage and study.origin != "imported"):
            yield Group(
                part.label, _state(part, step, before=at < first, study=study), here in part.pages, entries
            )


def _state(part: Part, step: NextStep, *, before: bool, study: Study) -> str:
    if not part.stage or study.origin == "imported":
        return NONE
    return NOW if part.name in step.now else DONE if before else LATER


def _offered(page: Page, study: Study, latest: Round | None, here: Page) -> bool:
    if page is here:
        return True  # its door has let the reader in
    action = DOORS[page.endpoint].who
    return (
        isinstance(action, Action)
        and me().may(action, study.id)
        and (page.imported or study.origin != "imported")
        and not (page.passing and latest is not None)
        and page.since <= _begun(latest)
    )


def _begun(latest: Round | None) -> From:
    if latest is None:
        return From.ALWAYS
    closed = latest.number > 1 or latest.state == RoundState.CLOSED
    return From.CLOSED if closed else From.OPENED


def _entry(page: Page, study: Study, here: Page) -> Entry:
    href = url_for(page.endpoint, study_id=study.id)
    exact = href == request.script_root + request.path
    return Entry(page.label, href, "" if page is not here else "page" if exact else "true")
