"""Scales, ticks and labels, whatever the numbers."""

import io
import math
from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from pledges.charts.geometry import Bands, Flag, Linear, nice_ticks, spread, stack
from pledges.charts.lettering import text_width, wrap
from pledges.documents.fonts import unpack_font
from tests.pledges.documents.samples import FONTS

numbers = st.floats(-1e9, 1e9).filter(lambda number: number == 0 or abs(number) > 1e-6)


@given(numbers, numbers, st.booleans())
def test_ticks_rise_by_even_steps_and_cover_the_numbers(
    one: float, other: float, whole: bool
) -> None:
    low, high = min(one, other), max(one, other)
    ticks = nice_ticks(low, high, whole=whole)
    step = ticks[1] - ticks[0]
    assert step > 0
    assert all(
        math.isclose(after - before, step, rel_tol=1e-6) for before, after in pairwise(ticks)
    )
    assert 2 <= len(ticks) <= 8
    slack = step * 1e-6
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    if whole:
        assert all(tick == int(tick) for tick in ticks)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 41, [0, 10, 20, 30, 40, 50]),
        (0, 1437, [0, 500, 1000, 1500]),
        (0, 0, [0, 1]),
        (0, 3, [0, 1, 2, 3]),
        (-4, 7, [-5, 0, 5, 10]),
    ],
)
def test_ticks_are_the_numbers_a_person_would_choose(
    low: float, high: float, expected: list[float]
) -> None:
    assert nice_ticks(low, high, whole=True) == expected


def test_small_numbers_get_ticks_with_decimals() -> None:
    assert nice_ticks(0, 0.7) == [0, 0.2, 0.4, 0.6, 0.8]


@given(st.lists(st.tuples(st.floats(-500, 900), st.integers(1, 3)), min_size=1, max_size=12))
def test_labels_side_by_side_never_overlap_and_stay_within(
    labels: list[tuple[float, int]],
) -> None:
    desired = [place for place, _lines in labels]
    heights = [lines * 17.0 for _place, lines in labels]
    places = spread(desired, heights, 0, 640)
    boxes = sorted(
        (place - height / 2, place + height / 2)
        for place, height in zip(places, heights, strict=True)
    )
    assert boxes[0][0] >= -1e-6
    assert boxes[-1][1] <= 640 + 1e-6
    assert all(above[1] <= below[0] + 1e-6 for above, below in pairwise(boxes))


def test_a_label_alone_stands_where_it_wants() -> None:
    assert spread([100, 300], [17, 17], 0, 400) == [100, 300]


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(10, 200)), min_size=1, max_size=8))
def test_flags_meet_neither_words_nor_poles(given_flags: list[tuple[float, float]]) -> None:
    flags = [Flag(pole, pole + 4, pole + 4 + width) for pole, width in given_flags]
    rows = stack(flags, 8)
    if rows is None:
        return
    for one, row in zip(flags, rows, strict=True):
        for other, other_row in zip(flags, rows, strict=True):
            if one is other:
                continue
            if row == other_row:
                assert one.right < other.left or other.right < one.left
            elif row > other_row:
                assert not other.left < one.pole < other.right


def test_flags_that_can_not_be_told_apart_are_not_stacked() -> None:
    shifted = [Flag(pole, 100, 300) for pole in (150, 200, 250)]
    assert stack(shifted, 3) is None
    assert stack([Flag(10, 14, 60), Flag(100, 104, 160)], 3) == [0, 0]
    assert stack([Flag(10, 14, 160), Flag(100, 104, 260)], 3) == [1, 0]


def test_scales_hold_what_lies_outside_at_their_ends() -> None:
    scale = Linear(0, 10, 200, 100)
    assert [scale.at(value) for value in (0, 5, 10, 99, -1)] == [200, 150, 100, 100, 200]
    assert Bands(4, 0, 100).middle(1) == 37.5


@given(st.text(alphabet="abcåäö ÅÄÖ,.-W1234567890", max_size=120), st.integers(40, 400))
def test_wrapped_lines_keep_within_their_room_and_lose_no_letter(text: str, room: int) -> None:
    lines = wrap(text, room)
    assert all(text_width(line) <= room for line in lines)
    letters = "".join(lines).replace("-", "").replace(" ", "")
    assert letters == text.replace("-", "").replace(" ", "")


def test_a_long_word_is_broken_with_a_hyphen_and_a_long_text_cut() -> None:
    lines = wrap("Drogvaneundersökningsresultat", 100)
    assert len(lines) == 2
    assert lines[0].endswith("-")
    assert len(lines[1]) >= 4
    assert wrap("ett två tre fyra fem", 40, most=2)[-1].endswith("…")


@pytest.mark.parametrize(("weight", "bold"), [(400, False), (600, True)])
def test_widths_are_those_of_the_portals_own_font(weight: int, bold: bool) -> None:
    font = TTFont(io.BytesIO(unpack_font(FONTS / f"source-sans-3-latin-{weight}-normal.woff2")))
    letters, advances = font.getBestCmap(), font["hmtx"]
    for text in (
        "Drogvaneundersökning i årskurs 9, 29 %",
        "Uppföljning feb 2025",
        "1 234 567,8",
        "Målet är bara delvis nått – 3 av 4",
    ):
        real = sum(advances[letters[ord(letter)]][0] for letter in text) / 1000
        assert math.isclose(text_width(text, bold=bold, size=1), real, rel_tol=0.015), text
