"""A mapping of columns reads what is certain, and says of everything else where it stands and why."""

from __future__ import annotations

import re

import pytest

from copkit_delphi.domain.column_reader import read
from copkit_delphi.domain.columns import Columns, Given, Reading, numbers, pairs, proposed
from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.scale import IMPACT, PERCENT, Scale

ITEMS = {
    "S02.likelihood": PERCENT,
    "S02.impact.rights": IMPACT,
    "S03.likelihood": PERCENT,
    "Q.scale": Scale(1, 9),
}
GROUPS = ["Law enforcement", "Industry"]
ROLES = {"code": "panellist", "sector": "group", "Q1": "is:S02.likelihood", "Q2": "is:S02.impact.rights"}


def reading(
    *rows: tuple[str, ...], headers: tuple[str, ...] = tuple(ROLES), round_: int = 1, **changes: object
) -> Reading:
    mapping = Columns(**{"roles": ROLES, **changes})  # type: ignore[arg-type]
    return read(headers, rows, range(2, len(rows) + 2), mapping, items=ITEMS, groups=GROUPS, round_=round_)


def why(found: Reading) -> list[tuple[int, str, str]]:
    return [
        (one.line, one.column, one.text % one.params if one.params else one.text) for one in found.problems
    ]


def test_rows_become_people_with_answers() -> None:
    found = reading(("a", "industry", "40", "3"), ("b", " Law  Enforcement", "", "X"))
    assert why(found) == []
    first, second = found.people
    assert (first.key, first.group, first.answers) == (
        "a", "Industry", {"S02.likelihood": Given(40), "S02.impact.rights": Given(3)},
    )  # fmt: skip
    assert second.answers == {"S02.impact.rights": Given(cannot_judge=True)}
    assert found.counts() == {"S02.likelihood": (1, 0), "S02.impact.rights": (1, 1)}


def test_words_of_the_file_are_translated() -> None:
    found = reading(
        ("a", "Police", "very likely", "nicht beurteilbar"),
        words={"very likely": 85.0}, groups={"police": "Law enforcement"}, cannot=("Nicht beurteilbar",),
    )  # fmt: skip
    assert why(found) == []
    assert found.people[0].answers == {
        "S02.likelihood": Given(85),
        "S02.impact.rights": Given(cannot_judge=True),
    }
    assert found.people[0].group == "Law enforcement"


@pytest.mark.parametrize(
    ("text", "changes", "value"),
    [
        ("35%", {}, 35), ("35 %", {}, 35), ("35,0", {}, 35), ("0", {}, 0), ("100", {}, 100),
        ("0,29", {"shares": True}, 29), ("0.29", {"shares": True}, 29), ("1", {"shares": True}, 100),
        ("62.5", {"rounding": True}, 63), ("0.625", {"shares": True, "rounding": True}, 63),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_meant(text: str, changes: dict[str, object], value: float) -> None:
    found = reading(("a", "Industry", text, ""), **changes)
    assert why(found) == []
    assert found.people[0].answers["S02.likelihood"] == Given(value)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (("a", "Industry", "maybe", ""), "Q1", "no number"),
        (("a", "Industry", "101", ""), "Q1", "101 is not on the scale 0:100"),
        (("a", "Industry", "-1", ""), "Q1", "not on the scale"),
        (("a", "Industry", "1e309", ""), "Q1", "no number"),
        (("a", "Industry", "NaN", ""), "Q1", "no number"),
        (("a", "Industry", "٤٠", ""), "Q1", "no number"),
        (("a", "Industry", "62.5", ""), "Q1", "no whole step"),
        (("a", "Industry", "2026-04-03", ""), "Q1", "is a date"),
        (("a", "Industry", "", "5"), "Q2", "not on the scale 0:4"),
        (("a", "Navy", "40", ""), "sector", "no group “Navy”.*Law enforcement, Industry"),
        (("", "Industry", "40", ""), "code", "empty"),
    ],
)
def test_what_is_not_certain_is_a_problem_with_its_place(
    row: tuple[str, ...], column: str, reason: str
) -> None:
    ((line, where, text),) = why(reading(row))
    assert (line, where) == (2, column)
    assert re.search(reason, text)


def test_a_panellist_who_stands_twice_is_a_problem() -> None:
    found = reading(("a", "Industry", "40", ""), ("A ", "Industry", "50", ""))
    assert why(found) == [(3, "code", "This panellist stands on line 2 already.")]


def test_two_kinds_of_decimal_marks_are_a_problem() -> None:
    found = reading(("a", "Industry", "40,0", ""), ("b", "Industry", "40.0", ""))
    assert [(line, column) for line, column, _ in why(found)] == [(3, "Q1")]


LONG = ("who", "sector", "item", "value", "why", "wave")
LONG_ROLES = dict(zip(LONG, ("panellist", "group", "item", "value", "reason", "round"), strict=True))


def test_a_row_may_be_one_rating() -> None:
    rows = [
        ("a", "Industry", "q1", "40", "Because.", "1"),
        ("a", "Industry", "S02.impact.rights", "2", "", "Round 1"),
        ("a", "Industry", "q1", "50", "", "2"),
    ]
    found = reading(*rows, headers=LONG, roles=LONG_ROLES, items={"q1": "S02.likelihood"})
    assert why(found) == []
    assert found.other_rounds == 1
    (person,) = found.people
    assert person.answers == {"S02.likelihood": Given(40), "S02.impact.rights": Given(2)}
    assert person.reasons == {"S02.likelihood": "Because."}


@pytest.mark.parametrize(
    ("second", "column", "reason"),
    [
        (("a", "Industry", "S02.likelihood", "50", "", "1"), "item", "on an earlier line"),
        (("a", "Law enforcement", "S03.likelihood", "50", "", "1"), "who", "another group"),
        (("a", "Industry", "S99", "50", "", "1"), "item", "no item “S99”"),
        (("a", "Industry", "S03.likelihood", "50", "", "first"), "wave", "is not a round"),
    ],
)
def test_a_rating_that_contradicts_another_is_a_problem(
    second: tuple[str, ...], column: str, reason: str
) -> None:
    first = ("a", "Industry", "S02.likelihood", "40", "", "1")
    ((line, where, text),) = why(reading(first, second, headers=LONG, roles=LONG_ROLES))
    assert (line, where) == (3, column)
    assert reason in text


@pytest.mark.parametrize(
    ("roles", "reason"),
    [
        ({"code": "panellist", "sector": "group"}, "which columns hold answers"),
        ({"sector": "group", "Q1": "is:S02.likelihood", "Q2": "is:S02.likelihood"}, "cannot be the same"),
        ({"code": "panellist", "Q1": "is:S02.likelihood"}, "which column holds the group"),
        ({"sector": "group", "Q1": "is:S02.likelihood", "Q2": "value"}, "Not both"),
        ({"sector": "group", "Q1": "item", "Q2": "value"}, "panellist, item and value"),
        ({"sector": "group", "Q1": "is:S99"}, "no item “S99”"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_said(roles: dict[str, str], reason: str) -> None:
    found = reading(("a", "Industry", "40", "3"), roles=roles)
    assert found.people == []
    assert any(reason in text for _, _, text in why(found))
    assert {line for line, _, _ in why(found)} == {0}


def test_a_table_without_answers_is_a_problem() -> None:
    assert "No row holds an answer." in why(reading(("a", "Industry", "", "")))[0]


def test_meanings_are_read_line_by_line() -> None:
    assert numbers(" Strongly  agree = 5 \n\nA = B = 2,5") == {"strongly agree": 5, "a = b": 2.5}
    with pytest.raises(Invalid, match="Line 2"):
        pairs("a = b\nno sign")
    with pytest.raises(Invalid, match="no number"):
        numbers("a = five")


def test_names_that_say_what_a_column_is_are_proposed_and_no_others() -> None:
    found = proposed(["ID", "E-Mail", "s02.likelihood", "item", "Group", "group name", "code"], ITEMS)
    assert found.roles == {
        "ID": "panellist", "E-Mail": "email", "s02.likelihood": "is:S02.likelihood", "item": "", "Group": "group",
        "group name": "", "code": "",
    }  # fmt: skip


def test_a_mapping_survives_being_kept_and_knows_its_table() -> None:
    mapping = Columns(
        ROLES, {"x": 1.0}, ("n/a",), {"a": "b"}, {"q": "S02.likelihood"}, shares=True, rounding=True
    )
    assert Columns.from_dict(mapping.to_dict()) == mapping
    assert mapping.fits([*ROLES, "more"])
    assert not mapping.fits(list(ROLES)[1:])
    assert not Columns().fits(["a"])
