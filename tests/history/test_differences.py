"""What differs between two texts is marked, and nothing of either is lost."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledge_portal.history.differences import Piece, differences


def test_only_the_words_that_differ_are_marked() -> None:
    assert differences("Två hundsök per år.", "Tre hundsök per år.") == [
        Piece("removed", "Två"),
        Piece("added", "Tre"),
        Piece("same", " hundsök per år."),
    ]


def test_words_exchanged_for_others_stand_together() -> None:
    assert differences("i skolan två gånger om året", "i skolan varje läsår") == [
        Piece("same", "i skolan "),
        Piece("removed", "två gånger om året"),
        Piece("added", "varje läsår"),
    ]


@pytest.mark.parametrize(("before", "after"), [("", ""), ("a", ""), ("", "a b")])
def test_empty_texts_are_no_trouble(before: str, after: str) -> None:
    assert "".join(piece.text for piece in differences(before, after)) == before + after


@given(st.text(" \nab", max_size=60), st.text(" \nab", max_size=60))
def test_both_texts_can_be_read_out_of_the_pieces(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def test_texts_too_long_to_compare_stand_side_by_side() -> None:
    before, after = "a b " * 5000, "c d " * 5000
    began = process_time()
    assert differences(before, after) == [Piece("removed", before), Piece("added", after)]
    assert process_time() - began < 5
