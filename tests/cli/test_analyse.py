"""``copkit-delphi analyse`` as a person at a terminal, or a program reading its JSON, meets it."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from copkit_delphi.domain.delimited import shown

RATINGS = Path(str(files("copkit_delphi.library"))) / "data" / "replicats" / "ratings.csv"
DOC = Path(__file__).parents[2] / "docs" / "analyse.md"
HEADER = "round,panellist,group,item,value\n"
# What the issue promises; further keys may stand beside them.
ROUND = {"round", "n_panellists", "kendall_w", "krippendorff_alpha", "items", "reason"}
ITEM = {"item", "n", "median", "q1", "q3", "iqr", "mean", "sd", "percent_agreement", "consensus", "verdict", "groups",
        "reasons", "reason"}  # fmt: skip
MOVE = {"item", "from_round", "to_round", "n_paired", "share_changed", "wilcoxon_p", "reason"}


def analyse(*args, data=None, env=None):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "copkit_delphi", "analyse", *map(str, args)],
        input=data,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )


def analysed(text, *args):
    done = analyse("-", "--format", "json", *args, data=text.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


@pytest.fixture(scope="module")
def replicats():
    return analysed(RATINGS.read_text(encoding="utf-8"))


def test_json_has_the_promised_form(replicats):
    assert replicats["schema"] == 1
    assert next(iter(replicats)) == "schema"
    assert [one["round"] for one in replicats["rounds"]] == [1, 2]
    for one in replicats["rounds"]:
        assert one.keys() >= ROUND
        assert one["krippendorff_alpha"].keys() >= {"ordinal", "interval"}
        assert len(one["items"]) == 25
        for item in one["items"]:
            assert item.keys() >= ITEM
            assert item["percent_agreement"].keys() == {"share", "ci_low", "ci_high"}
            assert item["consensus"] in {True, False}
            assert set(item["groups"]) == {"UOM1", "UOM2", "UOM3", "UOM4", "UOM5"}
            assert all(group.keys() >= {"n", "median", "q1", "q3"} for group in item["groups"].values())
    assert len(replicats["stability"]) == 25
    assert all(
        move.keys() >= MOVE and (move["from_round"], move["to_round"]) == (1, 2)
        for move in replicats["stability"]
    )


def test_json_holds_the_published_figures_and_says_the_scale(replicats):
    assert (replicats["scale"]["low"], replicats["scale"]["high"], replicats["scale"]["given"]) == (
        0,
        100,
        False,
    )
    changed = [move["share_changed"] for move in replicats["stability"]]
    assert math.fsum(changed) / 25 == pytest.approx(0.60)
    widths = [math.fsum(item["iqr"] for item in one["items"]) / 25 for one in replicats["rounds"]]
    assert widths == pytest.approx([24.0, 22.8])


def nulls(value, path=""):
    """Yield each object that holds a null with the names of its nulls."""
    if isinstance(value, dict):
        missing = {key for key, part in value.items() if part is None}
        if missing:
            yield path, missing, value.get("reason")
        for key, part in value.items():
            yield from nulls(part, f"{path}/{key}")
    elif isinstance(value, list):
        for part in value:
            yield from nulls(part, path)


def test_every_null_is_explained_where_it_stands():
    text = HEADER + "1,A,lea,S1,7\n1,B,ind,S1,\n1,B,ind,S2,cannot_judge\n2,A,lea,S1,7\n2,C,lea,S2,\n"
    found = list(nulls(analysed(text)))
    assert {path.split("/")[-1] for path, *_ in found} >= {"items", "krippendorff_alpha", "stability", "ind"}
    for path, missing, reason in found:
        assert missing <= (reason or {}).keys(), path


def test_successive_rounds_are_those_in_the_file():
    rows = "".join(f"{number},E{who},lea,S1,{number + who}\n" for number in (1, 2, 4) for who in range(5))
    moves = analysed(HEADER + rows)["stability"]
    assert [(move["from_round"], move["to_round"]) for move in moves] == [(1, 2), (2, 4)]


def test_scale_criterion_and_items_can_be_chosen():
    rows = "".join(
        f"1,E{who},lea,{item},{value}\n" for item in "ST" for who, value in enumerate([7, 8, 8, 9, 2])
    )
    default = analysed(HEADER + rows)
    assert (default["scale"]["high"], default["criterion"], len(default["rounds"][0]["items"])) == (
        9,
        "iqr<=2",
        2,
    )
    strict = analysed(HEADER + rows, "--criterion", "share>=0.9 in 7..9", "--item", "T")
    (item,) = strict["rounds"][0]["items"]
    assert (item["item"], item["percent_agreement"]["share"], item["consensus"]) == ("T", 0.8, False)
    loose = analysed(HEADER + rows, "--criterion", "share>=0.75 in 7..9")
    assert loose["rounds"][0]["items"][0]["consensus"] is True
    wider = analysed(HEADER + rows, "--scale", "0:100")
    assert (wider["scale"]["high"], wider["scale"]["given"]) == (100, True)


def test_the_table_is_readable_within_a_hundred_columns():
    done = analyse(RATINGS)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert max(map(len, lines)) <= 100
    assert lines[0] == "ratings.csv: 2 rounds, 25 panellists, 5 groups, 25 items"
    assert lines[1].startswith("Scale 0:100 (the smallest usual scale that fits")
    assert lines[2] == "Consensus: the middle half spans at most 15"
    (row, *_) = [
        line for line in lines[lines.index("ROUND 2: 25 panellists") :] if line.startswith("claim-20 ")
    ]
    assert " ".join(row.split()) == "claim-20 25 70 60 to 80 69.7 14.5 56% Partial Majority"


def test_the_table_stays_within_a_hundred_columns_with_long_names_and_many_groups():
    rows = "".join(
        f"1,E{who},{'a very long group name ' * 3}{who % 12},{'a very long item name ' * 3},{who % 9 + 1}\n"
        for who in range(80)
    )
    lines = analyse("-", data=(HEADER + rows).encode()).stdout.decode().splitlines()
    assert max(map(len, lines)) <= 100
    assert sum(line.startswith("MEDIANS BY GROUP") for line in lines) > 1


def test_the_table_says_how_the_file_was_read_and_why_a_figure_is_missing():
    text = "round;panellist;group;item;value;weight;note\n1;A;lea;S1;7,5;2;x\n1;B;lea;S1;;1;y\n"
    table = analyse("-", data=text.encode()).stdout.decode()
    assert "Read as: semicolons, decimal commas" in table
    assert "Columns not read: note" in table
    assert "Weights were read; every figure below is unweighted." in table
    assert "S1: no sd: fewer than two ratings" in table
    assert "Kendall's W undefined: fewer than two panellists rated all items" in table


def test_names_from_a_file_cannot_steer_the_terminal():
    table = analyse("-", data=(HEADER + "1,A,lea,\x1b[31mS1,7\n").encode()).stdout
    assert b"\x1b" not in table
    assert b"?[31mS1" in table


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["no-such-file.csv"], "“no-such-file.csv” cannot be read: No such file or directory."),
        (["."], "“.” cannot be read: Is a directory."),
        ([RATINGS, "--scale", "9"], "“9” is not a scale. Write LOW:HIGH, for example 1:9."),
        ([RATINGS, "--scale", "9:1"], "A scale needs a low end below its high end, for example 1:9."),
        (
            [RATINGS, "--scale", "1:9"],
            "Line 2, column value: 50 is not on the scale 1:9. Correct it or the scale.",
        ),
        ([RATINGS, "--criterion", "often"], "is not a criterion. Write “iqr<=15” or “share>=0.75 in 7..9”."),
        ([RATINGS, "--criterion", "share>=0.5 in 700..900"], "counts nothing on the scale 0:100"),
        ([RATINGS, "--item", "claim-0"], "The file has no item “claim-0”."),
    ],
)
def test_a_refusal_is_one_line_and_status_two(args, says):
    done = analyse(*args)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert says in line


def test_wrong_input_prints_nothing_but_its_line_whatever_the_format():
    text = (HEADER + "1,A,lea,S1,7\n1,A,lea,S1,8\n").encode()
    for form in ("table", "json"):
        done = analyse("-", "--format", form, data=text)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().splitlines() == [
            "Line 3, column item: A rated “S1” in round 1 already on line 2. Keep one of the two."
        ]


def test_an_unreadable_file_is_one_line(tmp_path):
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)  # nobody can read it, not even root
    (line,) = analyse(loop).stderr.decode().splitlines()
    assert line == f"“{shown(str(loop))}” cannot be read: Too many levels of symbolic links."


def test_json_is_utf8_in_any_locale():
    data = (HEADER + "1,A,Müller,S1,7\n").encode()
    done = analyse("-", "--format", "json", data=data, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert "Müller" in json.loads(done.stdout)["rounds"][0]["items"][0]["groups"]


def test_the_command_needs_neither_web_nor_database_nor_pdf(tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text(HEADER + "1,A,lea,S1,7\n", encoding="utf-8")
    code = (
        "import sys\n"
        "from copkit_delphi.cli.analyse import command\n"
        "early = {'numpy', 'scipy'} & set(sys.modules)\n"
        "command([sys.argv[1]], standalone_mode=False)\n"
        "heavy = {'flask', 'sqlalchemy', 'weasyprint', 'jinja2', 'alembic'} & set(sys.modules)\n"
        "assert not early | heavy, early | heavy\n"
    )
    subprocess.run([sys.executable, "-c", code, str(file)], check=True, capture_output=True, cwd=Path.cwd())
    assert list(tmp_path.iterdir()) == [file]


def test_the_example_in_the_documentation_is_what_the_command_prints():
    (block,) = re.findall(
        r"```\n\$ copkit-delphi analyse ratings.csv (.*)\n((?:.*\n)+?)```", DOC.read_text("utf-8")
    )
    args, printed = block
    assert analyse(RATINGS, *args.split()).stdout.decode() == printed
