"""What is said of a statement's wording, where, and what is not said of good ones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.domain import phrasing
from copkit_delphi.library import shipped

GOOD = "By 31 December 2028, criminals in the European Union steal over EUR 1 million with cloned voices in one case."
HORIZON = date(2028, 12, 31)


def rules(text: str, **more: object) -> list[str]:
    return [one.rule for one in phrasing.check(text, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("By 2028, a drone could hit an airliner.", "hedge", "could"),
        ("By May 2028, a drone may hit an airliner.", "hedge", "may"),
        ("By 2028 might a tower fall.", "hedge", "might"),
        ("By 2028, a drone strike is highly likely in Europe.", "yardstick", "highly likely"),
        ("By 2028, there is a realistic possibility of a strike.", "yardstick", "realistic possibility"),
        ("By 2028, drones and/or robots attack a port.", "double", "and/or"),
        ("By 2028, a bank fails and is rescued by a state.", "double", "and is"),
        ("By 2028, a port is attacked, and it closes for a week; others follow.", "double", "and it closes"),
        ("By 2028, a port closes because drones attack it.", "cause", "because"),
        ("Within five years, a port closes.", "period", "Within five years"),
        ("By 2028, an RCE flaw closes a port.", "abbreviation", "RCE"),
    ],
)
def test_what_stands_out_is_named_where_it_stands(text: str, rule: str, words: str) -> None:
    found = [one for one in phrasing.check(text) if one.rule == rule and one.params.get("words") == words]
    assert found, phrasing.check(text)
    assert words in text[found[0].start : found[0].end]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("A drone hits an airliner in Europe.", "no-date"),
        ("By 2028, no port is left without a scanner.", "negation"),
        ("Will a drone hit an airliner by 2028?", "question"),
        ("By 2028, a drone hits an airliner?", "question"),
        ("By 2028, " + "many " * 39 + "die.", "long"),
        ("By 2028, " + "many " * 60 + "die.", "too-long"),
        ("By 2030, a drone hits an airliner.", "horizon"),
        ("By 2028, a port closes; a bank fails.", "double"),
    ],
)
def test_each_rule_fires(text: str, rule: str) -> None:
    assert rule in rules(text, horizon=HORIZON)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "By 31 May 2028, fire and smoke close an airport in France.",
        "In May 2028, a port in the EU closes.",
        "By 2028, remote code execution (RCE) closes a port in Spain.",
        "By 2028, a court in Italy convicts at least 3 people of selling cloned voices.",
        "By 2028, at least one hospital in the UK does not treat emergencies for 24 hours.",
    ],
)
def test_a_good_statement_is_left_alone(text: str) -> None:
    assert rules(text, horizon=HORIZON) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("By 2028, fraud rises and courts collapse.", "and courts collapse"),
        (
            "By 2028, fraud by AI has risen and drones have been used in an attack in the EU.",
            "and drones have",
        ),
        ("By 2028, a port has closed or at least 3 airlines are grounded.", "or at least 3 airlines are"),
        ("By 2028, the police use drones and the courts of two Member States accept it.", "and the courts of two Member States accept"),
        ("By 2028, banks fail, and more than 10 people die in a riot.", "and more than 10 people die"),
        ("By 2028, a report shows that prices fall and wages rise.", "and wages rise"),
        ("By 2028, exports fell but imports grew.", "but imports grew"),
    ],
)  # fmt: skip
def test_a_second_subject_with_a_verb_of_its_own_is_a_second_claim(text: str, words: str) -> None:
    found = [one.params["words"] for one in phrasing.check(text) if one.rule == "double"]
    assert found == [words]


@pytest.mark.parametrize(
    "text",
    [
        "By 2028, fraud and theft rise in France.",
        "By 2028, banks and insurers report losses of 1 billion euro.",
        "By 2028, a firm that runs ports and airports has closed.",
        "By 2028, drone attacks on ports and airports have risen by half.",
        "By 2028, a court in France or Spain has convicted 3 people of fraud and theft.",
        "By 2028, a study shows that banks and insurers have lost 1 billion euro.",
        "By 2028, malware and drone attacks close a port in Spain.",
        "By 2028, police have arrested people for the theft and the sale of keys.",
        "By 2028, two or more courts of the EU have convicted a person of it.",
        "By 2028, 3 or more ports are closed for a day or longer.",
        "By 2028, an agency has confirmed losses in banks, insurers and public offices of the EU.",
    ],
)
def test_a_list_of_nouns_is_one_claim(text: str) -> None:
    assert "double" not in rules(text)


def test_an_abbreviation_may_be_spelt_out_beside_the_statement() -> None:
    text = "By 2028, an LLM writes a virus."
    assert rules(text) == ["abbreviation"]
    assert rules(text, explained="A large language model (LLM) writes text.") == []


def test_the_shipped_statements_are_clean() -> None:
    worded = [one for one in shipped.scenarios() if one.statement is not None]
    assert len(worded) >= 8
    for one in worded:
        assert one.statement is not None
        assert rules(one.statement.statement, horizon=HORIZON, explained=one.summary) == [], one.id


@given(
    st.text(st.characters(), max_size=400)
    | st.lists(st.sampled_from(("and", "is", "not", "May", "(", "RCE", ";", "2028", "?", "likely"))).map(
        " ".join
    )
)
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for one in phrasing.check(text, horizon=HORIZON):
        assert 0 <= one.start <= one.end <= len(text)
        assert one.message % one.params
