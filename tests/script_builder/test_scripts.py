import hashlib

import pytest

from script_builder.scripts import MAX_LENGTH, InvalidScript, clean_script, clean_text, digest


def test_line_ends_and_bom_go_and_everything_else_stays():
    assert clean_script("\ufeff\r\n  a\r b\t\r\n\n") == "\n  a\n b\t\n\n"


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff\r\n", "a\0b", "a\ud800", "é" * (MAX_LENGTH + 1)])
def test_what_is_no_script_is_refused_with_advice(text):
    with pytest.raises(InvalidScript, match=r"; .+\."):
        clean_script(text)


def test_the_longest_script_counts_code_points_after_line_ends_are_one():
    assert len(clean_script("💾" * MAX_LENGTH)) == MAX_LENGTH
    assert len(clean_script("a\r\n" * (MAX_LENGTH // 2))) == MAX_LENGTH


def test_an_unfinished_buffer_may_be_blank():
    assert clean_text(" \r\n") == " \n"


def test_the_digest_is_of_utf8():
    assert digest("é\n") == hashlib.sha256(b"\xc3\xa9\n").hexdigest()
