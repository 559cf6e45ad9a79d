"""Text files as they come: their coding, what parts their columns, where a quotation mark was left open."""

from __future__ import annotations

import pytest

from copkit_delphi.domain.delimited import LineError, decode, delimiter, records

TEXT = "Zoë Müller;zoe@x.example\nÉ? Ønsk;o@x.example\n"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_read_in_its_coding(coding: str) -> None:
    assert decode(TEXT.encode(coding))[0] == TEXT


def test_two_bytes_a_letter_are_known_where_a_letter_has_a_zero_as_its_low_byte() -> None:
    assert decode(("Āboliņa;a@x.example\n" * 3).encode("utf-16-le"))[0] == "Āboliņa;a@x.example\n" * 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x00\x01\x02ab" * 9, "not plain text"),
        (b"\xff\xfe\x00", "not the same encoding"),
        (b"name;\x81\x8d\x8f", "not the same encoding"),
        ("Zoë\n".encode() + "Zoé\n".encode("cp1252"), "Line 2, character 3: not the same encoding"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(LineError, match=says):
        decode(data)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("id,Q1\na,1\n", ","),
        ("id\tQ1\na\t1, 2\n", "\t"),
        ("id|Q1\na|1\n", "|"),
        ("id;Q1\na;3,5\nb;4,5\n", ";"),
        ('id;Q1, really?;Q2\na;"x, y";2\nb;1;2\n', ";"),
        ("A survey, of spring\nid;Q1\na;3\nb;4\n", ";"),
        ("Ann\nBen\n", ""),
        ("", ""),
    ],
)
def test_what_parts_the_columns_stands_equally_often_in_most_lines(text: str, parts: str) -> None:
    assert delimiter(text) == parts


def test_known_names_tell_more_than_how_often_something_stands() -> None:
    text = "round;item, in words\n1,2;3,4\n1,2;3,4\n1,2;3,4\n"
    assert delimiter(text, {"round", "item, in words"}) == ";"


def test_records_say_on_which_line_they_begin() -> None:
    assert list(records('a,b\r\n\r\n"x\ny",z', ",")) == [(1, ["a", "b"]), (3, ["x\ny", "z"])]


def test_text_behind_a_quotation_mark_is_taken_where_mail_programs_write_it() -> None:
    text = '"Able, Ann" <ann@x.example>\n'
    assert list(records(text, ",", lenient=True)) == [(1, ["Able, Ann <ann@x.example>"])]
    with pytest.raises(LineError, match="Line 1: a quotation mark"):
        list(records(text, ","))


@pytest.mark.parametrize("lenient", [False, True])
def test_a_quotation_mark_left_open_is_refused_with_its_line(lenient: bool) -> None:
    with pytest.raises(LineError, match="Line 2: a quotation mark is not closed"):
        list(records('a,b\n"c,d\ne,f\n', ",", lenient=lenient))
