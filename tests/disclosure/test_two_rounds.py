"""Whatever five people answer in two rounds, what is frozen leaves two values possible for each of them.

What is frozen: the results and the decision records of both rounds.

Exhaustive (ethics note 0.3): the ways in which five people can rate on a scale of five in two rounds are put
through the engine and the disclosure rules. Worlds that look alike from outside stand together; in each
heap everybody must still be able to have given at least two values, in each round, also for a member who
knows the own answers. ``COPKIT_EXHAUSTIVE=1`` takes all 118,755 ways, not only those that move two steps at most.

Beside other groups there are too many worlds to try them all: there worlds are drawn, and
for everybody of the small group other worlds are sought that look the same.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product
from types import SimpleNamespace

import numpy as np
import pytest

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.analysis.engine import analyse_round
from copkit_delphi.analysis.results import ItemAnalysis
from copkit_delphi.domain.decisions import DecisionRecord
from copkit_delphi.domain.protocol import Criterion, Protocol
from copkit_delphi.domain.results import Coefficients, ItemResult, RoundSnapshot
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation import decisions, results
from copkit_delphi.elicitation.deciding.evidence import Evidence

SCALE = Scale(1, 5)
VALUES = (1.0, 2.0, 3.0, 4.0, 5.0)
SMALL = "Civil society"
KINDS = {"Law enforcement": "lea", "Industry": "ind", SMALL: "cso"}
BESIDE = ("Law enforcement",) * 10 + ("Industry",) * 6 + (SMALL,) * 5
MISSING = float("nan")
AT_ONCE = 2000
TRIES = 60
FURTHEST = 4 if os.environ.get("COPKIT_EXHAUSTIVE") else 2
Pair = tuple[float, float]  # what one person gave in round 1 and in round 2
World = tuple[Pair, ...]


def seen(worlds: Sequence[World], groups: tuple[str, ...]) -> Iterator[str]:
    """Yield all that is frozen of both rounds in each world; each world is an item of one big panel."""
    specs = tuple(ItemSpec(f"X{n}.likelihood", SCALE) for n in range(len(worlds)))
    codes = tuple(str(n) for n in range(len(groups)))

    def data(number: int) -> RoundData:
        values = np.array([[pair[number - 1] for pair in world] for world in worlds]).T
        return RoundData(number, codes, groups, specs, values, np.zeros(values.shape, dtype=bool))

    first, second = data(1), data(2)
    one = analyse_round(first, criterion=Criterion(), required_groups=tuple(KINDS))
    two = analyse_round(second, criterion=Criterion(), required_groups=tuple(KINDS), previous=first)
    before = tuple(map(_frozen, one.items))
    names = {item.name: item.panel.n for item in before}
    after = tuple(_frozen(item, names[item.item.name]) for item in two.items)
    decided = zip(
        _decided(1, before, first, None).items, _decided(2, after, second, first).items, strict=True
    )
    for shown in zip(before, after, decided, strict=True):
        yield repr(shown).replace(shown[0].name, "X")


def _decided(
    number: int, items: tuple[ItemResult, ...], now: RoundData, earlier: RoundData | None
) -> DecisionRecord:
    """Return the decision record of a round, by the code that freezes it."""
    frozen = RoundSnapshot("s", number, "2026-11-02", None, items, (), Coefficients(), "")
    return decisions.assemble("s", Evidence(frozen, None, Protocol(), now, earlier, None, {}))


def _frozen(analysis: ItemAnalysis, frozen_n: int | None = None) -> ItemResult:
    item = SimpleNamespace(
        name=analysis.item.name, kind="likelihood", wording="", scenario_id="x", dimension=None,
        low=SCALE.low, high=SCALE.high, step=SCALE.step,
    )  # fmt: skip
    ground = SimpleNamespace(protocol=Protocol(), kinds=KINDS, scenarios={"x": "X"})
    return results.disclosed(ground, item, analysis, frozen_n)  # type: ignore[arg-type]


def looks(worlds: Sequence[World], groups: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(worlds), AT_ONCE):
        found += seen(worlds[start : start + AT_ONCE], groups)
    return found


def heaps(worlds: Sequence[World], groups: tuple[str, ...]) -> list[list[World]]:
    """Put worlds together that look alike from outside."""
    found: dict[str, list[World]] = defaultdict(list)
    for world, look in zip(worlds, looks(worlds, groups), strict=True):
        found[look].append(world)
    assert len(found) > 1  # figures tell something, or this test would prove nothing
    return list(found.values())


def told(heap: Sequence[World]) -> list[str]:
    """Name what somebody could conclude in a heap of worlds: outside, and as a member who knows the own pair."""
    conclusions = [
        f"everybody's value of round {round_ + 1}"
        for round_ in (0, 1)
        if len({pair[round_] for world in heap for pair in world}) < 2
    ]
    by_own: dict[Pair, list[Pair]] = defaultdict(list)
    for world in heap:
        for own in set(world):
            rest = list(world)
            rest.remove(own)
            by_own[own] += rest
    for own, others in by_own.items():
        for round_ in (0, 1):
            values = {pair[round_] for pair in others}
            if len(values) == 1:
                conclusions.append(f"whoever gave {own} knows round {round_ + 1} of everybody else: {values}")
    return conclusions


def moves(most: float) -> list[Pair]:
    return [pair for pair in product(VALUES, repeat=2) if abs(pair[0] - pair[1]) <= most]


def test_five_alone_in_two_rounds() -> None:
    worlds = list(combinations_with_replacement(moves(FURTHEST), 5))
    assert [wrong for heap in heaps(worlds, (SMALL,) * 5) for wrong in told(heap)] == []


def test_one_of_five_withdraws_between_the_rounds() -> None:
    """Four are left: round 2 shows nothing of them, and round 1 stays as it was."""
    worlds = [
        (*four, (value, MISSING)) for four in combinations_with_replacement(moves(1), 4) for value in VALUES
    ]
    wrong = []
    for heap in heaps(worlds, (SMALL,) * 5):
        for round_ in (0, 1):
            stayed = {world[place][round_] for world in heap for place in range(4)}
            wrong += [f"round {round_ + 1} of those who stayed"] if len(stayed) < 2 else []
        wrong += ["the one who withdrew"] if len({world[4][0] for world in heap}) < 2 else []
    assert wrong == []


def drawn(count: int, *, withdraws: bool) -> list[World]:
    """Draw worlds of three groups, from unanimous to torn; in some the small group agrees with itself alone."""
    chance = random.Random(7)
    found = []
    for _ in range(count):
        centre = {group: chance.choice(VALUES) for group in KINDS}
        spread = chance.choice((0, 1, 2))
        world = [_person(chance, centre[group], spread) for group in BESIDE]
        if withdraws:
            world[-1] = (world[-1][0], MISSING)
        found.append(tuple(world))
    return found


def _person(chance: random.Random, centre: float, spread: int) -> Pair:
    first = min(5.0, max(1.0, centre + chance.randint(-spread, spread)))
    return first, min(5.0, max(1.0, first + chance.choice((-1, 0, 0, 1))))


def swapped(chance: random.Random, world: World, member: int) -> World:
    """Return a world in which up to three pairs of people exchanged answers, or ``member`` alone changed one."""
    people = [list(pair) for pair in world]
    here = member
    for _ in range(chance.randint(1, 3)):
        there = chance.randrange(len(world))
        for round_ in chance.choice(((0,), (1,), (0, 1), (0, 1))):
            if not np.isnan([people[here][round_], people[there][round_]]).any():
                people[here][round_], people[there][round_] = people[there][round_], people[here][round_]
        here = chance.randrange(len(world))
    if chance.random() < 0.3:  # where all gave the same, exchanging changes nothing
        value = chance.choice(VALUES)
        for round_ in chance.choice(((0,), (1,), (0, 1))):
            if not np.isnan(people[member][round_]):
                people[member][round_] = value
    return tuple((first, second) for first, second in people)


def possible(world: World, member: int, round_: int, look: str, chance: random.Random) -> bool:
    """Seek a world that looks the same in which ``member`` gave something else."""
    for _ in range(TRIES):
        others = [swapped(chance, world, member) for _ in range(60)]
        others = [other for other in others if other[member][round_] != world[member][round_]]
        if others and look in looks(others, BESIDE):
            return True
    return False


@pytest.mark.parametrize("withdraws", [False, True], ids=["all stay", "one withdraws"])
def test_five_beside_two_larger_groups(withdraws: bool) -> None:
    """For everybody of the small group another world fits what is shown."""
    chance, known = random.Random(11), []
    worlds = drawn(25, withdraws=withdraws)
    for world, look in zip(worlds, looks(worlds, BESIDE), strict=True):
        known += [
            (world[16:], member, round_ + 1)
            for member, round_ in product(range(16, 21), (0, 1))
            if not np.isnan(world[member][round_]) and not possible(world, member, round_, look, chance)
        ]
    assert known == []
