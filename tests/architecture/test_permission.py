"""One table of who may do what: complete, shown in words, equal to the page in docs."""

from __future__ import annotations

import os
from itertools import combinations, product
from pathlib import Path

from copkit_delphi.domain.permission import (
    ACTION_LABELS,
    ALLOWED,
    GLOBAL_ROLES,
    ROLE_LABELS,
    STUDY_ROLES,
    Action,
    Identity,
    Role,
    exclude,
)
from copkit_delphi.web.doors import DOORS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
START, END = "<!-- the table: COPKIT_DOCS=1 writes it -->\n", "\n<!-- end -->"


def in_words() -> str:
    rows = [
        f"| {label} | {', '.join(name for role, name in ROLE_LABELS.items() if role in ALLOWED[action])} |"
        for action, label in ACTION_LABELS.items()
    ]
    return "\n".join(["| may | who |", "|---|---|", *rows])


def test_the_page_in_docs_says_what_the_table_says() -> None:
    before, start, rest = PAGE.read_text().partition(START)
    table, end, after = rest.partition(END)
    if os.environ.get("COPKIT_DOCS"):
        PAGE.write_text(before + start + in_words() + end + after)
    else:
        assert table == in_words(), "write it anew: COPKIT_DOCS=1 python3 app.py test tests/architecture"


def test_every_action_and_every_role_has_words_and_a_rule() -> None:
    assert ALLOWED.keys() == ACTION_LABELS.keys() == set(Action)
    assert ROLE_LABELS.keys() == set(Role) == GLOBAL_ROLES | STUDY_ROLES
    assert all(ALLOWED.values())


def test_an_administrator_reads_nothing_of_a_study() -> None:
    allowed = {action for action in Action if Role.ADMIN in ALLOWED[action]}
    assert allowed == {Action.ACCOUNT_MANAGE}
    doors = {name for name, door in DOORS.items() if door.who in allowed}
    assert {name.partition(".")[0] for name in doors} <= {"admin"}


def test_a_reader_an_observer_and_a_trainer_reach_no_study_page() -> None:
    for role, may in (
        (Role.OBSERVER, {Action.BRIEF_READ}),
        (Role.READER, {Action.BRIEF_READ}),
        (Role.TRAINER, {Action.EXERCISE_FOLLOW, Action.EXERCISE_RUN, Action.LIBRARY_READ}),
    ):
        assert {action for action in Action if role in ALLOWED[action]} == may


def test_a_co_facilitator_is_a_facilitator_who_ends_releases_and_appoints_nothing() -> None:
    lead, second = ({a for a in Action if role in ALLOWED[a]} for role in ("facilitator", "co_facilitator"))
    assert lead - second == {
        Action.STUDY_END, Action.BRIEF_RELEASE, Action.ROLE_MANAGE, Action.STUDY_CREATE,
        Action.EXERCISE_RUN, Action.COMMUNITY_KEEP,
    }  # fmt: skip
    assert second <= lead


def test_roles_that_nobody_holds_together_in_a_study() -> None:
    checked = ("analyst", "dpo", "ethics_reviewer", "owner")
    found = {pair for pair in combinations(sorted(STUDY_ROLES), 2) if exclude(frozenset(pair))}
    assert found == {
        ("ethics_reviewer", "owner"),
        *((min(pair), max(pair)) for pair in product(("facilitator", "co_facilitator"), checked)),
    }


def test_a_role_in_one_study_opens_no_other() -> None:
    lead = Identity("a", "A", frozenset({Role.FACILITATOR}), {"s1": frozenset({Role.FACILITATOR})})
    assert lead.may(Action.STUDY_RUN, "s1")
    assert not lead.may(Action.STUDY_RUN, "s2")
    assert not lead.may(Action.STUDY_VIEW, "s2")
