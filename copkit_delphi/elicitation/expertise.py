"""Self-rated expertise by topic, given once before answering: what the question on a page starts from.

It is no answer: an answer is what somebody saves with a page. Nothing else reads it: no count, result, export or page of
the staff. A topic is the technology family of the library entry that a page was taken from, else the page itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.levels import KNOWS, Expertise
from copkit_delphi.elicitation.models import Item, Scenario, TopicExpertise
from copkit_delphi.library.models import LibraryScenario

LEAST, MOST = 1, len(KNOWS)


@dataclass(frozen=True, slots=True)
class Topic:
    """What one rating is about: ``family`` is empty where it is a single page; ``level`` the own rating so far."""

    key: str
    family: str
    pages: tuple[Scenario, ...]
    level: int | None = None

    @property
    def field(self) -> str:
        """Return its name in a form."""
        return f"t{digest(self.key)[:12]}"


def topics(session: Session, *, study_id: str, panellist_id: str) -> list[Topic]:
    """Return the topics of the pages that ask for expertise, in their order, with the own ratings."""
    asking = select(Item.scenario_id).where(Item.study_id == study_id, Item.kind == Expertise.kind)
    query = select(Scenario).where(Scenario.study_id == study_id, Scenario.id.in_(asking))
    pages = session.scalars(query.order_by(Scenario.position)).all()
    families = _families(session, pages)
    grouped: dict[str, list[Scenario]] = {}
    for page in pages:
        grouped.setdefault(_key(page, families[page.id]), []).append(page)
    given = of_panellist(session, panellist_id)
    return [Topic(key, families[found[0].id], tuple(found), given.get(key)) for key, found in grouped.items()]


def _families(session: Session, pages: Sequence[Scenario]) -> dict[str, str]:
    """Return the technology family of each page by its id, as its version of the entry says; empty without one."""
    taken = {page.library_id for page in pages if page.library_id}
    query = select(LibraryScenario).where(LibraryScenario.name.in_(taken))
    rows = session.scalars(query).all() if taken else []
    known = {(row.name, 0): row.family for row in rows if row.is_current}
    known |= {(row.name, row.version): row.family for row in rows}
    return {page.id: known.get((page.library_id, page.library_version), "") for page in pages}


def _key(page: Scenario, family: str) -> str:
    return f"family:{family}" if family else f"page:{page.name}"


def save(session: Session, *, study_id: str, panellist_id: str, said: Mapping[str, int | None]) -> None:
    """Keep the own ratings, by key of topic, in the place of earlier ones; None takes one back. Raises ``Invalid``."""
    known = {topic.key for topic in topics(session, study_id=study_id, panellist_id=panellist_id)}
    given = {key: level for key, level in said.items() if level is not None}
    if not given.keys() <= known or any(not LEAST <= level <= MOST for level in given.values()):
        raise Invalid(N_("Choose one of the levels of the list."))
    session.execute(delete(TopicExpertise).where(TopicExpertise.panellist_id == panellist_id))
    session.add_all(
        TopicExpertise(panellist_id=panellist_id, topic=key, level=level) for key, level in given.items()
    )


def of_panellist(session: Session, panellist_id: str) -> dict[str, int]:
    """Return the own ratings by key of topic."""
    query = select(TopicExpertise.topic, TopicExpertise.level).where(
        TopicExpertise.panellist_id == panellist_id
    )
    return dict(session.execute(query.order_by(TopicExpertise.topic)).all())


def starts(session: Session, panellist_id: str, items: Sequence[Item]) -> dict[str, Answer]:
    """Return what the question of a page starts from by item id; nothing where it asks none, or several."""
    asking = [item for item in items if item.kind == Expertise.kind]
    given = of_panellist(session, panellist_id) if len(asking) == 1 else {}
    if not given:
        return {}
    page = session.get_one(Scenario, asking[0].scenario_id)
    level = given.get(_key(page, _families(session, [page])[page.id]))
    return {asking[0].id: Answer(float(level))} if level else {}
