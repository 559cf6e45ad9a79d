"""A made-up picture of a closed round, to show what a further round will look like. Nobody's answers are in it.

Twelve made-up people of each group answer every item by chance, the same for the same study; their answers go through
the study's own analysis and disclosure rules, and nothing is stored.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from copkit_delphi.analysis.results import ItemAnalysis
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.results import Coefficients, ItemResult, RoundSnapshot
from copkit_delphi.elicitation import frozen, results, studies
from copkit_delphi.elicitation.feedback import Sides
from copkit_delphi.elicitation.frozen import Summary
from copkit_delphi.elicitation.item_types.answers import Answer, Given
from copkit_delphi.elicitation.item_types.shapes import Leaning, Posed
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.matrices import Matrices
from copkit_delphi.elicitation.models import Item, Study
from copkit_delphi.elicitation.results import Ground

EACH = 12  # of a group: enough for a middle half
REASONS = Sides(
    (N_("A made-up reason for a higher estimate."),), (N_("A made-up reason for a lower estimate."),)
)
_Answers = Mapping[str, Mapping[str, Answer]]  # by item id and code


def snapshot(session: Session, study: Study, *, number: int) -> RoundSnapshot:
    """Return what round ``number`` would have frozen of made-up answers to all items of the study."""
    items = {item.id for item in studies.items(session, study.id)}
    people = {
        f"{group.name}:{place}": group.name
        for group in studies.groups(session, study.id)
        for place in range(EACH)
    }
    ground = results.ground_of(session, study, items, Matrices(session, study.id, people))
    answers = {item.id: _drawn(ground, item) for item in ground.items}
    return RoundSnapshot(
        study=study.id,
        round=number,
        closed_on=date.min.isoformat(),
        n_panellists=len(people),
        items=_items(ground, answers, number),
        response=(),
        coefficients=Coefficients(),
        protocol_hash="",
        synthetic=True,
    )


def answer(study: Study, item: Posed, kind: str) -> Answer:
    """Return what a made-up panellist said of one item in the round before."""
    return of(kind).invent(random.Random(f"{study.seed}:{item.name}:own"), Leaning(), item)  # noqa: S311


def _drawn(ground: Ground, item: Item) -> dict[str, Answer]:
    found = {}
    for place, code in enumerate(ground.given.panel):
        rng = random.Random(f"{ground.study.seed}:{item.name}:{code}")  # noqa: S311 - the same picture each time
        group = list(ground.kinds).index(ground.given.panel[code])
        lean = 3.4 * (place % EACH + 0.5) / EACH - 1.7
        found[code] = of(item.kind).invent(rng, Leaning(centre=40 + 12 * (group % 3), lean=lean), item)
    return found


def _items(ground: Ground, answers: _Answers, number: int) -> tuple[ItemResult, ...]:
    analysed: dict[str, ItemAnalysis] = {}
    for kind, items in ground.by_kind().items():
        data = ground.given.empty(items, number)
        for column, item in enumerate(items):
            given = [one.value for one in answers[item.id].values()]
            data.values[:, column] = [np.nan if value is None else value for value in given]
        analysed |= {one.item.name: one for one in results.analysed(ground, kind, data).items}
    found = []
    for item in ground.items:
        beside = _summary(ground, item, answers[item.id])
        found.append(
            results.disclosed(ground, item, analysed[item.name], beside=beside)
            if item.name in analysed
            else frozen.without_number(item, ground.scenarios[item.scenario_id], beside, k=ground.protocol.k)
        )
    return tuple(found)


def _summary(ground: Ground, item: Item, answers: Mapping[str, Answer]) -> Summary:
    given = [Given(one.value, one.low, one.high, one.detail) for one in answers.values()]
    return Summary(len(given), of(item.kind).summarise(item, given, k=ground.protocol.k))
