"""The tidy reader: what it reads, and that it reads nothing where the meaning is not certain."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit_delphi.domain import delimited
from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.tidy import LineError, read_ratings

HEADER = "round,panellist,group,item,value\n"
ROW = "1,E01,lea,S1,58\n"


def read(text, **more):
    return read_ratings(text.encode("utf-8"), **more)


def refused(data, **more):
    """Return the error; whatever else the reader might have given back is lost with it."""
    read_whole = None
    with pytest.raises(LineError) as caught:
        read_whole = read_ratings(data if isinstance(data, bytes) else data.encode("utf-8"), **more)
    assert read_whole is None
    assert isinstance(caught.value, Invalid)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_plain_file():
    ratings = read(HEADER + ROW + "2,E01,lea,S1,60.5\n")
    first, second = ratings.rows
    assert (first.line, first.round, first.panellist, first.group, first.item, first.value) == (
        (2, 1, "E01", "lea", "S1", 58)
    )
    assert (second.round, second.value, second.low, second.weight, second.rationale) == (
        2,
        60.5,
        None,
        None,
        "",
    )
    assert (ratings.notes, ratings.ignored, ratings.scale_given) == ((), (), False)


def test_all_optional_columns_in_any_order_and_case():
    header = "Item_Title,value,item,WEIGHT,group,panellist,round,high,low,rationale,source\n"
    ratings = read(header + "Deepfakes,5,S1,0.5,lea,E01,1,7,3,because,web\n")
    (row,) = ratings.rows
    assert (row.low, row.value, row.high, row.weight, row.rationale) == (3, 5, 7, 0.5, "because")
    assert ratings.item_titles == {"S1": "Deepfakes"}
    assert ratings.ignored == ("source",)


def test_empty_is_not_rated_and_cannot_judge_is_a_value():
    rows = read(HEADER + "1,E01,lea,S1,\n1,E02,lea,S1,cannot_judge\n1,E03,lea,S1,7\n").rows
    assert [(row.value, row.cannot_judge) for row in rows] == [(None, False), (None, True), (7, False)]


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (b"\xef\xbb\xbf" + (HEADER + ROW).encode(), ("byte order mark",)),
        ((HEADER + ROW).encode("utf-16"), ("UTF-16",)),
        (b"\xfe\xff" + (HEADER + ROW).encode("utf-16-be"), ("UTF-16",)),
        ((HEADER + ROW).encode("utf-16-le"), ("UTF-16",)),
        ((HEADER + ROW).encode("utf-16-be"), ("UTF-16",)),
        ((HEADER + ROW).replace(",", ";").encode(), ("semicolons",)),
        ((HEADER + ROW).replace(",", "\t").encode(), ("tabs",)),
        ((HEADER + ROW.replace("lea", "Müller")).encode("cp1252"), ("Windows-1252",)),
        ((HEADER + ROW).replace(",", ";").replace("58", "58,5").encode(), ("semicolons", "decimal commas")),
        ((HEADER + ROW).replace("\n", "\r\n").encode(), ()),
        ((HEADER + ROW).replace("\n", "\r").encode(), ()),
        (("\n\n" + HEADER + "\n,,,,\n" + ROW + "\n").encode(), ()),
        ((HEADER + ROW.replace("58", "58,,")).encode(), ()),
        ((HEADER + ROW.replace(",", ", ")).encode(), ()),
    ],
)
def test_forms_whose_meaning_is_certain(data, notes):
    ratings = read_ratings(data)
    (row,) = ratings.rows
    assert (row.panellist, row.item) == ("E01", "S1")
    assert row.value == (58.5 if "decimal commas" in notes else 58)
    assert row.group in {"lea", "Müller"}
    assert ratings.notes == notes


def test_umlauts_are_one_name_however_they_were_typed():
    composed, apart = "M\u00fcller", "Mu\u0308ller"
    assert refused(HEADER + f"1,{composed},lea,S1,5\n1,{apart},lea,S1,6\n").column == "item"


def test_quoted_line_breaks_delimiters_and_marks_keep_text_and_line_numbers():
    header = HEADER.strip() + ",rationale\n"
    ratings = read(header + '1,E01,lea,S1,5,"one,\ntwo ""three"""\n1,E02,lea,S1,6,x\n')
    assert [row.line for row in ratings.rows] == [2, 4]
    assert ratings.rows[0].rationale == 'one,\ntwo "three"'
    assert refused(header + '1,E01,lea,S1,5,"one\ntwo"\n1,E02,lea,S1,bad,x\n').line == 4


def test_texts_that_look_like_formulas_stay_texts():
    header = HEADER.strip() + ",rationale\n"
    (row,) = read(header + '1,=E01,@lea,+S1,5,"=HYPERLINK(""x"")"\n').rows
    assert (row.panellist, row.group, row.item, row.rationale) == ("=E01", "@lea", "+S1", '=HYPERLINK("x")')


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ("0 1 1", "0:1"),
        ("0.2 0.9", "0:1"),
        ("1 5 3", "1:5"),
        ("1 6", "1:7"),
        ("2 9", "1:9"),
        ("0 9", "0:10"),
        ("1 10", "0:10"),
        ("11", "0:100"),
        ("4.5 2", "0:100"),
    ],
)
def test_the_smallest_usual_scale_that_fits(values, scale):
    rows = "".join(f"1,E{place},lea,S1,{value}\n" for place, value in enumerate(values.split()))
    ratings = read(HEADER + rows)
    assert (str(ratings.scale), ratings.scale_given) == (scale, False)


def test_bounds_count_when_a_scale_is_chosen():
    header = HEADER.strip() + ",low,high\n"
    assert str(read(header + "1,E01,lea,S1,5,1,8\n").scale) == "1:9"


@pytest.mark.parametrize(
    ("given_scale", "used"),
    [
        (Scale(1, 9), Scale(1, 9)),
        (Scale(0, 100), Scale(0, 100, 0)),
        (Scale(0, 1), Scale(0, 1, 0)),
        (Scale(0, 0.5), Scale(0, 0.5, 0)),
    ],
)
def test_a_given_scale_of_points_keeps_them_and_any_other_is_continuous(given_scale, used):
    ratings = read(HEADER + "1,E01,lea,S1,\n", scale=given_scale)
    assert (ratings.scale, ratings.scale_given) == (used, True)


LONG = HEADER.strip() + ",low,high,weight,item_title\n"
COMMA = "Write a point, or separate the columns by semicolons."
WRONG = [
    ("", 1, "", "The file is empty."),
    (" \n\n", 1, "", "The file is empty."),
    (HEADER, 2, "", "there are no ratings below the header. Add one row"),
    (
        "round,panellist,group,item\n1,E01,lea,S1\n",
        1,
        "value",
        "this column is missing. The first line must name",
    ),
    ("1,E01,lea,S1,58\n", 1, "round", "it reads “1, e01, lea, s1, 58”"),
    ("round,panellist,group,item,value,value\n", 1, "value", "this column stands twice"),
    (
        HEADER + ROW + "1,E02,lea,S1,abc\n",
        3,
        "value",
        "“abc” is not a number. Write digits such as 58 or 7.5",
    ),
    (HEADER + ROW + "1,E02,lea,S1,58%\n", 3, "value", "“58%” is not a number"),
    (HEADER + ROW + "1,E02,lea,S1,nan\n", 3, "value", "“nan” is not a number"),
    (HEADER + ROW + "1,E02,lea,S1,1e999\n", 3, "value", "“1e999” is not a number"),
    (HEADER + ROW + "1,E02,lea,S1,1_0\n", 3, "value", "“1_0” is not a number"),
    (HEADER + ROW + "1,E02,lea,S1,=1+1\n", 3, "value", "“=1+1” is not a number"),
    (HEADER + ROW + '1,E02,lea,S1,"7,5"\n', 3, "value", COMMA),
    (HEADER + ROW + "1,E02,lea,S1,101\n", 3, "value", "101 is on none of the usual scales"),
    (HEADER + ROW + "1,E02,lea,S1,-1\n", 3, "value", "-1 is on none of the usual scales"),
    (HEADER + ROW + "1,E01,lea,S1,60\n", 3, "item", "E01 rated “S1” in round 1 already on line 2. Keep one"),
    (HEADER + ROW + "2,E01,ind,S1,60\n", 3, "group", "E01 has “ind” here and “lea” on line 2"),
    (HEADER + ROW + "0,E02,lea,S1,60\n", 3, "round", "“0” is not a round. Write a whole number from 1."),
    (HEADER + ROW + "1.5,E02,lea,S1,60\n", 3, "round", "“1.5” is not a round"),
    (HEADER + ROW + ",E02,lea,S1,60\n", 3, "round", "“” is not a round"),
    (HEADER + ROW + "9" * 5000 + ",E02,lea,S1,60\n", 3, "round", "…” is not a round"),
    (HEADER + ROW + "1,,lea,S1,60\n", 3, "panellist", "this is empty. Write a name or code."),
    (HEADER + ROW + "1,E02, ,S1,60\n", 3, "group", "this is empty"),
    (HEADER + ROW + "1,E02,lea,,60\n", 3, "item", "this is empty"),
    (HEADER + ROW + "1,E02,lea,S1\n", 3, "5", "the line has 4 fields, the header 5"),
    (HEADER + ROW + "1,E02,lea,S1,58,5\n", 3, "6", "the line has 6 fields, the header 5"),
    (HEADER + ROW + '1,E02,lea,"S1,58\n1,E03,lea,S1,3\n', 3, "", "a quotation mark is not closed"),
    (HEADER + ROW + '1,E02,lea,"S"1,58\n', 3, "", "a quotation mark is not closed, stands within"),
    (HEADER + ROW + "1,E02,lea,S1,5\0\n", 3, "15", "a NUL byte, so this is not plain text"),
    (b"PK\x03\x04\0\0\0", 1, "5", "Save the table as CSV UTF-8."),
    (
        (HEADER + "1,Zoë,lea,S1,5\n").encode() + "1,Zoé,lea,S1,5\n".encode("cp1252"),
        3,
        "5",
        "not the same encoding",
    ),
    (b"\xef\xbb\xbf" + (HEADER + "1,Zo\xeb,lea,S1,5\n").encode("cp1252"), 2, "5", "not the same encoding"),
    ((HEADER + "1,Zo").encode() + b"\x81,lea,S1,5\n", 2, "5", "Save the whole file as CSV UTF-8."),
    ((HEADER + ROW).encode("utf-16")[:-1], 2, "16", "not the same encoding"),
    ((HEADER + ROW + "1,E02,lea,S1,7,5\n").replace(",", ";"), 3, "6", "the line has 6 fields"),
    (
        HEADER.replace(",", ";") + "1;E01;lea;S1;7,5\n1;E02;lea;S1;7.5\n",
        3,
        "value",
        "the other kind on line 2",
    ),
    (
        HEADER.replace(",", ";") + "1;E01;lea;S1;7.5\n1;E02;lea;S1;7,5\n",
        3,
        "value",
        "the other kind on line 2",
    ),
    (HEADER.replace(",", ";") + "1;E01;lea;S1;1.000,5\n", 2, "value", "“1.000,5” is not a number"),
    (LONG + "1,E01,lea,S1,5,6,7,1,T\n", 2, "low", "low, value and high must rise"),
    (LONG + "1,E01,lea,S1,5,4,4.5,1,T\n", 2, "high", "low, value and high must rise"),
    (LONG + "1,E01,lea,S1,,4,,1,T\n", 2, "low", "a bound without a value"),
    (LONG + "1,E01,lea,S1,cannot_judge,,9,1,T\n", 2, "high", "a bound without a value"),
    (LONG + "1,E01,lea,S1,5,x,7,1,T\n", 2, "low", "“x” is not a number"),
    (LONG + "1,E01,lea,S1,5,4,700,1,T\n", 2, "high", "700 is on none of the usual scales"),
    (LONG + "1,E01,lea,S1,5,4,7,-1,T\n", 2, "weight", "a weight is 0 or more"),
    (
        LONG + "1,E01,lea,S1,5,,,1,T\n1,E02,lea,S1,5,,,1,U\n",
        3,
        "item_title",
        "S1 has “U” here and “T” on line 2",
    ),
]


@pytest.mark.parametrize(("data", "line", "column", "says"), WRONG, ids=[says for *_, says in WRONG])
def test_wrong_input_names_line_and_column_and_reads_nothing(data, line, column, says):
    error = refused(data)
    assert (error.line, error.column) == (line, column)
    assert says in str(error)
    assert not column or (f"Line {line}, " in str(error) and column in str(error))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,E02,lea,S1,10", "Line 3, column value: 10 is not on the scale 1:9. Correct it or the scale."),
        ("1,E02,lea,S1,4.5", "Line 3, column value: 4.5 is not on the scale 1:9. Correct it or the scale."),
    ],
)
def test_a_value_off_the_given_scale(row, says):
    assert str(refused(HEADER + "1,E01,lea,S1,9\n" + row, scale=Scale(1, 9))) == says


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr(delimited, "MAX_BYTES", 2 * 1024 * 1024)
    too_large = b"x" * (2 * 1024 * 1024 + 1)
    assert (
        str(refused(too_large)) == "The file is larger than 2 MB. Split it, or leave out what is not needed."
    )


@pytest.mark.parametrize(("column", "most"), [("group", 100), ("item", 5000)])
def test_more_groups_or_items_than_a_panel_has(column, most):
    rows = (f"1,E{place},{'lea' if column == 'item' else place},{place if column == 'item' else 'S1'},5\n"
            for place in range(most + 1))  # fmt: skip
    error = refused(HEADER + "".join(rows))
    assert (error.line, error.column) == (most + 2, column)
    assert f"more than {most} different names" in str(error)


def test_a_message_is_short_and_cannot_steer_a_terminal():
    text = str(refused(HEADER + f"1,E01,lea,S1,\x1b[2J{'x' * 5000}\n"))
    assert "\x1b" not in text
    assert len(text) < 200


names = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1, max_size=8).map(
    lambda text: "n" + text.strip()
)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), names, names, st.none() | st.integers(0, 100)),
        min_size=1,
        max_size=12,
        unique_by=lambda row: row[:3],
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_a_csv_writer_wrote_is_what_is_read(table, delimiter):
    import csv
    import io
    import unicodedata

    def read_as(name):
        return " ".join(unicodedata.normalize("NFC", name).split())

    keys = [(number, read_as(who), read_as(item)) for number, who, item, _ in table]
    if len(set(keys)) < len(keys):
        return
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["round", "panellist", "group", "item", "value"])
    writer.writerows(
        [number, who, "lea", item, "" if value is None else value] for number, who, item, value in table
    )
    rows = read(out.getvalue()).rows
    assert [(row.round, row.panellist, row.item) for row in rows] == keys
    assert [row.value for row in rows] == [value for *_, value in table]
